// The library of practice as clinicians use it: looked at as a client sees it, adapted, and written anew with a form that
// changes its shape; at a desk, and on a phone without script.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

test('Miriam looks at an exercise as a client sees it, and adapts it for her practice', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await step('she finds it by a word, and tries it herself', async () => {
    await press(desk, 'Library')
    await sees(desk, 'Library')
    await screen(desk, 'library')
    await desk.getByLabel('Look for', { exact: true }).fill('camera thought')
    await desk.getByLabel('Look for', { exact: true }).press('Enter')
    await desk.getByRole('heading', { name: 'Found' }).waitFor()
    await desk.getByRole('link', { name: 'Writing a thought down' }).first().click()
    await sees(desk, 'Writing a thought down')
    await desk.getByLabel('What went through your mind?').fill('This is only to try')
    assert.match(await words(desk), /When it is not the right thing[\s\S]*Nothing of it is kept/)
    await noSeriousAxe(desk)
    await screen(desk, 'library-exercise')
  })
  await step('she takes a field off, adds another, and moves it up, without losing a word', async () => {
    await press(desk, 'Adapt it')
    await sees(desk, 'Adapt an exercise')
    await desk.getByLabel('Name', { exact: true }).fill('A thought on the tram')
    const fields = desk.locator('.exercise-ask')
    const before = await fields.count()
    await fields.nth(2).getByRole('button', { name: 'Take it off' }).click()
    await desk.getByRole('button', { name: 'Add a field' }).click()
    await desk.waitForFunction((n) => document.querySelectorAll('.exercise-ask').length === n, before)
    await fields.nth(before - 1).getByLabel('Question').fill('Which tram was it?')
    await fields.nth(before - 1).getByLabel('Kind').selectOption({ label: 'One of several' })
    await fields.nth(before - 1).getByRole('button', { name: 'Up' }).click()
    await desk.getByText('To choose from').waitFor()
    assert.equal(await fields.nth(before - 2).getByLabel('Question').inputValue(), 'Which tram was it?')
    assert.equal(await desk.getByLabel('Name', { exact: true }).inputValue(), 'A thought on the tram')
  })
  await step('what is missing is said at its place, and then it is seen as it would be', async () => {
    await desk.getByRole('button', { name: 'Look at it first' }).click()
    await desk.getByRole('link', { name: /Please write from two/ }).click()
    await desk.getByLabel('To choose from').fill('The six\nThe nine')
    await desk.getByRole('button', { name: 'Look at it first' }).click()
    await desk.getByRole('heading', { name: 'As a client would see it' }).waitFor()
    await desk.getByText('The nine', { exact: true }).waitFor()
    await noSeriousAxe(desk)
    await screen(desk, 'library-preview')
  })
  await step('she keeps it, and it says where it comes from', async () => {
    await desk.getByRole('button', { name: 'Keep it for the practice' }).click()
    await sees(desk, 'A thought on the tram')
    await desk.getByText('It stands in the library').waitFor()
    assert.match(await words(desk), /Adapted from\s+Writing a thought down/)
  })
})

test('James begins a draft on a phone whose script does not run, and nobody else finds it', async () => {
  const phone = await as(await chromium.asPhone({ script: false }), practice.link('clinician', 'James Obi'))
  await step('he writes a little, and keeps it as his draft', async () => {
    await to(phone, '/exercises/new')
    await phone.getByLabel('Name', { exact: true }).fill('Three stones')
    await phone.getByRole('button', { name: 'Add rows' }).click()
    await phone.getByText('In field 2').waitFor()
    assert.equal(await phone.getByLabel('Name', { exact: true }).inputValue(), 'Three stones')
    await phone.getByRole('button', { name: 'Save as my draft' }).click()
    await phone.getByText('Your draft is kept. Only you see it.').waitFor()
    await fitsItsWidth(phone)
    await screen(phone, 'library-draft')
  })
  await step('it stands among his drafts, and not among those of Miriam', async () => {
    await to(phone, '/exercises')
    assert.match(await words(phone), /Your drafts[\s\S]*Three stones/)
    await fitsItsWidth(phone)
    const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
    await to(desk, '/exercises')
    assert.doesNotMatch(await words(desk), /Three stones/)
  })
})
