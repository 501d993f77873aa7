// Two people use one browser: what one has typed on a page is kept for nobody once the other has signed in in another
// window, and comes back when whoever wrote it has signed in again. Who signs out takes along what is theirs alone.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { browser } from './browser.ts'
import { as, isKept, press, reads, sees, to, words } from './people.ts'
import { world, type Link } from './world.ts'

const practice = world()
const chromium = browser()

const named = (name: string): Link => {
  const found = practice.links.find((link) => link.name.startsWith(name))
  assert.ok(found, name)
  return found
}

const nothing = 'Somebody else has signed in in this browser since this page was opened.'

/** Types words on a page of one person, has another sign in beside it, and sends them. */
async function typed(one: string, path: string, field: string, text: string, other: string): Promise<[Page, Page]> {
  const first = await as(await chromium.asDesk(), named(one))
  await to(first, path)
  await first.evaluate(() => document.querySelectorAll('main details').forEach((d) => ((d as HTMLDetailsElement).open = true)))
  await first.locator(field).first().fill(text)
  await isKept(first)
  const second = await as(await first.context().newPage(), named(other))
  await first.locator(field).first().evaluate((e) => (e as HTMLTextAreaElement).form?.requestSubmit())
  return [first, second]
}

/** Whoever wrote it finds it again where they wrote it. */
async function isBack(page: Page, one: string, path: string, field: string, text: string): Promise<void> {
  await as(page, named(one))
  await to(page, path)
  await reads(page, 'What you had begun here is back.')
  assert.equal(await page.locator(field).first().inputValue(), text)
}

for (const [what, one, other, path, field] of [
  ['the safety plan', 'Priya', 'Jonas', '/my/at-hand/text', 'textarea[name=signs]'],
  ['what to bring to a session', 'Nora', 'Daniel', '/my/session', 'form[data-keep^="my-agenda-"] textarea'],
  ['a reflection of a clinician', 'Miriam', 'James', '/reflections', 'form[data-keep] textarea'],
] as const) {
  test(`${what} that somebody typed is kept for nobody where another has signed in, and comes back to them`, async () => {
    const text = `Only ${one} wrote this`
    const [first, second] = await typed(one, path, field, text, other)
    await sees(first, 'Nothing was saved')
    await reads(first, nothing)
    assert.doesNotMatch(await first.content(), new RegExp(text))
    await to(second, path)
    assert.doesNotMatch(await second.content(), new RegExp(text))
    assert.notEqual(await second.locator(field).first().inputValue(), text)
    await isBack(second, one, path, field, text)
  })
}

test('what is sent again after a sign-in ended is of whoever wrote it, not of who has signed in in the new window', async () => {
  const phone = await as(await chromium.asPhone(), named('Priya'))
  const [path, field, text] = ['/my/goals/vision', 'form[data-keep] textarea', 'A garden, and nobody asks why']
  await to(phone, path)
  await phone.locator(field).first().fill(text)
  await isKept(phone)
  await phone.context().clearCookies()
  await phone.locator('form[data-keep] button').last().click()
  await sees(phone, 'Please sign in again')
  const other = await as(await phone.context().newPage(), named('Jonas'))
  await press(phone, 'Send it again')
  await sees(phone, 'Nothing was saved')
  await to(other, path)
  assert.doesNotMatch(await other.content(), new RegExp(text))
  await isBack(other, 'Priya', path, field, text)
  await other.locator('form[data-keep] button').last().click()
  await other.waitForURL((url) => !url.pathname.endsWith('/vision'))
  await reads(other, text)
})

test('a draft of a note stays on its page and its device where a colleague has signed in meanwhile', async () => {
  const desk = await as(await chromium.asDesk(), named('Miriam'))
  await to(desk, `/clients/${named('Nora').id}/notes`)
  await desk.locator('main a[href*="/notes/"]').first().click()
  await desk.locator('[data-note-draft]').first().waitFor({ state: 'attached' })
  await as(await desk.context().newPage(), named('James'))
  await desk.locator('form:has([data-note-draft]) textarea').first().fill('Only Miriam wrote this')
  await reads(desk, nothing)
  assert.equal(await desk.locator('form:has([data-note-draft]) textarea').first().inputValue(), 'Only Miriam wrote this')
})

