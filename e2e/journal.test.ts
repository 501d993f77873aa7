// A private journal on a phone: made, written, spoken, drawn and photographed in, locked, opened by passkey and by
// recovery code, shared until a date and taken back, while nothing that the server is sent holds any of it.

import { strict as assert } from 'node:assert'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import type { BrowserContext, Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, passkeys, screen } from './browser.ts'
import { code, press, reads, sees, step, to, words } from './people.ts'

const chromium = browser('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream')
const password = 'four plain words here'

// None of these may be found anywhere but on the pages of their author.
const first = 'Dad rang after lunch, and I heard the Zitronenfalter in his voice.'
const begun = 'I had only begun to write about Rauhreif.'
const offline = 'On the tram without a network: Nebelhorn.'
const away = 'In the hut, where nothing reaches: Wacholder.'
const full = 'Though this phone is full: Wetterleuchten.'
const label = 'The yard behind the Kornblumenweg'
const secrets = ['Zitronenfalter', 'Rauhreif', 'Nebelhorn', 'Wetterleuchten', 'Wacholder', 'Kornblumenweg', '51.5074N']
const lent = 'This one is for Mara: the market, and that I went.'

let folder = ''
let origin = ''
let server: ChildProcess | undefined
let said = ''

/** Everything that went over the wire, in both directions. */
const traffic: { what: string; text: string }[] = []
const pending: Promise<void>[] = []

function record(context: BrowserContext): void {
  context.on('request', (r) => {
    traffic.push({ what: `${r.method()} ${r.url()}`, text: r.url() + '\n' + (r.postDataBuffer()?.toString('latin1') ?? '') })
  })
  context.on('response', (r) => {
    if (r.url().startsWith('blob:')) return // what the page made and shows: it is asked of nobody
    const body = r.body().then(
      (b) => void traffic.push({ what: `answer to ${r.url()}`, text: b.toString('latin1') }),
      () => undefined, // a redirect has none
    )
    pending.push(body)
  })
}

/** A text as it may lie in bytes: as it is, in hexadecimal, and in base64 wherever it begins. */
function traces(text: string): string[] {
  const shifted = [0, 1, 2].map((n) => {
    const b = Buffer.from('\0'.repeat(n) + text, 'latin1').toString('base64').replace(/=+$/, '')
    return b.slice(Math.ceil((n * 8) / 6), -1)
  })
  return [text, Buffer.from(text, 'latin1').toString('hex'), ...shifted, ...shifted.map((s) => s.replace(/\+/g, '-').replace(/\//g, '_'))].map((t) => t.toLowerCase())
}

const holds = (held: string, some: string[]): boolean => some.some((t) => held.includes(t))

function files(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name)
    const about = statSync(path)
    return about.isDirectory() ? files(path) : about.isFile() ? [path] : []
  })
}

/** The checksum of a chunk of PNG (RFC 2083, 15). */
function crc32(b: Buffer): number {
  let c = 0xffffffff
  for (const byte of b) {
    c ^= byte
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  }
  return ~c >>> 0
}

/** A PNG of some colours, that tells where it was taken; or only its head, as large as it says. */
function png(width: number, height: number, whole = true): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const [size, body, sum] = [Buffer.alloc(4), Buffer.concat([Buffer.from(type, 'latin1'), data]), Buffer.alloc(4)]
    size.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([size, body, sum])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const rows = whole ? Buffer.from(Array.from({ length: height * (1 + 3 * width) }, (_, i) => (i % (1 + 3 * width) === 0 ? 0 : (i * 7919) % 251))) : Buffer.alloc(64)
  const parts = [chunk('IHDR', head), chunk('tEXt', Buffer.from('Comment\0GPS 51.5074N 0.1278W')), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waymark-e2e-'))
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
  origin = `http://localhost:${port}`
})

after(async () => {
  if (server && server.exitCode === null) {
    const gone = new Promise((resolve) => server?.once('exit', resolve))
    server.kill('SIGTERM')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
})

const settings = () => ({ ...process.env, WAYMARK_DATA: join(folder, 'data'), WAYMARK_ORIGIN: origin, WAYMARK_LISTEN: new URL(origin).host.replace('localhost', '127.0.0.1') })

function waymark(args: string[], typed = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('bin/waymark', args, { env: settings() }, (error, out, err) => (error ? reject(new Error(`waymark ${args[0]}: ${err}`)) : resolve(out)))
    child.stdin?.end(typed)
  })
}

