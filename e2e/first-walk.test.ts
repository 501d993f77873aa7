// The first walk: from an invitation to a score that two people talk about.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { join } from 'node:path'
import { browser, passkeys } from './browser.ts'
import { answer, as, invitation, letter, place, press, reads, sees, signOut, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

const phq = ['Several days', 'More than half the days', 'Several days', 'Not at all', 'Several days', 'Not at all', 'Not at all', 'Several days']

test('a client who was invited answers on a phone, and the clinician sees the score, the flag and the course', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  let link = ''

  await step('the clinician invites Lea and asks her nine questions, with a reason', async () => {
    await press(desk, 'Clients')
    await press(desk, 'Invite a client')
    await desk.getByLabel('Name or alias').fill('Lea Brandt')
    await desk.getByLabel('Their e-mail').fill('lea@example.org')
    await press(desk, 'Send the letter')
    link = await invitation(desk, join(practice.data, 'mail'), 'lea@example.org')
    await press(desk, 'Ask them something')
    await desk.getByRole('checkbox', { name: /^PHQ-9/ }).check()
    await desk.getByRole('radio', { name: /^Every week/ }).check()
    await desk.getByLabel('Why you ask').fill('So that we see together whether the nights get easier.')
    await press(desk, 'Ask Lea')
    await sees(desk, 'Lea Brandt')
    await reads(desk, 'What you asked waits on their page')
  })

  await step('the link went to her in a letter that names nobody, and nowhere else', async () => {
    const text = await letter(join(practice.data, 'mail'), 'lea@example.org', link)
    assert.doesNotMatch(text.replace(link, ''), /Lea|Miriam|Linden|therap|PHQ/i)
  })

  const phone = await chromium.asPhone()

  await step('on her phone she chooses a password and reads what this place is', async () => {
    await phone.goto(link)
    await sees(phone, 'Hello Lea Brandt')
    await phone.getByLabel('New password').fill('four plain words here')
    await press(phone, 'Continue with this password')
    await sees(phone, 'What this place is')
    await reads(phone, 'Nobody watches in real time')
    await press(phone, 'Go to This week')
    await sees(phone, 'This week')
    await reads(phone, 'Before you begin')
    await reads(phone, 'So that we see together whether the nights get easier.')
  })

  await step('she answers by keyboard and by tapping, goes back, skips, stops and comes back to where she was', async () => {
    await press(phone, 'Answer')
    assert.equal(await place(phone), 'Question 1 of 9')
    await phone.keyboard.press('2')
    assert.ok(await phone.getByRole('radio', { name: 'Several days' }).isChecked(), 'a number chooses the answer in that row')
    assert.equal(await place(phone), 'Question 1 of 9', 'choosing does not move on')
    await phone.keyboard.press('Enter')
    assert.equal(await place(phone), 'Question 2 of 9')
    await phone.getByRole('radio', { name: 'More than half the days' }).tap()
    await phone.getByRole('button', { name: 'Next question' }).tap()
    await press(phone, 'Back')
    assert.ok(await phone.getByRole('radio', { name: 'More than half the days' }).isChecked(), 'what was answered is still chosen')
    await press(phone, 'Next question')
    await press(phone, 'Leave this one out')
    assert.equal(await place(phone), 'Question 4 of 9')
    const kept = phone.waitForResponse((r) => r.url().endsWith('/draft') && r.ok())
    await answer(phone, 'Not at all')
    await kept
    await press(phone, 'Stop here, keep my answers')
    await sees(phone, 'This week')
    await reads(phone, 'You have begun. What you answered so far is kept.')
    await press(phone, 'Go on')
    assert.equal(await place(phone), 'Question 3 of 9', 'it goes on at the first question that is open')
    for (const text of phq.slice(2)) await answer(phone, text)
    assert.equal(await place(phone), 'Question 9 of 9')
    await phone.getByRole('radio', { name: 'Several days' }).check()
    await press(phone, 'Send my answers')
  })

  await step('item nine above zero shows at once whom to reach, the words of the practice, and who was told', async () => {
    await phone.waitForURL(/\/my\/answers\//)
    await phone.getByRole('link', { name: /999/ }).first().waitFor()
    await phone.getByRole('link', { name: /Samaritans/ }).waitFor()
    await reads(phone, 'You can ring the practice on weekdays from 9:00 to 17:00')
    await reads(phone, 'Nobody watches this in real time.')
    await reads(phone, /Marked for those who work with you|Somebody who works with you has been told/)
    const text = await letter(join(practice.data, 'mail'), 'miriam@lindenhouse.example', /waiting|look/i)
    assert.doesNotMatch(text, /Lea|Brandt|PHQ|danger|risk|dead/i)
  })

  await step('her own course begins', async () => {
    await to(phone, '/my/course')
    await sees(phone, 'My course')
    await reads(phone, 'This is your own line, compared with nobody.')
  })

  await step('Today has her flag, which closes only with a note', async () => {
    await press(desk, 'Today')
    const look = desk.getByRole('region', { name: 'Needs a look' }).getByRole('listitem').filter({ hasText: 'Lea Brandt' })
    await look.getByText('Safety flag').waitFor()
    await look.getByRole('link', { name: 'Look at it' }).click()
    await reads(desk, 'Nobody here watches in real time.')
    await press(desk, 'Close with this note')
    assert.match(await desk.locator('#form-error').innerText(), /note/i, 'without a note it stays open')
    await desk.getByLabel('Your note').fill('Rang her at once. She is safe tonight, with her sister. We meet tomorrow at nine.')
    await press(desk, 'Close with this note')
    await sees(desk, 'Lea Brandt')
    assert.equal(await desk.getByText('A safety flag is open').count(), 0)
    await press(desk, 'Today')
    await sees(desk, 'Today')
    assert.doesNotMatch(await desk.getByRole('region', { name: 'Needs a look' }).innerText(), /Lea[^\n]*Safety flag/)
  })

  await step('the score stands in its course, and was talked about', async () => {
    await press(desk, 'Clients')
    await press(desk, 'Lea Brandt')
    const course = desk.getByRole('region', { name: /PHQ-9/ }).first()
    await course.getByText(/\b7\b/).first().waitFor()
    await course.getByRole('button', { name: /^We talked about/ }).click()
    await sees(desk, 'Lea Brandt')
    assert.equal(await desk.getByRole('button', { name: /^We talked about/ }).count(), 0)
  })

  await step('Lea sees who opened her record', async () => {
    await press(phone, 'My record')
    const opened = phone.getByRole('region', { name: 'Who opened my record' })
    await opened.getByText(/Miriam/).first().waitFor()
    await phone.getByText('What you opened yourself').waitFor()
    assert.doesNotMatch(await words(phone), /James|Ruth/)
  })

  await step('the link of the invitation is good for nothing now', async () => {
    const other = await chromium.asPhone()
    const answer = await other.goto(link)
    assert.equal(answer?.status(), 404)
  })
})

test('a client comes in by a passkey, leaves, and comes back by it', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await to(desk, '/clients/new')
  await desk.getByLabel('Name or alias').fill('Jon')
  await desk.getByLabel('Their e-mail').fill('jon@example.org')
  await press(desk, 'Send the letter')

  const phone = await chromium.asPhone()
  const device = await passkeys(phone)
  await phone.goto(await invitation(desk, join(practice.data, 'mail'), 'jon@example.org'))
  await press(phone, 'Continue with a passkey')
  await press(phone, 'Make the passkey')
  await sees(phone, 'What this place is')
  assert.equal(await device.count(), 1)
  await press(phone, 'Go to This week')
  await reads(phone, 'Nothing is asked of you yet.')
  await signOut(phone)
  await to(phone, '/my/week')
  await sees(phone, 'Sign in')
  await press(phone, 'Use a passkey')
  await sees(phone, 'This week')
})

test('who signs out and leaves the page at once is signed out all the same', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  // What this device keeps is looked through before the form goes: that never comes to its end here.
  await phone.evaluate(() => document.addEventListener('waymark:leave', (event) => (event as CustomEvent<{ wait: (work: Promise<unknown>) => void }>).detail.wait(new Promise(() => undefined))))
  await phone.getByRole('button', { name: 'Sign out' }).click()
  await phone.goto('about:blank')
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    await phone.goto(practice.url + '/my/week')
    if ((await phone.getByRole('heading', { level: 1 }).innerText()) === 'Sign in') return
    await phone.waitForTimeout(200)
  }
  assert.fail('the sign-in goes on')
})
