// Reminders of appointments: none until somebody asks for them, by e-mail or on a device, and a device is woken with
// words that say nothing. No maker of a browser is asked here: what the browser would be given by its maker is made up,
// and the message is handed over by the browser's own tools.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, sees, step, to } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** A browser whose maker gives out addresses without being asked. */
async function woken(page: Page): Promise<void> {
  await page.context().grantPermissions(['notifications'], { origin: practice.url })
  await page.addInitScript(() => {
    const kept: { now: unknown } = { now: null }
    PushManager.prototype.getSubscription = async () => kept.now as PushSubscription | null
    PushManager.prototype.subscribe = async (options) => {
      const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
      const point = await crypto.subtle.exportKey('raw', pair.publicKey)
      const secret = crypto.getRandomValues(new Uint8Array(16)).buffer
      kept.now = {
        endpoint: 'https://push.example/wake/1',
        options: { applicationServerKey: (options?.applicationServerKey as Uint8Array<ArrayBuffer>).buffer },
        getKey: (name: string) => (name === 'auth' ? secret : point),
      }
      return kept.now as PushSubscription
    }
  })
}

/** Hands a message to the service worker, as the browser does when one comes. */
async function wake(page: Page): Promise<void> {
  const tools = await page.context().newCDPSession(page)
  const registration = new Promise<string>((found) => {
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const mine = registrations.find((one) => one.scopeURL.startsWith(practice.url))
      if (mine) found(mine.registrationId)
    })
  })
  await tools.send('ServiceWorker.enable')
  await tools.send('ServiceWorker.deliverPushMessage', { origin: practice.url, registrationId: await registration, data: 'Therapy at ten' })
}

test('a client is reminded of appointments only as they choose, and a device says nothing', async () => {
  const phone = await chromium.asPhone()
  await woken(phone)
  await as(phone, practice.link('client', 'Priya Shah'))
  await step('nothing is sent until Priya says so', async () => {
    await to(phone, '/my/reminders')
    await sees(phone, 'Reminders')
    for (const form of ['Your appointments', 'What you practise']) {
      assert.equal(await phone.getByRole('form', { name: form }).getByRole('radio', { name: /^Not at all/ }).isChecked(), true)
    }
    await fitsItsWidth(phone)
    const room = phone.viewportSize() ?? { width: 390, height: 844 }
    await phone.setViewportSize({ ...room, height: 3400 }) // so that the bar below covers nothing
    await noSeriousAxe(phone)
    await phone.setViewportSize(room)
    await screen(phone, 'reminders-appointments', true)
  })
  await step('she chooses her devices, two hours before, by keyboard', async () => {
    await phone.getByRole('form', { name: 'Your appointments' }).getByRole('radio', { name: /^Not at all/ }).focus()
    await phone.keyboard.press('ArrowDown')
    await phone.keyboard.press('ArrowDown')
    await phone.getByRole('radio', { name: 'Two hours before' }).check()
    await press(phone, 'Keep this for appointments')
    await phone.getByText('That is how you are reminded of appointments.').waitFor()
    await phone.getByText('nothing can come').waitFor()
  })
  await step('her browser is asked after a tap, and stands there as a device', async () => {
    await phone.getByRole('button', { name: 'Allow messages on this device' }).click()
    await phone.getByText('Messages can come on this device.').waitFor()
    await phone.getByRole('button', { name: 'Take it off' }).waitFor()
    await screen(phone, 'reminders-device', true)
  })
  await step('whatever a message holds, the device says only that something waits', async () => {
    await wake(phone)
    const shown = await phone.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/assets/')
      for (let waited = 0; waited < 50; waited++) {
        const all = (await registration?.getNotifications()) ?? []
        if (all.length > 0) return all.map((one) => `${one.title}: ${one.body}`)
        await new Promise((done) => setTimeout(done, 100))
      }
      return []
    })
    assert.deepEqual(shown, ['Waymark: Something waits for you.'])
  })
  await step('and it is taken off again', async () => {
    await press(phone, 'Take it off')
    await phone.getByText('No more messages on that device.').waitFor()
    assert.equal(await phone.getByRole('button', { name: 'Take it off' }).count(), 0)
  })
})
