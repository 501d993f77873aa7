// The safety plan: made together and agreed by both, there at once after an answer that signals danger, and, where its
// client chose so, on their phone with the server and the network down and nobody signed in.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { answer, as, place, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

const bench = 'The bench by the canal'

/** Everything that the browser keeps of this place, as text: what lies in databases, and in caches. */
async function heldBy(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const done = <T>(r: IDBRequest<T>): Promise<T> => new Promise((yes, no) => ((r.onsuccess = () => yes(r.result)), (r.onerror = () => no(r.error))))
    const text = (v: unknown): string => {
      if (v instanceof ArrayBuffer) return new TextDecoder().decode(v)
      if (ArrayBuffer.isView(v)) return new TextDecoder().decode(v.buffer as ArrayBuffer)
      if (v instanceof CryptoKey) return v.extractable ? 'a key that can be taken out' : ''
      if (v && typeof v === 'object') return Object.values(v).map(text).join(' ')
      return String(v)
    }
    let all = ''
    for (const { name } of await indexedDB.databases()) {
      const d = await done(indexedDB.open(name ?? ''))
      for (const store of d.objectStoreNames) for (const row of await done(d.transaction(store).objectStore(store).getAll())) all += text(row)
      d.close()
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const r of await cache.keys()) if (!/\.(woff2|png)$/.test(r.url)) all += r.url + (await (await cache.match(r))?.text())
    }
    return all
  })
}

