// A week on a phone, with the network off for three days: what somebody wrote is sent once when it is back, nothing of
// it lies on the phone in the clear, and nobody else finds anything there.

import { strict as assert } from 'node:assert'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { answer, as, invitation, press, reads, sees, step, to, words } from './people.ts'
import { held, holds, left, passes } from './phone.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const linden = world() // where something is agreed already
const chromium = browser()

const folder = mkdtempSync(join(tmpdir(), 'waymark-phone-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const code = 'blue kettle 42'
const password = 'four plain words here'
const offline = /ERR_|Failed to fetch|network error response|FetchEvent|Failed to load|NetworkError/

/** Somebody new, who chose a password on this phone. Cleo asks her seven questions. */
async function comes(phone: Page, name: string): Promise<void> {
  const cleo = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  await to(cleo, '/clients/new')
  await cleo.getByLabel('Name or alias').fill(name)
  await cleo.getByLabel('Their e-mail').fill(`${name.toLowerCase()}@example.org`)
  await press(cleo, 'Send the letter')
  const link = await invitation(cleo, join(practice.data, 'mail'), `${name.toLowerCase()}@example.org`)
  await press(cleo, 'Ask them something')
  await cleo.getByRole('checkbox', { name: /^GAD-7/ }).check()
  await cleo.getByRole('radio', { name: /^Once/ }).check()
  await press(cleo, `Ask ${name}`)
  await cleo.context().close()
  await phone.goto(link)
  await phone.getByLabel('New password').fill(password)
  await press(phone, 'Continue with this password')
  await press(phone, 'Go to This week')
  await sees(phone, 'This week')
}

async function signIn(phone: Page, name: string): Promise<void> {
  await phone.getByRole('combobox', { name: 'Practice' }).selectOption({ label: 'Linden House' })
  await phone.getByLabel('E-mail').fill(`${name.toLowerCase()}@example.org`)
  await phone.getByLabel('Password').fill(password)
  await press(phone, 'Sign in')
}

/** Looks for faults with a window so high that the bar below covers nothing. */
async function axe(phone: Page): Promise<void> {
  const room = phone.viewportSize() ?? { width: 390, height: 844 }
  await phone.setViewportSize({ ...room, height: 2600 })
  await noSeriousAxe(phone)
  await phone.setViewportSize(room)
}

/** Chooses "Use on this phone", with a code. */
async function use(phone: Page): Promise<void> {
  await to(phone, '/my/phone')
  await phone.locator('#f-code-first').fill(code)
  await phone.locator('#f-again-first').fill(code)
  await phone.getByRole('button', { name: 'Use on this phone' }).click()
  await phone.getByText('are on this phone from now on').waitFor({ timeout: 30_000 })
}

/** Files of the phone in which a text stands, in either writing that browsers keep texts in. */
function filesWith(text: string): string[] {
  const wanted = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]
  const found: string[] = []
  const look = (at: string): void => {
    for (const name of readdirSync(at)) {
      const path = join(at, name)
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) look(path)
      else if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
        const bytes = readFileSync(path)
        if (wanted.some((w) => bytes.includes(w))) found.push(path.slice(folder.length))
      }
    }
  }
  look(folder)
  return found
}

/** Keeps a day of the log, without a network. */
async function note(phone: Page, line: string, mood: string, day?: string): Promise<void> {
  await to(phone, '/my/log')
  await phone.getByText('No network.').waitFor()
  if (day) await phone.getByLabel('Which day is this for?').fill(day)
  await phone.getByRole('group', { name: 'Mood' }).locator('label', { hasText: new RegExp(`^${mood}$`) }).tap()
  const more = phone.locator('details').first()
  if (!(await more.evaluate((d) => (d as HTMLDetailsElement).open))) await more.locator('summary').click()
  await phone.getByLabel('A line of your own').fill(line)
  await press(phone, 'Keep it')
  await phone.getByText('Nobody has read it yet').waitFor()
}

const day = (from: number): string => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10)

