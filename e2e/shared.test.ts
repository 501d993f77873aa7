// What a client shares of their journal, on the desk of whoever treats them: words to read and sound to hear, from any
// place in it, until it is taken back. How it is shared on a phone walks in journal.test.ts.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser('--autoplay-policy=no-user-gesture-required')

/** Shares a second of sound, as the script of the journal does, and says under which id. */
function sings(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const id = (): string => {
      const b = crypto.getRandomValues(new Uint8Array(16))
      const hex = Date.now().toString(16).padStart(12, '0') + [...b].slice(6).map((x) => x.toString(16).padStart(2, '0')).join('')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
    }
    const sound = new AudioContext()
    const [tone, out] = [sound.createOscillator(), sound.createMediaStreamDestination()]
    tone.connect(out)
    tone.start()
    const recorder = new MediaRecorder(out.stream, { mimeType: 'audio/webm' })
    const got: Blob[] = []
    recorder.ondataavailable = (e) => got.push(e.data)
    const over = new Promise((done) => (recorder.onstop = done))
    recorder.start()
    await new Promise((done) => setTimeout(done, 1200))
    recorder.stop()
    await over
    const bytes = await new Blob(got).arrayBuffer()
    const send = async (path: string, body: BodyInit, type: string): Promise<void> => {
      const r = await fetch(path, { method: 'POST', body, headers: { Accept: 'application/json', 'Content-Type': type, 'Waymark-Page': document.body.dataset['page'] ?? '' } })
      if (!r.ok) throw new Error(`${path}: ${r.status} ${await r.text()}`)
    }
    const [share, piece] = [id(), id()]
    const { last } = (await (await fetch('/my/journal/shares', { headers: { Accept: 'application/json' } })).json()) as { last: string }
    const form = new URLSearchParams({
      id: share, entry: id(), kind: 'voice', text: 'I hummed what she used to sing.', until: last,
      pieces: JSON.stringify([{ id: piece, type: 'audio/webm;codecs=opus', size: bytes.byteLength }]),
    })
    const encoded = 'application/x-www-form-urlencoded'
    await send('/my/journal/shares', form.toString(), encoded)
    for (let n = 0; n * 262144 < bytes.byteLength; n++)
      await send(`/my/journal/shares/${share}/media/${piece}/${n}`, bytes.slice(n * 262144, (n + 1) * 262144), 'application/octet-stream')
    await send(`/my/journal/shares/${share}/end`, '', encoded)
    return share
  })
}

test('what a client shares is read and heard at a desk until it is taken back', async () => {
  const desk = await chromium.asDesk()
  await as(desk, practice.link('clinician', 'Miriam Adler'))
  let record = ''
  await step('it stands on the page of the client, and says until when', async () => {
    await to(desk, '/clients')
    await desk.getByRole('main').getByRole('link', { name: 'Nora Whitfield' }).first().click()
    await desk.waitForURL(/clients\/[0-9a-f-]{36}/)
    record = new URL(desk.url()).pathname
    await press(desk, 'Shared by Nora')
    await sees(desk, 'Shared by Nora')
    await reads(desk, /until the end of/)
    await noSeriousAxe(desk)
    await fitsItsWidth(desk)
    await screen(desk, 'shared-list')
    await desk.getByRole('main').getByRole('listitem').getByRole('link').first().click()
    await reads(desk, /I wrote to my sister/)
    await noSeriousAxe(desk)
    await screen(desk, 'shared-words')
  })
  const phone = await chromium.asPhone({ dark: true })
  await as(phone, practice.link('client', 'Nora Whitfield'))
  const share = await sings(phone)
  await step('sound is heard from any place in it', async () => {
    await to(desk, `${record}/shared/${share}`)
    await reads(desk, 'I hummed what she used to sing.')
    const heard = await desk.locator('audio').evaluate(async (e) => {
      const audio = e as HTMLAudioElement
      const until = (name: string): Promise<unknown> => new Promise((done, fail) => {
        audio.addEventListener(name, done, { once: true })
        audio.addEventListener('error', () => fail(new Error(`sound: ${audio.error?.message}`)), { once: true })
      })
      if (audio.readyState < 1) await until('loadedmetadata')
      audio.muted = true
      await audio.play()
      if (!audio.ended) await until('ended')
      return audio.currentTime
    })
    assert.ok(heard > 0.8, `it ended after ${heard} seconds`)
    await noSeriousAxe(desk)
    await screen(desk, 'shared-sound')
    await desk.setViewportSize({ width: 390, height: 844 })
    await fitsItsWidth(desk)
  })
  await step('the client sees who opened it, takes it back, and it is gone', async () => {
    const told = await phone.evaluate(async (id) => {
      const r = await fetch(`/my/journal/shares/${id}/take-back`, { method: 'POST', headers: { Accept: 'application/json', 'Waymark-Page': document.body.dataset['page'] ?? '' } })
      return r.text()
    }, share)
    assert.match(told, /Miriam Adler/)
    assert.equal(await to(desk, `${record}/shared/${share}`), 404)
  })
})
