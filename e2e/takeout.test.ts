// A client takes everything along: the record and the opened journal as one ZIP, made in the browser, that is unpacked
// and read without Waymark and without a network.

import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { inflateRawSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to } from './people.ts'
import { world } from './world.ts'

const site = world()
const chromium = browser()

const own = 'On the bench by the river, with Zaunkönig <b>above</b> me & no hurry.'

const folder = mkdtempSync(join(tmpdir(), 'waymark-archive-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** What a ZIP says is in it (APPNOTE 4.3.12), unpacked without any program of ours. */
function unpacked(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  let at = zip.readUInt32LE(zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) + 16)
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [method, size, name, more, comment, from] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32), zip.readUInt32LE(at + 42)]
    const begins = from + 30 + zip.readUInt16LE(from + 26) + zip.readUInt16LE(from + 28)
    const data = zip.subarray(begins, begins + size)
    files.set(zip.toString('utf8', at + 46, at + 46 + name), method === 8 ? inflateRawSync(data) : data)
    at += 46 + name + more + comment
  }
  return files
}

async function download(page: Page, act: () => Promise<void>, name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), act()])
  const path = join(folder, name)
  await file.saveAs(path)
  return path
}

async function draws(page: Page): Promise<void> {
  const box = await page.locator('[data-vault-sheet]').boundingBox()
  assert.ok(box)
  await page.mouse.move(box.x + 60, box.y + 60)
  await page.mouse.down()
  for (const [x, y] of [[180, 80], [200, 180], [90, 220]] as const) await page.mouse.move(box.x + x, box.y + y, { steps: 4 })
  await page.mouse.up()
}

/** Nothing is wrong that axe finds. At its end, where the bar of places covers nothing of the page. */
async function looksRight(page: Page, coloursOnly = false): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await noSeriousAxe(page, coloursOnly)
  await page.evaluate(() => scrollTo(0, 0))
}

async function keeps(page: Page): Promise<void> {
  await press(page, 'Keep it, sealed')
  await page.getByRole('status').getByText('In your journal, sealed.').waitFor()
}