test('a plan is made together, opens when it is needed, and stays on the phone if its client wants that', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Ada'))

  await step('the therapist writes down what both said, in the room', async () => {
    await to(desk, '/clients')
    await press(desk, 'Ada')
    await press(desk, 'Safety plan')
    await reads(desk, 'It is written together with Ada')
    await press(desk, 'Begin it')
    await desk.getByLabel('How I notice that it is getting harder').fill('I stop answering\nThe pictures come in the day')
    await desk.getByLabel('What helps me on my own').fill(bench)
    const ask = desk.getByRole('group', { name: 'Whom I can ask for help' })
    await ask.getByLabel('Telephone').first().fill('0117 496 0118')
    await press(desk, 'Keep it, and I agree to it')
    await reads(desk, 'Please say who this is')
    await ask.getByLabel('Who').first().fill('Lea Ortiz')
    await ask.getByLabel('A word beside it').first().fill('Just say: can you come.')
    await noSeriousAxe(desk)
    await press(desk, 'Keep it, and I agree to it')
    await reads(desk, 'A draft. You agree to it')
    await noSeriousAxe(desk)
    await screen(desk, 'safety-plan-desk', true)
  })

  await step('one tap from any page of hers, Ada reads it and agrees', async () => {
    await sees(phone, 'This week')
    await press(phone, 'Safety plan')
    await sees(phone, 'Your safety plan')
    await reads(phone, 'Is it right for you as well?')
    assert.equal(await phone.getByRole('link', { name: 'Call Lea' }).getAttribute('href'), 'tel:01174960118')
    await reads(phone, '0117 496 0118')
    await phone.getByRole('button', { name: 'Print it' }).waitFor()
    await phone.emulateMedia({ media: 'print' })
    for (const number of ['0117 496 0118', '999', '116 123']) await phone.getByText(number, { exact: true }).first().waitFor()
    assert.equal(await phone.getByRole('link', { name: 'Call Lea' }).isVisible(), false, 'a button is no use on paper')
    await phone.emulateMedia({ media: null })
    await press(phone, 'I agree to it')
    await reads(phone, 'Agreed by both today.')
    const room = phone.viewportSize() ?? { width: 390, height: 844 }
    await phone.setViewportSize({ ...room, height: 3200 }) // so that the bar below covers nothing
    await noSeriousAxe(phone)
    await phone.setViewportSize({ width: 320, height: 640 }) // as large as it gets
    await fitsItsWidth(phone)
    await phone.setViewportSize(room)
    await fitsItsWidth(phone)
    await screen(phone, 'safety-plan', true)
  })

  await step('she changes it by keyboard; what both agreed to stays the plan until they agree again', async () => {
    await phone.getByRole('link', { name: 'Change it' }).focus()
    await phone.keyboard.press('Enter')
    await sees(phone, 'The safety plan, to be written')
    await phone.getByLabel('What is worth living for').fill('Lea')
    await phone.getByRole('button', { name: 'Keep it, and I agree to it' }).focus()
    await phone.keyboard.press('Enter')
    await reads(phone, 'A newer draft')
    await desk.reload()
    await reads(desk, 'A newer draft')
    await press(desk, 'I agree to it')
    await reads(desk, 'Agreed by both. This is the plan from now on.')
  })

  await step('after an answer that signals danger the plan is there at once', async () => {
    await to(phone, '/my/week')
    const waits = await phone.getByRole('link', { name: 'Answer' }).evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''))
    for (const one of waits) {
      await to(phone, one)
      if ((await place(phone)).endsWith('of 9')) break // which of the two comes first is left open
    }
    for (let i = 0; i < 8; i++) await answer(phone, 'Not at all')
    await answer(phone, 'Several days')
    assert.ok(await phone.getByRole('radio', { name: 'Several days', exact: true }).isChecked())
    await press(phone, 'Send my answers')
    await sees(phone, 'You do not have to be alone with this')
    await phone.getByRole('heading', { name: 'Your safety plan' }).waitFor()
    await reads(phone, bench)
    await phone.getByRole('link', { name: /999/ }).waitFor()
    const where = async (name: RegExp | string) => (await phone.getByText(name).first().boundingBox())?.y ?? 0
    assert.ok((await where('999')) < (await where(bench)) && (await where(bench)) < (await where('Who knows')), 'whom to call comes first, the plan next')
    await screen(phone, 'safety-plan-answer', true)
  })

  await step('it is on no phone until she says so, and gone when she says so', async () => {
    await press(phone, 'Help now')
    await sees(phone, 'Help now')
    assert.doesNotMatch(await words(phone), /From your safety plan/)
    await press(phone, 'Open your safety plan')
    await reads(phone, 'It is not on this phone.')
    await reads(phone, 'Whoever holds this phone unlocked and opens Help now can read it')
    await press(phone, 'Keep it on this phone')
    await reads(phone, 'It is on this phone now.')
    await press(phone, 'Take it off this phone')
    await reads(phone, 'It is off this phone.')
    await to(phone, '/help')
    assert.doesNotMatch(await words(phone), /From your safety plan/)
    await to(phone, '/my/at-hand')
    await press(phone, 'Keep it on this phone')
    await reads(phone, 'It is on this phone now.')
  })

  await step('a change that she looks at comes to the phone by itself', async () => {
    await press(phone, 'Change it')
    await phone.getByLabel('What helps me on my own').fill(`${bench}\nCold water on the wrists`)
    await press(phone, 'Keep it, and I agree to it')
    await reads(phone, 'A newer draft')
    await desk.reload()
    await press(desk, 'I agree to it')
    await reads(desk, 'Agreed by both. This is the plan from now on.')
    await phone.reload()
    await reads(phone, 'It is on this phone, as of')
  })

  await step('nothing of it lies on the phone in the clear', async () => {
    const held = await heldBy(phone)
    assert.ok(held.includes('/help'), 'what the browser keeps was looked at')
    for (const secret of ['by the canal', 'Lea Ortiz', '496 0118', 'Cold water', 'a key that can be taken out']) {
      assert.ok(!held.includes(secret), `“${secret}” lies in the clear`)
    }
  })

  await step('signed out, with the server and the network down, Help now shows it', async () => {
    await phone.waitForFunction(async () => (await navigator.serviceWorker.getRegistration('/'))?.active?.state === 'activated')
    await phone.getByRole('button', { name: 'Sign out' }).click()
    await phone.waitForURL((url) => !url.pathname.startsWith('/my/'))
    chromium.forgive(/ERR_|Failed to fetch|offline/i)
    await practice.crash()
    await phone.context().setOffline(true)
    await phone.goto(practice.url + '/help')
    await sees(phone, 'Help now')
    await phone.getByRole('heading', { name: 'From your safety plan' }).waitFor()
    await reads(phone, 'Cold water on the wrists')
    await reads(phone, '0117 496 0118')
    assert.equal(await phone.getByRole('link', { name: 'Call Lea' }).getAttribute('href'), 'tel:01174960118')
    await phone.getByRole('link', { name: /999/ }).waitFor()
    await fitsItsWidth(phone)
    const room = phone.viewportSize() ?? { width: 390, height: 844 }
    await phone.setViewportSize({ ...room, height: 2600 })
    await noSeriousAxe(phone)
    await phone.setViewportSize(room)
    await screen(phone, 'safety-plan-help', true)
  })
})
