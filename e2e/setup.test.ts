// A practice begins: from an empty folder to a clinician who signs in by passkey.

import { strict as assert } from 'node:assert'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { browser, passkeys } from './browser.ts'
import { code, press, reads, sees, signOut, step, to, words } from './people.ts'

const chromium = browser()
const email = 'mara@quietriver.example'
const password = 'river stones under clear water'

let folder = ''
let origin = ''
let server: ChildProcess | undefined
let said = ''

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

/** What an operator types, and what the command line answers. */
function waymark(args: string[], typed = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, WAYMARK_DATA: join(folder, 'data'), WAYMARK_ORIGIN: origin, WAYMARK_LISTEN: new URL(origin).host.replace('localhost', '127.0.0.1') }
    const child = execFile('bin/waymark', args, { env }, (error, out, err) => (error ? reject(new Error(`waymark ${args[0]}: ${err}`)) : resolve(out)))
    child.stdin?.end(typed)
  })
}

test('a practice is set up, unlocked, and its first clinician comes in and looks after how they sign in', async () => {
  let invitation = ''
  let passphrase = ''

  await step('init makes the practice and prints the kit and the invitation', async () => {
    const out = await waymark(['init', '--practice', 'Quiet River', '--country', 'IE', '--time-zone', 'Europe/Dublin', '--name', 'Mara Quinn', '--email', email])
    invitation = out.match(/http\S+\/join\/\S+/)?.[0] ?? ''
    assert.ok(invitation.startsWith(origin), out)
    passphrase = out.match(/Passphrase:\s+(\S+)/)?.[1] ?? ''
    assert.ok(passphrase, out)
    assert.equal(statSync(join(folder, 'data')).mode & 0o077, 0, 'nobody else reads the folder')
    await assert.rejects(waymark(['init', '--practice', 'Another', '--country', 'IE', '--time-zone', 'Europe/Dublin', '--name', 'A', '--email', 'a@example.org']))
  })

  const desk = await chromium.asDesk()

  await step('sealed, it shows the practice and whom to reach, and says calmly that the rest waits', async () => {
    server = spawn('bin/waymark', ['serve'], {
      env: { ...process.env, WAYMARK_DATA: join(folder, 'data'), WAYMARK_ORIGIN: origin, WAYMARK_LISTEN: new URL(origin).host.replace('localhost', '127.0.0.1') },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    server.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
    for (const until = Date.now() + 10_000; !said.includes('waymark listens'); await sleep(50)) assert.ok(Date.now() < until, said)
    chromium.forgive(/^503 for/)
    await desk.goto(origin + '/p/quiet-river')
    await sees(desk, 'Quiet River')
    await to(desk, '/help')
    await sees(desk, 'Help now')
    assert.equal(await to(desk, '/sign-in'), 503)
    await sees(desk, 'Not open yet')
    assert.equal(await to(desk, new URL(invitation).pathname), 503)
    await sees(desk, 'Not open yet')
  })

  await step('the passphrase opens it', async () => {
    await assert.rejects(waymark(['unlock'], 'not these words at all\n'))
    assert.match(await waymark(['unlock'], passphrase.toLowerCase().replaceAll('-', ' ') + '\n'), /Unlocked/)
  })

  let secret = ''
  const recovery: string[] = []

  await step('the first clinician chooses a password and sets up a second step', async () => {
    await desk.goto(invitation)
    await sees(desk, 'Hello Mara Quinn')
    await desk.getByLabel('New password').fill(password)
    await press(desk, 'Continue with this password')
    await sees(desk, 'One more step')
    assert.equal(await to(desk, '/clients'), 200)
    assert.equal(await desk.getByRole('heading', { name: 'Clients' }).count(), 0, 'nothing opens before the second step')
    await to(desk, '/account/setup')
    await press(desk, 'Set up the second step')
    secret = (await words(desk)).match(/[A-Z2-7]{4}(?: ?[A-Z2-7]{2,4}){4,}/)?.[0] ?? ''
    await desk.getByLabel('Code').fill(await code(secret, -1))
    await press(desk, 'Use this as second step')
    await sees(desk, /codes/i)
    recovery.push(...(await desk.getByRole('main').getByRole('listitem').allInnerTexts()))
    assert.ok(recovery.length >= 8, 'there are recovery codes')
    await press(desk, 'I have kept them')
    await sees(desk, 'Today')
  })

  await step('they sign out, and in again with password and code', async () => {
    await signOut(desk)
    await to(desk, '/sign-in')
    await desk.getByLabel('E-mail').fill(email)
    await desk.getByLabel('Password').fill('not that one, surely')
    await press(desk, 'Sign in')
    await reads(desk, 'Not signed in yet')
    await desk.getByLabel('E-mail').fill(email)
    await desk.getByLabel('Password').fill(password)
    await press(desk, 'Sign in')
    await desk.getByLabel('Code').fill(await code(secret))
    await press(desk, 'Sign in')
    await sees(desk, 'Today')
  })

  await step('a second browser comes in with a recovery code, and adds a passkey', async () => {
    const laptop = await chromium.asDesk()
    const device = await passkeys(laptop)
    await laptop.goto(origin + '/sign-in')
    await laptop.getByLabel('E-mail').fill(email)
    await laptop.getByLabel('Password').fill(password)
    await press(laptop, 'Sign in')
    await laptop.getByLabel('Code').fill(recovery[0] ?? '')
    await press(laptop, 'Sign in')
    await sees(laptop, 'Your account')
    await reads(laptop, 'You have 9 left')
    await press(laptop, 'Add a passkey')
    await laptop.getByLabel('Name for it').fill('The laptop')
    await press(laptop, 'Make the passkey')
    await laptop.getByText('The laptop').first().waitFor()
    assert.equal(await device.count(), 1)
    await signOut(laptop)
    await to(laptop, '/sign-in')
    await press(laptop, 'Use a passkey')
    await sees(laptop, 'Today')
    await press(laptop, 'Your account')
    await reads(laptop, 'The laptop')

    await step('says once more who they are before what matters most', async () => {
      await to(laptop, '/step-up?to=%2Faccount%2Fpassword')
      await sees(laptop, /who you are|is it you|once more/i)
      await press(laptop, 'Use a passkey')
      await sees(laptop, 'Choose a password')
      await to(laptop, '/account')
    })

    await step('and ends the sign-in of the first one', async () => {
      await press(laptop, 'Sign out there')
      await sees(laptop, 'Your account')
      assert.equal(await laptop.getByRole('button', { name: 'Sign out there' }).count(), 0)
      await to(desk, '/today')
      await sees(desk, 'Sign in')
    })
  })

  await step('a recovery code is good once', async () => {
    await desk.getByLabel('E-mail').fill(email)
    await desk.getByLabel('Password').fill(password)
    await press(desk, 'Sign in')
    await desk.getByLabel('Code').fill(recovery[0] ?? '')
    await press(desk, 'Sign in')
    await reads(desk, 'Not signed in yet')
    await desk.getByLabel('Code').fill(recovery[1] ?? '')
    await press(desk, 'Sign in')
    await sees(desk, 'Today')
  })
})
