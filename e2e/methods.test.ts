// The methods of therapy: browsed by concern, looked up by a word, and added to by a clinician, at a desk and on a phone.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { browser, screen } from './browser.ts'
import { as, press, sees, step, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

test('Miriam finds what helps with panic, and reads what that rests on', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await step('she goes from the concern to the ways to work on it', async () => {
    await press(desk, 'Methods')
    await sees(desk, 'Methods')
    await screen(desk, 'methods')
    await press(desk, 'Panic, with or without avoided places')
    await sees(desk, 'Panic, with or without avoided places')
    const text = await words(desk)
    assert.match(text, /Guideline-recommended/)
    assert.ok(text.lastIndexOf('None for now') > text.lastIndexOf('Some trials'), 'nothing for now does not stand last')
    await screen(desk, 'methods-concern')
  })
  await step('what fits how a client would rather work comes first among equals', async () => {
    await press(desk, 'Exploratory first')
    await desk.getByText('Fits', { exact: true }).first().waitFor()
  })
  await step('an approach says when not to begin, and a number leads to its source', async () => {
    await press(desk, 'Exposure')
    await sees(desk, 'Exposure')
    assert.match(await words(desk), /Not if[\s\S]*Wait if/)
    await desk.getByRole('link', { name: 'Source 1' }).first().click()
    assert.match(desk.url(), /#s-1$/)
    await screen(desk, 'methods-approach')
  })
  await step('a word finds entries, and no word is lost', async () => {
    await press(desk, 'Methods')
    await desk.getByLabel('Look for', { exact: true }).fill('insomnia')
    await desk.getByRole('button', { name: 'Look' }).click()
    await desk.getByRole('heading', { name: 'Found' }).waitFor()
    assert.equal(await desk.getByLabel('Look for', { exact: true }).inputValue(), 'insomnia')
    await press(desk, 'CBT for insomnia (CBT-I)')
    await sees(desk, 'CBT for insomnia (CBT-I)')
  })
})

test('James writes down what the practice knows of its own, on a phone', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('clinician', 'James Obi'))
  await step('he begins, and is told what is missing without losing a word', async () => {
    await phone.goto(practice.url + '/methods')
    await press(phone, 'Add your own')
    await sees(phone, 'Add your own')
    await phone.getByLabel('What it is').fill('A quarter of an hour of clay at the end of a session.')
    await phone.getByLabel('Take care').fill('Allergies')
    await phone.getByRole('button', { name: 'Look at it first' }).click()
    await phone.getByText('Please give it a name.').first().waitFor()
    assert.equal(await phone.getByLabel('Take care').inputValue(), 'Allergies')
  })
  await step('he looks at it as both will read it, and keeps it', async () => {
    await phone.getByLabel('Name', { exact: true }).fill('Clay')
    await phone.getByLabel('Concern 1').selectOption({ label: 'Grief' })
    await phone.getByLabel('What is known').fill('Ten people in three years.')
    await phone.getByRole('button', { name: 'Look at it first' }).click()
    await phone.getByRole('heading', { name: 'As it would stand' }).waitFor()
    await phone.getByText('Own experience: What this practice has seen itself.').first().waitFor()
    await screen(phone, 'methods-preview')
    await phone.getByRole('button', { name: 'Keep it' }).click()
    await sees(phone, 'Clay')
    await phone.getByText('Your practice’s own.').waitFor()
  })
  await step('it stands among the ways to work with grief, with what it rests on', async () => {
    await phone.goto(practice.url + '/methods/grief')
    await sees(phone, 'Grief')
    assert.match(await words(phone), /Clay[\s\S]*Own experience[\s\S]*Ten people in three years/)
    await screen(phone, 'methods-grief')
  })
  await step('and is left out again', async () => {
    await press(phone, 'Clay')
    await phone.getByRole('button', { name: 'Leave it out of what can be chosen' }).click()
    await phone.getByText('It is left out of what can be chosen here.').waitFor()
    await phone.goto(practice.url + '/methods/grief')
    assert.doesNotMatch(await words(phone), /Clay/)
  })
})
