// A session from both sides: what they bring beforehand, with something that stays closed until it is opened there; the
// quiet page while it runs; what is decided; and what the client reads afterwards.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** Looks at the whole of a page on a phone: at its end, where nothing lies under the bar. */
async function looksWell(page: Page): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await noSeriousAxe(page)
  await fitsItsWidth(page)
}

/** Brings something to the next session, as the form on the page has it. */
async function brings(page: Page, text: string, how?: string): Promise<void> {
  const form = page.getByRole('form', { name: 'Bring something to the session' })
  await form.getByRole('textbox').fill(text)
  if (how) await form.getByRole('radio', { name: how }).check()
  await form.getByRole('button', { name: 'Bring it' }).click()
  await reads(page, 'It waits for the session.')
}

test('a session goes from what both bring to what is read afterwards', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))

  await step('on the phone "nothing yet" is as near as something, and something can be for the session only', async () => {
    await to(phone, '/my/week')
    await press(phone, 'What you would like to talk about')
    await sees(phone, 'Your next session')
    await looksWell(phone)
    await press(phone, 'Nothing yet')
    await reads(phone, 'You have nothing yet, and that is fine.')
    await brings(phone, 'The sofa, and getting up from it')
    await brings(phone, 'I have not told my mother that I come here', 'only I open it')
    await reads(phone, 'Opened in the session only, by you.')
    await looksWell(phone)
    await screen(phone, 'session-brought', true)
  })

  await step('words that come back too long are still there', async () => {
    const form = phone.getByRole('form', { name: 'Bring something to the session' })
    await form.getByRole('textbox').evaluate((e) => e.removeAttribute('maxlength')) // a browser that does not keep to it
    await form.getByRole('textbox').fill('ä'.repeat(2001))
    await press(phone, 'Bring it')
    await reads(phone, 'That is longer than fits here')
    assert.equal((await form.getByRole('textbox').inputValue()).length, 2001)
    await to(phone, '/my/session')
  })

  // A colleague without appointments of their own is brought in, so that the hour can be any hour.
  const james = await as(await chromium.asDesk(), practice.link('clinician', 'James Obi'))
  let record = ''
  await step('a colleague is brought in', async () => {
    await press(desk, 'Clients')
    await press(desk, 'Jonas Brandt')
    record = new URL(desk.url()).pathname
    await to(desk, record + '/team')
    await desk.getByLabel('Bring in a colleague', { exact: true }).last().selectOption({ label: 'James Obi' })
    await press(desk, 'Bring them in')
    await reads(desk, 'James Obi')
  })

  await step('at the desk the hard thing is announced and stays closed', async () => {
    await to(james, record)
    await james.locator('nav.tabs').getByRole('link', { name: 'Sessions' }).click()
    await sees(james, 'Sessions')
    await reads(james, 'The sofa, and getting up from it')
    await reads(james, 'Something for the session only. Jonas opens it, or says it, or leaves it.')
    assert.doesNotMatch(await james.content(), /my mother/)
    await james.getByText('Bring something', { exact: true }).click()
    await brings(james, 'How the first week was')
    await noSeriousAxe(james)
    await screen(james, 'sessions')
  })

  await step('a session begins without an appointment, with a quiet page and the frame for both', async () => {
    await james.getByText('Begin one now, without an appointment').click()
    await james.getByLabel('For', { exact: true }).selectOption('25')
    await press(james, 'Begin now')
    await reads(james, /^Until \d\d:\d\d$/)
    await reads(james, 'About 25 minutes are left.')
    assert.equal(await james.locator('nav.tabs').count(), 0)
    await noSeriousAxe(james)
    await fitsItsWidth(james)
    await screen(james, 'session-running')
    await to(phone, '/my/session')
    await sees(phone, 'Your session, now')
    await reads(phone, 'About 25 minutes are left.')
    await looksWell(phone)
    await screen(phone, 'session-running', true)
  })

  const session = new URL(james.url()).pathname
  await step('the client opens it, and the page at the desk says that something has changed', async () => {
    await press(phone, 'Open it now')
    await reads(phone, 'Opened. Both of you can read it now.')
    const told = (await (await james.request.get(practice.url + session + '/now', { headers: { accept: 'application/json' } })).json()) as { left: string; mark: string }
    assert.notEqual(told.mark, await james.locator('[data-hour]').getAttribute('data-mark'))
    assert.match(told.left, /minutes are left/)
    await james.reload()
    await reads(james, 'I have not told my mother that I come here')
    await james.locator('.things > li', { hasText: 'my mother' }).getByRole('button', { name: 'We talked about it' }).click()
    await reads(james, 'Talked about')
  })

  await step('what is typed survives a page that is left, and is kept with the end of the session', async () => {
    await james.getByLabel('What was decided').fill('We begin with the mornings')
    await james.getByRole('textbox', { name: 'Jonas' }).fill('Up at eight, twice')
    await james.getByRole('textbox', { name: 'You', exact: true }).fill('Bring the sheet about mornings')
    await james.getByLabel('What stays open').fill('Whether to tell her')
    await james.getByLabel('One calming thing to leave with').fill('The kettle, before anybody is up')
    await james.waitForTimeout(400)
    await james.reload()
    assert.equal(await james.getByLabel('One calming thing to leave with').inputValue(), 'The kettle, before anybody is up')
    await press(james, 'Keep it and end the session')
    await reads(james, 'What both of you took along')
    await reads(james, 'We begin with the mornings')
    await james.getByText('What it was meant for, tools, and what happened instead').click()
    await james.getByRole('radio', { name: 'Presence' }).check()
    await james.getByLabel('From the methods').selectOption({ label: 'Activity scheduling' })
    await james.getByLabel('What became of it').first().selectOption({ label: 'Let go' })
    await james.getByLabel('What happened instead').fill('He said it, and then we were quiet for a while')
    await press(james, 'Note it')
    await reads(james, 'Presence. Activity scheduling (let go)')
    await noSeriousAxe(james)
    await screen(james, 'session-over')
  })

  await step('the client reads what was decided, and nothing of the other side', async () => {
    await to(phone, '/my/sessions')
    await reads(phone, 'With what was decided')
    await looksWell(phone)
    await screen(phone, 'my-sessions', true)
    await phone.getByRole('link', { name: /^Today at/ }).tap()
    for (const text of ['We begin with the mornings', 'Up at eight, twice', 'Bring the sheet about mornings', 'Whether to tell her', 'The kettle, before anybody is up'])
      await reads(phone, text)
    assert.doesNotMatch(await words(phone), /quiet for a while|Activity scheduling/)
    await looksWell(phone)
    await screen(phone, 'session-read', true)
    await to(phone, '/my/session')
    await reads(phone, 'The sofa, and getting up from it')
    await reads(phone, 'From last time')
  })
})