test('somebody takes their record and their journal along, and reads both without Waymark and without a network', async () => {
  const phone = await chromium.asPhone()
  let [recovery, archive] = ['', '']

  await step('a journal is made, with words and a drawing in it', async () => {
    await as(phone, site.link('client', 'Nora Whitfield'))
    await to(phone, '/my/vault')
    await press(phone, 'Make my journal')
    await reads(phone, 'It is shown only now.')
    recovery = await phone.locator('[data-vault-shown]').innerText()
    await press(phone, 'I have written it down')
    await phone.getByLabel('Type it back').fill(recovery)
    await press(phone, 'This is my code')
    await reads(phone, 'Your journal is made')
    await press(phone, 'Open my journal') // without its code once more
    await sees(phone, 'Journal')
    assert.equal(new URL(phone.url()).pathname + new URL(phone.url()).search, '/my/journal')
    await phone.getByLabel('Your entry').fill(own)
    await keeps(phone)
    await press(phone, 'Begin another')
    await phone.getByRole('radio', { name: 'Draw' }).check({ force: true })
    await draws(phone)
    await keeps(phone)
  })

  await step('the page says what is in an archive, and what is not', async () => {
    await to(phone, '/my/record')
    await press(phone, 'Take it along')
    await sees(phone, 'Your own archive')
    await reads(phone, 'What those who work with you write for themselves is not in it')
    await reads(phone, 'One file with everything')
    await fitsItsWidth(phone)
    await looksRight(phone)
    await screen(phone, 'takeout', true)
    await phone.emulateMedia({ colorScheme: 'dark' })
    await looksRight(phone, true)
    await screen(phone, 'takeout-dusk', true)
    await phone.emulateMedia({ colorScheme: 'light' })
  })

  await step('another code opens nothing, and says so', async () => {
    await phone.getByRole('textbox', { name: 'Recovery code' }).fill('ABCD')
    await press(phone, 'Open my journal with the code')
    await phone.locator('[data-vault-says]').locator('visible=true').waitFor()
  })

  await step('with the code the browser makes one file', async () => {
    await phone.getByRole('textbox', { name: 'Recovery code' }).fill(recovery)
    archive = await download(phone, () => press(phone, 'Open my journal with the code'), 'archive.zip')
    await reads(phone, 'Your archive is made')
    await reads(phone, '2 entries of your journal')
    await looksRight(phone)
    await screen(phone, 'takeout-made', true)
  })

  await step('the record alone is one page, and says what the archive says', async () => {
    const path = await download(phone, () => press(phone, 'The record as a page'), 'alone.html')
    assert.ok(readFileSync(path, 'utf8').includes('<h1>Your record</h1>'))
  })

  let files = new Map<string, Buffer>()
  await step('a program of the machine unpacks it, and everything is in it', async () => {
    files = unpacked(readFileSync(archive))
    for (const name of ['index.html', 'record.html', 'record.json', 'bundle.json', 'journal.html', 'journal.json', 'SHA256SUMS.txt']) assert.ok(files.has(name), `${name} is in it: ${[...files.keys()]}`)
    const media = [...files.keys()].filter((name) => name.startsWith('media/')).sort()
    assert.equal(media.length, 2, media.join(' '))
    assert.match(media[1] ?? '', /^media\/\d{4}-\d\d-\d\d-1-drawing\.svg$/)
    const svg = files.get(media[1] ?? '')?.toString() ?? ''
    assert.match(svg, /^<svg [^>]+><rect /)
    assert.ok((svg.match(/<path d="M\d+ \d+Q/g) ?? []).length === 1, 'one stroke is in the picture')
    for (const name of ['index.html', 'record.html', 'journal.html']) {
      const page = files.get(name)?.toString() ?? ''
      assert.ok(!/<script|https?:\/\/(?!www\.w3\.org)|<link/.test(page.replace(/&lt;.*?&gt;/g, '')), `${name} asks for nothing from elsewhere`)
    }
    const journal = JSON.parse(files.get('journal.json')?.toString() ?? '') as { entries: { text: string; pieces: { file: string; data: string }[] }[] }
    assert.deepEqual(journal.entries.map((e) => e.text), ['', own])
    assert.equal(journal.entries[0]?.pieces[0]?.file, media[1])
    const record = JSON.parse(files.get('record.json')?.toString() ?? '') as { name: string; sections: { id: string; entries: unknown[] }[] }
    assert.equal(record.name, 'Nora Whitfield')
    for (const id of ['you', 'goals', 'plan', 'answers', 'sessions', 'openings']) {
      assert.ok((record.sections.find((s) => s.id === id)?.entries.length ?? 0) > 0, `there is something under ${id}`)
    }
    execFileSync('unzip', ['-q', archive, '-d', join(folder, 'out')])
    assert.deepEqual(readdirSync(join(folder, 'out')).sort(), ['SHA256SUMS.txt', 'bundle.json', 'index.html', 'journal.html', 'journal.json', 'media', 'record.html', 'record.json'])
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS.txt'], { cwd: join(folder, 'out') })
    assert.equal(readFileSync(join(folder, 'out', 'SHA256SUMS.txt'), 'utf8').trim().split('\n').length, files.size - 1, 'every other file has a sum')
    const bundle = JSON.parse(files.get('bundle.json')?.toString() ?? '') as { entry: { resource: { resourceType: string } }[] }
    for (const kind of ['Patient', 'QuestionnaireResponse', 'Goal']) assert.ok(bundle.entry.some((e) => e.resource.resourceType === kind), `the bundle has a ${kind}`)
  })

  await step('it opens without a server and without a network', async () => {
    await site.crash()
    const desk = await chromium.asDesk()
    await desk.context().setOffline(true)
    await desk.goto(pathToFileURL(join(folder, 'out', 'index.html')).href)
    await desk.getByRole('heading', { name: 'Your archive' }).waitFor()
    await noSeriousAxe(desk)
    await screen(desk, 'takeout-index', true)
    await desk.getByRole('link', { name: 'Your journal: 2 entries' }).click()
    await desk.getByText(own).first().waitFor()
    await desk.getByText(new RegExp(`${new Date().getFullYear()}, written`)).waitFor()
    await desk.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0)
    await noSeriousAxe(desk)
    await screen(desk, 'takeout-journal', true)
    await desk.getByRole('link', { name: 'To the beginning' }).click()
    await desk.getByRole('link', { name: 'Your record: everything that is yours to read' }).click()
    await desk.getByRole('heading', { name: 'Your record', level: 1 }).waitFor()
    const text = await desk.locator('body').innerText()
    for (const said of ['Nora Whitfield', 'What you work towards', 'Questionnaires', 'Total']) assert.ok(text.includes(said), said)
    await noSeriousAxe(desk)
    await screen(desk, 'takeout-record')
  })
})
