// What there is to practise, on a phone: found, followed at one's own pace by thumb and by keyboard, and of use without
// motion and without script.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** Opens an exercise of the library from the list: its address names none. */
async function toExercise(page: Page, title: string): Promise<void> {
  await to(page, '/my/exercises')
  const folded = page.locator('details:not([open])', { hasText: title })
  if ((await folded.count()) > 0) await folded.locator('summary').click()
  await press(page, title)
  await sees(page, title)
}

/** Looks at the whole of a page on a phone, also where letters are twice as large. */
async function looksWell(page: Page): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await noSeriousAxe(page)
  await fitsItsWidth(page)
  await page.setViewportSize({ width: 320, height: 844 })
  await fitsItsWidth(page)
  await page.setViewportSize({ width: 390, height: 844 })
}

test('somebody is led through what helps just now, without agreeing on anything', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))

  await step('what helps in a hard moment stands first', async () => {
    await to(phone, '/my/exercises')
    await sees(phone, 'Things to practise')
    assert.equal(await phone.getByRole('heading', { level: 2 }).first().innerText(), 'Just now')
    await looksWell(phone)
    await screen(phone, 'exercises', true)
  })

  await step('breathing begins, pauses and stops by hand; where motion is reduced words and seconds keep the pace', async () => {
    await press(phone, 'Breathing slowly')
    await sees(phone, 'Breathing slowly')
    await reads(phone, 'Breathe in for 4 seconds, and out for 6.')
    const disc = phone.locator('.breath-disc')
    const size = await disc.evaluate((e) => e.style.scale)
    await press(phone, 'Begin')
    await reads(phone, 'Breathe in')
    assert.equal(await disc.evaluate((e) => e.style.scale), size)
    await press(phone, 'Pause')
    await reads(phone, 'Paused')
    await press(phone, 'Go on')
    await reads(phone, 'Breathe in')
    await press(phone, 'Stop here')
    await reads(phone, 'Stopped. Breathe as it comes.')
    assert.equal(await phone.evaluate(() => document.activeElement?.textContent), 'Once more')
    await phone.getByText('Length, pace, sound').click()
    await phone.getByRole('slider', { name: 'Breathe out' }).press('ArrowRight')
    assert.equal(await phone.getByRole('slider', { name: 'Breathe out' }).getAttribute('aria-valuetext'), '6.5 seconds')
    await looksWell(phone)
    await screen(phone, 'breathing', true)
  })

  await step('five senses are followed by keyboard alone', async () => {
    await toExercise(phone, 'Coming back to now')
    await phone.getByRole('button', { name: 'Next' }).focus()
    await reads(phone, 'Name five things that you see.')
    for (let n = 0; n < 6; n++) {
      await phone.getByRole('button', { name: /^(Next|That was the last)$/ }).focus()
      await phone.keyboard.press('Enter')
    }
    await reads(phone, 'That was the whole way.')
    await press(phone, 'All steps at once')
    await reads(phone, 'Name four things that you can touch.')
    await looksWell(phone)
  })

  await step('parts of the body are followed with a clock, and any of them is left out', async () => {
    await toExercise(phone, 'Tensing and letting go')
    await press(phone, 'Begin')
    await press(phone, 'Leave this one out')
    await phone.locator('.guide-words').getByText('make fists').waitFor()
    await press(phone, 'One back')
    await press(phone, 'Pause')
    await reads(phone, 'Settle.')
    await looksWell(phone)
    await screen(phone, 'relaxation')
  })

  await step('a word for a feeling is picked on the wheel or in the list, which say the same', async () => {
    await toExercise(phone, 'Finding the word for it')
    const wheel = phone.locator('svg.wheel')
    for (const word of ['Afraid', 'Uneasy', 'nervous']) await wheel.getByText(word, { exact: true }).click({ force: true })
    await reads(phone, 'Picked: nervous')
    await screen(phone, 'feelings', true)
    await phone.getByText('As a list').click()
    const family = phone.locator('summary', { hasText: 'Far away' })
    await family.focus()
    await phone.keyboard.press('Enter')
    await phone.getByRole('checkbox', { name: 'worn out' }).focus()
    await phone.keyboard.press('Space')
    assert.equal(await phone.getByLabel('Feeling 1', { exact: true }).inputValue(), 'nervous')
    assert.equal(await phone.getByLabel('Feeling 2', { exact: true }).inputValue(), 'worn out')
    await phone.getByRole('button', { name: 'Take this one out: Feeling 1' }).click()
    assert.equal(await phone.getByRole('checkbox', { name: 'nervous', includeHidden: true }).isChecked(), false)
    await looksWell(phone)
  })

  await step('nothing of it was sent or kept', async () => {
    await phone.reload()
    assert.equal(await phone.getByLabel('Feeling 2', { exact: true }).inputValue(), '')
  })
})

