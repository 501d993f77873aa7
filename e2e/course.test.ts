// The whole course: a clinician thinks a signal through and notes that it was talked about, opens a detour and closes it,
// and the client notes what happened and asks what is usual for others.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { browser, fitsItsWidth, noSeriousAxe } from './browser.ts'
import { as, press, reads, sees, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

test('a signal is thought through, talked about, and then quiet', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await press(desk, 'Clients')
  await press(desk, 'Sofia Lind')
  await desk.getByRole('link', { name: 'The course', exact: true }).click()
  await sees(desk, 'The course')
  const signal = desk.getByRole('region', { name: 'A signal is open' })
  await signal.getByText('Worth talking about together').waitFor()
  await noSeriousAxe(desk)
  await signal.getByRole('link', { name: 'Think it through' }).click()
  await sees(desk, 'Worth talking about')
  await noSeriousAxe(desk)
  await desk.getByLabel('Who stands by them').fill('Her sister could know a little more')
  await press(desk, 'We talked about it')
  await sees(desk, 'The course')
  await reads(desk, 'Noted: you talked about it.')
  await reads(desk, /(Slower than most|Worse than at the start), .* Talked about on .*, noted by you\./)
  assert.equal(await signal.count(), 0, 'the signal is still open')
  await desk.getByText('What was noted then').first().click()
  await desk.getByText('Her sister could know a little more').waitFor()

  await press(desk, 'Open a detour, follow it, or lead back')
  await sees(desk, 'Detours')
  await desk.getByText('Open a detour', { exact: true }).click()
  await desk.getByLabel('What to call it').fill('The flat')
  await desk.getByLabel('The reason').fill('Where to live comes first')
  await press(desk, 'Open the detour')
  await reads(desk, 'The detour is open. The goals stay where they are')
  await desk.getByText('Back on the way', { exact: true }).click()
  await desk.getByLabel('What is different now').fill('The keys are there')
  await press(desk, 'Close the detour')
  await reads(desk, 'Back on the way. The detour stays a part of it.')
  await reads(desk, 'The keys are there')
  await noSeriousAxe(desk)
})

test('a client notes what happened, sees their own line, and others only when they ask', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  await to(phone, '/my/course')
  await sees(phone, 'My course')
  assert.doesNotMatch(await words(phone), /8 in 10|slower|percent/i)
  await phone.getByText('Note something that happened').click()
  await phone.getByLabel('What it was').fill('My aunt moved in')
  await press(phone, 'Note it')
  await reads(phone, 'Noted. It stands beside your line.')
  await reads(phone, 'My aunt moved in')
  await noSeriousAxe(phone)
  await fitsItsWidth(phone)
  await phone.getByRole('link', { name: 'see what is usual for others' }).first().click()
  await sees(phone, 'What is usual for others')
  await reads(phone, 'It is no forecast for you')
  await noSeriousAxe(phone)
  await fitsItsWidth(phone)
})

test('the course stands on a phone at night as well', async () => {
  const phone = await as(await chromium.asPhone({ dark: true }), practice.link('clinician', 'Miriam Adler'))
  await press(phone, 'Clients')
  await press(phone, 'Nora Whitfield')
  await phone.getByRole('link', { name: 'The course', exact: true }).click()
  await sees(phone, 'The course')
  await reads(phone, 'Dad came to hospital')
  await noSeriousAxe(phone)
  await fitsItsWidth(phone)
})