const isOpen = (page: Page): Promise<void> => page.getByRole('radio', { name: 'Write' }).waitFor()

async function byPasskey(page: Page): Promise<void> {
  await press(page, 'Open with my passkey')
  await isOpen(page)
}

async function byCode(page: Page, recovery: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Recovery code' })
  if (!(await field.isVisible())) await page.getByText('Use the recovery code').click()
  await field.fill(recovery)
  await press(page, 'Open with the code')
}

/** Nothing is wrong that axe finds. At its end, where the bar of places covers nothing of the page. */
async function looksRight(page: Page, coloursOnly = false): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await noSeriousAxe(page, coloursOnly)
  await page.evaluate(() => scrollTo(0, 0))
}

const mode = (page: Page, name: string): Promise<void> => page.getByRole('radio', { name }).check({ force: true })

async function keeps(page: Page): Promise<void> {
  await press(page, 'Keep it, sealed')
  await page.getByRole('status').getByText('In your journal, sealed.').waitFor()
}

/** Waits until the device has what is begun. */
const isKept = (page: Page): Promise<void> => page.locator('[data-vault][data-kept-at]').waitFor()

async function hides(page: Page, yes: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') })
    document.dispatchEvent(new Event('visibilitychange'))
  }, yes)
}

/** Nothing of the journal is in the page, not even where nobody sees it. */
async function holdsNothing(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Locked' }).waitFor()
  const [all, media] = await page.evaluate(() => [
    document.documentElement.outerHTML + [...document.querySelectorAll('textarea, input')].map((e) => (e as HTMLInputElement).value).join('\n'),
    [...document.querySelectorAll('img, audio, video')].filter((e) => (e as HTMLImageElement).src !== '').length,
  ] as const)
  for (const secret of [...secrets, 'the market']) assert.ok(!all.includes(secret), `a locked page holds ${secret}`)
  assert.equal(media, 0)
}

/** What the page has shown as pictures and sound, as bytes. */
const shown = async (page: Page): Promise<Buffer[]> =>
  (await page.evaluate(async () => {
    const all = (window as unknown as { shown?: Blob[] }).shown ?? []
    return Promise.all(all.map(async (b) => btoa(String.fromCharCode(...new Uint8Array(await b.slice(0, 60_000).arrayBuffer())))))
  })).map((text) => Buffer.from(text, 'base64'))

const watchBlobs = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const all: Blob[] = ((window as unknown as { shown: Blob[] }).shown = [])
    const make = URL.createObjectURL.bind(URL)
    URL.createObjectURL = (b) => {
      if (b instanceof Blob) all.push(b)
      return make(b)
    }
  })

async function draws(page: Page, from: [number, number], over: [number, number][]): Promise<void> {
  const box = await page.locator('[data-vault-sheet]').boundingBox()
  assert.ok(box)
  await page.mouse.move(box.x + from[0], box.y + from[1])
  await page.mouse.down()
  for (const [x, y] of over) await page.mouse.move(box.x + x, box.y + y, { steps: 4 })
  await page.mouse.up()
}

/** How many points of the sheet are painted. */
const painted = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector('[data-vault-sheet]') as HTMLCanvasElement
    const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, canvas.height)
    let n = 0
    for (let i = 0; i < data.length; i += 4) if (data[i] !== data[0] || data[i + 1] !== data[1]) n++
    return n
  })

