// What nourishes, beside what wears on somebody: remembered, noted with one tap, planned, shown and kept again, and
// brought to a session.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

test('what nourishes stands beside what drains, without numbers, and is the client’s until they show it', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Ada'))
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))

  await step('Ada remembers a few things', async () => {
    await to(phone, '/my/nourish')
    await sees(phone, 'What nourishes you')
    await reads(phone, 'Nothing is noted of this week, and that is fine.')
    const remember = async (what: string, ...ways: string[]) => {
      await press(phone, 'Remember something')
      await phone.getByLabel('What is it?').fill(what)
      for (const way of ways) await phone.getByLabel(way, { exact: true }).check()
      await press(phone, 'Keep it')
      await sees(phone, 'What nourishes you')
    }
    await remember('Singing in the car', 'Play', 'Energy')
    await remember('The bench by the canal', 'Places')
    await remember('Calls after nine', 'It wears on me')
    await reads(phone, 'Wears on you')
  })

  await step('one tap notes that it was there today', async () => {
    const today = phone.getByRole('button', { name: 'Today: Singing in the car' }).first()
    const box = await today.boundingBox()
    assert.ok(box && box.height >= 44 && box.width >= 44, `a target of ${box?.width} by ${box?.height}`)
    await today.tap()
    await phone.getByRole('table').getByText('Singing in the car').waitFor()
    await phone.getByRole('button', { name: 'Today: Calls after nine' }).focus()
    await phone.keyboard.press('Enter')
    await phone.getByRole('table').getByText('Calls after nine').waitFor()
    const y = async (what: string) => (await phone.getByRole('table').getByText(what).boundingBox())?.y ?? -1
    assert.ok(Math.abs((await y('Singing in the car')) - (await y('Calls after nine'))) < 4, 'they stand side by side')
    assert.doesNotMatch(await words(phone), /\b\d+ (times|days|of)\b|streak|%/i)
  })

  await step('a day is planned, with a time that her own calendar keeps free', async () => {
    await press(phone, 'The bench by the canal')
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
    await phone.getByLabel('On which day?').fill(day)
    await phone.getByText('At a time, if you like').click()
    await phone.getByLabel(/Keep this time free/).check()
    await press(phone, 'Plan it')
    await reads(phone, 'your calendar has to know from when to when')
    await phone.getByLabel('From').fill('10:00')
    await phone.getByLabel('To').fill('11:30')
    await press(phone, 'Plan it')
    await reads(phone, '10:00 to 11:30')
    await reads(phone, 'Kept free in your own calendar.')
    const room = phone.viewportSize() ?? { width: 390, height: 844 }
    await phone.setViewportSize({ ...room, height: 3200 }) // so that the bar below covers nothing
    await noSeriousAxe(phone)
    await phone.setViewportSize({ width: 320, height: 640 }) // as large as it gets
    await fitsItsWidth(phone)
    await phone.setViewportSize(room)
    await fitsItsWidth(phone)
    await screen(phone, 'nourish', true)
  })

  await step('nobody else reads it until she shows it, nor afterwards', async () => {
    await to(desk, '/clients')
    await press(desk, 'Ada')
    const page = new URL(desk.url()).pathname + '/nourish'
    await to(desk, page)
    await reads(desk, 'keeps this for themself, or has not begun with it')
    await press(phone, 'Show it to whoever works with me')
    await reads(phone, 'Whoever works with you can read this from now on.')
    await to(desk, page)
    await desk.getByRole('table').getByText('Singing in the car').waitFor()
    await noSeriousAxe(desk)
    await screen(desk, 'nourish-desk', true)
    await press(phone, 'Keep it for me from now on')
    await to(desk, page)
    assert.doesNotMatch(await words(desk), /Singing/)
  })

  await step('something of it is brought to the session, and something is not', async () => {
    await press(phone, 'Calls after nine')
    await press(phone, 'Bring it to the session')
    await sees(phone, 'Bring it to the session')
    await noSeriousAxe(phone)
    await press(phone, 'Keep it only for me')
    await press(phone, 'Calls after nine')
    await press(phone, 'Bring it to the session')
    await phone.getByLabel('What about it?').fill('I do not know how to stop them')
    await press(phone, 'Bring it')
    await reads(phone, 'It waits for the session.')
    await reads(phone, 'I do not know how to stop them')
    await to(desk, '/clients')
    await press(desk, 'Ada')
    await press(desk, 'Sessions')
    await reads(desk, 'I do not know how to stop them')
  })
})

test('it works without script', async () => {
  const phone = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Bela'))
  await to(phone, '/my/nourish/new')
  await phone.getByLabel('What is it?').fill('The dog next door')
  await press(phone, 'Keep it')
  await phone.getByRole('button', { name: 'Today: The dog next door' }).click()
  await phone.getByRole('table').getByText('The dog next door').waitFor()
  await to(phone, '/my/at-hand')
  await press(phone, 'Begin it')
  await phone.getByLabel('What helps me on my own').fill('Out with the dog')
  await press(phone, 'Keep it as a draft')
  await reads(phone, 'Out with the dog')
})