test('an entry of a journal stays on its device where somebody else with a journal has signed in meanwhile', async () => {
  const make = async (name: string): Promise<[Page, string]> => {
    const page = await as(await chromium.asPhone(), named(name))
    await to(page, '/my/journal')
    await press(page, 'Make my journal')
    await sees(page, 'Make your journal')
    await press(page, 'Make my journal')
    await reads(page, 'It is shown only now.')
    const code = (await page.locator('[data-vault-shown]').innerText()).trim()
    await press(page, 'I have written it down')
    await page.getByLabel('Type it back').fill(code)
    await press(page, 'This is my code')
    await reads(page, 'Your journal is made')
    return [page, code]
  }
  const open = async (page: Page, code: string): Promise<void> => {
    await to(page, '/my/journal')
    await page.locator('main details').evaluateAll((all) => all.forEach((d) => ((d as HTMLDetailsElement).open = true)))
    await page.getByLabel(/recovery code/i).first().fill(code)
    await page.getByRole('button', { name: /^Open/ }).filter({ visible: true }).last().click()
    await page.getByLabel('Your entry').waitFor()
  }
  const [priya, hers] = await make('Priya')
  const [jonas] = await make('Jonas')
  await open(priya, hers)
  const beside = await as(await priya.context().newPage(), named('Jonas'))
  await priya.bringToFront()
  await priya.getByLabel('Your entry').fill('What only Priya may read')
  await press(priya, 'Keep it, sealed')
  await reads(priya, nothing)
  await reads(priya, 'It is kept on this device, sealed.')
  const entries = await jonas.evaluate(async () => (await fetch('/my/journal/entries', { headers: { Accept: 'application/json' } })).text())
  assert.doesNotMatch(entries, /"sealed":/, 'nothing came into the journal of another')
  await as(beside, named('Priya'))
  await open(beside, hers)
  await reads(beside, 'What you had begun here is back.')
  assert.equal(await beside.getByLabel('Your entry').inputValue(), 'What only Priya may read')
  await press(beside, 'Keep it, sealed')
  await reads(beside, 'In your journal, sealed.')
})

/** The ids of all that the device of a page keeps. */
function keptHere(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const opened = indexedDB.open('waymark')
        opened.onsuccess = () => {
          const all = opened.result.transaction('kept').objectStore('kept').getAllKeys()
          all.onsuccess = () => {
            opened.result.close()
            resolve(all.result.map(String))
          }
        }
      }),
  )
}

test('who signs out, or leaves, takes along what they wrote on this device, and nothing that somebody else did', async () => {
  chromium.forgive(/^request to another host/) // Leave goes there
  const tablet = await as(await chromium.asPhone(), named('Priya'))
  const [path, field, text] = ['/my/goals/vision', 'form[data-keep] textarea', 'To sleep through a night']
  await to(tablet, path)
  await tablet.locator(field).first().fill(text)
  await isKept(tablet)
  for (const ends of ['Sign out', 'Leave'] as const) {
    await tablet.context().clearCookies()
    const other = await as(await tablet.context().newPage(), named('Jonas'))
    await to(other, path)
    await other.locator(field).first().fill('Something of his')
    await isKept(other)
    assert.equal((await keptHere(other)).length, 2)
    if (ends === 'Sign out') {
      await to(other, '/my/week')
      await press(other, 'Sign out')
      await other.waitForURL((url) => url.pathname !== '/my/week')
    } else {
      await press(other, 'Leave')
      await sleep(1000)
    }
    await other.close()
    const ids = await keptHere(tablet)
    assert.equal(ids.length, 1, `${ends}: ${ids.join()}`)
    assert.ok(ids[0]?.startsWith(named('Priya').id))
  }
  const again = await tablet.context().newPage()
  await isBack(again, 'Priya', path, field, text)
  await press(again, 'Sign out')
  await sleep(1000)
  assert.deepEqual(await again.evaluate(async () => (await indexedDB.databases()).map((d) => d.name)), [], 'who was alone on it leaves nothing')
})

test('two windows of one form: what the other one wrote is not erased, and both are offered', async () => {
  const first = await as(await chromium.asPhone(), named('Nora'))
  const second = await first.context().newPage()
  const line = 'One line, if you like'
  for (const page of [first, second]) await page.goto(new URL('/my/markers/new', first.url()).href)
  await first.getByLabel(line).fill('What the first window says')
  await isKept(first)
  await second.getByLabel(line).fill('x')
  await isKept(second)
  await second.getByLabel(line).fill('')
  await second.locator('form:not([data-kept-at])').first().waitFor({ state: 'attached' })
  await sleep(600)
  await second.close()
  const third = await first.context().newPage()
  await third.goto(first.url())
  await reads(third, 'What you had begun here is back.')
  assert.equal(await third.getByLabel(line).inputValue(), 'What the first window says')

  await first.getByLabel(line).fill('The first goes on')
  await isKept(first)
  await sleep(600)
  await third.getByLabel(line).fill('And the third says something else')
  await sleep(600)
  await first.close()
  await third.close()
  const last = await third.context().newPage()
  await last.goto(named('Nora').url)
  await to(last, '/my/markers/new')
  await reads(last, 'In another window here this was written as well.')
  await reads(last, 'The first goes on')
  assert.equal(await last.getByLabel(line).inputValue(), 'And the third says something else')
  assert.match(await words(last), /Put it away/)
})
