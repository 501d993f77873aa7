// Practice between sessions from both sides: suggested, made smaller, put off, left, a third that asks; a week of saying
// how it went, "not this week" among it; one line in return; and the clinician's page.

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

/** Suggests one exercise of the library, in words for this person. */
async function suggests(desk: Page, base: string, exercise: string, title: string): Promise<void> {
  await to(desk, `${base}/practice/new?exercise=${exercise}`)
  await desk.getByLabel('What it is called').fill(title)
  await press(desk, 'Suggest it')
  await reads(desk, 'Suggested. It is theirs to agree to, to change, or to leave.')
}

test('practice is agreed on, made smaller, logged and answered', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))
  let base = ''

  await step('a client’s places are five, and Practice is one of them', async () => {
    const places = await phone.getByRole('navigation', { name: 'Main' }).getByRole('listitem').allInnerTexts()
    assert.deepEqual(places.map((text) => text.replace(/\s+/g, ' ').trim()), ['This week', 'Practice', 'Journal', 'The way', 'My record'])
    await press(phone, 'Practice')
    await sees(phone, 'Practice')
    await reads(phone, 'Nothing is agreed for today, and that is fine.')
    await looksWell(phone)
  })

  await step('the clinician suggests two things, and a third asks first', async () => {
    await to(desk, '/clients')
    await desk.getByRole('link', { name: /Jonas Brandt/ }).first().click()
    base = new URL(desk.url()).pathname
    await press(desk, 'Practice')
    await sees(desk, 'Practice')
    await press(desk, 'Suggest something')
    await noSeriousAxe(desk)
    await suggests(desk, base, 'one-step', 'Two stops on the tram')
    await suggests(desk, base, 'breathing', 'Breathing in the evening')
    await to(desk, `${base}/practice/new?exercise=kind-minute`)
    await desk.getByLabel('Why this').fill('Because of Friday')
    await press(desk, 'Suggest it')
    await reads(desk, 'Does this call for a tool, or for presence?')
    assert.equal(await desk.getByLabel('Why this').inputValue(), 'Because of Friday')
    await desk.getByRole('radio', { name: 'For presence' }).check()
    await press(desk, 'Suggest it')
    await reads(desk, 'it called for presence')
  })

  await step('the client makes one smaller, takes one up, and leaves one without a reason', async () => {
    await to(phone, '/my/practice')
    const parts = phone.getByRole('region')
    await parts.filter({ hasText: 'Two stops on the tram' }).getByRole('link', { name: 'Look at it first' }).click()
    await sees(phone, 'Two stops on the tram')
    await phone.getByText('Make it smaller', { exact: true }).click()
    await phone.getByLabel('What would be small enough?').fill('One stop, standing at the door')
    await press(phone, 'Make it this small')
    await reads(phone, 'Smaller now. Small is enough.')
    await looksWell(phone)
    await screen(phone, 'practice-one', true)
    await to(phone, '/my/practice')
    await parts.filter({ hasText: 'Breathing in the evening' }).getByRole('button', { name: 'Take it up' }).click()
    await reads(phone, 'It is yours now.')
    await to(phone, '/my/practice')
    await press(phone, 'Look at it')
    await reads(phone, 'Does this call for a tool, or for presence?')
    await press(phone, 'Not this one')
    await reads(phone, 'Not this one, then. That is all right, and nobody asks why.')
  })

  await step('on a day with little strength the smallest step is enough', async () => {
    await press(phone, 'Little strength today: only the smallest step')
    await reads(phone, 'Only you know that you chose this.')
    await reads(phone, 'For today, the smallest step')
    await looksWell(phone)
    await screen(phone, 'practice-today', true)
    await press(phone, 'As usual after all')
  })

  await step('This week has it, and every answer counts the same', async () => {
    await press(phone, 'This week')
    const folded = phone.getByText(/more, if you like$/) // a free time and a questionnaire may come first
    if (await folded.isVisible()) await folded.click()
    await reads(phone, 'For today, if it suits you')
    const buttons = phone.getByRole('group', { name: 'How did it go?' }).getByRole('button')
    const sizes = await buttons.evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().width)))
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `not alike: ${sizes.join(', ')}`)
    assert.equal(await phone.locator('.card').filter({ hasText: 'For today, if it suits you' }).locator('.btn-main').count(), 0)
    await looksWell(phone)
    await press(phone, 'Not this week')
    await reads(phone, 'Not this week, then. That counts the same.')
  })

  await step('a stretch is planned with what is expected, and laid beside what happened', async () => {
    await to(phone, '/my/practice')
    await phone.getByRole('link', { name: 'Two stops on the tram' }).or(phone.getByRole('link', { name: /Do it here/ })).first().click()
    if (!/Two stops/.test(await phone.getByRole('heading', { level: 1 }).innerText())) {
      await to(phone, '/my/practice')
      await phone.getByRole('link', { name: 'Two stops on the tram' }).first().click()
      if (/logs/.test(phone.url())) await to(phone, phone.url().replace(/\/logs\/.*/, ''))
    }
    await reads(phone, 'It may feel uneasy at first; that is part of it.')
    await phone.getByLabel('What do you fear will happen?').fill('Everybody will look at me')
    await press(phone, 'Keep this, and do it later')
    await reads(phone, 'When you have tried it, you can put down here how it went.')
    await reads(phone, 'You planned this')
    await phone.getByLabel('What happened?').fill('A boy looked, and then at his phone')
    await phone.getByRole('radio', { name: 'Otherwise than I expected' }).check()
    await phone.getByRole('radio', { name: 'I tried' }).check()
    await press(phone, 'Keep this')
    await reads(phone, 'A boy looked, and then at his phone') // as words, and no longer in a field
    await reads(phone, 'Kept.')
    await reads(phone, 'Everybody will look at me')
    await looksWell(phone)
    await screen(phone, 'practice-logged', true)
  })

  await step('what was wrong comes back with everything that was typed, and words can stay the client’s own', async () => {
    await press(phone, 'Keep this')
    await reads(phone, 'How did it go? Each of these counts the same.')
    await phone.getByLabel('Anything else').fill('It rained, and I was glad of that')
    await phone.locator('summary', { hasText: 'When it was' }).click()
    await phone.getByRole('radio', { name: 'Another day' }).check()
    await phone.getByRole('radio', { name: 'Part of it' }).check()
    await press(phone, 'Keep this')
    await reads(phone, 'Please choose a day, or leave it out.')
    assert.equal(await phone.getByLabel('Anything else').inputValue(), 'It rained, and I was glad of that')
    await phone.getByRole('radio', { name: 'Leave it out' }).check()
    await phone.getByLabel('What I wrote is for me alone').check()
    await press(phone, 'Keep this')
    await reads(phone, 'What you wrote is for you alone.')
  })

  await step('the clinician sees effort and effect, no words that are not for them, and answers with a line', async () => {
    await to(desk, `${base}/practice`)
    const page = await words(desk)
    assert.doesNotMatch(page, /It rained/)
    assert.doesNotMatch(page, /\d\d:\d\d/, 'a time finer than the client allows')
    await reads(desk, 'What was written is the client’s own.')
    await reads(desk, 'Not taken up')
    await reads(desk, 'Everybody will look at me')
    const log = desk.getByRole('listitem').filter({ hasText: 'A boy looked' }).last()
    await log.getByText('Answer with a line').click()
    await log.getByLabel('One line').fill('You were on the tram')
    await log.getByRole('button', { name: 'Keep the line' }).click()
    await reads(desk, 'They see your line beside what they noted.')
    await noSeriousAxe(desk)
    await fitsItsWidth(desk)
    await screen(desk, 'practice-desk', true)
    await to(desk, '/exercises/used')
    assert.doesNotMatch(await words(desk), /Jonas|Nora|Elias/)
    await noSeriousAxe(desk)
  })

  await step('the line stands beside the log, and letting go needs one tap', async () => {
    await to(phone, '/my/practice')
    await reads(phone, 'You were on the tram')
    await phone.getByRole('link', { name: /Do it here|Once more/ }).click()
    await press(phone, 'Let it go')
    await reads(phone, 'Let go. It stays below, in case you want it back.')
  })
})
