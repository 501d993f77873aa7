// Somebody who has lost their second step is to be let in again: a code of the practice and a link in a letter, a day
// later. Who signs in still sees it in every browser, and ends it by one press, or from the letter without signing in.

import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { browser } from './browser.ts'
import { as, code, invitation, letter, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()
const mail = join(practice.data, 'mail')
const word = 'seven grey herons'
const banner = 'Somebody asked to be let in as you'

/** Makes a code for the client whose page lies at base, and returns it: it is shown this once. */
async function given(desk: Page, base: string): Promise<string> {
  await to(desk, base + '/let-in')
  await press(desk, /^Make (the|a new) code$/)
  await reads(desk, 'Make sure first that it is they who ask')
  await desk.getByRole('checkbox').check()
  await press(desk, /^Make (the|a new) code$/)
  await sees(desk, /^A code for /)
  const made = await desk.getByLabel('The code').inputValue()
  assert.match(made, /^\w{4}(-\w{4}){3}$/)
  await press(desk, 'Done')
  await to(desk, base + '/let-in')
  await reads(desk, 'A code was given')
  assert.ok(!(await desk.content()).includes(made), 'a code is shown twice')
  return made
}

/** Links that were found in letters. */
const had = new Set<string>()

/** The link of this kind in the newest letter to an address: one that was not found before. */
async function newest(address: string, path: string): Promise<string> {
  for (const until = Date.now() + 10_000; ; await sleep(100)) {
    const link = (await letter(mail, address, path)).match(/http\S+/g)?.find((l) => l.includes(path))
    if (link && !had.has(link)) {
      had.add(link)
      return link
    }
    assert.ok(Date.now() < until, `no new letter to ${address} with ${path}`)
  }
}

/** Asks for a link and enters the code where it leads. */
async function tries(page: Page, email: string, made: string): Promise<void> {
  await to(page, '/recover')
  await page.getByLabel('E-mail').fill(email)
  await press(page, 'Send me a link')
  await reads(page, 'a link is on its way to it')
  const link = await newest(email, '/recover/')
  await page.goto(link)
  await page.getByLabel('New password').fill('one more lantern below')
  await page.getByLabel('Code', { exact: true }).fill(made)
  await press(page, 'Keep it and sign in')
}

for (const [name, script] of [['Wren', true], ['Linnet', false]] as const) {
  test(`who is to be let in again waits a day, and whoever signs in still ends it${script ? '' : ', without script'}`, async () => {
    const email = `${name.toLowerCase()}@example.org`
    const desk = await as(await chromium.asDesk({ script }), practice.link('clinician', 'Miriam Adler'))
    const [phone, other, lost] = [await chromium.asPhone({ script }), await chromium.asPhone({ script }), await chromium.asPhone({ script })]
    let [base, first] = ['', '']

    await step('a client who has a second step is signed in in two browsers', async () => {
      await to(desk, '/clients/new')
      await desk.getByLabel('Name or alias').fill(name)
      await desk.getByLabel('Their e-mail').fill(email)
      await press(desk, 'Send the letter')
      const link = await invitation(desk, mail, email)
      await press(desk, `To ${name}’s page`)
      await desk.waitForURL(/\/clients\/[0-9a-f-]{36}/)
      base = new URL(desk.url()).pathname.split('/').slice(0, 3).join('/')
      await phone.goto(link)
      await phone.getByLabel('New password').fill(word)
      await press(phone, 'Continue with this password')
      await sees(phone, 'What this place is')
      await to(phone, '/account/second-step')
      const secret = (await words(phone)).match(/[A-Z2-7]{4}(?: ?[A-Z2-7]{2,4}){4,}/)?.[0] ?? ''
      await phone.getByLabel('Code').fill(await code(secret, -1))
      await press(phone, 'Use this as second step')
      await press(phone, 'I have kept them')
      await other.goto(practice.url + '/sign-in')
      await other.getByLabel('E-mail').fill(email)
      await other.getByLabel('Password', { exact: true }).fill(word)
      await press(other, 'Sign in')
      await other.getByLabel('Code').fill(await code(secret))
      await press(other, 'Sign in')
      await to(other, '/my/week')
      assert.equal(await other.getByText(banner).count(), 0)
    })

    await step('the clinician gives a code, which is too early with the letter', async () => {
      await to(desk, base + '/team')
      await press(desk, 'Let them in again')
      await sees(desk, 'Let them in again')
      first = await given(desk, base)
      await lost.goto(practice.url + '/sign-in')
      await tries(lost, email, first)
      await reads(lost, /This code works from /)
    })

    await step('every browser says so, and one press ends it', async () => {
      for (const page of [phone, other]) {
        await to(page, '/my/week')
        await page.getByText(banner).first().waitFor()
      }
      await press(other, 'Was it not you?')
      await reads(other, 'The practice gave out a code for your account')
      await press(other, 'It was not me, end it')
      await other.getByText('The practice gave out a code for your account').waitFor({ state: 'detached' })
      for (const page of [phone, other]) {
        await to(page, '/my/week')
        assert.equal(await page.getByText(banner).count(), 0)
      }
      await to(desk, base + '/let-in')
      await reads(desk, 'Be sure that it is they who ask')
      assert.doesNotMatch(await words(desk), /A code was given/)
      await tries(lost, email, first)
      await reads(lost, 'Nothing was changed yet')
      assert.doesNotMatch(await words(lost), /works from/)
    })

    await step('another one is ended from the letter, which changes nothing by being looked at', async () => {
      await newest(email, '/not-me/')
      const second = await given(desk, base)
      assert.notEqual(second, first)
      const link = await newest(email, '/not-me/')
      await lost.goto(link)
      await sees(lost, 'Was it not you?')
      await to(phone, '/my/week')
      await phone.getByText(banner).first().waitFor()
      await press(lost, 'It was not me, end it')
      await sees(lost, 'It has ended')
      await to(phone, '/my/week')
      assert.equal(await phone.getByText(banner).count(), 0)
      await lost.goto(link)
      await sees(lost, 'Nothing to end')
    })
  })
}
