// A piece of work ends: the client says what it may be used for, the clinician finishes it, and the practice reads how
// finished work goes, of everybody together.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { browser } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

test('finished work, what it is used for, and the report', async () => {
  const nora = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  const miriam = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))

  await step('the client reads what finished work is used for, says yes, and takes it back', async () => {
    await press(nora, 'My record')
    await press(nora, 'Read and choose')
    await sees(nora, 'What my work is used for')
    await reads(nora, 'As it is: no. Nothing is learned from your work.')
    await press(nora, 'Yes, it may be learned from')
    await reads(nora, /As it is: yes, since/)
    await press(nora, 'No, not any more')
    await reads(nora, 'As it is: no. Nothing is learned from your work.')
    assert.equal((await words(nora)).match(/you said (yes|no) to learning from it/g)?.length, 2)
    await press(nora, 'Yes, it may be learned from')
    await reads(nora, /As it is: yes, since/)
  })

  await step('the clinician finishes the work from the client’s page, and does not see what was chosen', async () => {
    await press(miriam, 'Clients')
    await press(miriam, 'Nora Whitfield')
    await press(miriam, 'Beginning and end')
    await press(miriam, 'Finish the work')
    await miriam.locator('#form-error').waitFor()
    await miriam.getByRole('radio', { name: /As planned/ }).check()
    await press(miriam, 'Finish the work')
    await reads(miriam, 'Nothing at the moment. Work begins by itself')
    await reads(miriam, /As planned\. Noted today/)
    assert.doesNotMatch(await words(miriam), /said yes|learned from: /)
    await press(miriam, 'It goes on')
    await reads(miriam, /was finished in between, and goes on since/)
    await miriam.getByRole('radio', { name: /As planned/ }).check()
    await press(miriam, 'Finish the work')
    await reads(miriam, /As planned\. Noted today/)
    await to(nora, '/my/record/use')
    await reads(nora, /finished, as planned/)
  })

  await step('who needs a look stands in words, in the order of the next session', async () => {
    await press(miriam, 'Clients')
    await press(miriam, 'Who needs a look')
    await reads(miriam, 'Safety flag')
    await reads(miriam, 'Nobody is ranked.')
    assert.doesNotMatch(await words(miriam), /\b\d+ of 27\b|score/)
  })

  await step('the manager opens the report, takes it as a file and prints it', async () => {
    const ruth = await as(await chromium.asDesk(), practice.link('manager'))
    await press(ruth, 'Report')
    await sees(ruth, 'Report')
    await reads(ruth, 'It compares nobody.')
    assert.match(await words(ruth), /Recovery: a case at the start, and below both at the end\s+\d+ of \d+\s+\d+ % \(\d+ to \d+\)/)
    assert.doesNotMatch(await words(ruth), /Miriam|Helen|James/)
    assert.doesNotMatch(await words(ruth), /^\s*[1-4]( of \d+)?\s*$/m, 'no small group')
    await ruth.evaluate(() => Object.assign(globalThis, { print: () => Object.assign(document.body, { ariaLabel: 'printed' }) }))
    await press(ruth, 'Print')
    assert.equal(await ruth.evaluate(() => document.body.ariaLabel), 'printed')
    const [file] = await Promise.all([ruth.waitForEvent('download'), press(ruth, 'As a file (CSV)')])
    assert.equal(file.suggestedFilename(), 'report-by-quarter.csv')
    await to(ruth, '/report?by=year')
    await reads(ruth, 'No whole year yet.')
  })

  await step('clinicians read the same report', async () => {
    await to(miriam, '/outcomes')
    await reads(miriam, 'It compares nobody.')
  })
})
