// The practice's archive of a record: a process note is released by its author and goes into it, and no other does; the
// file is read by programs that know nothing of Waymark; and the client sees that it was made.

import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { left } from './phone.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

const kept = 'Kept to myself: Ziegenmelker.'
const let_ = 'What I wondered about: Wendehals & <i>the river</i>.'

const waiting = 'Noticed on the way, without a network: Steinschmätzer.'

const folder = mkdtempSync(join(tmpdir(), 'waymark-archive-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function download(page: Page, act: () => Promise<void>, name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), act()])
  assert.match(file.suggestedFilename(), /^archive-\d{4}-\d\d-\d\d\.zip$/)
  const path = join(folder, name)
  await file.saveAs(path)
  return path
}

/** Unpacks an archive by unzip, has sha256sum look at every file, and python list them. */
function unpacked(path: string): { dir: string; names: string[]; read: (name: string) => string } {
  const dir = path.replace(/\.zip$/, '')
  execFileSync('unzip', ['-q', path, '-d', dir])
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS.txt'], { cwd: dir })
  const names = JSON.parse(execFileSync('python3', ['-c', 'import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps(z.namelist()))', path], { encoding: 'utf8' })) as string[]
  assert.equal(names.at(-1), 'SHA256SUMS.txt')
  return { dir, names, read: (name) => readFileSync(join(dir, name), 'utf8') }
}

async function writes(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your words').fill(text)
  await press(page, 'Save, sealed')
  await page.getByRole('status').getByText('Saved, sealed.').waitFor()
}

/** Nothing is wrong that axe finds. At its end, where the bar of places covers nothing of the page. */
async function fair(page: Page, coloursOnly = false): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await noSeriousAxe(page, coloursOnly)
  await page.evaluate(() => scrollTo(0, 0))
}

/** Looks at the page by day and by dusk. */
async function looked(page: Page, name: string): Promise<void> {
  await fitsItsWidth(page)
  await fair(page)
  await screen(page, name, true)
  await page.emulateMedia({ colorScheme: 'dark' })
  await fair(page, true)
  await screen(page, `${name}-dusk`, true)
  await page.emulateMedia({ colorScheme: 'light' })
}

