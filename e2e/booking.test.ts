// Times for sessions: an offered time that became free, booking on a phone, losing a time to somebody quicker without
// losing a word, moving, cancelling early and late with the practice's policy at that moment, waiting for a time, and
// seeing times by one's own clocks, also without script.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, letter, press, reads, sees, step, to, words } from './people.ts'
import { join } from 'node:path'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** The open times on the page, as they are read. */
async function open(page: Page): Promise<string[]> {
  const all = await page.locator('label.answer:has(input[name=time])').allTextContents()
  return all.map((text) => text.replace(/\s+/g, ' ').trim())
}

/** Nothing is wrong on the page, looked at from its end: there the bar of a phone covers nothing that can be touched. */
async function noFault(page: Page): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await noSeriousAxe(page)
}

/** Chooses the time with these words. */
async function choose(page: Page, time: string): Promise<void> {
  await page.locator('label.answer:has(input[name=time])').filter({ hasText: time }).first().click()
}

test('a time that became free is offered, and taken instead of a later one', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))
  await reads(phone, 'is offered to you.')
  await press(phone, 'Look at it')
  await sees(phone, 'Times')
  await reads(phone, 'A time became free')
  await noFault(phone)
  await fitsItsWidth(phone)
  await screen(phone, 'times', true)
  await phone.getByRole('button', { name: 'Take it instead' }).focus()
  await phone.keyboard.press('Enter')
  await reads(phone, 'Moved.')
  assert.doesNotMatch(await words(phone), /A time became free|In the line since/)
})

