// Calendars: a secret address that is made, read, and ended, on a phone; and a clinician's own calendar in two calendar
// programs as people use them, vdirsyncer and python-caldav.

import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, screen } from './browser.ts'
import { as, press, reads, sees, step, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()
const folder = mkdtempSync(join(tmpdir(), 'waymark-calendar-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Says why a test is left out, if a program that it needs is not here. */
function without(program: string, ...args: string[]): string | false {
  const there = spawnSync(program, args).status === 0
  return there ? false : `${program} ${args.join(' ')} does not run here: install vdirsyncer and python3-caldav`
}

/** Runs a program to its end, and returns all that it said. */
function run(program: string, args: string[], input = ''): { status: number | null; said: string } {
  const done = spawnSync(program, args, { input, encoding: 'utf8', timeout: 60_000, env: { ...process.env, VDIRSYNCER_CONFIG: join(folder, 'config') } })
  return { status: done.status, said: done.stdout + done.stderr }
}

/** What stands in a field that is shown to be copied. */
function shown(page: Page, label: string): Promise<string> {
  return page.getByLabel(label, { exact: true }).inputValue()
}

const event = (uid: string, summary: string, hour: number): string =>
  [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', 'BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20261101T000000Z',
    `DTSTART;TZID=Europe/London:20270301T${String(hour).padStart(2, '0')}0000`, `DTEND;TZID=Europe/London:20270301T${String(hour + 1).padStart(2, '0')}0000`,
    `SUMMARY:${summary}`, 'END:VEVENT', 'END:VCALENDAR', '',
  ].join('\r\n')

test('Nora has her appointments in the calendar of her phone, and takes that back', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  let address = ''
  await step('she makes an address, which is shown this once', async () => {
    await phone.goto(practice.url + '/account')
    await press(phone, 'Connect')
    await sees(phone, 'Calendar')
    assert.doesNotMatch(await words(phone), /CalDAV|busy elsewhere/i)
    await phone.getByLabel('What is it for?').fill('In my pocket')
    await press(phone, 'Make an address')
    await reads(phone, 'It is shown only now.')
    address = await shown(phone, 'Address')
    assert.match(address, /^http:\/\/[^/]+\/feed\/[a-z]{10}\.[a-z2-7]{32}\.ics$/)
    await screen(phone, 'calendar-address')
  })
  await step('a calendar reads it: when, and nothing else', async () => {
    const reply = await fetch(address)
    assert.equal(reply.status, 200)
    assert.match(reply.headers.get('content-type') ?? '', /^text\/calendar/)
    const text = await reply.text()
    assert.match(text, /BEGIN:VEVENT[\s\S]*SUMMARY:Appointment/)
    assert.doesNotMatch(text, /Nora|Whitfield|Miriam|Adler|LOCATION|DESCRIPTION/)
    assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75))
    const again = await fetch(address, { headers: { 'If-None-Match': reply.headers.get('etag') ?? '' } })
    assert.equal(again.status, 304)
  })
  await step('the address is not shown again, and when it is ended it is gone', async () => {
    await phone.goto(practice.url + '/account/calendar')
    await reads(phone, 'In my pocket')
    assert.ok(!(await phone.content()).includes(address))
    await press(phone, 'End this address')
    await phone.getByText('In my pocket').waitFor({ state: 'detached' })
    const [gone, never] = await Promise.all([fetch(address), fetch(address.replace(/.\.ics$/, (end) => (end.startsWith('a') ? 'b.ics' : 'a.ics')))])
    assert.equal(gone.status, 404)
    assert.equal(await gone.text(), await never.text())
  })
})

/** Makes an app password as Miriam, and returns what her program is to be told. */
async function letIn(desk: Page, label: string): Promise<{ server: string; user: string; password: string }> {
  await desk.goto(practice.url + '/account/calendar')
  await press(desk, 'Let a program in')
  await sees(desk, 'Let a calendar program in')
  await desk.getByLabel('Which program?').fill(label)
  await press(desk, 'Make an app password')
  await sees(desk, 'Type this into your calendar program')
  const key = { server: await shown(desk, 'Server'), user: await shown(desk, 'User name'), password: await shown(desk, 'App password') }
  await press(desk, 'I have kept it')
  await reads(desk, label)
  return key
}

test('Miriam names a calendar elsewhere, and is told what is wrong with its address', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await desk.goto(practice.url + '/account/calendar')
  await sees(desk, 'Calendar')
  await screen(desk, 'calendar')
  await press(desk, 'Add a calendar')
  await sees(desk, 'A calendar elsewhere')
  for (const [address, why] of [
    ['http://calendar.example/a.ics', 'Only addresses that begin with https:// are asked'],
    ['https://169.254.169.254/latest/', 'leads to a machine inside a network'],
  ] as const) {
    await desk.getByLabel('Address').fill(address)
    await desk.getByLabel('What is it?').fill('At home')
    await press(desk, 'Add this calendar')
    await desk.getByText(why).first().waitFor()
    assert.equal(await desk.getByLabel('Address').inputValue(), address)
  }
  await screen(desk, 'calendar-elsewhere')
  await desk.getByLabel('Address').fill('https://localhost:4443/secret-of-hers/a.ics') // a name that leads inside: seen when it is asked
  await press(desk, 'Add this calendar')
  await sees(desk, 'Calendar')
  for (const until = Date.now() + 20_000; !(await words(desk)).includes('leads to a machine inside'); await desk.reload()) {
    assert.ok(Date.now() < until, await words(desk))
  }
  assert.ok(!(await desk.content()).includes('secret-of-hers'))
  await screen(desk, 'calendar-not-read')
  await press(desk, 'Forget it')
  await desk.getByText('At home').waitFor({ state: 'detached' })
})

