// The minutes around a session: Today and the brief say what there is, a minute is kept for oneself alone, whose work it
// has been is said calmly and can be put aside, and before a third tool there is a question.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const story = world()
const chromium = browser()

/** The address of a client of hers. */
async function clientOf(page: Page, name: string): Promise<string> {
  await to(page, '/clients')
  await page.getByRole('link', { name, exact: true }).click()
  await sees(page, name)
  return new URL(page.url()).pathname
}

/** The form of what a session is meant for, opened. */
async function meant(page: Page, session: string): Promise<Locator> {
  await to(page, session)
  const form = page.locator('form[action$="/meant"]')
  await page.locator('details', { has: form }).evaluateAll((all) => all.forEach((d) => d.setAttribute('open', '')))
  return form
}

/** Holds a session now, in which the clinician takes three things on and brings one tool in. */
async function carries(page: Page, client: string, tool: string): Promise<string> {
  await to(page, client + '/sessions')
  await page.getByText('Begin one now, without an appointment').click()
  await press(page, 'Begin now')
  await page.getByLabel('What was decided').waitFor()
  const session = new URL(page.url()).pathname
  const form = await meant(page, session)
  await form.getByLabel('Or one of your own').fill(tool)
  await form.getByRole('button').click()
  await reads(page, tool)
  await page.getByLabel('Cleo', { exact: true }).or(page.getByLabel('You', { exact: true })).first().fill('One thing\nAnother\nA third')
  await press(page, 'Keep it and end the session')
  await reads(page, 'A third')
  return session
}

test('a session is gone into with one glance, and left with a minute for oneself', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Ada'))
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  const ada = await clientOf(desk, 'Ada')
  let session = ''

  await step('the client brings something, and the brief says so', async () => {
    await to(phone, '/my/session')
    await phone.locator('textarea[name="text"]').first().fill('The new flat')
    await press(phone, 'Bring it')
    await reads(phone, 'The new flat')
    await to(desk, ada + '/brief')
    await sees(desk, 'Before the session')
    await reads(desk, 'The new flat')
    await noSeriousAxe(desk)
    await screen(desk, 'brief')
  })

  await step('after the session there is a minute, which nobody has to take', async () => {
    session = await carries(desk, ada, 'A list of mornings')
    await press(desk, 'A minute for yourself')
    await sees(desk, 'A minute for yourself')
    await reads(desk, 'Only you read this')
    await noSeriousAxe(desk)
    await press(desk, 'Keep it for me')
    await reads(desk, 'A word is enough')
    await desk.locator('textarea[name="text"]').fill('I talked too quickly')
    await desk.getByRole('radio', { name: 'Heavier than before' }).focus()
    await desk.keyboard.press('Space')
    await press(desk, 'Keep it for me')
    await reads(desk, 'Kept, for you alone.')
    await to(desk, '/reflections')
    await reads(desk, 'I talked too quickly')
    await reads(desk, 'after a session with Ada')
    await screen(desk, 'for-yourself')
  })

  await step('nobody else reads it', async () => {
    for (const [role, name] of [['clinician', 'Carl'], ['supervisor', 'Suna'], ['manager', 'Mona'], ['client', 'Ada']] as const) {
      const other = await as(await chromium.asDesk(), practice.link(role, name))
      await to(other, '/reflections')
      assert.doesNotMatch(await other.locator('body').innerText(), /too quickly/, name)
      assert.ok([403, 404].includes(await to(other, session + '/minute')), `${name} opens her minute`)
      await other.context().close()
    }
  })

  await step('it is changed, and let go of', async () => {
    await press(desk, 'Change this or let go of it')
    await desk.locator('textarea[name="text"]').fill('I talked quickly, and noticed')
    await press(desk, 'Keep it so')
    await reads(desk, 'I talked quickly, and noticed')
    await press(desk, 'Change this or let go of it')
    await press(desk, 'Let go of it for good')
    await reads(desk, 'Nothing yet.')
  })
})

test('before a third tool in one week there is a question', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Carl'))
  const dora = await clientOf(desk, 'Dora')
  const session = await carries(desk, dora, 'A ladder')
  for (const tool of ['A letter', 'A sheet']) {
    const shown = await meant(desk, session)
    assert.equal(await shown.getByText('Does this call for a tool, or for presence?').count(), tool === 'A letter' ? 0 : 1, tool)
    await shown.getByLabel('Or one of your own').fill(tool)
    await shown.getByRole('button').click()
    await reads(desk, tool)
  }
  await noSeriousAxe(desk)
  await screen(desk, 'presence')
  await to(desk, dora + '/balance')
  await reads(desk, 'Three tools were brought in')
})

test('whose work it has been is said calmly, and put aside', async () => {
  const desk = await as(await chromium.asDesk(), story.link('clinician', 'Miriam Adler'))
  const sofia = await clientOf(desk, 'Sofia Lind')

  await step('the client’s page and the picture say it', async () => {
    await reads(desk, 'Lately most of what was brought and taken on came from you')
    await press(desk, 'Whose work it has been')
    await sees(desk, 'Whose work it has been')
    await reads(desk, 'Next steps taken on')
    await noSeriousAxe(desk)
    await screen(desk, 'whose-work')
  })

  await step('it is put aside, and not said again for a while', async () => {
    await press(desk, 'Put this aside for four weeks')
    await reads(desk, 'You have put this aside until')
    await to(desk, sofia)
    assert.doesNotMatch(await words(desk), /Lately most of what was brought/)
    await to(desk, '/balance')
    await reads(desk, 'Sofia Lind')
    assert.doesNotMatch(await words(desk), /Mostly from you/)
  })

  await step('all of it fits a phone', async () => {
    const phone = await as(await chromium.asPhone({ dark: true }), story.link('clinician', 'Miriam Adler'))
    for (const at of ['/today', sofia + '/brief', sofia + '/balance', '/balance', '/reflections']) {
      await to(phone, at)
      await fitsItsWidth(phone)
      await noSeriousAxe(phone)
    }
    await screen(phone, 'for-yourself-phone')
  })
})