test('what waits is sent once though the answer was lost, by its owner alone, and whatever left it there', async () => {
  chromium.forgive(offline)
  chromium.forgive(/^507/)
  const phone = await chromium.asPhone()
  await comes(phone, 'Ivana')
  await use(phone)

  await step('the answer is lost after the practice took it: it is kept once', async () => {
    await phone.context().setOffline(true)
    await to(phone, '/my/markers/new')
    await phone.getByLabel('One line, if you like').fill('I sang in the kitchen')
    await phone.getByLabel('A word of your own').fill('Ease')
    await press(phone, 'Notice with my word')
    await phone.getByText('Nobody has read it yet').waitFor()
    let took = 0
    await phone.route('**/my/markers', async (route) => {
      await route.fetch({ maxRedirects: 0 })
      took++
      await route.abort().catch(() => undefined) // or it was taken on, as the journey went on
    })
    await phone.context().setOffline(false)
    await phone.getByRole('button', { name: 'Send it now' }).click()
    await phone.getByText('There is no network yet.').waitFor()
    await phone.unroute('**/my/markers')
    assert.ok(took > 0, 'the practice has it')
    await to(phone, '/my/outbox') // sent as the page opens, or by whoever presses first
    const now = phone.getByRole('button', { name: 'Send it now' })
    await phone.getByText('Nothing waits here.').or(now).first().waitFor()
    if (await now.isVisible()) await now.click({ timeout: 3000 }).catch(() => undefined)
    await reads(phone, 'Nothing waits here.')
    await to(phone, '/my/together')
    assert.equal((await words(phone)).match(/I sang in the kitchen/g)?.length, 1)
  })
  await step('a form that another site sends waits for nobody, though the practice is not there to refuse it', async () => {
    const other = await phone.context().newPage()
    const sends = async (line: string) => {
      await other.goto('about:blank')
      await other.evaluate(
        ([action, text]) => {
          const form = document.createElement('form')
          form.method = 'post'
          form.action = action
          for (const [name, value] of [['id', '01990000-0000-7000-8000-00000000000' + text.length % 10], ['own', 'Ease'], ['line', text]] as const) {
            const field = document.createElement('input')
            Object.assign(field, { type: 'hidden', name, value })
            form.append(field)
          }
          document.body.append(form)
          form.submit()
        },
        [practice.url + '/my/markers', line] as const,
      )
      await other.waitForURL((url) => url.href.startsWith(practice.url))
    }
    await phone.context().setOffline(true)
    await sends('A line of somebody else')
    await other.getByText('This needs the network and was not sent').first().waitFor()
    await phone.context().setOffline(false)
    await sends('Another line of somebody else')
    await other.close()
    await to(phone, '/my/week')
    await sleep(500)
    await to(phone, '/my/together')
    assert.doesNotMatch(await words(phone), /of somebody else/)
    await to(phone, '/my/outbox')
    await press(phone, 'Throw it away')
    await press(phone, 'Yes, throw it away for good')
  })
  await step('what belongs to an address that is gone keeps its words, and the phone says what is true of it', async () => {
    const item = { id: '01990000-0000-7000-8000-000000000004', day: '2026-01-02', at: Date.now(), state: 'waits', said: '', type: 'application/x-www-form-urlencoded;charset=UTF-8' }
    await left(phone, 1, { ...item, address: '/my/an-older-address', fields: { id: item.id, line: 'A line for an older address' } })
    await to(phone, '/my/outbox')
    await phone.getByText('has its place elsewhere by now. Your words are still here.').waitFor()
    assert.doesNotMatch(await words(phone), /There is nothing here/, 'the words are')
    await phone.locator('summary', { hasText: 'What you wrote' }).click()
    assert.match(await phone.getByRole('textbox', { name: 'What you wrote' }).inputValue(), /A line for an older address/)
    await axe(phone)
    await screen(phone, 'away-outbox-gone', true)
    await press(phone, 'Throw it away')
    await press(phone, 'Yes, throw it away for good')
    await reads(phone, 'Nothing waits here.')
  })
  await step('what an older version left is sent, and what no version knows can be copied', async () => {
    const id = (n: number) => `01990000-0000-7000-8000-00000000000${n}`
    const day = { day: '2026-01-02', at: Date.now(), state: 'waits', said: '', type: 'application/x-www-form-urlencoded;charset=UTF-8' }
    await left(phone, 1, { ...day, id: id(1), address: '/my/markers', fields: { id: id(3), own: 'Calm', line: 'An older line' } })
    await left(phone, 7, { id: id(2), said: { in: ['A line of tomorrow'] } })
    await to(phone, '/my/together')
    await phone.getByText('One thing waits on this phone.').waitFor()
    await to(phone, '/my/together')
    await reads(phone, 'An older line')
    await to(phone, '/my/outbox')
    await phone.locator('summary', { hasText: 'What you wrote' }).click()
    assert.equal(await phone.getByRole('textbox', { name: 'What you wrote' }).inputValue(), 'A line of tomorrow')
  })
  await step('somebody else signs in on the same phone: they see nothing of it, and it stays', async () => {
    await phone.context().clearCookies({ name: 'waymark' })
    await as(phone, practice.link('client', 'Ada'))
    await sees(phone, 'This week')
    await to(phone, '/my/outbox')
    await phone.getByText('On this device nothing is kept so').waitFor()
    assert.doesNotMatch(await words(phone), /tomorrow/)
    await holds(phone, 'box', 1)
    await holds(phone, 'open', 0)
    await as(phone, practice.link('clinician', 'Cleo'))
    await sees(phone, /./)
    await phone.context().setOffline(true)
    await assert.rejects(phone.goto(practice.url + '/clients'), 'no page of a clinician comes from the phone')
    await assert.rejects(phone.goto(practice.publicPage), 'nor one for anybody')
    await phone.context().setOffline(false)
    await phone.goto(practice.url + '/help')
    await phone.context().clearCookies({ name: 'waymark' })
    await to(phone, '/sign-in')
    await signIn(phone, 'Ivana')
    await sees(phone, 'This week')
    await holds(phone, 'open', 1)
  })
  await step('the phone has no room: that is said, and what she wrote stays on the page', async () => {
    await to(phone, '/my/log')
    const [worker] = phone.context().serviceWorkers()
    assert.ok(worker)
    await worker.evaluate(() => {
      const all = globalThis as unknown as { kept: unknown }
      all.kept = IDBObjectStore.prototype.put
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    })
    await phone.context().setOffline(true)
    await phone.locator('details').first().evaluate((d) => ((d as HTMLDetailsElement).open = true))
    await phone.getByLabel('A line of your own').fill('There is no room for this '.repeat(20))
    await press(phone, 'Keep it')
    await phone.getByText('this phone has no room left').waitFor()
    assert.match(await phone.getByLabel('A line of your own').inputValue(), /no room for this/)
    await worker.evaluate(() => {
      IDBObjectStore.prototype.put = (globalThis as unknown as { kept: IDBObjectStore['put'] }).kept
    })
    await press(phone, 'Keep it')
    await phone.getByText('Nobody has read it yet').waitFor()
  })
  await step('the phone is taken off from elsewhere: its pages go, and what waits is still sent', async () => {
    const desk = await chromium.asDesk()
    await desk.goto(practice.url + '/sign-in')
    await signIn(desk, 'Ivana')
    await sees(desk, 'This week')
    await to(desk, '/my/phone')
    await press(desk, 'Take it off')
    await reads(desk, 'Taken off.')
    await phone.context().setOffline(false)
    await to(phone, '/my/week')
    await phone.getByText('This phone was taken off').waitFor()
    await holds(phone, 'pages', 0)
    await to(phone, '/my/outbox')
    await phone.getByText('This phone was taken off').waitFor()
    await press(phone, 'Throw it away')
    await press(phone, 'Yes, throw it away for good')
    await to(phone, '/my/log')
    assert.match(await phone.getByLabel('A line of your own').inputValue(), /no room for this/)
    await sleep(500)
    await holds(phone, 'phones', 0)
  })
})