test('two want one time, a session is moved and cancelled, and who waits is told', async () => {
  const phone = await as(await chromium.asPhone({ dark: true }), practice.link('client', 'Priya Shah'))
  const desk = await as(await chromium.asDesk(), practice.link('client', 'Daniel Okafor'))
  let wanted = ''

  await step('one is quicker, and the other keeps what they wrote and is shown the nearest times', async () => {
    await press(phone, 'Times for sessions')
    await sees(phone, 'Times')
    await to(desk, '/my/times')
    for (const page of [phone, phone, desk, desk]) await press(page, 'A later week') // where moving is early
    const all = await open(phone)
    wanted = all[1] ?? ''
    assert.ok(wanted, `open: ${all.join('; ')}`)
    await choose(phone, wanted)
    await phone.getByLabel('A few words').fill('By video, if you can.\nI am on the train.')
    await choose(desk, wanted)
    await press(desk, 'Book it')
    await reads(desk, 'Booked. It stands among your sessions.')
    await press(phone, 'Book it')
    await reads(phone, 'somebody was a little quicker')
    await reads(phone, 'The nearest that are free')
    assert.equal(await phone.getByLabel('A few words').inputValue(), 'By video, if you can.\nI am on the train.')
    await noFault(phone)
    await fitsItsWidth(phone)
    await screen(phone, 'times-taken', true)
    const near = await open(phone)
    assert.ok(!near.includes(wanted), near.join('; '))
    await choose(phone, near[0] ?? '')
    await press(phone, 'Book it')
    await reads(phone, 'Booked. It stands among your sessions.')
    await reads(phone, 'I am on the train.')
  })

  await step('it is moved by keyboard, and then cancelled while that is early', async () => {
    const own = phone.getByRole('listitem').filter({ hasText: 'I am on the train.' })
    await own.getByRole('link', { name: 'Move' }).focus()
    await phone.keyboard.press('Enter')
    await sees(phone, 'Move a session')
    await reads(phone, /You can move it yourself until/)
    await noFault(phone)
    for (let week = 0; week < 2; week++) await press(phone, 'A later week')
    await phone.locator('input[name=time]').first().focus()
    await phone.keyboard.press('Space')
    await phone.getByRole('button', { name: 'Move it here' }).focus()
    await phone.keyboard.press('Enter')
    await reads(phone, 'Moved.')
    await own.getByRole('link', { name: 'Cancel' }).click()
    await sees(phone, 'Cancel a session')
    await reads(phone, 'nothing follows from cancelling now')
    assert.doesNotMatch(await words(phone), /half the fee/)
    await press(phone, 'Cancel it')
    await reads(phone, 'Another time can be found below.')
  })

  await step('somebody else waits for a time', async () => {
    await to(desk, '/my/times')
    await desk.getByText('Wait for a time', { exact: true }).first().click()
    await desk.getByRole('radio', { name: 'Any time that becomes free' }).check()
    for (const day of ['Saturday', 'Sunday']) await desk.getByRole('checkbox', { name: day }).check()
    await noFault(desk)
    await press(desk, 'Wait for a time')
    await reads(desk, 'You are in the line.')
  })

  await step('cancelling late says what follows before it is done, without blame', async () => {
    await to(phone, '/my/times')
    const soon = (await open(phone))[0] ?? ''
    await choose(phone, soon)
    await press(phone, 'Book it')
    await reads(phone, 'Booked. It stands among your sessions.')
    const own = phone.getByRole('listitem').filter({ hasText: soon })
    await own.getByRole('link', { name: 'Cancel' }).click()
    await reads(phone, 'which counts as late')
    await reads(phone, 'We ask for half the fee')
    await phone.getByLabel('A few words').fill('I have a fever.')
    await noFault(phone)
    await fitsItsWidth(phone)
    await screen(phone, 'times-late', true)
    await press(phone, 'Cancel it')
    await reads(phone, 'Another time can be found below.')
  })

  await step('the freed time is offered to who waits, by a letter that says nothing', async () => {
    const text = await letter(join(practice.data, 'mail'), 'daniel@example.org', 'Something you wait for may be there')
    assert.doesNotMatch(text, /Daniel|Miriam|therapy|session|Linden/i)
    await to(desk, '/my/week')
    await reads(desk, 'is offered to you.')
    await press(desk, 'Look at it')
    await screen(desk, 'times-offer')
    await press(desk, 'Not this one')
    await reads(desk, 'Your place in the line stays yours.')
    await press(desk, 'Leave the line')
    await reads(desk, 'You are not in the line any more.')
  })

  await step('who works with them reads who waits, and what was cancelled late and why', async () => {
    const miriam = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
    await to(miriam, '/waiting')
    await reads(miriam, /Priya cancelled .*, later than the policy asks for/)
    await reads(miriam, 'I have a fever.')
    await noFault(miriam)
    await screen(miriam, 'waiting')
    await miriam.getByRole('link', { name: /Priya cancelled .* later/ }).click()
    await sees(miriam, 'Times')
    await reads(miriam, 'Priya Shah')
    await noFault(miriam)
  })
})

test('times are shown by one’s own clocks, suggested by the device and chosen without script', async () => {
  const plain = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Nora Whitfield'))
  await to(plain, '/my/times')
  await plain.getByLabel('Show times by').selectOption('America/New_York')
  await press(plain, 'Show times so')
  await reads(plain, /at the practice/)
  await fitsItsWidth(plain)

  const phone = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  await to(phone, '/my/times')
  await reads(phone, /This device keeps the clocks of/)
  await noFault(phone)
  await press(phone, 'Choose them')
  await reads(phone, 'That is how you see times from now on.')
  assert.doesNotMatch(await words(phone), /at the practice\)/)
})

test('those who manage the practice decide how it books', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('manager'))
  await to(desk, '/practice')
  await press(desk, 'Decide it')
  await sees(desk, 'Booking and cancelling')
  await noFault(desk)
  await screen(desk, 'booking-policy')
  await desk.getByLabel('Hours of notice').fill('soon')
  await press(desk, 'Keep it')
  await reads(desk, 'Write a whole number.')
  await desk.getByLabel('Hours of notice').fill('24')
  await press(desk, 'Keep it')
  await reads(desk, 'Kept. It holds from now on.')
})
