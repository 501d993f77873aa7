// A questionnaire whose first question decides whether the others are asked: with script, without it, and on paper.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, screen } from './browser.ts'
import { as, place, press, reads, sees, step, to } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** The page of what is asked of Nora, at her clinician's desk. */
async function asking(): Promise<Page> {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await press(desk, 'Clients')
  await desk.getByRole('link', { name: 'Nora Whitfield' }).first().click()
  await press(desk, 'What is asked')
  return desk
}

test('after a no nothing more is asked, and nothing more is sent', async () => {
  const desk = await asking()
  await step('the clinician reads about it, and asks for it once', async () => {
    const here = desk.url()
    await press(desk, 'What each one asks, and how sure its figures are')
    await desk.getByRole('link', { name: 'PC-PTSD-5' }).click()
    await reads(desk, 'Have you ever experienced this kind of event?')
    await reads(desk, 'How many answers may be missing is from memory')
    await screen(desk, 'questionnaire-read')
    await to(desk, here)
    await desk.getByText(/^Other questionnaires/).click()
    await desk.getByRole('checkbox', { name: /^PC-PTSD-5/ }).check()
    await desk.getByRole('radio', { name: /^Once/ }).check()
    await press(desk, 'Ask Nora')
    await desk.getByRole('status').first().waitFor()
  })

  const plain = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Nora Whitfield'))
  const open = (page: Page) => page.getByRole('link', { name: /^(Answer|Go on)/ }).first().getAttribute('href')
  const form = (await open(plain)) ?? ''
  await step('without script the page says in plain words what to leave out, and what to do about a contradiction', async () => {
    await to(plain, form)
    await reads(plain, 'If you answered “No”, you are done here. Leave the questions below out.')
    await plain.locator('input[name="q1"][value="0"]').check()
    await plain.locator('input[name="q2"][value="0"]').check()
    await plain.locator('input[name="q3"][value="1"]').check()
    await press(plain, 'Save what I have so far')
    await reads(plain, 'Question 3: after “No” to question 1 nothing more is asked, and question 3 says something else.')
    assert.ok(await plain.locator('input[name="q3"][value="1"]').isChecked(), 'what was chosen is gone')
    await screen(plain, 'gate-contradiction')
  })

  const phone = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  await step('with script the questions behind it go away and come back', async () => {
    await to(phone, form)
    await phone.locator('form[data-mode]').waitFor()
    assert.equal(await place(phone), 'Question 1 of 6')
    const yes = phone.locator('input[name="q1"][value="1"]')
    await yes.check()
    await press(phone, 'Next question')
    await phone.locator('input[name="q2"][value="1"]').check()
    await press(phone, 'Back')
    await phone.locator('input[name="q1"][value="0"]').check()
    assert.equal(await place(phone), 'Question 1 of 1')
    assert.equal(await phone.getByRole('button', { name: 'Next question' }).isVisible(), false)
    await press(phone, 'All questions on one page')
    assert.equal(await phone.locator('input[name="q2"]').first().isVisible(), false)
    await yes.check()
    assert.ok(await phone.locator('input[name="q2"][value="1"]').isChecked(), 'what was chosen is gone')
    await phone.locator('input[name="q1"][value="0"]').check()
    await press(phone, 'One question at a time')
    await screen(phone, 'gate')
  })
  await step('only the first answer is sent', async () => {
    const sent = phone.waitForRequest((r) => r.method() === 'POST' && new URL(r.url()).pathname === form)
    await press(phone, 'Send my answers')
    const body = (await sent).postData() ?? ''
    assert.match(body, /q1/)
    assert.doesNotMatch(body, /q[2-6]/)
    await phone.waitForURL(/answers/)
  })
  await step('the clinician reads that the others were not asked', async () => {
    const [client] = new URL(desk.url()).pathname.match(/^\/clients\/[^/]+/) ?? []
    await to(desk, client + '/' + new URL(phone.url()).pathname.slice('/my/'.length))
    await reads(desk, 'In the past month, have you:')
    assert.equal(await desk.getByRole('cell', { name: 'Not asked' }).count(), 5)
  })
})

test('on paper the same, and in a narrow window', async () => {
  const desk = await asking()
  await press(desk, 'Enter what was answered on paper or aloud')
  for (const width of [320, 390]) {
    await desk.setViewportSize({ width, height: 844 })
    await fitsItsWidth(desk)
  }
  await press(desk, 'PC-PTSD-5')
  await sees(desk, 'PC-PTSD-5, on paper or aloud')
  for (const width of [320, 390]) {
    await desk.setViewportSize({ width, height: 844 })
    await fitsItsWidth(desk)
  }
  const one = (n: number, text: string) => desk.getByRole('group', { name: new RegExp(`^${n}\\. `) }).getByRole('radio', { name: text })
  await one(1, 'Yes').check()
  await one(3, 'Yes').check()
  await one(1, 'No').check()
  await reads(desk, 'After “No” nothing more is asked.')
  assert.equal(await desk.getByText('In the past month, have you:').isVisible(), false)
  await screen(desk, 'paper-gate')
  await press(desk, 'Keep these answers')
  await reads(desk, /Answered on paper .*entered by you today/)
  assert.equal(await desk.getByRole('cell', { name: 'Not asked' }).count(), 5)
})