test('a journal is kept in many forms, opens by passkey and by recovery code, and the server learns nothing of it', async () => {
  const desk = await chromium.asDesk()
  record(desk.context())
  let [phone, other, recovery, client] = [await chromium.asPhone(), desk, '', '']
  record(phone.context())
  await watchBlobs(phone)
  await passkeys(phone, true)
  const seen: Buffer[] = [] // what was heard and seen, as bytes

  await step('a practice, a clinician, and a client who has a passkey', async () => {
    const out = await waymark(['init', '--practice', 'Quiet River', '--country', 'IE', '--time-zone', 'Europe/Dublin', '--name', 'Mara Quinn', '--email', 'mara@quietriver.example'])
    server = spawn('bin/waymark', ['serve'], { env: settings(), stdio: ['ignore', 'pipe', 'pipe'] })
    for (const from of [server.stdout, server.stderr]) from?.setEncoding('utf8').on('data', (text: string) => (said += text))
    for (const until = Date.now() + 20_000; !said.includes('waymark listens'); await sleep(50)) assert.ok(Date.now() < until, said)
    await waymark(['unlock'], (out.match(/Passphrase:\s+(\S+)/)?.[1] ?? '') + '\n')
    await desk.goto(out.match(/http\S+\/join\/\S+/)?.[0] ?? '')
    await desk.getByLabel('New password').fill(password)
    await press(desk, 'Continue with this password')
    await press(desk, 'Set up the second step')
    await desk.getByLabel('Code').fill(await code((await words(desk)).match(/[A-Z2-7]{4}(?: ?[A-Z2-7]{2,4}){4,}/)?.[0] ?? '', -1))
    await press(desk, 'Use this as second step')
    await press(desk, 'I have kept them')
    await to(desk, '/clients/new')
    await desk.getByLabel('Name or alias').fill('Oona Byrne')
    await desk.getByLabel('Their e-mail').fill('oona@example.org')
    await press(desk, 'Make the link')
    await phone.goto(await desk.getByLabel('The link').inputValue())
    await phone.getByLabel('New password').fill(password)
    await press(phone, 'Continue with this password')
    await press(phone, 'Go to This week')
    await to(phone, '/account/passkeys')
    await phone.getByLabel('Name for it').fill('This phone')
    await press(phone, 'Make the passkey')
    await phone.waitForURL(/\/account(\?|#|$)/)
  })

  await step('before there is a journal the page says what is lost when its keys are lost, and the code is typed back', async () => {
    await to(phone, '/my/journal')
    await reads(phone, 'If you lose every way to open it, your entries are lost')
    await looksRight(phone)
    await screen(phone, 'journal-none')
    await press(phone, 'Make my journal')
    await sees(phone, 'Make your journal')
    await reads(phone, 'If you lose every way to open it, your entries are lost.')
    await looksRight(phone)
    await press(phone, 'Make my journal')
    await reads(phone, 'It is shown only now.')
    recovery = await phone.locator('[data-vault-shown]').innerText()
    secrets.push(recovery, recovery.replaceAll('-', ''))
    await press(phone, 'I have written it down')
    await phone.getByLabel('Type it back').fill(recovery)
    await press(phone, 'This is my code')
    await reads(phone, 'Your journal is made')
    await press(phone, 'Let it open the journal')
    await reads(phone, 'This passkey opens your journal from now on.')
    await holdsNothing(phone)
    await fitsItsWidth(phone)
    await looksRight(phone)
    await screen(phone, 'journal-locked')
  })

  await step('opened by passkey, something is written and kept', async () => {
    await byPasskey(phone)
    await reads(phone, 'Mara cannot, nor can the practice.')
    await phone.getByLabel('Your entry').fill(first)
    await keeps(phone)
    await fitsItsWidth(phone)
    await looksRight(phone)
    await screen(phone, 'journal-open', true)
    await phone.emulateMedia({ colorScheme: 'dark' })
    await looksRight(phone, true)
    await screen(phone, 'journal-open-dusk', true)
    await phone.emulateMedia({ colorScheme: 'light' })
  })

  await step('something is spoken, and can be heard again', async () => {
    await press(phone, 'Begin another')
    await mode(phone, 'Speak')
    await press(phone, 'Record')
    await phone.getByRole('timer').getByText('0:02').waitFor()
    await press(phone, 'Pause the recording')
    await looksRight(phone)
    await screen(phone, 'journal-speak')
    await press(phone, 'Go on recording')
    await press(phone, 'Done')
    await press(phone, 'Listen')
    await phone.waitForFunction(() => (document.querySelector('.piece audio') as HTMLAudioElement | null)?.currentTime ?? 0 > 0)
    await keeps(phone)
    seen.push(...(await shown(phone)))
  })

  await step('something is drawn, undone, done again and kept', async () => {
    await press(phone, 'Begin another')
    await mode(phone, 'Draw')
    await draws(phone, [60, 60], [[200, 80], [220, 200], [90, 240]])
    const one = await painted(phone)
    assert.ok(one > 100, `${one} points are painted`)
    await press(phone, 'Clay')
    await draws(phone, [200, 200], [[260, 120], [300, 180]])
    assert.ok((await painted(phone)) > one)
    await press(phone, 'Undo')
    assert.equal(await painted(phone), one)
    await press(phone, 'Redo')
    assert.ok((await painted(phone)) > one)
    await fitsItsWidth(phone)
    await looksRight(phone)
    await screen(phone, 'journal-draw')
    await isKept(phone)
    await phone.reload() // what was drawn is on the device
    await byPasskey(phone)
    await reads(phone, 'What you had begun here is back.')
    for (const until = Date.now() + 5_000; (await painted(phone)) <= one; await sleep(50)) assert.ok(Date.now() < until, 'the drawing is not back')
    await keeps(phone)
    await phone.locator('.piece canvas').waitFor()
  })

  await step('a photo is kept smaller, and without what it tells, and a film beside it', async () => {
    await press(phone, 'Begin another')
    await mode(phone, 'Picture')
    await phone.getByLabel('Take or pick a photo').setInputFiles({ name: 'IMG_0001.png', mimeType: 'image/png', buffer: png(640, 480) })
    await phone.locator('.piece img').waitFor()
    await phone.getByLabel('What it is, in your words').fill(label)
    await keeps(phone)
    await phone.waitForFunction(() => (document.querySelector('.piece img') as HTMLImageElement | null)?.naturalWidth === 640)
    await screen(phone, 'journal-photo', true)
    await looksRight(phone)
    const made = (await shown(phone)).filter((b) => b.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])))
    assert.ok(made.length > 0, 'the photo was made anew, as JPEG')
    seen.push(...made)
    for (const b of made) assert.ok(!b.includes('51.5074N') && !b.includes('Exif'))
    await press(phone, 'Film something now')
    await phone.getByRole('timer').getByText('0:01').waitFor()
    await press(phone, 'Done filming')
    await press(phone, 'Watch')
    await phone.waitForFunction(() => ((document.querySelector('.piece video') as HTMLVideoElement | null)?.videoWidth ?? 0) > 0)
    await keeps(phone)
  })

  await step('a photo bomb, pictures that are programs, two gigabytes of film and a million points are refused in words', async () => {
    await press(phone, 'Begin another')
    const photo = phone.getByLabel('Take or pick a photo')
    await photo.setInputFiles({ name: 'bomb.png', mimeType: 'image/png', buffer: png(30_000, 30_000, false) })
    await reads(phone, '30,000 by 30,000 pixels: too large to open safely.')
    for (const [name, text] of [['a.png', '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "run"</script></svg>'], ['b.jpg', '<!doctype html><script>document.title = "run"</script>']] as const) {
      await photo.setInputFiles({ name, mimeType: 'image/png', buffer: Buffer.from(text) })
      await reads(phone, 'This is no photo that can be kept here.')
      await phone.getByLabel('Pick a short film').setInputFiles({ name, mimeType: 'video/mp4', buffer: Buffer.from(text.padEnd(64)) })
      await reads(phone, 'This is no film that can be kept here.')
    }
    const film = join(folder, 'film.mp4')
    writeFileSync(film, '')
    truncateSync(film, 2 * 2 ** 30)
    await phone.getByLabel('Pick a short film').setInputFiles(film)
    await reads(phone, 'This is 2.0 GB. The journal keeps pieces of up to 64 MB')
    rmSync(film)
    await mode(phone, 'Draw')
    const events = await phone.evaluate(() => {
      const canvas = document.querySelector('[data-vault-sheet]') as HTMLCanvasElement
      const r = canvas.getBoundingClientRect()
      const go = (type: string) =>
        canvas.dispatchEvent(new PointerEvent(type, { pointerId: 7, pointerType: 'pen', clientX: r.left + 40 + Math.random() * 60, clientY: r.top + 40 + Math.random() * 60, pressure: 0.5, isPrimary: true }))
      const wrong = document.querySelector('[data-vault-wrong]')
      let n = 0
      for (go('pointerdown'); n < 1_000_000 && !wrong?.textContent; n++) go('pointermove')
      go('pointerup')
      return n
    })
    await reads(phone, 'This sheet is full. Keep it, and go on with another entry.')
    assert.ok(events < 200_000, `${events} movements were taken`)
    await press(phone, 'Drop this draft')
    assert.equal(await phone.title(), 'Waymark')
  })

  await step('words that were begun, and what was being said when the page crashed, come back with the journal', async () => {
    await mode(phone, 'Write')
    await phone.getByLabel('Your entry').fill(begun)
    await mode(phone, 'Speak')
    await press(phone, 'Record')
    await phone.getByRole('timer').getByText('0:03').waitFor()
    await isKept(phone)
    chromium.forgive(/crash/i)
    const broken = phone
    phone = await broken.context().newPage()
    await watchBlobs(phone)
    const devtools = await broken.context().newCDPSession(broken)
    await Promise.race([devtools.send('Page.crash').catch(() => undefined), sleep(2000)])
    await Promise.race([broken.close().catch(() => undefined), sleep(2000)])
    await phone.goto(origin + '/my/journal')
    await holdsNothing(phone)
    await byCode(phone, '0000-0000-0000-0000-0000-0000-0000')
    await reads(phone, /not a whole recovery code/)
    await byCode(phone, recovery)
    await isOpen(phone)
    await reads(phone, 'The recording ends where the page did.')
    await mode(phone, 'Write')
    assert.equal(await phone.getByLabel('Your entry').inputValue(), begun)
    await keeps(phone)
    await press(phone, 'Listen')
    await phone.waitForFunction(() => ((document.querySelector('.piece audio') as HTMLAudioElement | null)?.readyState ?? 0) >= 2)
    seen.push(...(await shown(phone)))
  })

  await step('without a network it waits on the phone, sealed, and goes once when there is one', async () => {
    await press(phone, 'Begin another')
    await phone.getByLabel('Your entry').fill(offline)
    await phone.context().setOffline(true)
    await press(phone, 'Keep it, sealed')
    await reads(phone, 'There is no connection. It is kept on this device, sealed.')
    await press(phone, 'Lock')
    await reads(phone, 'One entry waits on this device to be sent.')
    await holdsNothing(phone)
    await phone.context().setOffline(false)
    await byCode(phone, recovery)
    await isOpen(phone)
    await phone.getByText('Waits to be sent').waitFor({ state: 'detached' })
    assert.equal(await phone.getByRole('button', { name: offline }).count(), 1)
  })

  await step('where this phone is full nothing is lost, and it can be kept all the same', async () => {
    await phone.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    })
    await phone.getByLabel('Your entry').fill(full)
    await mode(phone, 'Picture')
    await phone.getByLabel('Take or pick a photo').setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: png(64, 48) })
    await reads(phone, 'This device has no room left')
    await phone.locator('.piece img').waitFor()
    await press(phone, 'Lock')
    await byCode(phone, recovery) // as long as the page is there it holds it, sealed
    await isOpen(phone)
    await mode(phone, 'Write')
    assert.equal(await phone.getByLabel('Your entry').inputValue(), full)
    await keeps(phone)
    await phone.locator('.piece img').waitFor()
    await phone.reload()
  })

  await step('it locks after five minutes without anybody, and a minute after it was out of sight', async () => {
    await phone.clock.install()
    await phone.reload()
    await byCode(phone, recovery)
    await isOpen(phone)
    await phone.clock.fastForward(4.5 * 60_000)
    assert.ok(await phone.getByRole('button', { name: 'Lock', exact: true }).isVisible())
    await phone.clock.fastForward(60_000)
    await reads(phone, 'It locked by itself.')
    await holdsNothing(phone)
    await byCode(phone, recovery)
    await isOpen(phone)
    await hides(phone, true)
    await phone.clock.fastForward(70_000)
    await hides(phone, false)
    await holdsNothing(phone)
  })

  await step('it is looked through in the browser', async () => {
    await byCode(phone, recovery)
    await isOpen(phone)
    const search = phone.getByRole('searchbox', { name: 'Search' })
    await search.fill('kornblumen')
    await phone.getByText('1 of 7').waitFor()
    await search.fill('')
    assert.equal(await phone.getByRole('button', { name: 'Show me something from before' }).isVisible(), false, 'nothing is from before yet')
  })

  await step('nothing that was put down so far was sent, neither words nor what was seen and heard', async () => {
    await Promise.race([Promise.all(pending), sleep(3000)])
    const blobs = seen.filter((b) => b.length > 2000)
    assert.ok(blobs.some((b) => b.includes('OpusHead')) && blobs.some((b) => b.includes('JFIF')), `${blobs.length} pieces were seen and heard`)
    assert.ok(traffic.some((t) => /POST .*\/media\/.*\/0$/.test(t.what) && t.text.length > 1000), 'sealed chunks were sent')
    assert.ok(holds(traces('xx' + first)[2] ?? '', traces('Zitronenfalter')), 'it would be found')
    const all = [...traffic, ...files(folder).map((path) => ({ what: path.slice(folder.length), text: readFileSync(path, 'latin1') }))]
    for (const b of blobs) {
      for (const at of [300, 1000, Math.floor(b.length / 2)]) {
        const [raw, , ...shifted] = traces(b.subarray(at, at + 24).toString('latin1'))
        for (const t of all) assert.ok(!t.text.toLowerCase().includes(raw ?? '') && !holds(t.text.toLowerCase(), shifted), `what was seen or heard is in ${t.what}`)
      }
    }
    for (const t of traffic) if (t.what.startsWith('POST') && t.what.includes('/media/')) assert.ok(!/JFIF|OpusHead|webm|A_OPUS/.test(t.text), t.what)
  })

  await step('one entry is shared until a date; whoever treats its author reads it, and it is taken back', async () => {
    await phone.getByLabel('Your entry').fill(lent)
    await mode(phone, 'Picture')
    await phone.getByLabel('Take or pick a photo').setInputFiles({ name: 'm.png', mimeType: 'image/png', buffer: png(320, 240) })
    await phone.locator('.piece img').waitFor()
    await mode(phone, 'Draw')
    await draws(phone, [60, 60], [[200, 80], [220, 200]])
    await mode(phone, 'Speak')
    await press(phone, 'Record')
    await phone.getByRole('timer').getByText('0:01').waitFor()
    await press(phone, 'Done')
    await keeps(phone)
    await press(phone, 'Share with Mara')
    const ask = phone.getByRole('dialog')
    await ask.getByText('Mara Quinn can read').waitFor()
    await looksRight(phone)
    await screen(phone, 'journal-share')
    await ask.getByRole('button', { name: /^Share until/ }).click()
    await reads(phone, /^Shared until/)
    await reads(phone, 'Nobody has opened it yet.')
    await looksRight(phone)
    await screen(phone, 'journal-shared', true)
    await to(desk, '/clients')
    await desk.getByRole('main').getByRole('link', { name: 'Oona Byrne' }).click()
    client = new URL(desk.url()).pathname
    await to(desk, client + '/shared')
    await desk.getByRole('main').getByRole('listitem').getByRole('link').first().click()
    await reads(desk, lent)
    await desk.waitForFunction(() => [...document.querySelectorAll<HTMLImageElement>('main img')].map((e) => e.naturalWidth).join() === '320,1360')
    await desk.waitForFunction(() => (document.querySelector<HTMLAudioElement>('main audio')?.readyState ?? 0) >= 1)
    const copy = desk.url()
    await press(phone, 'Bring it to the session')
    await sees(phone, 'Bring it to the session')
    await reads(phone, 'From your journal')
    await to(phone, '/my/journal')
    await byCode(phone, recovery)
    await isOpen(phone)
    await phone.getByRole('button', { name: /^This one is for Mara/ }).click()
    await reads(phone, 'Opened by Mara Quinn')
    await press(phone, 'Take it back')
    await reads(phone, 'Taken back. Mara Quinn had opened it; what was read was read.')
    assert.equal((await desk.goto(copy))?.status(), 404)
  })

  await step('on a second device the recovery code opens all of it', async () => {
    other = await chromium.asDesk({ dark: true })
    record(other.context())
    await other.goto(origin + '/sign-in?to=%2Fmy%2Fjournal')
    await other.getByLabel('E-mail').fill('oona@example.org')
    await other.getByLabel('Password').fill(password)
    await press(other, 'Sign in')
    await to(other, '/my/journal')
    await byCode(other, recovery)
    await isOpen(other)
    await other.getByRole('button', { name: label }).click()
    await other.waitForFunction(() => (document.querySelector('.piece img') as HTMLImageElement | null)?.naturalWidth === 640)
    await screen(other, 'journal-open')
    await noSeriousAxe(other)
    // Both change one entry: both are shown, and nothing is overwritten.
    await phone.getByRole('button', { name: /^I had only begun/ }).click()
    await other.getByRole('button', { name: /^I had only begun/ }).click()
    await phone.getByLabel('Your entry').fill(`${begun} On the phone.`)
    await other.getByLabel('Your entry').fill(`${begun} Elsewhere.`)
    await keeps(phone)
    await press(other, 'Keep it, sealed')
    await reads(other, 'This entry was kept from another window or device meanwhile. Both are shown')
    await reads(other, 'On the phone.')
    await press(other, 'Put it below mine')
    await keeps(other)
    assert.equal(await other.getByLabel('Your entry').inputValue(), `${begun} Elsewhere.\n\n${begun} On the phone.`)
    await other.getByRole('button', { name: label }).click()
    await press(other, 'Delete it')
    await other.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click()
    await reads(other, 'Deleted.')
    assert.equal(await other.getByRole('button', { name: label }).count(), 0)
  })

  await step('chosen for use without a network, the journal opens on the phone, shows what was there and takes words in', async () => {
    await other.goto(origin + '/my/phone')
    await press(other, 'Use on this phone')
    await other.getByText('are on this phone from now on').waitFor({ timeout: 30_000 })
    await to(other, '/my/journal')
    await byCode(other, recovery)
    await isOpen(other)
    chromium.forgive(/ERR_|Failed to fetch|FetchEvent|network error/)
    await other.context().setOffline(true)
    await other.goto(origin + '/my/journal')
    await holdsNothing(other)
    await byCode(other, recovery)
    await isOpen(other)
    await other.getByRole('button', { name: first.slice(0, 20) }).click()
    assert.equal(await other.getByLabel('Your entry').inputValue(), first)
    await press(other, 'Begin another')
    await other.getByLabel('Your entry').fill(away)
    await press(other, 'Keep it, sealed')
    await reads(other, 'There is no connection. It is kept on this device, sealed.')
    await other.context().setOffline(false)
    await other.evaluate(() => dispatchEvent(new Event('online')))
    await other.getByText('Waits to be sent').waitFor({ state: 'detached' })
    await other.reload()
    await byCode(other, recovery)
    await isOpen(other)
    assert.equal(await other.getByRole('button', { name: away }).count(), 1)
  })

  await step('without script the page says plainly what needs it, and why', async () => {
    const plain = await chromium.asPhone({ script: false })
    await plain.context().addCookies(await phone.context().cookies())
    await plain.goto(origin + '/my/journal')
    await reads(plain, 'Your journal is sealed and opened by your browser')
  })

  await step('none of it was sent, and none of it lies on disk or in logs', async () => {
    await Promise.race([Promise.all(pending), sleep(3000)])
    const kept = [...files(folder).map((path) => ({ what: path.slice(folder.length), text: readFileSync(path, 'latin1') })), { what: 'the log', text: said }]
    const all = [...traffic, ...kept].map((t) => ({ what: t.what, text: t.text.toLowerCase() }))
    assert.ok(traffic.some((t) => t.text.includes('Oona Byrne')), 'the traffic was recorded')
    assert.ok(!traffic.some((t) => /"prf":\{[^}]*"results"/.test(t.text)), 'what a passkey gives is not sent')
    for (const secret of secrets) {
      const some = traces(secret)
      for (const t of all) assert.ok(!holds(t.text, some), `${secret.slice(0, 4)}… is in ${t.what}`)
    }
    for (const t of kept) assert.ok(!t.text.includes('the market, and that I went'), `what was shared lies open in ${t.what}`)
  })
})
