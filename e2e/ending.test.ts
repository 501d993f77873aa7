// A record ends: the practice decides for how long it keeps records, a client asks to be erased and is answered, a
// clinician holds the record, and a manager erases it, with a certificate that the machine verifies.

import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { browser, fitsItsWidth, noSeriousAxe, screen, wholeAxe } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

test('until when a record is kept, and how it is erased', async () => {
  const ada = await as(await chromium.asPhone(), practice.link('client', 'Ada'))
  const cleo = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  const mona = await as(await chromium.asDesk(), practice.link('manager', 'Mona'))
  const id = practice.link('client', 'Ada').id

  await step('a client reads that nothing was decided yet, and asks for their record to be erased', async () => {
    await press(ada, 'My record')
    await press(ada, 'Read until when')
    await sees(ada, 'How long this is kept')
    await reads(ada, 'has not set here for how long')
    await fitsItsWidth(ada)
    await wholeAxe(ada)
    await screen(ada, 'end-own', true)
    await ada.getByLabel('Anything to add').fill('I would rather have it gone.')
    await press(ada, 'Ask for it')
    await reads(ada, 'You can take it back until it is answered')
    await reads(ada, 'I would rather have it gone.')
    await press(ada, 'Take it back')
    await reads(ada, 'Your record stays as it is')
    await ada.getByLabel('Anything to add').fill('I am sure now.')
    await press(ada, 'Ask for it')
    await reads(ada, 'I am sure now.')
  })

  await step('a manager decides for how long records are kept, with what is known of the law beside', async () => {
    await press(mona, 'Practice')
    await press(mona, 'Look after them')
    await sees(mona, 'Records')
    await reads(mona, 'Who asked to be erased')
    await press(mona, 'Decide it')
    await sees(mona, 'For how long records are kept')
    await reads(mona, 'Ask your own counsel')
    await mona.getByLabel('Years').fill('a while')
    await press(mona, 'Set it')
    await mona.locator('#form-error').waitFor()
    await mona.getByLabel('Years').fill('20')
    await mona.getByLabel('Young people until age').fill('25')
    await noSeriousAxe(mona)
    await screen(mona, 'end-rule')
    await press(mona, 'Set it')
    await reads(mona, 'Records are kept for twenty years after the last contact')
    await noSeriousAxe(mona)
    await screen(mona, 'end-records')
  })

  await step('whoever treats the client cannot close what goes on, and holds the record for a reason', async () => {
    await to(cleo, `/clients/${id}/work`)
    await press(cleo, 'the end of the record')
    await sees(cleo, 'The end of the record')
    await press(cleo, 'Close the record')
    await cleo.locator('#form-error').waitFor()
    await cleo.getByLabel('Why it must stay').fill('A complaint is being looked into.')
    await press(cleo, 'Hold it')
    await reads(cleo, 'A complaint is being looked into.')
    await noSeriousAxe(cleo)
    await screen(cleo, 'end-clinician')
  })

  await step('the manager answers, and cannot erase what is held', async () => {
    await press(mona, 'Ada')
    await sees(mona, 'Ada')
    await reads(mona, 'I am sure now.')
    assert.doesNotMatch(await words(mona), /PHQ|GAD|score/)
    await mona.getByLabel('Why it stays').fill('A complaint is open. We write to you when it is over.')
    await noSeriousAxe(mona)
    await screen(mona, 'end-standing')
    await press(mona, 'Answer')
    await reads(mona, 'They read it on their page')
    await to(ada, '/my/record/end')
    await reads(ada, 'A complaint is open. We write to you when it is over.')
    assert.doesNotMatch(await words(ada), /being looked into/, 'what a hold says is not for the client')
    await wholeAxe(ada)
    await screen(ada, 'end-answered', true)
    await press(mona, 'Erase this record')
    await sees(mona, 'Erase this record')
    await reads(mona, 'Something holds this record.')
    await press(mona, 'See what holds it')
    await press(mona, 'Release it')
    await reads(mona, 'Released.')
  })

  await step('it is erased after a second look: a reason, words, the name; and the open browser is out', async () => {
    await press(mona, 'Erase this record')
    await reads(mona, 'What goes')
    await mona.getByRole('radio', { name: 'They asked for it' }).check()
    await mona.getByLabel('Type the name').fill('Ad')
    await press(mona, 'Erase for good')
    await mona.locator('#form-error').waitFor()
    await reads(mona, 'Nothing has been erased.')
    await mona.getByLabel('If before its time').fill('They asked, and the complaint is settled.')
    await mona.getByLabel('Type the name').fill('Ada')
    await noSeriousAxe(mona)
    await screen(mona, 'end-erase')
    await press(mona, 'Erase for good')
    await sees(mona, 'Certificate of erasure')
    await to(ada, '/my/record')
    await sees(ada, 'Sign in')
  })

  await step('the certificate names nobody, is saved, and holds at the machine; another does not', async () => {
    await reads(mona, 'Waymark erasure certificate')
    assert.doesNotMatch(await words(mona), /\bAda\b/)
    await noSeriousAxe(mona)
    await fitsItsWidth(mona)
    await screen(mona, 'end-certificate')
    const [file] = await Promise.all([mona.waitForEvent('download'), press(mona, 'Save the certificate')])
    const path = await file.path()
    const verify = (certificate: string) => spawnSync('bin/waymark', ['audit', 'verify', '--data', practice.data, '--certificate', certificate], { encoding: 'utf8', timeout: 60_000 })
    const held = verify(path)
    assert.equal(held.status, 0, held.stderr)
    assert.match(held.stdout, /The certificate holds/)
    const forged = join(practice.data, '..', 'forged.txt')
    writeFileSync(forged, readFileSync(path, 'utf8').replace('reason: the client asked for it', 'reason: asked for at the machine'))
    assert.notEqual(verify(forged).status, 0)
    await to(mona, `/records/${id}`)
    await sees(mona, /There is nothing here|not here/)
  })
})