/** What stands in each item of a list. */
function logs(page: Page, list: string): Promise<string[]> {
  return page.locator(list).evaluateAll((all) => all.map((one) => (one.textContent ?? '').replace(/\s+/g, ' ').trim()))
}

/** Says how it went on a day, by the card of today's practice on a page that the phone kept. */
async function practised(phone: Page, at: string, how: string, on: string): Promise<void> {
  await to(phone, at)
  await phone.getByText('No network.').waitFor()
  await reads(phone, 'Breathing slowly')
  await phone.getByLabel('Which day is this for?').fill(on)
  await phone.getByRole('group', { name: 'How did it go?' }).getByRole('button', { name: how }).tap()
  await phone.getByText('Nobody has read it yet').waitFor()
}

test('practice on the phone with the network off for three days: each log waits by itself, and is there once', async () => {
  chromium.forgive(offline)
  const phone = await chromium.phoneAt(join(folder, 'nora'))
  await as(phone, linden.link('client', 'Nora Whitfield'))
  await sees(phone, 'This week')
  const desk = await as(await chromium.asDesk(), linden.link('clinician', 'Miriam Adler'))
  await to(desk, '/clients')
  await desk.getByRole('link', { name: /Nora Whitfield/ }).first().click()
  const base = new URL(desk.url()).pathname
  let own = '' // the address of what is logged
  let before = 0 // how often it was logged already
  const mine = 'section:has(#h-logs) ul.things > li'
  const theirs = 'ul.things > li:has(> h3:text-is("Breathing slowly")) ul.practice-logs > li'

  await step('she uses it on this phone', async () => {
    await to(phone, '/my/practice')
    own = new URL(await phone.getByRole('link', { name: /Do it here/ }).evaluate((a) => (a as HTMLAnchorElement).href)).pathname
    await to(phone, own)
    before = (await logs(phone, mine)).length
    assert.ok(before > 0, 'something was logged before')
    await to(desk, `${base}/practice`)
    assert.equal((await logs(desk, theirs)).length, before)
    await use(phone)
  })
  await phone.context().setOffline(true)
  await step('two days are logged with a tap: “I did it”, and “Not this week”', async () => {
    await practised(phone, '/my/practice', 'I did it', day(-2))
    await practised(phone, '/my/week', 'Not this week', day(-1))
    await holds(phone, 'box', 2)
  })
  await step('the third with words, and with how tense before and after', async () => {
    await to(phone, own)
    await phone.getByText('No network.').waitFor()
    assert.equal(await phone.getByLabel('Which day is this for?').inputValue(), day(0))
    await phone.getByRole('group', { name: /^Before/ }).locator('label', { hasText: /^7$/ }).tap()
    await phone.getByRole('group', { name: /^Afterwards/ }).locator('label', { hasText: /^4$/ }).tap()
    await phone.getByRole('radio', { name: 'I tried' }).check()
    await phone.getByLabel('Anything else').fill('canaryseven by the window')
    await fitsItsWidth(phone)
    await axe(phone)
    await press(phone, 'Keep this')
    await phone.getByText('Nobody has read it yet').waitFor()
  })
  await step('one of the day before without saying how it went', async () => {
    await to(phone, own)
    await phone.getByText('No network.').waitFor()
    await phone.getByLabel('Which day is this for?').fill(day(-1))
    await phone.getByLabel('Anything else').fill('canaryeight in the yard')
    await press(phone, 'Keep this')
    await phone.getByText('Nobody has read it yet').waitFor()
  })
  await step('the same once more on that day waits by itself', async () => {
    await practised(phone, '/my/practice', 'I did it', day(0))
    await practised(phone, '/my/practice', 'I did it', day(0))
    await holds(phone, 'box', 6)
    await to(phone, '/my/outbox')
    const items = phone.getByRole('list', { name: 'What waits on this phone' }).getByRole('listitem')
    await items.nth(5).waitFor()
    assert.deepEqual(await items.getByRole('heading').allInnerTexts(), Array(6).fill('Practice'))
    assert.equal(await items.getByText('Waits for the network.').count(), 6)
    await items.first().locator('summary').click()
    assert.equal(await items.first().getByRole('textbox', { name: 'What you wrote' }).inputValue(), `day: ${day(-2)}\n\ndid`)
    await items.nth(2).locator('summary').click()
    assert.match(await items.nth(2).getByRole('textbox', { name: 'What you wrote' }).inputValue(), /canaryseven by the window/)
    await axe(phone)
    await screen(phone, 'away-outbox-practice', true)
    await to(desk, `${base}/practice`)
    assert.equal((await logs(desk, theirs)).length, before, 'nothing has left the phone')
  })
  await step('the network is back, and the answer to the first is lost: that one is sent again', async () => {
    let took = 0
    await phone.route('**/logs', async (route) => {
      await route.fetch({ maxRedirects: 0 })
      took++
      await route.abort().catch(() => undefined) // or it was taken on, as the journey went on
    })
    await phone.context().setOffline(false)
    await phone.getByText('There is no network yet.').waitFor()
    assert.equal(took, 1, 'the practice has it')
    await holds(phone, 'box', 6)
    await phone.unroute('**/logs')
    await phone.getByRole('button', { name: 'Send it now' }).click()
    await reads(phone, '5 things were sent, and are kept by the practice.')
    await holds(phone, 'box', 1)
  })
  await step('what cannot be kept as it is comes back with its words and its day', async () => {
    await reads(phone, 'The practice could not keep it as it is.')
    await press(phone, 'Look at it again')
    await reads(phone, 'How did it go? Each of these counts the same.')
    assert.equal(await phone.getByLabel('Anything else').inputValue(), 'canaryeight in the yard')
    assert.equal(await phone.getByLabel('Which day', { exact: true }).inputValue(), day(-1))
    await phone.getByRole('radio', { name: 'Part of it' }).check()
    await press(phone, 'Keep this')
    await reads(phone, 'Kept.')
    await to(phone, '/my/outbox')
    await press(phone, 'Throw it away')
    await press(phone, 'Yes, throw it away for good')
    await reads(phone, 'Nothing waits here.')
  })

  const first = new Date(day(-2)).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).replace(',', '')
  const each = (found: string[]): void => {
    assert.equal(found.length, before + 6, found.join('\n'))
    const right = [/^Part of it Yesterday.*canaryeight in the yard/, /^Did it Today/, /^Did it Today/, /^Tried Today.*7 before, 4 after, of 10.*canaryseven by the window/, /^Not this week Yesterday/, new RegExp(`^Did it On ${first}`)]
    right.forEach((wanted, i) => assert.match(found[i] ?? '', wanted))
  }
  await step('each is there once for her', async () => {
    await to(phone, '/my/practice')
    await reads(phone, 'Lately')
    const lately = await words(phone)
    assert.equal(lately.match(/Did it, today/g)?.length, 2)
    for (const once of ['Part of it, yesterday', 'Tried, today', 'Not this week, yesterday', `Did it, on ${first}`]) assert.equal(lately.split(once).length, 2, once)
    await to(phone, own)
    each(await logs(phone, mine))
  })
  await step('and once for her clinician', async () => {
    await to(desk, `${base}/practice`)
    each(await logs(desk, theirs))
  })
  await step('of what she wrote nothing lies on the phone in the clear', async () => {
    await phone.context().close()
    for (const canary of ['canaryseven', 'canaryeight']) assert.deepEqual(filesWith(canary), [], canary)
  })
})

