// What somebody wrote of a goal, a plan or the beginning is never lost, and leaves the device once it was sent.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { browser } from './browser.ts'
import { as, isKept, press, reads, sees, to } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

/** How many forms the device of a page keeps now. */
function keeping(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opened = indexedDB.open('waymark')
        opened.onerror = () => reject(new Error('no store'))
        opened.onsuccess = () => {
          const count = opened.result.transaction('kept').objectStore('kept').count()
          count.onsuccess = () => {
            opened.result.close()
            resolve(count.result)
          }
        }
      }),
  )
}

/** Waits until the device of a page keeps so many forms, and sees that it stays so. */
async function keeps(page: Page, many: number): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until && (await keeping(page)) !== many; ) await sleep(50)
  await sleep(300)
  assert.equal(await keeping(page), many)
}

/** Waits until what was begun is back in a page that was opened anew. */
async function isBack(page: Page): Promise<void> {
  await reads(page, 'What you had begun here is back.')
}

test('a goal was worded anew while somebody wrote and their window closed: both texts are there', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Bela'))
  await to(phone, '/my/goals/new')
  await phone.getByLabel('What should be different?').fill('Ring my brother')
  await phone.getByLabel('How will you both know?').fill('He says that I rang')
  await keeps(phone, 1)
  await press(phone, 'Propose this goal')
  await sees(phone, 'What you are working towards')
  await keeps(phone, 0)

  await press(phone, 'Ring my brother')
  await press(phone, 'Change the words')
  const form = phone.url()
  await phone.getByLabel('What should be different?').fill('Ring Paul on Sundays')
  await keeps(phone, 1)
  const context = phone.context()
  await phone.close()

  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  await press(desk, 'Clients')
  await press(desk, 'Bela')
  await press(desk, 'Goals')
  await press(desk, 'Ring my brother')
  await press(desk, 'Change the words')
  await desk.getByLabel('What should be different?').fill('Ring somebody when sad')
  await press(desk, 'Propose these words')
  await reads(desk, 'Ring somebody when sad')

  const again = await context.newPage()
  await again.goto(form)
  await reads(again, 'This was changed since you began to write here.')
  await reads(again, 'Ring Paul on Sundays')
  assert.equal(await again.getByLabel('What should be different?').inputValue(), 'Ring somebody when sad')
  await again.getByLabel('What should be different?').fill('Ring somebody on Sundays')
  await press(again, 'Propose these words')
  await reads(again, 'Ring somebody on Sundays')
  await keeps(again, 0)
})

test('the sign-in ends in the middle of a plan: it comes back whole, is sent once, and leaves the device', async () => {
  const cleo = practice.link('clinician', 'Cleo')
  const desk = await as(await chromium.asDesk(), cleo)
  await press(desk, 'Clients')
  await press(desk, 'Bela')
  const plan = new URL(desk.url()).pathname + '/plan'
  await to(desk, plan + '/revise')
  await desk.getByLabel('In a sentence').first().fill('The way to the shops')
  await desk.getByLabel('How you work on it').first().fill('Small steps')
  await Promise.all([desk.waitForEvent('load'), press(desk, 'Show the ways')]) // the form comes back with what was typed
  await desk.getByLabel('Why this way').first().fill('She wishes it.\nNothing speaks against it.')
  await desk.getByText('How it may be understood: guesses').first().click()
  await desk.getByLabel('Perhaps').first().fill('Crowds remind her')
  await desk.getByLabel('What would speak against it').first().fill('Markets do not')
  await isKept(desk)
  await to(desk, plan + '/revise') // as after a crash of the window
  await isBack(desk)
  assert.equal(await desk.getByLabel('In a sentence').first().inputValue(), 'The way to the shops')
  assert.match(await desk.getByLabel('Why this way').first().inputValue(), /Nothing speaks/)
  assert.ok(await desk.getByLabel('Perhaps').first().isVisible(), 'what came back is not folded away')
  await desk.getByLabel('Look again on').fill(new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10))

  const elsewhere = await as(await chromium.asDesk(), cleo)
  await press(elsewhere, 'Your account')
  await press(elsewhere, 'Sign out everywhere else')
  await sees(elsewhere, 'Your account')
  await press(desk, 'Keep the plan')
  await sees(desk, 'Please sign in again')
  assert.match(await desk.getByLabel('What you wrote').first().inputValue(), /./)
  await as(await desk.context().newPage(), cleo)
  await press(desk, 'Send it again')
  await reads(desk, 'Kept, with its reason.')
  await reads(desk, 'The way to the shops')
  await keeps(desk, 0)
})