test('vdirsyncer keeps Miriam’s calendar on her computer', { skip: without('vdirsyncer', '--version') }, async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  const key = await letIn(desk, 'vdirsyncer')
  const local = join(folder, 'local', 'own')
  mkdirSync(local, { recursive: true })
  const pair = (password: string): void =>
    writeFileSync(
      join(folder, 'config'),
      `[general]\nstatus_path = "${folder}/status/"\n[pair my]\na = "here"\nb = "there"\ncollections = ["from b"]\n` +
        `[storage here]\ntype = "filesystem"\npath = "${folder}/local/"\nfileext = ".ics"\n` +
        `[storage there]\ntype = "caldav"\nurl = "${practice.url}/"\nusername = "${key.user}"\npassword = "${password}"\n`,
    )
  const sync = (): { status: number | null; said: string } => run('vdirsyncer', ['sync'])
  const copied = (said: string): string[] => said.match(/^(Copying|Deleting).*/gm) ?? []
  const mine = join(local, 'dentist.ics')
  let appointments: string[] = []

  await step('it finds the calendar by the host alone, and reads the appointments', async () => {
    pair(key.password)
    const found = run('vdirsyncer', ['discover'], 'y\ny\n')
    assert.equal(found.status, 0, found.said)
    assert.match(found.said, /"own" \("Waymark"\)/)
    const first = sync()
    assert.equal(first.status, 0, first.said)
    appointments = readdirSync(local).filter((name) => name.endsWith('.ics'))
    assert.ok(appointments.length > 5, `${appointments.length} appointments`)
    for (const name of appointments) assert.doesNotMatch(readFileSync(join(local, name), 'utf8'), /Nora|Daniel|Priya|Jonas/)
  })
  await step('synced again, nothing is copied', async () => {
    const second = sync()
    assert.equal(second.status, 0, second.said)
    assert.deepEqual(copied(second.said), [])
  })
  await step('a busy block is made, changed, and stays as it was written', async () => {
    writeFileSync(mine, event('dentist', 'Dentist', 9))
    assert.match(sync().said, /uploading\) item dentist to there/)
    assert.deepEqual(copied(sync().said), [])
    writeFileSync(mine, event('dentist', 'Dentist', 14))
    assert.match(sync().said, /updating\) item dentist to there/)
    assert.deepEqual(copied(sync().said), [])
    assert.equal(readFileSync(mine, 'utf8'), event('dentist', 'Dentist', 14))
  })
  await step('changed at both ends, nothing is overwritten', async () => {
    const there = `${practice.url}/dav/me/calendars/own/dentist.ics`
    const auth = { Authorization: 'Basic ' + Buffer.from(`${key.user}:${key.password}`).toString('base64'), 'Content-Type': 'text/calendar' }
    const was = (await fetch(there, { headers: auth })).headers.get('etag') ?? ''
    assert.equal((await fetch(there, { method: 'PUT', headers: { ...auth, 'If-Match': was }, body: event('dentist', 'Dentist, in town', 15) })).status, 204)
    assert.equal((await fetch(there, { method: 'PUT', headers: { ...auth, 'If-Match': was }, body: event('dentist', 'Too late', 16) })).status, 412)
    assert.equal((await fetch(there, { method: 'DELETE', headers: { ...auth, 'If-Match': was } })).status, 412)
    writeFileSync(mine, event('dentist', 'Dentist, at home', 17))
    const clash = sync()
    assert.notEqual(clash.status, 0)
    assert.match(clash.said, /conflict/i)
    assert.match(readFileSync(mine, 'utf8'), /at home/)
    assert.match(await (await fetch(there, { headers: auth })).text(), /in town/)
    writeFileSync(mine, event('dentist', 'Dentist, in town', 15)) // she decides
    assert.equal(sync().status, 0)
  })
  await step('an appointment cannot be changed or deleted by it', async () => {
    const one = appointments[0] ?? ''
    const path = join(local, one)
    const was = readFileSync(path, 'utf8')
    writeFileSync(path, was.replace('SUMMARY:Appointment', 'SUMMARY:Something else'))
    const refused = sync()
    assert.notEqual(refused.status, 0)
    assert.match(refused.said, /403/)
    writeFileSync(path, was)
    rmSync(path)
    assert.match(sync().said, /403/)
    writeFileSync(path, was)
    assert.equal(sync().status, 0)
  })
  await step('the block is deleted, at both ends', async () => {
    rmSync(mine)
    assert.match(sync().said, /Deleting item dentist from there/)
    assert.deepEqual(copied(sync().said), [])
  })
  await step('an app password that was ended opens nothing', async () => {
    await desk.goto(practice.url + '/account/calendar')
    await reads(desk, /last used today/)
    await desk.getByRole('listitem').filter({ hasText: 'vdirsyncer' }).getByRole('button', { name: 'End this app password' }).click()
    await desk.getByText('last used').waitFor({ state: 'detached' })
    const closed = sync()
    assert.notEqual(closed.status, 0)
    assert.match(closed.said, /401|Unauthorized/i)
  })
})

test('python-caldav reads and writes Miriam’s calendar', { skip: without('/usr/bin/python3', '-c', 'import caldav') }, async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  const key = await letIn(desk, 'A script')
  const done = run('/usr/bin/python3', ['e2e/feed.py'], JSON.stringify(key))
  assert.equal(done.status, 0, done.said)
  assert.match(done.said, /all of it works/)
})