// Last: the links of the sample practice go with the server.
test('a week on the phone with the network off for three days: everything is sent once, and only sealed until then', async () => {
  chromium.forgive(offline)
  let phone = await chromium.phoneAt(join(folder, 'hanna'))
  await comes(phone, 'Hanna')

  await step('before she chooses it nothing is kept on the phone', async () => {
    assert.equal((await phone.evaluate(() => navigator.serviceWorker.getRegistrations())).length, 0)
    assert.deepEqual(await phone.evaluate(() => caches.keys()), [])
    await to(phone, '/my/phone')
    await fitsItsWidth(phone)
    await axe(phone)
    await screen(phone, 'away-choose', true)
  })
  await step('she uses it on this phone, with a code', async () => {
    await use(phone)
    assert.ok((await held(phone, 'pages')) >= 6, 'pages are kept')
    await screen(phone, 'away-chosen', true)
    await to(phone, '/my/log')
    await phone.getByRole('group', { name: 'Mood' }).locator('label', { hasText: /^6$/ }).tap()
    await press(phone, 'Keep it')
    await reads(phone, 'Noted.')
    await sleep(1500)
  })

  await practice.crash()
  await step('the first day: This week opens, and what she notes waits', async () => {
    await to(phone, '/my/week')
    await sees(phone, 'This week')
    await phone.getByText('No network.').waitFor()
    await fitsItsWidth(phone)
    await axe(phone)
    await screen(phone, 'away-week')
    await note(phone, 'canaryone by the weir', '4')
    await axe(phone)
    await screen(phone, 'away-outbox', true)
    await to(phone, '/my/markers/new')
    await phone.getByLabel('One line, if you like').fill('canarytwo in the kitchen')
    await phone.getByLabel('A word of your own').fill('Relief')
    await press(phone, 'Notice with my word')
    await phone.getByText('Nobody has read it yet').waitFor()
    await holds(phone, 'box', 2)
  })
  await step('what is not on the phone says so, and Help now opens', async () => {
    await to(phone, '/my/record/use')
    await sees(phone, 'This needs a network')
    await press(phone, 'Help now')
    await sees(phone, 'Help now')
    assert.equal(await phone.evaluate(() => document.body.dataset['whose'] ?? ''), '')
  })
  await step('she answers the questions, and is told that nobody has read them', async () => {
    await to(phone, '/my/week')
    await press(phone, /^(Answer|Go on)$/)
    for (const send = phone.getByRole('button', { name: 'Send my answers' }); !(await send.isVisible()); ) await answer(phone, 'Several days')
    await answer(phone, 'Several days')
    await press(phone, 'Send my answers')
    await phone.getByText('Nobody has read it yet').waitFor()
    await phone.getByRole('link', { name: 'Help now' }).first().waitFor()
    await holds(phone, 'box', 3)
  })

  await step('the phone is switched off: on it is nothing that can be read', async () => {
    await phone.evaluate(() => localStorage.setItem('control', 'canarycontrol'))
    await sleep(300)
    await phone.context().close()
    assert.notEqual(filesWith('canarycontrol').length, 0, 'the search finds what is there')
    for (const canary of ['canaryone', 'canarytwo', 'Several days', 'Note how today is', 'by the weir']) assert.deepEqual(filesWith(canary), [], canary)
  })
  await step('the second day it is locked: its code opens it, and no other', async () => {
    phone = await chromium.phoneAt(join(folder, 'hanna'))
    await phone.goto(practice.url + '/my/week')
    await sees(phone, 'This week') // switched on again at once, it is open still
    await passes(phone, 31)
    await to(phone, '/my/week')
    await sees(phone, 'Locked on this phone')
    await fitsItsWidth(phone)
    await axe(phone)
    await screen(phone, 'away-locked')
    await phone.getByLabel('Code for this phone').fill('green kettle 42')
    await press(phone, 'Open it')
    await phone.getByText('That is not the code of this phone.').waitFor()
    assert.doesNotMatch(await words(phone), /Mood|week ahead/)
    await phone.getByLabel('Code for this phone').fill(code)
    await press(phone, 'Open it')
    await sees(phone, 'This week')
  })
  await step('twice the same day, and the clock two days off', async () => {
    await note(phone, 'canarythree at noon', '5', day(-2))
    await note(phone, 'canaryfour in the evening', '7', day(-2))
    await note(phone, 'canaryfive tomorrow and tomorrow', '8', day(2))
    await holds(phone, 'box', 6)
  })
  await step('the clock goes back: the phone locks', async () => {
    await passes(phone, -2 * 24 * 60)
    await to(phone, '/my/log')
    await sees(phone, 'Locked on this phone')
    await phone.getByLabel('Code for this phone').fill(code)
    await press(phone, 'Open it')
    await sees(phone, /How/)
  })
  await step('what cannot wait says so, and keeps the words', async () => {
    await to(phone, '/my/week')
    await phone.evaluate(() => {
      const form = document.createElement('form')
      form.method = 'post'
      form.action = '/my/account-of-nobody'
      const field = document.createElement('textarea')
      field.name = 'words'
      field.autocomplete = 'off' // as in every form of ours that is kept
      field.value = 'canarysix about a bill'
      form.append(field)
      document.body.append(form)
      form.submit()
    })
    await phone.getByText('This needs the network and was not sent').waitFor()
    await holds(phone, 'box', 7)
  })

  await practice.restart()
  await step('the network is back and her sign-in has run out: nothing is sent, nothing lost', async () => {
    await to(phone, '/my/outbox')
    await phone.getByText('Waits for the network.').first().waitFor()
    await phone.getByRole('button', { name: 'Send it now' }).click()
    await phone.getByText('You have been signed out.').waitFor()
    await holds(phone, 'box', 7)
    await press(phone, 'Sign in')
  })
  await step('she signs in, and everything is sent once', async () => {
    await signIn(phone, 'Hanna')
    await phone.waitForURL(/\/my\/answers\//, { timeout: 20_000 }) // judged now, so it is shown at once
    await to(phone, '/my/outbox')
    await phone.getByText('This needs the network and was not sent').waitFor()
    assert.equal(await held(phone, 'box'), 2, `but for what cannot wait, and what meets something else:\n${await words(phone)}`)
    await screen(phone, 'away-outbox-stopped', true)
    const stopped = phone.getByRole('listitem').filter({ hasText: 'This needs the network' })
    await stopped.locator('summary').click()
    assert.equal(await stopped.getByRole('textbox', { name: 'What you wrote' }).inputValue(), 'canarysix about a bill')
    await stopped.getByRole('button', { name: 'Throw it away' }).click()
    await press(phone, 'Yes, throw it away for good')
  })
  await step('the day after tomorrow is today, where another note stands: both are shown, and she decides', async () => {
    await phone.getByText('Something else is there meanwhile.').waitFor()
    await press(phone, 'Look at it again')
    await sees(phone, /./)
    assert.match(await words(phone), /canaryone by the weir/)
    assert.equal(await phone.getByLabel('A line of your own').inputValue(), 'canaryfive tomorrow and tomorrow')
    await press(phone, 'Keep it')
    await reads(phone, 'Noted.')
    await to(phone, '/my/outbox')
    await press(phone, 'Throw it away')
    await press(phone, 'Yes, throw it away for good')
    await reads(phone, 'Nothing waits here.')
  })
  await step('each stands where it belongs', async () => {
    await to(phone, `/my/log?day=${day(-2)}`)
    assert.equal(await phone.getByLabel('A line of your own').inputValue(), 'canaryfour in the evening')
    await to(phone, '/my/log')
    assert.equal(await phone.getByLabel('A line of your own').inputValue(), 'canaryfive tomorrow and tomorrow')
    await to(phone, '/my/together')
    assert.equal((await words(phone)).match(/canarytwo in the kitchen/g)?.length, 1)
  })
  await step('she leaves in a hurry: nothing opens without the network', async () => {
    await to(phone, '/my/week')
    await phone.locator('a[data-leave]').first().click()
    await phone.waitForURL(/^(?!.*\/my\/)/)
    await practice.crash()
    await phone.goto(practice.url + '/my/week')
    await sees(phone, 'Locked on this phone')
    await practice.restart()
  })
  await step('she takes it off, and nothing is left', async () => {
    await to(phone, '/my/week')
    await to(phone, '/my/phone')
    await press(phone, 'Take it off this phone')
    await phone.getByText('Taken off.').waitFor()
    assert.equal((await phone.evaluate(() => navigator.serviceWorker.getRegistrations())).length, 0)
    assert.deepEqual(await phone.evaluate(() => caches.keys()), [])
    for (const store of ['phones', 'pages', 'box', 'open']) assert.equal(await held(phone, store), 0, store)
    await phone.context().close()
    for (const canary of ['canaryone', 'canaryfour', 'canaryfive', 'canarysix', 'Several days']) assert.deepEqual(filesWith(canary), [], canary)
  })
})