test('an archive of a record has what was released, and nothing that somebody keeps for themself', async () => {
  const desk = await chromium.asDesk()
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Bela'))
  let client = ''

  await step('a clinician keeps two process notes in their vault', async () => {
    await as(desk, practice.link('clinician', 'Cleo'))
    await press(desk, 'Clients')
    await desk.getByRole('link', { name: 'Bela', exact: true }).click()
    await sees(desk, 'Bela')
    client = new URL(desk.url()).pathname
    await to(desk, '/vault')
    await press(desk, 'Make my vault')
    await reads(desk, 'It is shown only now.')
    const recovery = await desk.locator('[data-vault-shown]').innerText()
    await press(desk, 'I have written it down')
    await desk.getByLabel('Type it back').fill(recovery)
    await press(desk, 'This is my code')
    await reads(desk, 'Your vault is made')
    await to(desk, `${client}/process`)
    await desk.getByRole('textbox', { name: 'Recovery code' }).fill(recovery)
    await press(desk, 'Open with the code')
    await writes(desk, kept)
    await press(desk, 'Write another')
    await writes(desk, let_)
  })

  await step('one of them is released, after what that means was said', async () => {
    await press(desk, 'Release this note')
    const dialog = desk.getByRole('dialog', { name: 'Release this note?' })
    await dialog.getByText('goes into every archive of it').waitFor()
    await press(desk, 'Keep it to myself')
    await dialog.waitFor({ state: 'hidden' })
    await press(desk, 'Release this note')
    await dialog.getByText('The words that you release').click()
    await dialog.getByText(let_).waitFor()
    await noSeriousAxe(desk)
    await screen(desk, 'release-ask')
    await press(desk, 'Release it')
    await desk.getByRole('heading', { name: 'Released', exact: true }).waitFor()
    await desk.getByRole('button', { name: 'Take it back' }).waitFor()
    await looked(desk, 'released')
  })

  await step('the archive is made, and programs that know nothing of Waymark read it', async () => {
    await to(desk, client)
    await press(desk, 'An archive of the record')
    await sees(desk, 'An archive of the record')
    await looked(desk, 'archive-practice')
    const { dir, names, read } = unpacked(await download(desk, () => press(desk, 'Make the archive'), 'first.zip'))
    for (const name of ['index.html', 'record.html', 'record.json', 'bundle.json']) assert.ok(names.includes(name), `${name} is in it: ${names}`)
    const record = JSON.parse(read('record.json')) as { for_practice: boolean; sections: { id: string; entries: { lines?: { text: string }[] }[] }[] }
    assert.equal(record.for_practice, true)
    const released = record.sections.find((s) => s.id === 'released')
    assert.deepEqual(released?.entries.map((e) => e.lines?.[0]?.text), [let_])
    assert.ok(!record.sections.some((s) => s.id === 'openings'))
    const bundle = JSON.parse(read('bundle.json')) as { resourceType: string; entry: { resource: { resourceType: string } }[] }
    assert.equal(bundle.resourceType, 'Bundle')
    assert.ok(bundle.entry.some((e) => e.resource.resourceType === 'Patient'))
    for (const name of names) assert.ok(!read(name).includes('Ziegenmelker'), `${name} has what was not released`)

    const reader = await chromium.asDesk()
    await reader.context().setOffline(true)
    await reader.goto(pathToFileURL(join(dir, 'index.html')).href)
    await reader.getByRole('heading', { name: 'An archive of the record of Bela' }).waitFor()
    await fitsItsWidth(reader)
    await noSeriousAxe(reader)
    await screen(reader, 'archive-index', true)
    await reader.getByRole('link', { name: 'The record, to read' }).click()
    await reader.getByText(let_).waitFor()
    await noSeriousAxe(reader)
  })

  await step('the client sees that it was made, and takes along what was released, without script', async () => {
    await to(phone, '/my/record')
    await phone.getByRole('main').getByText(/made an archive of your record/).first().waitFor()
    await to(phone, '/my/archive')
    await reads(phone, 'One file with everything')
    await looked(phone, 'archive-own')
    const plain = await as(await chromium.asPhone({ script: false }), practice.link('client', 'Bela'))
    await to(plain, '/my/archive')
    const { read } = unpacked(await download(plain, () => press(plain, 'Everything but the journal (ZIP)'), 'own.zip'))
    assert.ok(read('record.html').includes('What I wondered about: Wendehals &amp; &lt;i&gt;the river&lt;/i&gt;.'))
    assert.ok(!read('record.html').includes('Ziegenmelker'))
  })

  await step('what waits on the phone to be sent comes along, too', async () => {
    await to(phone, '/my/phone')
    await phone.locator('#f-code-first').fill('blue kettle 42')
    await phone.locator('#f-again-first').fill('blue kettle 42')
    await phone.getByRole('button', { name: 'Use on this phone' }).click()
    await phone.getByText('are on this phone from now on').waitFor({ timeout: 30_000 })
    await left(phone, 2, { // what the practice could not take: nothing sends it by itself
      id: '01980000-0000-7000-8000-000000000001', address: `${practice.url}/my/markers`, type: 'application/x-www-form-urlencoded',
      fields: [['line', waiting]], day: '2026-11-21', at: Date.now(), state: 'refused', said: '',
    })
    await to(phone, '/my/archive')
    const { names, read } = unpacked(await download(phone, () => press(phone, 'Make my archive'), 'phone.zip'))
    assert.ok(names.includes('waiting.html'), names.join(' '))
    assert.ok(read('waiting.html').includes(waiting))
    assert.ok(read('index.html').includes('was not sent yet: one thing'))
    await reads(phone, 'Your archive is made')
  })

  await step('taken back, it is in no archive any more; on a phone the page fits, too', async () => {
    const small = await as(await chromium.asPhone(), practice.link('clinician', 'Cleo'))
    await to(small, `${client}/process`)
    await reads(small, 'A copy of each is in the record until that day, and goes into every archive of it.')
    await looked(small, 'released-phone')
    await to(desk, `${client}/process`)
    await press(desk, 'Take it back')
    await desk.getByRole('heading', { name: 'Released', exact: true }).waitFor({ state: 'hidden' })
    await to(desk, `${client}/archive`)
    const { read } = unpacked(await download(desk, () => press(desk, 'Make the archive'), 'second.zip'))
    assert.ok(!read('record.json').includes('Wendehals'))
    await to(small, `${client}/archive`)
    await looked(small, 'archive-practice-phone')
    assert.ok(!(await words(small)).includes('Wendehals'))
  })
})
