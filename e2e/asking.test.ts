// Asking that leaves people alone: a reminder and its end, somebody close by a link, and paper.

import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { test } from 'node:test'
import { browser, screen } from './browser.ts'
import { as, letter, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

test('a reminder names nothing, comes once, and ends by its link without signing in', async () => {
  let link = ''
  await step('one letter went to Priya, for whom something waited', async () => {
    const text = await letter(join(practice.data, 'mail'), 'priya@example.org', 'no-reminders')
    assert.doesNotMatch(text, /Priya|Miriam|Linden|therap|PHQ|GAD|question|mood/i)
    link = text.match(/http\S+\/no-reminders\/\S+/)?.[0] ?? ''
    assert.ok(link, 'the letter has no way out')
  })
  const phone = await chromium.asPhone()
  await step('the link asks first, says nothing of anybody, and turns reminders off', async () => {
    await phone.goto(link)
    await sees(phone, 'No more reminders?')
    assert.doesNotMatch(await words(phone), /Priya|Linden|sign/i)
    await press(phone, 'Turn reminders off')
    await sees(phone, 'No more reminders')
  })
  await step('a link that is nobody’s says the same', async () => {
    await phone.goto(link.slice(0, -4) + '0000')
    await press(phone, 'Turn reminders off')
    await sees(phone, 'No more reminders')
  })
  await step('signed in, Priya finds them off, and sets her own quiet hours', async () => {
    await as(phone, practice.link('client', 'Priya Shah'))
    await phone.getByText('More of your own').click()
    await press(phone, /Reminders and quiet hours/)
    await sees(phone, 'Reminders')
    assert.equal(await phone.getByRole('checkbox', { name: /^Remind me once/ }).isChecked(), false)
    await phone.getByRole('checkbox', { name: /^Remind me once/ }).check()
    await phone.getByLabel('Quiet from').fill('19:00')
    await phone.getByRole('form', { name: 'Reminders', exact: true }).getByRole('checkbox', { name: 'Sunday' }).check()
    await screen(phone, 'reminders')
    await press(phone, 'Keep this')
    await phone.getByText('That is how you are reminded from now on.').waitFor()
    assert.equal(await phone.getByLabel('Quiet from').inputValue(), '19:00')
  })
  await step('and asks not to be asked one of them again, which one tap takes back', async () => {
    await press(phone, 'This week')
    await phone.getByRole('button', { name: 'Please do not ask me this again' }).first().click()
    await phone.getByText('You will not be asked this any more').waitFor()
    await press(phone, 'Undo')
    await phone.getByText('You are asked as before.').waitFor()
    await phone.getByRole('button', { name: 'Please do not ask me this again' }).first().click()
    await phone.getByText('You will not be asked this any more').waitFor()
  })
})

test('a client says no to one questionnaire for now and to another for good, and the clinician sees it before asking again', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))
  await sees(phone, 'This week')
  await step('not this time is one tap, without a reason', async () => {
    await phone.getByRole('button', { name: 'Not this time' }).first().click()
    await phone.getByText('Not this time, then. That is all right.').waitFor()
  })
  await step('and so is not to be asked another one any more', async () => {
    await phone.getByRole('button', { name: 'Please do not ask me this again' }).first().click()
    await phone.getByText('You will not be asked this any more').waitFor()
    assert.equal(await phone.getByRole('button', { name: 'Please do not ask me this again' }).count(), 0, 'both are off the page')
  })
  await step('the clinician reads who asked for it and when, where the next thing would be asked', async () => {
    const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
    await press(desk, 'Clients')
    await desk.getByRole('link', { name: 'Jonas Brandt' }).first().click()
    await press(desk, 'What is asked')
    await reads(desk, /Jonas asked today not to be asked this any more: talk about it first/)
  })
})

test('somebody close fills in one form on a phone, by a link that opens once', async () => {
  const nora = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  let link = ''
  await step('Nora makes a link for a friend', async () => {
    await nora.getByText('More of your own').click()
    await press(nora, /Somebody close to you/)
    await sees(nora, 'Somebody close to you')
    await nora.getByLabel('Who is asked').fill('a friend')
    await press(nora, 'Make the link')
    link = await nora.getByLabel('Link for one form').inputValue()
    assert.match(link, /\/form\//)
  })
  const friend = await chromium.asPhone()
  await step('the friend begins, and reads who will read it', async () => {
    await friend.goto(link)
    await sees(friend, 'A few questions about somebody you know')
    assert.doesNotMatch(await words(friend), /Nora|Whitfield|Miriam|Linden/)
    await screen(friend, 'form-door')
    await press(friend, 'Begin in this browser')
    await friend.locator('form[data-mode]').waitFor()
    await friend.getByRole('radio', { name: 'A little' }).first().check()
    await friend.waitForTimeout(400) // the device keeps what was chosen
  })
  await step('what was half done survives, and nobody else can open the link', async () => {
    await friend.goto(link)
    await friend.locator('form[data-mode]').waitFor()
    await friend.getByRole('button', { name: 'All questions on one page' }).click()
    await friend.waitForFunction(() => document.querySelector('input[name="q1"][value="1"]:checked') !== null)
    const other = await chromium.asPhone()
    assert.equal((await other.goto(link))?.status(), 404)
  })
  await step('sending it shows that it is kept, and no score', async () => {
    await screen(friend, 'form')
    await press(friend, 'Send these answers')
    await sees(friend, 'Thank you, your answers are kept')
  })
  await step('the clinician reads it apart from Nora’s own course', async () => {
    const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
    await press(desk, 'Clients')
    await desk.getByRole('link', { name: 'Nora Whitfield' }).first().click()
    await press(desk, 'What is asked')
    await press(desk, /^Ask somebody close/)
    await reads(desk, 'A friend: A view from close by')
    await screen(desk, 'others')
    await desk.getByRole('link', { name: 'A friend: A view from close by' }).click()
    await reads(desk, 'Nobody has checked who held it')
  })
})

test('what was answered on paper is entered at the desk and stands in the course', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await press(desk, 'Clients')
  await desk.getByRole('link', { name: 'Tom Osei' }).first().click()
  await press(desk, 'What is asked')
  await screen(desk, 'ask')
  await press(desk, 'Enter what was answered on paper or aloud')
  await desk.getByRole('link', { name: /^PHQ-9/ }).click()
  await sees(desk, 'PHQ-9, on paper or aloud')
  await screen(desk, 'paper')
  for (let i = 1; i <= 9; i++) {
    await desk.getByRole('group', { name: new RegExp(`^${i}\\. `) }).getByRole('radio', { name: 'Several days' }).check()
  }
  const before = new Date(Date.now() - 3 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10)
  await desk.getByLabel('On which day').fill(before)
  await press(desk, 'Keep these answers')
  await reads(desk, /Answered on paper .*entered by you today/)
  await reads(desk, 'no screen has shown Tom whom to reach')
  await to(desk, desk.url().replace(/\/answers\/.*/, ''))
  await reads(desk, 'Look at it and close it')
})
