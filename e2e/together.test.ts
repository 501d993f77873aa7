// The work together: a client says on a phone how the session was, the clinician reads it before the next one, and what
// dipped is talked about.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe } from './browser.ts'
import { as, press, reads, sees, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** Somebody whose last session waits for a word; while a session goes on, its client is asked nothing. */
async function whoIsAsked(): Promise<{ phone: Page; name: string }> {
  for (const name of ['Nora Whitfield', 'Daniel Okafor']) {
    const phone = await as(await chromium.asPhone(), practice.link('client', name))
    await sees(phone, 'This week')
    if (await phone.getByRole('link', { name: 'Say how it was' }).isVisible()) return { phone, name }
  }
  throw new assert.AssertionError({ message: 'nobody is asked how the session was' })
}

/** Chooses by keyboard, as somebody would who does not tap. */
async function chooses(page: Page, question: string, value: number): Promise<void> {
  const scale = page.getByRole('group', { name: question })
  await scale.getByRole('radio', { name: '0', exact: true }).focus()
  await page.keyboard.press('Space')
  for (let n = 0; n < value; n++) await page.keyboard.press('ArrowRight')
  assert.ok(await scale.getByRole('radio', { name: String(value), exact: true }).isChecked(), `${question} ${value}`)
}

test('a client says how the session was, the clinician reads it before the next, and a dip is talked about', async () => {
  const { phone, name } = await whoIsAsked()
  const first = name.split(' ')[0] ?? name
  await reads(phone, /How was .*session.*\? Two minutes, if you like\./)
  await press(phone, 'Say how it was')
  await sees(phone, /^How was/)
  await noSeriousAxe(phone)
  await fitsItsWidth(phone)

  await chooses(phone, 'Did you feel heard?', 4)
  await chooses(phone, 'Did we talk about what matters to you?', 3)
  await phone.getByRole('group', { name: 'Did the way of working suit you?' }).getByRole('radio', { name: '9', exact: true }).tap()
  await phone.getByRole('group', { name: 'Did the way of working suit you?' }).getByRole('radio', { name: 'Leave this one out' }).tap()
  await phone.getByRole('group', { name: 'And the session as a whole?' }).getByRole('radio', { name: '4', exact: true }).tap()
  await phone.getByLabel('What landed?').fill('The silence in the middle')
  await phone.getByLabel('Does anything weigh?').fill('I felt hurried at the end')
  await press(phone, 'Send it to Miriam')
  await sees(phone, 'This week')
  await reads(phone, 'Sent. It is read before your next session')
  assert.doesNotMatch(await words(phone), /Say how it was/)

  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await desk.getByRole('region', { name: 'Needs a look' }).waitFor()
  await press(desk, 'Clients')
  await press(desk, name)
  await reads(desk, 'The silence in the middle')
  await press(desk, 'Working together')
  const open = desk.getByRole('region', { name: 'Worth asking about' })
  await open.getByText('A worry was written').waitFor()
  await open.getByText('What may help').click()
  await open.getByText(/Safran and Muran/).first().waitFor()
  await noSeriousAxe(desk)

  await to(phone, '/my/together')
  await reads(phone, /First read by Miriam/)
  await press(phone, 'Change it')
  await reads(phone, 'what was read stays beside it')
  await phone.getByLabel('Does anything weigh?').fill('I felt hurried at the end, a little')
  await press(phone, 'Keep the change')
  await sees(phone, 'The work together')

  await desk.reload()
  await desk.getByText(/^As it was/).first().click()
  await reads(desk, 'a little')
  await desk.getByRole('button', { name: 'We talked about it' }).first().click()
  await reads(desk, 'Talked about today.')
  await to(phone, '/my/together')
  await reads(phone, 'You talked about it on')
  await to(phone, '/my/record')
  await reads(phone, /read what you said after a session/)

  // Both notice something, the client in two taps, and one thing for themself alone.
  await to(phone, '/my/week')
  await press(phone, 'Notice something quiet')
  await phone.getByRole('button', { name: 'Being seen' }).tap()
  await sees(phone, 'The work together')
  await press(phone, 'Notice something')
  await phone.getByLabel('A word of your own').fill('My garden')
  await phone.getByRole('checkbox', { name: /Just for me/ }).check()
  await press(phone, 'Notice with my word')
  await reads(phone, 'Only you')
  await desk.reload()
  await desk.getByText('Notice something').click()
  await desk.getByLabel('One line, if you like').fill(`${first} brought it up`)
  await desk.getByRole('button', { name: 'Trust', exact: true }).click()
  const noticed = desk.getByRole('region', { name: 'Noticed' })
  await noticed.getByText(`${first} brought it up`).waitFor()
  await noticed.getByText('Being seen', { exact: true }).last().waitFor()
  assert.doesNotMatch(await words(desk), /My garden/)
  await phone.reload()
  await reads(phone, `${first} brought it up`)
})

test('without script, a session is passed over in one tap, and nothing is asked of it again', async () => {
  const phone = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Daniel Okafor'))
  await sees(phone, 'This week')
  const after = phone.getByRole('region', { name: 'After your session' })
  if (!(await after.isVisible())) return // a session goes on at this minute, or it was Daniel who said something above
  await after.getByRole('button', { name: 'Not this time' }).click()
  await phone.getByText('Not this time, then. That is all right.').waitFor()
  assert.ok(!(await after.isVisible()))
  await press(phone, 'Say something after all')
  await phone.getByRole('group', { name: 'Did you feel heard?' }).getByRole('radio', { name: '8', exact: true }).check()
  await press(phone, 'Send it to Miriam')
  await phone.getByText('Sent. It is read before your next session').waitFor()
})