test('a ladder is put in order, says what was met beside what was expected, and the next step is chosen by hand', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))
  const row = (n: number) => phone.getByRole('group', { name: `Situation ${n}`, exact: true })

  await step('an exercise of the library is taken up', async () => {
    await toExercise(phone, 'A ladder of what you fear')
    await press(phone, 'Take it up')
    await phone.getByRole('form').getByRole('button', { name: 'Take it up' }).waitFor()
    const presence = phone.getByRole('radio', { name: /tool/i }) // asked before a third
    if ((await presence.count()) > 0) await presence.first().check()
    await phone.getByRole('form').getByRole('button', { name: 'Take it up' }).click()
    await phone.waitForURL(/done=agreed/)
    await sees(phone, 'A ladder of what you fear')
  })

  await step('rows come one at a time, and find their order', async () => {
    const steps = [['The tram, two stops', '40', '25'], ['The market on a Saturday', '80', ''], ['The queue at the baker', '55', '60']] as const
    for (const [n, [what, expected, met]] of steps.entries()) {
      await row(n + 1).getByLabel('What is it?').fill(what)
      await row(n + 1).getByLabel('How hard do you expect it to be?').fill(expected)
      await row(n + 1).getByLabel('How hard was it, when you tried it?').fill(met)
      if (n < 2) await press(phone, 'One more')
    }
    const ladder = phone.getByRole('region', { name: 'Your ladder' })
    await ladder.getByText('It was less than expected.').waitFor()
    assert.deepEqual(await ladder.getByRole('listitem').locator('p:first-child').allInnerTexts(), ['The market on a Saturday', 'The queue at the baker', 'The tram, two stops'])
    await press(phone, 'Put my list in this order')
    assert.equal(await row(2).getByLabel('What is it?').inputValue(), 'The queue at the baker')
    await ladder.getByRole('button', { name: 'Choose this one next: The queue at the baker' }).click()
    assert.equal(await phone.getByLabel('Which step do you choose next?').inputValue(), 'The queue at the baker')
    await looksWell(phone)
    await screen(phone, 'ladder', true)
  })

  await step('what was not sent yet comes back, rows and all', async () => {
    await phone.locator('form[data-kept-at]').first().waitFor()
    await phone.reload()
    await reads(phone, 'What you had begun here is back.')
    assert.equal(await row(3).getByLabel('What is it?').inputValue(), 'The market on a Saturday')
    await phone.getByRole('button', { name: 'Take this one out: Situation 1' }).click()
    assert.equal(await row(1).getByLabel('What is it?').inputValue(), 'The queue at the baker')
  })
})

test('where motion is welcome the disc breathes, and where there is no script the words are enough', async () => {
  const moving = await as(await chromium.asPhone({ motion: true, dark: true }), practice.link('client', 'Jonas Brandt'))
  await toExercise(moving, 'Breathing slowly')
  const size = () => moving.locator('.breath-disc').evaluate((e) => Number(e.style.scale))
  const before = await size()
  await press(moving, 'Begin')
  await moving.waitForFunction((from) => Number(document.querySelector<HTMLElement>('.breath-disc')?.style.scale) > from + 0.1, before)
  await noSeriousAxe(moving, true)
  await screen(moving, 'breathing-moving')

  const plain = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Nora Whitfield'))
  await toExercise(plain, 'Tensing and letting go')
  await reads(plain, 'Hands: make fists.')
  await toExercise(plain, 'Breathing slowly')
  await reads(plain, 'Breathe in for 4 seconds')
  assert.equal(await plain.getByRole('button', { name: 'Begin' }).count(), 0)
})
