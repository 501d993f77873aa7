// What somebody wrote is never lost: not with the connection, the server, the sign-in, or by a second press.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { browser } from './browser.ts'
import { answer, as, place, press, reads, sees, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

/** In the small practices everybody has two questionnaires waiting. This is the one with seven questions. */
async function begin(page: Page, name: string): Promise<Page> {
  await as(page, practice.link('client', name))
  const one = page.getByRole('region', { name: /^Seven/ }).or(page.getByRole('listitem').filter({ hasText: 'Seven short questions' }))
  await one.getByRole('link', { name: /^(Answer|Go on)$/ }).click()
  return page
}

async function finish(page: Page): Promise<void> {
  for (const send = page.getByRole('button', { name: 'Send my answers' }); !(await send.isVisible()); ) await answer(page, 'Several days')
  await answer(page, 'Several days')
}

/** How often the client has answered, as their own course says. */
async function times(page: Page): Promise<number> {
  await to(page, '/my/course')
  const part = page.getByRole('region', { name: 'Seven short questions' }).first()
  await part.locator('summary').click()
  return (await part.getByRole('row').count()) - 1
}

test('the connection goes in the middle: answers stay, also over a reload, and are sent once when it is back', async () => {
  const phone = await begin(await chromium.asPhone(), 'Ada')
  await answer(phone, 'Nearly every day')
  await answer(phone, 'Not at all')
  await phone.context().setOffline(true)
  await finish(phone)
  await press(phone, 'Send my answers')
  await reads(phone, 'Not sent yet. Your answers are kept on this device')
  await sleep(1500)
  await phone.context().setOffline(false)
  await phone.waitForURL(/\/my\/answers\//)
  await sees(phone, /./)

  const second = await begin(await chromium.asPhone(), 'Bela')
  let sent = 0
  second.on('request', (r) => void (r.method() === 'POST' && !r.url().endsWith('/draft') && sent++))
  await second.context().setOffline(true)
  await answer(second, 'Nearly every day')
  await answer(second, 'Not at all')
  await sleep(2000) // until the device has kept them
  await second.context().setOffline(false)
  await second.reload()
  await reads(second, 'Question 3 of 7')
  await finish(second)
  await press(second, 'Send my answers')
  await second.waitForURL(/\/my\/answers\//)
  assert.equal(sent, 1)
})

test('two presses, and the same form from a second window, make one answer', async () => {
  const phone = await begin(await chromium.asPhone(), 'Dora')
  const again = await phone.context().newPage()
  await again.goto(phone.url())
  await phone.bringToFront()
  await finish(phone)
  await phone.getByRole('button', { name: 'Send my answers' }).dblclick()
  await phone.waitForURL(/\/my\/answers\//)
  await again.bringToFront() // Chromium lets a page that nobody sees wait
  await finish(again)
  await press(again, 'Send my answers')
  await again.waitForURL(/\/my\/answers\//)
  assert.equal(await times(phone), 1)
})

test('a second device goes on where the first one stopped', async () => {
  const phone = await begin(await chromium.asPhone(), 'Emil')
  await answer(phone, 'Nearly every day')
  await answer(phone, 'Not at all')
  await press(phone, 'Stop here, keep my answers') // at once: the last draft goes before the page does
  await sees(phone, 'This week')
  await reads(phone, 'You have begun. What you answered so far is kept.')
  const desk = await begin(await chromium.asDesk(), 'Emil')
  assert.equal(await place(desk), 'Question 3 of 7')
  await press(desk, 'Back')
  assert.ok(await desk.getByRole('radio', { name: 'Not at all' }).isChecked())
})

test('the sign-in ends in the middle of a note: the words come back, and are sent after signing in again', async () => {
  const cleo = practice.link('clinician', 'Cleo')
  const desk = await as(await chromium.asDesk(), cleo)
  await press(desk, 'Look at it')
  const flag = desk.url()
  await desk.getByLabel('Your note').fill('We spoke on the phone, and she is not alone tonight.')

  const elsewhere = await as(await chromium.asDesk(), cleo)
  await press(elsewhere, 'Your account')
  await press(elsewhere, 'Sign out everywhere else')
  await sees(elsewhere, 'Your account')

  await press(desk, 'Close with this note')
  await sees(desk, 'Please sign in again')
  assert.match(await desk.getByLabel('What you wrote').inputValue(), /she is not alone tonight/)
  const signIn = desk.getByRole('link', { name: 'Sign in in a new window' })
  assert.equal(await signIn.getAttribute('target'), '_blank')
  const window = await desk.context().newPage()
  await as(window, cleo)
  await press(desk, 'Send it again')
  await sees(desk, 'Bela')
  await to(desk, new URL(flag).pathname)
  await reads(desk, 'We spoke on the phone, and she is not alone tonight.')
})

test('the server is killed while somebody answers: nothing acknowledged is lost, and the rest is sent when it is back', async () => {
  const phone = await begin(await chromium.asPhone(), 'Emil')
  chromium.forgive(/ERR_|Failed to fetch/)
  await finish(phone)
  await practice.crash()
  await press(phone, 'Send my answers')
  await reads(phone, 'Not sent yet.')
  await practice.restart()
  await phone.waitForURL(/\/my\/answers\//, { timeout: 20_000 })
  assert.equal(await times(phone), 1)
  await to(phone, '/my/record')
  assert.match(await words(phone), /Carl/)
})
