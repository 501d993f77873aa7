// How both work: a plan is written, signed, said not to fit and revised three times, each time with its reason; something
// else is in the way, becomes a detour, is followed and led back; both look back together.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen, wholeAxe } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** The client's page at the desk. */
async function record(desk: Page, name: string): Promise<string> {
  await press(desk, 'Clients')
  await press(desk, name)
  return new URL(desk.url()).pathname
}

/** Revises the plan with a reason, after change made its changes. */
async function revise(desk: Page, why: string, change: () => Promise<void>): Promise<void> {
  await press(desk, 'Revise the plan')
  await sees(desk, 'Revise the plan')
  await change()
  await desk.getByLabel('Why it is revised').fill(why)
  await press(desk, 'Keep this revision')
  await sees(desk, /^The plan$/)
  await reads(desk, why)
}

test('a plan is written with what is known, read in plain words, said not to fit, and revised three times with reasons', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))

  await step('the clinician writes it: ways of working for a concern, with "nothing for now" among them', async () => {
    await to(desk, (await record(desk, 'Jonas Brandt')) + '/plan')
    await sees(desk, /^The plan$/)
    await press(desk, 'Write the plan')
    await sees(desk, 'Write the plan')
    await desk.getByLabel('In a sentence').fill('Nights that end at three')
    await desk.getByLabel('What it comes near to').selectOption({ label: 'Sleep' })
    await press(desk, 'Show the ways')
    await reads(desk, 'An approach for: Sleep')
    assert.equal(await desk.getByLabel('In a sentence').inputValue(), 'Nights that end at three')
    await noSeriousAxe(desk)
    await desk.getByRole('radio', { name: /None for now/ }).waitFor()
    await desk.getByRole('radio', { name: /CBT for insomnia/ }).check()
    await desk.getByLabel('Why this way').fill('Jonas would like to try something that can be done')
    await desk.getByText('How it may be understood: guesses').click()
    await desk.getByLabel('Perhaps').first().fill('Lying awake has become something to fear')
    await desk.getByLabel('What would speak against it').first().fill('He sleeps as badly on holiday')
    await desk.getByLabel('Steps', { exact: true }).fill('Write down a week as it is\nUp at the same time')
    await press(desk, 'Keep the plan')
    await sees(desk, /^The plan$/)
    await reads(desk, 'Nights that end at three')
    await noSeriousAxe(desk)
    await screen(desk, 'plan-desk', true)
  })

  await step('the client reads it on the phone, and says that something does not fit', async () => {
    await to(phone, '/my/week')
    await reads(phone, 'There are words you have not answered.')
    await press(phone, 'Your plan')
    await sees(phone, 'Your plan')
    await reads(phone, 'Learning to sleep again')
    await reads(phone, 'A guess, not a finding')
    assert.doesNotMatch(await words(phone), /insomnia|Revise/)
    await wholeAxe(phone)
    await fitsItsWidth(phone)
    await screen(phone, 'plan-phone', true)
    await phone.getByLabel('What does not fit').fill('Up at the same time: my shifts change')
    await press(phone, 'Say that it does not fit')
    await reads(phone, 'Noted, and thank you.')
    await to(phone, '/my/week')
    assert.doesNotMatch(await words(phone), /words you have not answered/)
  })

  await step('it is revised three times, each time with its reason', async () => {
    await desk.reload()
    await reads(desk, 'Up at the same time: my shifts change')
    await revise(desk, 'Jonas works in shifts: the steps follow them', async () => {
      await desk.getByLabel('Steps', { exact: true }).fill('Write down a week as it is\nUp at the same time within a shift')
    })
    await revise(desk, 'His brother comes in: it is about evenings too', async () => {
      await press(desk, 'Add something else')
      await desk.getByLabel('In a sentence').nth(1).fill('Evenings alone')
      await desk.getByLabel('How you work on it').fill('Talking, for now')
      await desk.getByLabel('Why this way').nth(1).fill('Nothing needs a method here')
    })
    await revise(desk, 'One thing is enough for now', async () => {
      await press(desk, 'Take this one off')
    })
    assert.match(await words(desk), /Evenings alone/)
  })

  await step('the client signs what there is now, by keyboard, and reads how it moved', async () => {
    await to(phone, '/my/plan')
    await phone.getByRole('button', { name: 'I sign this plan' }).focus()
    await phone.keyboard.press('Enter')
    await reads(phone, 'You signed it today.')
    await press(phone, /How the plan moved/)
    await sees(phone, 'How the plan moved')
    for (const why of ['Jonas works in shifts: the steps follow them', 'His brother comes in: it is about evenings too', 'One thing is enough for now']) await reads(phone, why)
    await wholeAxe(phone)
    await fitsItsWidth(phone)
    await phone.getByLabel('This one', { exact: true }).selectOption('1')
    await phone.getByLabel('And this one').selectOption('4')
    await press(phone, 'Show both')
    await reads(phone, 'Revision 1 beside revision 4')
    await fitsItsWidth(phone)
  })

  await step('a signature that crosses a revision shows what there is now', async () => {
    await desk.reload()
    await revise(desk, 'A last word', async () => {
      await desk.getByLabel('Rhythm').fill('Every second Friday')
    })
    await to(phone, '/my/plan')
    await revise(desk, 'After all every Friday', async () => {
      await desk.getByLabel('Rhythm').fill('Every Friday')
    })
    await press(phone, 'I sign this plan')
    await reads(phone, 'The plan was revised while you were reading it.')
    await reads(phone, 'Every Friday')
    await wholeAxe(phone)
  })
})

