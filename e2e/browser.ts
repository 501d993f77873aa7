// A real Chromium for the journeys, and what must hold on every page they open: no request to another host, no error
// in the console, nothing the content security policy had to stop, no serious fault that axe can find.
//
// A journey says `const chromium = browser()` once at the top of its file. Contexts are closed after each test, and
// whatever a page complained about fails that test.

import { strict as assert } from 'node:assert'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, afterEach, before } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'

/** How a page is looked at. Motion is reduced unless a journey is about motion. */
export interface Look {
  dark?: boolean
  motion?: boolean
  /** Pages without script: everything that matters has to work all the same. */
  script?: boolean
  language?: string
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Not even by mistake: nothing but this machine has an address.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
]

const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

const desk: BrowserContextOptions = { viewport: { width: 1440, height: 900 } }

const settings = (look: Look): BrowserContextOptions => ({
  colorScheme: look.dark ? 'dark' : 'light',
  reducedMotion: look.motion ? 'no-preference' : 'reduce',
  javaScriptEnabled: look.script ?? true,
  locale: look.language ?? 'en-GB',
  timezoneId: 'Europe/London',
})

/** What a context was made for, as the end of a screenshot's name: "phone-light", "desk-dark". */
const looks = new WeakMap<BrowserContext, string>()

/** One Chromium for a test file. */
export class Chromium {
  #browser: Browser | undefined
  #open: BrowserContext[] = []
  #complaints: string[] = []
  #forgiven: RegExp[] = []
  #trouble: Error | undefined

  /** What a journey needs beside the usual flags, such as a microphone that is none. */
  constructor(private readonly more: string[] = []) {}

  /** Starts Chromium. That it could not is told to the first test that wants a page, so that every hook still runs. */
  async start(): Promise<void> {
    try {
      this.#browser = await chromium.launch({
        executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
        headless: true,
        args: [...flags, ...this.more],
      })
    } catch (error) {
      this.#trouble = error as Error
    }
  }

  async stop(): Promise<void> {
    await this.#browser?.close()
  }

  /** A new person's phone, 390 by 844, with its own cookies. */
  asPhone(look: Look = {}): Promise<Page> {
    return this.#page('phone', phone, look)
  }

  /**
   * A phone that keeps what it has in a folder, also when it is switched off and on again (its context closed, and this
   * called once more). Cookies of a sign-in go with it being switched off.
   */
  async phoneAt(folder: string, look: Look = {}): Promise<Page> {
    const context = await chromium.launchPersistentContext(folder, {
      ...phone,
      executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
      headless: true,
      args: flags,
      ...settings(look),
    })
    const [page] = context.pages()
    this.#begin(context, 'phone', look)
    return page ?? context.newPage()
  }

  /** A new person's desk, 1440 by 900, with its own cookies. */
  asDesk(look: Look = {}): Promise<Page> {
    return this.#page('desk', desk, look)
  }

  /** Complaints that match are expected in this test, for instance those of a page shown while the server is away. */
  forgive(expected: RegExp): void {
    this.#forgiven.push(expected)
  }

  /** What pages have complained about in this test so far, without what is forgiven. */
  complaints(): string[] {
    return this.#complaints.filter((text) => !this.#forgiven.some((expected) => expected.test(text)))
  }

  /** Ends a test: closes its pages, and fails it if one of them complained. */
  async settle(): Promise<void> {
    for (const context of this.#open) await context.close()
    const complaints = this.complaints()
    this.#open = []
    this.#complaints = []
    this.#forgiven = []
    assert.deepEqual(complaints, [], 'pages complained:\n' + complaints.join('\n'))
  }

  async #page(device: string, options: BrowserContextOptions, look: Look): Promise<Page> {
    if (this.#trouble) throw this.#trouble
    assert.ok(this.#browser, 'the browser is not running: call browser() at the top of the file')
    const context = await this.#browser.newContext({ ...options, ...settings(look) })
    this.#begin(context, device, look)
    return context.newPage()
  }

  #begin(context: BrowserContext, device: string, look: Look): void {
    context.setDefaultTimeout(10_000)
    looks.set(context, `${device}-${look.dark ? 'dark' : 'light'}`)
    this.#open.push(context)
    this.#watch(context)
  }

  #watch(context: BrowserContext): void {
    const say = (text: string): void => void this.#complaints.push(text)
    let home: string | undefined // the first host a context asks is its own

    context.on('request', (request) => {
      const url = new URL(request.url())
      if (!/^(https?|wss?):$/.test(url.protocol)) return
      home ??= url.host
      if (url.host !== home) say(`request to another host: ${request.url()}`)
    })
    context.on('response', (response) => {
      const status = response.status()
      const part = ['stylesheet', 'script', 'image', 'font', 'manifest', 'media'].includes(response.request().resourceType())
      if (status >= 500 || (part && status >= 400)) say(`${status} for ${response.url()}`)
    })
    context.on('console', (message) => {
      // That a load failed is judged above, where its kind is known: a 404 or 422 page may be what a journey is after.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return
      say(`console: ${message.text()} (${message.location().url})`)
    })
    context.on('weberror', (error) => say(`script: ${error.error().message}`))
  }
}

/** The Chromium of a test file: started before its tests, settled after each, stopped at the end. */
export function browser(...more: string[]): Chromium {
  const it = new Chromium(more)
  before(() => it.start())
  afterEach(() => it.settle())
  after(() => it.stop())
  return it
}

