// Whoever manages the practice sets it up and looks after its people, without ever seeing what clients say.

import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { test } from 'node:test'
import { browser } from './browser.ts'
import { as, invitation, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

test('settings, people, supervision and leaving', async () => {
  const mona = await as(await chromium.asDesk(), practice.link('manager'))

  await step('what the practice says of itself changes for everybody at once', async () => {
    await sees(mona, 'Practice')
    await mona.getByLabel('About the practice').fill('Two rooms by the river. <b>Bold</b> words stay words.')
    await mona.getByLabel('Your words in a crisis').fill('Ring 0117 496 0000 until eight in the evening.')
    await mona.getByRole('checkbox', { name: /I have checked these numbers today/ }).check()
    await press(mona, 'Keep this')
    await mona.getByRole('status').first().waitFor()
    const visitor = await chromium.asPhone()
    await visitor.goto(practice.publicPage)
    await reads(visitor, 'Two rooms by the river. <b>Bold</b> words stay words.')
    await to(visitor, '/help?p=linden-house')
    await reads(visitor, 'Ring 0117 496 0000')
    await reads(visitor, /The practice last checked these numbers/)
  })

  await step('what is wrong is said beside its field, and nothing typed is lost', async () => {
    await mona.getByLabel('Time zone').fill('Europe/Nowhere')
    await mona.getByLabel('Phone').fill('0117 496 0001')
    await press(mona, 'Keep this')
    await mona.locator('#form-error').waitFor()
    assert.equal(await mona.getByLabel('Phone').inputValue(), '0117 496 0001')
    assert.equal(await mona.getByLabel('Time zone').getAttribute('aria-invalid'), 'true')
  })

  await step('a colleague is invited, and comes in', async () => {
    await press(mona, 'People')
    await press(mona, 'Invite somebody')
    await mona.getByLabel('Name').fill('Nils Berg')
    await mona.getByLabel('Their e-mail').fill('nils@linden-house.example')
    await press(mona, 'Send the letter')
    assert.match(await mona.locator('#form-error').innerText(), /./, 'somebody is something here')
    await mona.getByRole('checkbox', { name: /^Clinician/ }).check()
    await press(mona, 'Send the letter')
    const link = await invitation(mona, join(practice.data, 'mail'), 'nils@linden-house.example')
    const nils = await chromium.asDesk()
    await nils.goto(link)
    await nils.getByLabel('New password').fill('river stones under water')
    await press(nils, 'Continue with this password')
    await sees(nils, 'One more step')
  })

  await step('a supervisor is set, and is told nothing by that alone', async () => {
    await press(mona, 'People')
    await press(mona, 'Carl')
    await mona.getByLabel('Supervised by').selectOption({ label: 'Suna' })
    await press(mona, 'Set it')
    await reads(mona, 'Supervised by Suna')
  })

  await step('somebody leaves, and their open browser is out within five seconds', async () => {
    const carl = await as(await chromium.asDesk(), practice.link('clinician', 'Carl'))
    await press(carl, 'Clients')
    await press(carl, 'Dora')
    await sees(carl, 'Dora')
    const dora = new URL(carl.url()).pathname
    await press(mona, 'End their work here')
    await sees(mona, /./)
    await press(mona, 'End their work here')
    await sees(mona, /./)
    const began = Date.now()
    await to(carl, dora)
    await sees(carl, 'Sign in')
    assert.ok(Date.now() - began < 5000)
  })

  await step('who did what is in the log, without what was said', async () => {
    await press(mona, 'Who did what')
    await reads(mona, 'Mona')
    assert.doesNotMatch(await words(mona), /only two people may read|Thoughts|PHQ/)
  })

  await step('no page of a client opens', async () => {
    await press(mona, 'People')
    await press(mona, 'Ada')
    await sees(mona, 'Ada')
    assert.doesNotMatch(await words(mona), /PHQ|GAD|score|answer/i)
    const id = new URL(mona.url()).pathname.split('/').pop()
    assert.equal(await to(mona, '/clients/' + id), 404)
  })
})
