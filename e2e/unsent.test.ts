// Answers that find no connection: whom to reach is there, they wait for whoever wrote them and are sent from any page of
// theirs, once; and a question that was answered can be left out again.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { answer, as, place, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

/** Opens the one of the two questionnaires that wait which asks about danger. */
async function nine(page: Page): Promise<void> {
  await to(page, '/my/week')
  const waits = await page.getByRole('link', { name: /^(Answer|Go on)$/ }).evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''))
  for (const one of waits) {
    await to(page, one)
    if ((await page.locator('[data-ask-item]:not([data-ask-extra])').count()) === 9) return
  }
  assert.fail('no questionnaire asks about danger')
}

const left = { name: 'Leave this one out' }

test('a question can be left out again after it was answered, the last too, and also without script', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Ada'))
  await nine(phone)
  for (let i = 0; i < 8; i++) await answer(phone, 'Not at all')
  assert.equal(await place(phone), 'Question 9 of 9')
  await phone.getByRole('radio', { name: 'Several days', exact: true }).check()
  await press(phone, left.name)
  assert.equal(await phone.getByRole('radio', { checked: true }).count(), 0)
  await reads(phone, 'Question 9 is not answered. That is all right.')
  assert.ok(await phone.getByRole('button', { name: 'Send my answers' }).evaluate((e) => e === document.activeElement))

  await press(phone, 'All questions on one page')
  const second = phone.getByRole('group').nth(1)
  await second.getByRole('radio', left).check()
  await reads(phone, 'Two questions are not answered: 2, 9. That is all right.')
  await fitsItsWidth(phone)
  await press(phone, 'Send my answers')
  await phone.waitForURL(/\/my\/answers\//)
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  await to(desk, '/clients')
  await press(desk, 'Ada')
  await reads(desk, /Question 9: skipped on/)

  const plain = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Dora'))
  await to(plain, '/my/week')
  await plain.getByRole('link', { name: 'Answer' }).first().click()
  const last = plain.locator('fieldset').last()
  await last.getByRole('radio', { name: 'Several days', exact: true }).check()
  await last.getByRole('radio', left).check()
  assert.equal(await last.getByRole('radio', { name: 'Several days', exact: true }).isChecked(), false)
})

test('without a connection whom to reach is on the page, and the answers are sent later from any page, once, for whoever wrote them', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Bela'))
  chromium.forgive(/ERR_|Failed to fetch|offline/i)
  let sent = 0
  phone.context().on('request', (r) => void (r.method() === 'POST' && /\/my\/asks\/[^/]+\/\d+$/.test(r.url()) && sent++))

  await step('no answer signals danger, and whom to reach is there all the same', async () => {
    await nine(phone)
    for (let i = 0; i < 9; i++) await answer(phone, 'Not at all')
    await phone.context().setOffline(true)
    await press(phone, 'Send my answers')
    await reads(phone, 'Not sent yet. Your answers are kept on this device')
    await reads(phone, 'any other page of yours here, within a week')
    await reads(phone, 'Nobody has read your answers yet.')
    assert.equal(await phone.getByRole('link', { name: /999/ }).getAttribute('href'), 'tel:999')
    await phone.getByRole('link', { name: /Samaritans/ }).first().waitFor()
    await fitsItsWidth(phone)
    const room = phone.viewportSize() ?? { width: 390, height: 844 }
    await phone.setViewportSize({ ...room, height: 2600 })
    await noSeriousAxe(phone)
    await phone.setViewportSize(room)
    await screen(phone, 'unsent', true)
  })

  await step('Help now stands on the page, with the way out beside it', async () => {
    await phone.getByRole('link', { name: 'Help now' }).click()
    const help = phone.getByRole('region', { name: 'Help now' })
    await help.getByText('There is no connection at the moment.').waitFor()
    await help.getByRole('link', { name: /999/ }).waitFor()
    assert.ok(await help.evaluate((e) => e === document.activeElement))
    assert.ok(await phone.getByRole('link', { name: 'Leave' }).isVisible())
    await screen(phone, 'unsent-help', true)
    assert.deepEqual(await phone.evaluate(async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]), [[], 0], 'nothing was put on the phone for it')
  })

  const away = '**/my/asks/**'
  await step('she leaves the page: This week says what is still here', async () => {
    await phone.context().route(away, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
    await phone.context().setOffline(false)
    await to(phone, '/my/week')
    await reads(phone, /^Your answers from \d\d:\d\d are still on this device\.$/)
    await press(phone, 'Send them')
    await reads(phone, 'There is no connection yet.')
    await noSeriousAxe(phone)
    await screen(phone, 'unsent-week', true)
  })

  await step('somebody else signs in on the same phone: they see nothing of it, and send nothing', async () => {
    await phone.context().clearCookies() // the sign-in ran out: nobody signed out
    await phone.context().unroute(away)
    sent = 0
    await as(phone, practice.link('client', 'Emil'))
    await sees(phone, 'This week')
    await sleep(1500)
    assert.doesNotMatch(await words(phone), /still on this device/)
    await to(phone, '/my/record')
    await sleep(500)
    assert.equal(sent, 0)
  })

  await step('she is back, on a page of quite another thing: they are sent, and their page opens', async () => {
    await phone.context().clearCookies()
    await as(phone, practice.link('client', 'Bela'))
    await phone.waitForURL(/\/my\/answers\//)
    assert.equal(sent, 1)
    await to(phone, '/my/week')
    await sleep(1000)
    assert.doesNotMatch(await words(phone), /still on this device/)
    assert.equal(sent, 1)
  })
})

test('two windows send what waits once, and what came from another device meanwhile is shown beside it', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Emil'))
  chromium.forgive(/ERR_|Failed to fetch|offline|409/i)
  await nine(phone)
  const ask = new URL(phone.url()).pathname
  for (let i = 0; i < 9; i++) await answer(phone, 'Not at all')
  const context = phone.context()
  await context.route('**/my/asks/**', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await press(phone, 'Send my answers')
  await reads(phone, 'Not sent yet.')
  await phone.goto('about:blank')

  const desk = await as(await chromium.asDesk(), practice.link('client', 'Emil'))
  await to(desk, ask)
  for (let i = 0; i < 8; i++) await answer(desk, 'Several days')
  await answer(desk, 'Not at all')
  await press(desk, 'Send my answers')
  await desk.waitForURL(/\/my\/answers\//)

  await context.unroute('**/my/asks/**')
  const again = await context.newPage()
  await Promise.all([phone.goto(practice.url + '/my/week'), again.goto(practice.url + '/my/week')])
  await phone.bringToFront()
  await reads(phone, /still on this device/)
  await press(phone, 'Send them')
  await sees(phone, 'This was answered already')
  await reads(phone, 'Chosen here')
  await to(phone, '/my/week')
  await sleep(1000)
  assert.doesNotMatch(await words(phone), /still on this device/)
})