test('a detour is named by the client, opened, followed and closed with the way back', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Daniel Okafor'))
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))

  await step('the client says that something else is in the way', async () => {
    await to(phone, '/my/detours')
    await sees(phone, 'Detours')
    await phone.getByText('Something else is in the way', { exact: true }).tap()
    await phone.getByLabel('What to call it').fill('The flat')
    await phone.getByLabel('The reason').fill('We have to move out by spring')
    await press(phone, 'Say so')
    await reads(phone, 'Whoever works with you reads it before your next session')
    await wholeAxe(phone)
    await fitsItsWidth(phone)
  })

  const path = await record(desk, 'Daniel Okafor')
  await step('it stands on the client’s page, and is opened in words that both find right', async () => {
    await reads(desk, 'Daniel says: in the way')
    await press(desk, 'The flat')
    await sees(desk, 'Detours')
    await noSeriousAxe(desk)
    await desk.getByText('Open it as a detour').click()
    await desk.getByLabel('The reason').first().fill('Where to live comes first')
    await press(desk, 'Open the detour')
    await reads(desk, 'The detour is open.')
    await to(desk, path)
    await reads(desk, 'A detour is open')
  })

  await step('it is followed with short notes from both, and nothing presses meanwhile', async () => {
    await to(phone, '/my/week')
    await reads(phone, 'Nothing about them presses.')
    await press(phone, 'The detour')
    await phone.getByText('Add a short note', { exact: true }).tap()
    await phone.getByLabel('How it is').fill('We saw three flats')
    await press(phone, 'Note it')
    await reads(phone, 'We saw three flats')
    await wholeAxe(phone)
    await fitsItsWidth(phone)
    await screen(phone, 'detour-phone', true)
    await to(phone, '/my/plan')
    await reads(phone, 'A detour is open: The flat.')
  })

  await step('it is closed with what stays and what is different', async () => {
    await to(desk, path + '/detours')
    await reads(desk, 'We saw three flats')
    await desk.getByText('Back on the way', { exact: true }).click()
    await press(desk, 'Close the detour')
    await reads(desk, 'Please say in a few words how you go on')
    await desk.getByLabel('What stays as it was').fill('The goal')
    await desk.getByLabel('What is different now').fill('A kitchen with room for people')
    await press(desk, 'Close the detour')
    await reads(desk, 'Back on the way. The detour stays a part of it.')
    await to(phone, '/my/detours')
    await reads(phone, 'A kitchen with room for people')
    await to(phone, '/my/plan')
    assert.doesNotMatch(await words(phone), /A detour is open/)
  })
})

test('both look back together, each in their own words, and it stays as it was', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))

  await step('it nears, and the client writes beforehand if they like', async () => {
    await reads(phone, 'The day for it is near.')
    await press(phone, 'Looking back together')
    await sees(phone, 'Looking back together')
    assert.equal(await phone.getByLabel('What helps').inputValue(), 'That we go back to breathing without it being a failure.')
    await phone.getByLabel('What should change').fill('Fewer weeks between the reviews')
    await press(phone, 'Keep these words')
    await reads(phone, 'Kept. You can change it until the review.')
    assert.doesNotMatch(await words(phone), /Whose work it is|%/)
    await wholeAxe(phone)
    await fitsItsWidth(phone)
    await screen(phone, 'review-phone', true)
  })

  await step('at the desk it has prepared itself, and is kept', async () => {
    const path = await record(desk, 'Nora Whitfield')
    await to(desk, path + '/review')
    await reads(desk, 'Fewer weeks between the reviews')
    await reads(desk, 'Whose work it is')
    await noSeriousAxe(desk)
    await screen(desk, 'review-desk', true)
    await desk.getByRole('radio', { name: 'On as it is' }).check()
    await desk.getByLabel('What you both found').fill('On, and a little slower')
    await press(desk, 'Keep the review')
    await sees(desk, /^Review of /)
    await reads(desk, 'On, and a little slower')
    await noSeriousAxe(desk)
    await to(phone, '/my/review')
    await phone.getByRole('link', { name: /^\d+ \w+/ }).first().tap()
    await reads(phone, 'On, and a little slower')
    await fitsItsWidth(phone)
  })
})
