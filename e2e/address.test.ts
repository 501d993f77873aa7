// An address: mistyped as somebody is invited and put right, and changed by its owner, whose former one is told.

import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { test } from 'node:test'
import { browser } from './browser.ts'
import { as, invitation, letter, press, reads, sees, step, to } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()
const mail = join(practice.data, 'mail')

test('an invitation is put right, an address is changed, and the former one is told without a way back', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  const phone = await chromium.asPhone()
  const word = 'seven grey herons'

  await step('an address without a dot is asked about, and taken', async () => {
    await press(desk, 'Clients')
    await press(desk, 'Invite a client')
    await desk.getByLabel('Name or alias').fill('Robin')
    await desk.getByLabel('Their e-mail').fill('robin@example')
    await press(desk, 'Send the letter')
    await reads(desk, 'There is no dot after the @')
    assert.equal(await desk.getByLabel('Their e-mail').inputValue(), 'robin@example')
    await press(desk, 'Send the letter')
    await invitation(desk, mail, 'robin@example')
    await press(desk, 'To Robin’s page')
  })

  await step('it is put right, and she comes in by the letter that goes to the right one', async () => {
    await reads(desk, 'robin@example')
    await press(desk, 'Correct the address, or withdraw the invitation')
    await sees(desk, 'The invitation of Robin')
    await desk.getByLabel('The right address').fill('robin@example.org')
    await press(desk, 'Correct the address')
    await reads(desk, 'is on its way to robin@example.org')
    const link = (await letter(mail, 'robin@example.org', '/join/')).match(/http\S+\/join\/\S+/)?.[0]
    assert.ok(link)
    await phone.goto(link)
    await phone.getByLabel('New password').fill(word)
    await press(phone, 'Continue with this password')
    await sees(phone, 'What this place is')
  })

  await step('she changes the address, which holds once its link is confirmed', async () => {
    await to(phone, '/account')
    await press(phone, 'Change the address')
    await phone.getByLabel('New address').fill('reed@example.org')
    await press(phone, 'Send a link there')
    await reads(phone, 'is on its way to')
    const link = (await letter(mail, 'reed@example.org', '/account/address/')).match(/http\S+\/account\/address\/\S+/)?.[0]
    assert.ok(link)
    await phone.goto(link)
    await sees(phone, 'Sign in with this address?')
    await press(phone, 'Use this address')
    await reads(phone, 'You sign in with reed@example.org')
  })

  await step('the former address is told, and whoever reads along there is given nothing', async () => {
    const told = await letter(mail, 'robin@example.org', 'was changed on')
    assert.doesNotMatch(told, /http\S+\/address\/|reed/)
    assert.match(told, /speak to those who gave you the account/)
  })
})
