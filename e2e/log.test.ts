// The daily log: noted in three taps, kept through a lost connection, shared and taken back.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { browser } from './browser.ts'
import { as, isKept, press, reads, sees, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

test('a day is noted in three taps, each large enough for a thumb, within ten seconds', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Ada'))
  await sees(phone, 'This week')
  const began = Date.now()
  let taps = 0
  const tap = async (what: ReturnType<typeof phone.locator>) => {
    const box = await what.boundingBox()
    assert.ok(box && box.height >= 44 && box.width >= 44, `a target of ${box?.width} by ${box?.height}`)
    assert.ok(taps === 0 || box.y + box.height <= 844, 'it is seen without scrolling')
    await what.tap()
    taps++
  }
  await phone.getByRole('link', { name: 'Note how today is' }).scrollIntoViewIfNeeded()
  const link = phone.getByRole('link', { name: 'Note how today is' })
  await link.tap()
  taps++
  await sees(phone, 'How is today?')
  await tap(phone.getByRole('group', { name: 'Mood' }).locator('label', { hasText: /^4$/ }))
  assert.ok(await phone.getByRole('radio', { name: '4', exact: true }).first().isChecked())
  await tap(phone.getByRole('button', { name: 'Keep it' }))
  await reads(phone, 'Noted.')
  assert.equal(taps, 3)
  assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`)
})

test('it works without script, and nothing has to be filled in', async () => {
  const phone = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Bela'))
  await to(phone, '/my/log')
  await press(phone, 'Keep it')
  await sees(phone, 'This week')
  await to(phone, '/my/log')
  await phone.locator('summary').first().click()
  await phone.getByLabel('Outside', { exact: true }).check()
  await phone.getByLabel('A line of your own').fill('By the river.')
  await press(phone, 'Keep it')
  await to(phone, '/my/log')
  assert.ok(await phone.getByLabel('Outside', { exact: true }).isChecked())
  assert.equal(await phone.getByLabel('A line of your own').inputValue(), 'By the river.')
})

test('typed words survive a lost connection and a reload', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Dora'))
  chromium.forgive(/ERR_INTERNET|Failed to fetch/)
  await to(phone, '/my/log')
  await phone.getByRole('group', { name: 'Mood' }).locator('label', { hasText: /^7$/ }).tap()
  await phone.locator('summary').first().click()
  await phone.getByLabel('A line of your own').fill('Nobody else has this line.')
  await phone.context().setOffline(true)
  await press(phone, 'Keep it')
  await reads(phone, 'Not saved yet')
  await isKept(phone)
  await phone.context().setOffline(false)
  await phone.reload()
  await reads(phone, 'What you had begun here is back.')
  await press(phone, 'Keep it')
  await sees(phone, 'This week')
  await to(phone, '/my/log')
  assert.equal(await phone.getByLabel('A line of your own').inputValue(), 'Nobody else has this line.')
})

test('a therapist reads the log while it is shared, and not a moment longer', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Ada'))
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  await to(desk, '/clients')
  await press(desk, 'Ada')
  await reads(desk, 'Not shared.')
  const address = new URL(desk.url()).pathname + '/log'
  await to(phone, '/my/log/settings')
  await reads(phone, 'Only you read this here.')
  await press(phone, 'Share all of it')
  await reads(phone, 'Shared from now on.')
  await to(desk, address)
  await reads(desk, 'notes this for themselves and shares it')
  await press(phone, 'Keep it to me')
  await reads(phone, 'From now on only you read it here.')
  await to(desk, address)
  await reads(desk, 'No log is shared with you.')
  assert.doesNotMatch(await words(desk), /Day by day/)
})
