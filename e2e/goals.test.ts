// What the work is for: somebody who has no goal yet is invited to one, proposes it on a phone, both agree, words cross a
// signature, and numbers and milestones stand on the course.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, wholeAxe } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

const goal = 'Ring my brother when I am sad'

/** The client's page of what they are working towards, from This week. */
async function towards(phone: Page): Promise<void> {
  await to(phone, '/my/week')
  await press(phone, 'What you are working towards')
  await sees(phone, 'What you are working towards')
}

test('a goal is proposed on the phone, agreed at the desk, worded anew across a signature, rated and drawn', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))

  await step('before the third session both are invited, and nobody is pressed', async () => {
    await sees(phone, 'This week')
    const folded = phone.getByText(/more, if you like$/) // it can wait longest of what is offered
    if (await folded.isVisible()) await folded.click()
    await reads(phone, 'Your third session is near.')
    await press(desk, 'Clients')
    await press(desk, 'Jonas Brandt')
    await reads(desk, 'The third session nears, and no goal is agreed.')
  })

  await step('the client writes down the life they want, and a goal, by keyboard', async () => {
    await towards(phone)
    await wholeAxe(phone)
    await fitsItsWidth(phone)
    await press(phone, 'Write it down')
    await phone.getByLabel('In your own words').fill('Evenings that are not only over.\n\nMy brother at the table.')
    await press(phone, 'Keep it')
    await reads(phone, 'My brother at the table.')
    await press(phone, 'Write a goal')
    await sees(phone, 'A goal, in your words')
    await wholeAxe(phone)
    await phone.getByLabel('What should be different?').focus()
    await phone.keyboard.type(goal)
    await phone.keyboard.press('Tab')
    await phone.keyboard.type('He says that I rang first, once a week.')
    await phone.getByText('Words for its scale, if you like').click()
    await phone.getByLabel('0 means', { exact: true }).fill('I ring nobody')
    await phone.getByLabel('10 means').fill('I ring, and it is easy')
    await press(phone, 'Propose this goal')
    await sees(phone, 'What you are working towards')
    await reads(phone, goal)
    assert.doesNotMatch(await words(phone), /I agree to these words/)
  })

  await step('the clinician reads it and agrees', async () => {
    await desk.reload()
    await reads(desk, 'Waits for your word')
    await press(desk, 'Goals')
    await sees(desk, 'What Jonas is working towards')
    await noSeriousAxe(desk)
    await reads(desk, 'Evenings that are not only over.')
    await press(desk, 'I agree to these words')
    await reads(desk, 'Agreed by both today.')
    await towards(phone)
    await reads(phone, 'Agreed by both today.')
  })

  await step('while the client words it anew, the clinician does too: both texts are shown', async () => {
    await press(desk, goal)
    await press(desk, 'Change the words')
    await press(phone, goal)
    await press(phone, 'Change the words')
    await phone.getByLabel('What should be different?').fill('Ring my brother once a week')
    await press(phone, 'Propose these words')
    await reads(phone, 'New words are proposed')
    await desk.getByLabel('What should be different?').fill('Ring somebody when I am sad')
    await press(desk, 'Propose these words')
    await sees(desk, 'Both wordings')
    await reads(desk, 'Ring my brother once a week')
    assert.equal(await desk.getByLabel('What should be different?').inputValue(), 'Ring somebody when I am sad')
    await noSeriousAxe(desk)
  })

  await step('a yes that crosses an edit shows both, too, and nothing was agreed', async () => {
    await to(phone, phone.url().split('?')[0] + '/change')
    await phone.getByLabel('What should be different?').fill('Ring Paul once a week')
    await press(phone, 'Propose these words')
    await reads(phone, 'Ring Paul once a week')
    await press(desk, 'I agree to these words')
    await sees(desk, 'Both wordings')
    await reads(desk, 'Ring Paul once a week')
    assert.equal(await desk.getByLabel('What should be different?').inputValue(), 'Ring my brother once a week')
    await press(desk, 'I agree to these words')
    await sees(desk, 'What Jonas is working towards')
    await reads(desk, 'Ring Paul once a week')
    await towards(phone)
    await reads(phone, 'Agreed by both today.')
    await reads(phone, 'Ring Paul once a week')
  })

  await step('a number by the client and a milestone, with one hand', async () => {
    await press(phone, 'Say how far it is')
    await sees(phone, 'Ring Paul once a week')
    await wholeAxe(phone)
    await fitsItsWidth(phone)
    await phone.getByRole('group', { name: 'How far is it?' }).getByRole('radio', { name: '3', exact: true }).tap()
    await press(phone, 'Note the number')
    await reads(phone, 'You said 3 of 10')
    await phone.getByText('Set a milestone').tap()
    await phone.getByLabel('What it is').fill('Looked up his number')
    await press(phone, 'Set it')
    await phone.getByText('It is reached', { exact: true }).tap()
    await phone.getByLabel('In a few words').fill('It was in the old phone')
    await press(phone, 'Note it')
    await reads(phone, 'It was in the old phone')
  })

  await step('in the session a number is entered with whose word it is', async () => {
    await press(desk, 'Ring Paul once a week')
    await reads(desk, 'Jonas said 3 of 10')
    await desk.getByRole('group', { name: 'How far is it?' }).getByRole('radio', { name: '4', exact: true }).check()
    await desk.getByRole('radio', { name: 'You found it together' }).check()
    await press(desk, 'Note the number')
    await reads(desk, 'Together you found 4 of 10')
    await reads(desk, 'It was in the old phone')
  })
})

test('goals stand on the course, before questionnaires for the client and without a band for the clinician', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  await to(phone, '/my/course')
  await sees(phone, 'My course')
  const headings = await phone.getByRole('heading', { level: 2 }).allInnerTexts()
  assert.deepEqual(headings.slice(0, 2), ['Go out without planning the way back', 'Sleep through most nights'])
  await phone.getByText('Your numbers as a table').first().click()
  await wholeAxe(phone)
  await fitsItsWidth(phone)

  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await press(desk, 'Clients')
  await press(desk, 'Nora Whitfield')
  await press(desk, 'The whole course')
  await desk.getByRole('link', { name: /^Goal: Go out without/ }).click()
  await reads(desk, 'Nora began at 2, and last said 7.')
  await reads(desk, 'The Saturday market')
  assert.equal(await desk.locator('.fan80, .fan50, .rel').count(), 0)
  await noSeriousAxe(desk)
})

test('without script a goal is proposed, rated and retired with its reason', async () => {
  const phone = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Daniel Okafor'))
  await towards(phone)
  await press(phone, 'Write another goal')
  await phone.getByLabel('What should be different?').fill('Cook for two')
  await press(phone, 'Propose this goal')
  // Without the second field nothing is sent, or it comes back with what is missing; either way it is all still there.
  assert.equal(await phone.getByLabel('What should be different?').inputValue(), 'Cook for two')
  await phone.getByLabel('How will you both know?').fill('There are two plates in the sink.')
  await press(phone, 'Propose this goal')
  await sees(phone, 'What you are working towards')
  await press(phone, 'Cook for two')
  await phone.getByRole('group', { name: 'How far is it?' }).getByRole('radio', { name: '5', exact: true }).check()
  await press(phone, 'Note the number')
  await reads(phone, 'You said 5 of 10')
  await phone.getByText('Retire this goal').click()
  await phone.getByRole('radio', { name: /Let go of it/ }).check()
  await phone.getByLabel('Why').fill('Not this winter')
  await press(phone, 'Retire it')
  await sees(phone, 'What you are working towards')
  await phone.getByText('Let go. Retired by you today.').waitFor()
})