test('the answer is lost after the server took it, and the page opened anew: it is kept once, and closed as it was meant', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Ada'))
  chromium.forgive(/ERR_|Failed to fetch/)
  await to(phone, '/my/session')
  const form = phone.getByRole('form', { name: 'Bring something' })
  await form.getByRole('textbox').fill('What my brother said')
  await form.getByRole('radio', { name: 'only I open it' }).check()
  await phone.route('**/my/agenda', async (route) => {
    await route.fetch({ maxRedirects: 0 })
    await route.abort()
  })
  await press(phone, 'Bring it')
  await reads(phone, 'Not saved yet')
  await phone.unroute('**/my/agenda')
  await keeps(phone, 1)

  await to(phone, '/my/session')
  const things = phone.locator('.things > li', { hasText: 'What my brother said' })
  await things.first().waitFor()
  await isBack(phone)
  assert.equal(await form.getByRole('textbox').inputValue(), 'What my brother said')
  assert.ok(await form.getByRole('radio', { name: 'only I open it' }).isChecked(), 'who may read it came back as well')
  await press(phone, 'Bring it')
  await reads(phone, 'It waits for the session.')
  assert.equal(await things.count(), 1)
  await reads(phone, 'Opened in the session only, by you.')
  await keeps(phone, 0)
})

test('somebody else signs in on the same tablet: what one of them had begun is there for them alone', async () => {
  const tablet = await as(await chromium.asPhone(), practice.link('client', 'Bela'))
  await to(tablet, '/my/markers/new')
  await tablet.getByLabel('One line, if you like').fill('I sang in the kitchen')
  await keeps(tablet, 1)

  await tablet.context().clearCookies() // the sign-in ran out: nobody signed out
  await as(tablet, practice.link('client', 'Ada'))
  await to(tablet, '/my/markers/new')
  await sleep(500)
  assert.equal(await tablet.getByLabel('One line, if you like').inputValue(), '')

  await tablet.context().clearCookies()
  await as(tablet, practice.link('client', 'Bela'))
  await to(tablet, '/my/markers/new')
  await isBack(tablet)
  assert.equal(await tablet.getByLabel('One line, if you like').inputValue(), 'I sang in the kitchen')
  await tablet.context().close()
})

test('somebody types into a page that has not yet looked what the device keeps: nothing of either is lost', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Bela'))
  await to(phone, '/my/goals/new')
  await phone.getByLabel('What should be different?').fill('Sleep at night')
  await isKept(phone)
  await phone.addInitScript(() => {
    const opens = crypto.subtle.decrypt.bind(crypto.subtle)
    crypto.subtle.decrypt = async (...how) => {
      await new Promise((done) => setTimeout(done, 1000)) // a slow device
      return opens(...how)
    }
  })
  await to(phone, '/my/goals/new')
  await phone.getByLabel('How will you both know?').fill('I dream again')
  await sleep(500)
  await to(phone, '/my/goals/new') // before it had looked
  await isBack(phone)
  assert.equal(await phone.getByLabel('What should be different?').inputValue(), 'Sleep at night')
  await phone.getByLabel('How will you both know?').fill('I dream once more')
  await isKept(phone)
  await to(phone, '/my/goals/new')
  await phone.getByLabel('How will you both know?').click() // while it looks
  await isBack(phone)
  assert.equal(await phone.getByLabel('What should be different?').inputValue(), 'Sleep at night')
  assert.equal(await phone.getByLabel('How will you both know?').inputValue(), 'I dream once more')
})

// Last: the links of the sample practice go with the server.
test('the server is killed while somebody writes how it began: the words wait, and two presses keep them once', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Emil'))
  chromium.forgive(/ERR_|Failed to fetch/)
  await to(phone, '/beginning/1')
  await phone.getByLabel('What brings you here?').fill('I start things and cannot go on')
  await practice.crash()
  await press(phone, 'Keep it')
  await reads(phone, 'Not saved yet')
  await keeps(phone, 1)
  await practice.restart()
  await phone.getByRole('button', { name: 'Keep it' }).dblclick()
  await sees(phone, 'The beginning')
  await reads(phone, 'Kept. Those who work with you can read it from now on.')
  await keeps(phone, 0)
})