/** The axe that the builder would bring, in its short form. */
const axeSource = readFileSync(createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Fails on anything that axe finds wrong against WCAG 2.0 to 2.2, levels A and AA. Where only the colours of a page have
 * changed since it was last looked at, only they are looked at.
 */
export async function noSeriousAxe(page: Page, coloursOnly = false): Promise<void> {
  const there = await page.evaluate(() => 'axe' in window) // since an earlier look at the same page
  if (!there) await page.evaluate(axeSource)
  const axe = new AxeBuilder({ page, axeSource: ';' }) // it would bring all of axe twice, with its comments
    .setLegacyMode() // without a window of its own for each look: we have no frames
    .options({ resultTypes: ['violations'] }) // what is right need not be told
  if (coloursOnly) axe.withRules(['color-contrast', 'link-in-text-block'])
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
  const found = await axe.analyze()
  const lines = found.violations.flatMap((fault) =>
    fault.nodes.map((node) => `${fault.id} (${fault.impact}): ${fault.help}\n    ${node.target.join(' ')}\n    ${node.html}`),
  )
  assert.equal(lines.length, 0, `axe on ${page.url()}:\n${lines.join('\n')}`)
}

/** The same for all of a phone's page: what lies behind the bar can be scrolled. */
export async function wholeAxe(phone: Page): Promise<void> {
  const room = phone.viewportSize() ?? { width: 390, height: 844 }
  await phone.setViewportSize({ ...room, height: 3000 })
  await noSeriousAxe(phone)
  await phone.setViewportSize(room)
}

/** Fails if the page can be scrolled sideways, which on a phone means that something sticks out. */
export async function fitsItsWidth(page: Page): Promise<void> {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const)
  assert.ok(wide <= room, `${page.url()} is ${wide} pixels wide in a window of ${room}`)
}

/** Fails if something to be touched is smaller than 44 by 44 pixels: a link within a sentence may be, and nothing else. */
export async function forThumbs(page: Page): Promise<void> {
  const small = await page.evaluate(() => {
    const all: string[] = []
    for (const e of document.querySelectorAll<HTMLElement>('a[href], button, summary, select, textarea, input:not([type=hidden])')) {
      const style = getComputedStyle(e)
      if (!e.checkVisibility({ visibilityProperty: true }) || e.closest('.unseen, .trap, .skip')) continue
      const words = e.parentElement as HTMLElement
      if (e.tagName === 'A' && style.display === 'inline' && [...words.childNodes].some((n) => n !== e && n.textContent?.trim())) continue
      const whole = e.matches('[type=radio], [type=checkbox]') ? e.closest('label') : null // the row is the target
      const { width, height } = (whole ?? e).getBoundingClientRect()
      if (width < 43.5 || height < 43.5) all.push(`${e.textContent?.trim() || e.getAttribute('name')} is ${Math.round(width)} by ${Math.round(height)}`)
    }
    return all
  })
  assert.deepEqual(small, [], `${page.url()}: ${small.join('; ')}`)
}

/**
 * Fails if the page does not hold letters of twice the size: nothing sticks out, no words stand one to a line because
 * something else keeps its room beside them, and the bar leaves the page to be read.
 */
export async function forLargeLetters(page: Page): Promise<void> {
  const wrong = await page.evaluate(() => {
    const root = document.documentElement
    root.style.fontSize = '200%'
    const all: string[] = []
    if (root.scrollWidth > root.clientWidth) all.push(`it is ${root.scrollWidth} pixels wide in ${root.clientWidth}`)
    const bar = document.querySelector('.bar')?.getBoundingClientRect().height ?? 0
    if (bar > innerHeight / 6) all.push(`the bar takes ${Math.round(bar)} of ${innerHeight}`)
    for (const e of document.querySelectorAll<HTMLElement>('main :is(p, dd, h1, h2, h3, .grow, .call > span)')) {
      const { width, height } = e.getBoundingClientRect()
      const text = e.textContent?.trim() ?? ''
      if (width > 1 && width < 110 && height > 150 && text.length > 25) all.push(`“${text.slice(0, 30)}…” stands in ${Math.round(width)} pixels`)
    }
    root.style.fontSize = ''
    return all
  })
  assert.deepEqual(wrong, [], `${page.url()}: ${wrong.join('; ')}`)
}

/**
 * Keeps a picture of what the window shows, or of the whole page, as NAME-phone-light.png and the like: in doc/screens
 * when SCREENS=1, otherwise in e2e/results. No check looks at one: with SCREENS=0, where nobody will, none is taken.
 */
export async function screen(page: Page, name: string, whole = false): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => true))
  if (process.env['SCREENS'] !== '0') await picture(page, name, whole)
}

/** Takes the picture in any case. */
export async function picture(page: Page, name: string, whole = false): Promise<void> {
  const folder = process.env['SCREENS'] === '1' ? 'doc/screens' : 'e2e/results'
  mkdirSync(folder, { recursive: true })
  // Playwright hides the caret and ends animations with a style of its own, which our policy would rightly stop.
  const path = join(folder, `${name}-${looks.get(page.context())}.png`)
  await page.screenshot({ path, fullPage: whole, scale: 'css', caret: 'initial', animations: 'allow' })
}

/** The passkeys that a page's device holds. */
export interface Passkeys {
  /** How many there are. */
  count(): Promise<number>
  /** Whether the person proves who they are (a finger, a face, a PIN) when asked. */
  verify(does: boolean): Promise<void>
  /** The device is lost. */
  remove(): Promise<void>
}

/**
 * Gives the page's device a platform authenticator that keeps passkeys and verifies its user. WebAuthn needs a name, not
 * an address: the page has to be opened as http://localhost, never as http://127.0.0.1. With prf its passkeys give a
 * secret of their own, too, by which a vault opens.
 */
export async function passkeys(page: Page, prf = false): Promise<Passkeys> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: prf,
    },
  })
  return {
    count: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    verify: async (does) => void (await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: does })),
    remove: async () => void (await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })),
  }
}
