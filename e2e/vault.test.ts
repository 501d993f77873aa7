// The personal vault: made, written in, locked, and opened by passkey and by recovery code, while nothing that the
// server is sent, keeps, logs or backs up holds a word of it.

import { strict as assert } from 'node:assert'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, passkeys, screen } from './browser.ts'
import { code, press, reads, sees, step, to, words } from './people.ts'

const chromium = browser()
const email = 'mara@quietriver.example'
const password = 'river stones under clear water'

// None of these may be found anywhere but on the pages of their author.
const first = 'Zitronenfalter sat heavily with me after the hour.'
const more = 'Perhaps it is my own Rauhreif and not hers.'
const elsewhere = 'Written on the other device: Wetterleuchten.'
const offline = 'Typed without a connection: Nebelhorn.'
const secrets = ['Zitronenfalter', 'Rauhreif', 'Wetterleuchten', 'Nebelhorn']

let folder = ''
let origin = ''
let server: ChildProcess | undefined
let said = ''

/** Everything that went over the wire, in both directions. */
const traffic: { what: string; text: string }[] = []
const pending: Promise<void>[] = []

function record(context: BrowserContext): void {
  context.on('request', (r) => {
    const text = r.url() + '\n' + (r.postDataBuffer()?.toString('latin1') ?? '')
    traffic.push({ what: `${r.method()} ${r.url()}`, text })
  })
  context.on('response', (r) => {
    const body = r.body().then(
      (b) => void traffic.push({ what: `answer to ${r.url()}`, text: b.toString('latin1') }),
      () => undefined, // a redirect has none
    )
    pending.push(body)
  })
}

/** A text as it may lie in bytes: as it is, in capitals or not, and in base64 wherever it begins. */
function traces(text: string): string[] {
  const shifted = [0, 1, 2].map((n) => {
    const b = Buffer.from('\0'.repeat(n) + text).toString('base64').replace(/=+$/, '')
    return b.slice(Math.ceil((n * 8) / 6), -1)
  })
  return [text, Buffer.from(text).toString('hex'), ...shifted, ...shifted.map((s) => s.replace(/\+/g, '-').replace(/\//g, '_'))]
}

function holds(held: string, text: string): boolean {
  const low = held.toLowerCase()
  return traces(text).some((t) => low.includes(t.toLowerCase()))
}

function files(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name)
    const about = statSync(path)
    return about.isDirectory() ? files(path) : about.isFile() ? [path] : []
  })
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waymark-e2e-'))
  mkdirSync(join(folder, 'backup'), { mode: 0o700 })
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

const settings = () => ({
  ...process.env,
  WAYMARK_DATA: join(folder, 'data'),
  WAYMARK_ORIGIN: origin,
  WAYMARK_LISTEN: new URL(origin).host.replace('localhost', '127.0.0.1'),
  WAYMARK_BACKUP_DIR: join(folder, 'backup'),
})

function waymark(args: string[], typed = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('bin/waymark', args, { env: settings() }, (error, out, err) => (error ? reject(new Error(`waymark ${args[0]}: ${err}`)) : resolve(out)))
    child.stdin?.end(typed)
  })
}

/** Opens the vault of a page with its recovery code. */
async function openByCode(page: Page, recovery: string): Promise<void> {
  const fold = page.getByText('Use the recovery code')
  if ((await fold.isVisible()) && !(await page.getByRole('textbox', { name: 'Recovery code' }).isVisible())) await fold.click()
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(recovery)
  await press(page, 'Open with the code')
}

/** The new code that a page shows. */
async function codeOf(page: Page): Promise<string> {
  await reads(page, 'It is shown only now.')
  return page.locator('[data-vault-shown]').innerText()
}

/** Waits until the vault of a page is open. */
const isOpen = (page: Page): Promise<void> => page.getByLabel('Your words').waitFor()

async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your words').fill(text)
}

async function saves(page: Page): Promise<void> {
  await press(page, 'Save, sealed')
  await page.getByRole('status').getByText('Saved, sealed.').waitFor()
}

/** Says that time passes, for a page, without anybody there. */
async function passes(page: Page, minutes: number): Promise<void> {
  await page.clock.fastForward(minutes * 60_000)
}

async function hides(page: Page, yes: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') })
    document.dispatchEvent(new Event('visibilitychange'))
  }, yes)
}

/** Nothing of the words is in the page, not even where nobody sees it. */
async function holdsNothing(page: Page): Promise<void> {
  const all = await page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll('textarea, input')].map((e) => (e as HTMLInputElement).value).join('\n'))
  for (const secret of secrets) assert.ok(!all.includes(secret), `a locked page holds ${secret}`)
}

test('a vault is made, written in, locked, and opened by passkey and by recovery code, and the server learns no word', async () => {
  const desk = await chromium.asDesk()
  record(desk.context())
  await desk.clock.install()
  const device = await passkeys(desk, true)
  let secret = ''
  let process = ''
  let recovery = ''

  await step('a practice, a clinician with a passkey, a client', async () => {
    const out = await waymark(['init', '--practice', 'Quiet River', '--country', 'IE', '--time-zone', 'Europe/Dublin', '--name', 'Mara Quinn', '--email', email])
    server = spawn('bin/waymark', ['serve'], { env: settings(), stdio: ['ignore', 'pipe', 'pipe'] })
    for (const from of [server.stdout, server.stderr]) from?.setEncoding('utf8').on('data', (text: string) => (said += text))
    for (const until = Date.now() + 20_000; !said.includes('waymark listens'); await sleep(50)) assert.ok(Date.now() < until, said)
    await waymark(['unlock'], (out.match(/Passphrase:\s+(\S+)/)?.[1] ?? '') + '\n')
    await desk.goto(out.match(/http\S+\/join\/\S+/)?.[0] ?? '')
    await desk.getByLabel('New password').fill(password)
    await press(desk, 'Continue with this password')
    await press(desk, 'Set up the second step')
    secret = (await words(desk)).match(/[A-Z2-7]{4}(?: ?[A-Z2-7]{2,4}){4,}/)?.[0] ?? ''
    await desk.getByLabel('Code').fill(await code(secret, -1))
    await press(desk, 'Use this as second step')
    await press(desk, 'I have kept them')
    await sees(desk, 'Today')
    await to(desk, '/account/passkeys')
    await desk.getByLabel('Name for it').fill('The laptop')
    await press(desk, 'Make the passkey')
    await sees(desk, 'Your account')
    assert.equal(await device.count(), 1)
    await to(desk, '/clients/new')
    await desk.getByLabel('Name').fill('Oona Byrne')
    await desk.getByLabel('E-mail').fill('oona@example.org')
    await desk.getByRole('main').locator('form').getByRole('button').first().click()
    await desk.waitForURL(/\/clients/)
    await to(desk, '/clients')
    await desk.getByRole('main').getByRole('link', { name: 'Oona Byrne' }).click()
    process = new URL(desk.url()).pathname + '/process'
  })

  await step('before there is a vault the page says so, and leads to making one', async () => {
    await to(desk, process)
    await sees(desk, 'Process notes')
    await reads(desk, 'You have no vault yet')
    await noSeriousAxe(desk)
    await screen(desk, 'vault-none')
    await press(desk, 'Make my vault')
    await sees(desk, 'Your vault')
    await noSeriousAxe(desk)
    await screen(desk, 'vault-before')
  })

  await step('the recovery code is typed back before anything is kept', async () => {
    await press(desk, 'Make my vault')
    recovery = await codeOf(desk)
    assert.match(recovery, /^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/)
    await noSeriousAxe(desk)
    await screen(desk, 'vault-code')
    await press(desk, 'I have written it down')
    assert.ok(!(await words(desk)).includes(recovery.slice(0, 9)), 'the code is out of sight while it is typed back')
    await desk.getByLabel('Type it back').fill(recovery.slice(0, -1))
    await press(desk, 'This is my code')
    await reads(desk, 'This is not a whole code')
    await to(desk, '/vault') // somebody stops here: nothing was made
    await press(desk, 'Make my vault')
    const second = await codeOf(desk)
    assert.notEqual(second, recovery)
    await press(desk, 'I have written it down')
    await desk.getByLabel('Type it back').fill(recovery)
    await press(desk, 'This is my code')
    await reads(desk, 'This is another code')
    recovery = second
    await desk.getByLabel('Type it back').fill(recovery.toLowerCase().replaceAll('-', ' '))
    await press(desk, 'This is my code')
    await reads(desk, 'Your vault is made')
    await screen(desk, 'vault-made')
  })

  await step('a passkey opens it, too', async () => {
    await press(desk, 'Let it open the vault')
    await reads(desk, 'This passkey opens your vault from now on.')
    await reads(desk, 'Opens the vault since today')
    await noSeriousAxe(desk)
    await screen(desk, 'vault-ways')
    await desk.emulateMedia({ colorScheme: 'dark' })
    await noSeriousAxe(desk, true)
    await screen(desk, 'vault-ways-dusk')
    await desk.emulateMedia({ colorScheme: 'light' })
  })

  await step('opened by passkey, something is written and saved', async () => {
    await to(desk, process)
    await reads(desk, 'Locked')
    await noSeriousAxe(desk)
    await screen(desk, 'vault-locked')
    await press(desk, 'Open with a passkey')
    await isOpen(desk)
    await write(desk, first)
    await saves(desk)
    await noSeriousAxe(desk)
    await screen(desk, 'vault-open')
    await desk.emulateMedia({ colorScheme: 'dark' })
    await noSeriousAxe(desk, true)
    await screen(desk, 'vault-open-dusk')
    await desk.emulateMedia({ colorScheme: 'light' })
  })

  await step('locked by hand, the page holds nothing; the recovery code opens it again', async () => {
    await press(desk, 'Lock now')
    await reads(desk, 'Locked. Open your vault')
    await holdsNothing(desk)
    await desk.reload()
    await holdsNothing(desk)
    assert.match(await words(desk), /What is there/)
    await openByCode(desk, '0000-0000-0000-0000-0000-0000-0000')
    await reads(desk, /not a whole recovery code/)
    await openByCode(desk, recovery)
    await isOpen(desk)
    await reads(desk, first)
  })

  await step('what was begun and not saved comes back with the vault, and not before', async () => {
    await desk.getByRole('list', { name: 'Written so far' }).getByRole('button').first().click()
    await write(desk, `${first}\n\n${more}`)
    await passes(desk, 0.05)
    await desk.locator('[data-vault][data-kept-at]').waitFor()
    await desk.reload()
    await holdsNothing(desk)
    await press(desk, 'Open with a passkey')
    await isOpen(desk)
    await reads(desk, 'What you had begun here is back.')
    assert.equal(await desk.getByLabel('Your words').inputValue(), `${first}\n\n${more}`)
    await saves(desk)
  })

  await step('search happens in the browser, and everything can be taken along as one file', async () => {
    await press(desk, 'Write another')
    await write(desk, 'Something else altogether.')
    await saves(desk)
    const search = desk.getByRole('searchbox', { name: 'Search' })
    await search.fill('rauhreif')
    await desk.getByText('1 of 2').waitFor()
    await search.fill('')
    const [download] = await Promise.all([desk.waitForEvent('download'), press(desk, 'Take these along')])
    const text = readFileSync((await download.path()) ?? '', 'utf8')
    assert.ok(text.includes(first) && text.includes(more) && text.includes('Something else altogether.'))
  })

  await step('it locks after five minutes without anybody, and a minute after it was out of sight', async () => {
    await passes(desk, 4.5)
    assert.ok(await desk.getByLabel('Your words').isVisible())
    await passes(desk, 1)
    await reads(desk, 'It locked by itself.')
    await holdsNothing(desk)
    await press(desk, 'Open with a passkey')
    await isOpen(desk)
    await hides(desk, true)
    await passes(desk, 0.5)
    await hides(desk, false)
    assert.ok(await desk.getByLabel('Your words').isVisible(), 'half a minute is a glance elsewhere')
    await hides(desk, true)
    await passes(desk, 1.1)
    await hides(desk, false)
    await reads(desk, 'It locked by itself.')
    await holdsNothing(desk)
  })

  const phone = await chromium.asPhone()
  record(phone.context())
  await step('on a second device the recovery code alone opens it, and a passkey that cannot says so', async () => {
    await passkeys(phone)
    await phone.goto(origin + '/sign-in')
    await phone.getByLabel('E-mail').fill(email)
    await phone.getByLabel('Password').fill(password)
    await press(phone, 'Sign in')
    await phone.getByLabel('Code').fill(await code(secret, 0))
    await press(phone, 'Sign in')
    await sees(phone, 'Today')
    await to(phone, '/account/passkeys')
    await phone.getByLabel('Name for it').fill('The phone')
    await press(phone, 'Make the passkey')
    await sees(phone, 'Your account')
    await to(phone, '/vault')
    await fitsItsWidth(phone)
    await noSeriousAxe(phone)
    await screen(phone, 'vault-ways', true)
    await phone.getByRole('listitem').filter({ hasText: 'The phone' }).getByRole('button', { name: 'Let it open the vault' }).click()
    await phone.getByRole('textbox', { name: 'Recovery code' }).fill(recovery)
    await press(phone, 'Open with the code')
    await reads(phone, 'This passkey signs you in, but where it is kept it cannot open a vault.')
    await to(phone, process)
    await fitsItsWidth(phone)
    await openByCode(phone, recovery)
    await isOpen(phone)
    await fitsItsWidth(phone)
    await noSeriousAxe(phone)
    await screen(phone, 'vault-open', true)
  })

  await step('two devices change one note: both are shown, and nothing is overwritten', async () => {
    await press(desk, 'Open with a passkey')
    await isOpen(desk)
    for (const page of [desk, phone]) {
      await page.getByRole('list', { name: 'Written so far' }).getByRole('listitem').filter({ hasText: 'Zitronenfalter' }).getByRole('button').click()
      await page.getByLabel('Your words').waitFor()
    }
    await write(phone, `${first}\n\n${more}\n\n${elsewhere}`)
    await saves(phone)
    await write(desk, `${first}\n\nOn this one.`)
    await press(desk, 'Save, sealed')
    await reads(desk, 'This note was saved from another window or device meanwhile.')
    await reads(desk, 'As it was saved elsewhere')
    assert.match(await words(desk), /Wetterleuchten/)
    assert.equal(await desk.getByLabel('Your words').inputValue(), `${first}\n\nOn this one.`)
    await noSeriousAxe(desk)
    await screen(desk, 'vault-conflict')
    await press(desk, 'Put it below mine')
    await saves(desk)
    assert.match(await desk.getByLabel('Your words').inputValue(), /On this one\.\n\nZitronenfalter[^]*Wetterleuchten/)
  })

  await step('without a connection nothing is lost, and it is saved once when it is back', async () => {
    await press(desk, 'Write another')
    await write(desk, offline)
    await desk.context().setOffline(true)
    await press(desk, 'Save, sealed')
    await reads(desk, 'There is no connection. Your words are kept on this device, sealed.')
    await desk.context().setOffline(false)
    await saves(desk)
    await press(desk, 'Sign out') // clears what the device keeps
    await sees(desk, /./)
  })

  await step('a new recovery code makes the former useless, and a passkey that is removed opens nothing', async () => {
    await to(desk, '/sign-in')
    await press(desk, 'Use a passkey')
    await sees(desk, 'Today')
    await to(desk, '/vault')
    await press(desk, 'Make a new code')
    await press(desk, 'Open with a passkey')
    const renewed = await codeOf(desk)
    await press(desk, 'I have written it down')
    await desk.getByLabel('Type it back').fill(renewed)
    await press(desk, 'This is my code')
    await reads(desk, 'The new recovery code counts from now on.')
    await to(desk, process)
    await openByCode(desk, recovery)
    await reads(desk, /not the one of this vault now/)
    await openByCode(desk, renewed)
    await isOpen(desk)
    await reads(desk, offline)
    secrets.push(renewed, renewed.replaceAll('-', ''), recovery, recovery.replaceAll('-', ''))
    await to(desk, '/account')
    await desk.getByRole('listitem').filter({ hasText: 'The laptop' }).getByRole('link', { name: 'Remove' }).click()
    await press(desk, 'Remove the passkey')
    await sees(desk, 'Your account')
    await to(desk, process)
    assert.equal(await desk.getByRole('button', { name: 'Open with a passkey' }).count(), 0)
    await openByCode(desk, renewed)
    await isOpen(desk)
    await reads(desk, offline)
    await press(desk, 'Lock now')
  })

  await step('without script the pages say plainly what needs it, and why', async () => {
    const plain = await chromium.asDesk({ script: false, dark: true })
    await plain.context().addCookies(await desk.context().cookies())
    await plain.goto(origin + process)
    await reads(plain, 'These notes are sealed and opened by your browser, so that nobody else ever has the words.')
    await to(plain, '/vault')
    await reads(plain, 'Making and opening a vault needs script')
  })

  await step('none of it was sent, and none of it lies on disk, in logs or in a backup', async () => {
    await Promise.race([Promise.all(pending), sleep(3000)]) // the body of a page that was left at once may never come
    assert.ok(traffic.length > 100 && traffic.some((t) => t.text.includes('Oona Byrne')), 'the traffic was recorded')
    assert.ok(traffic.some((t) => t.what.startsWith('POST') && t.what.endsWith('/process') && t.text.includes('sealed=')), 'and sealed notes are in it')
    for (const text of [first, first.toUpperCase(), Buffer.from('a' + first).toString('base64'), Buffer.from('ab' + first).toString('base64url'), Buffer.from(first).toString('hex')]) {
      assert.ok(holds(text, 'Zitronenfalter'), 'it would be found')
    }
    assert.ok(!traffic.some((t) => /"prf":\{[^}]*"results"/.test(t.text)), 'what a passkey gives for the vault is not sent')
    await waymark(['backup'])
    const kept = [...files(folder).map((path) => ({ what: path.slice(folder.length), text: readFileSync(path, 'latin1') })), { what: 'the log', text: said }]
    assert.ok(kept.some((k) => k.what.startsWith('/backup/')), 'there is a backup')
    for (const secret of secrets) {
      for (const at of [...traffic, ...kept]) assert.ok(!holds(at.text, secret), `${secret.slice(0, 4)}… is in ${at.what}`)
    }
  })
})
