// A clinician comes from another product: clients, what they had planned, and scores are looked at row by row, said how to
// be read, and brought in once; what is brought says where it is from, and a client is invited when it is time.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** Chooses a file on the page that asks for one, and looks at it. */
async function choose(desk: Page, name: string, text: string | Buffer): Promise<void> {
  await to(desk, '/clients/import')
  await sees(desk, 'Bring in from elsewhere')
  await desk.getByLabel('A file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  await desk.getByLabel('Where it is from').fill('Old Book')
  await press(desk, 'Look at it first')
  await sees(desk, 'Look at it first')
}

// As a German spreadsheet saves it: semicolons, and letters in Windows-1252.
const clients = Buffer.from(
  'Nr;Wer;E-Mail;Telefon;Diagnose\r\n1001;Zo\u00eb Quillfeather;zoe@example.org;030 12345;F32.1\r\n1002;Bo Larkin;;;\r\n1003;;;;\r\n',
  'latin1',
)
const appointments = 'Client;Date;Time;Duration;Status\n1001;03.04.2025;14:30;50;attended\n1001;10.04.2025;14:30;50;no show\n4711;10.04.2025;14:30;50;\n'
const scores = 'Client,Measure,Date,Total\n1001,PHQ-9,2025-04-03,17\n1001,PHQ-9,2025-04-24,"11,5"\n1001,PHQ-9,2025-05-24,99\n'

test('what another product kept is looked at first, brought in once, and says where it is from', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))

  await step('the way there is at the foot of the list of clients', async () => {
    await press(desk, 'Clients')
    await press(desk, 'brought in')
    await sees(desk, 'Bring in from elsewhere')
    await noSeriousAxe(desk)
    await fitsItsWidth(desk)
    await screen(desk, 'import')
  })

  await step('what a column means is asked where its name does not tell', async () => {
    await choose(desk, 'clients.csv', clients)
    await reads(desk, 'Please say which column has the name.')
    await reads(desk, 'its cells parted by semicolons, in Windows-1252')
    await desk.getByLabel('Whole name').selectOption({ label: 'Wer (Zo\u00eb Quillfeather)' })
    await press(desk, 'Look again')
    await reads(desk, 'Two are new.')
    await reads(desk, 'One cannot be brought as it is.')
    await reads(desk, 'There is no name.')
    await reads(desk, 'The column “Diagnose”')
    await noSeriousAxe(desk)
    await fitsItsWidth(desk)
    await screen(desk, 'import-look', true)
  })

  await step('looking has kept nothing', async () => {
    const other = await desk.context().newPage()
    await to(other, new URL('/clients', desk.url()).href)
    await sees(other, 'Clients')
    assert.doesNotMatch(await words(other), /Quillfeather/)
    await other.close()
  })

  await step('the same file is brought in, and bringing it again brings nothing twice', async () => {
    await press(desk, 'Bring two in')
    await sees(desk, 'Brought in')
    await reads(desk, 'Nobody was written to.')
    await screen(desk, 'import-brought')
    await choose(desk, 'clients.csv', clients)
    await desk.getByLabel('Whole name').selectOption({ label: 'Wer (Zo\u00eb Quillfeather)' })
    await press(desk, 'Look again')
    await reads(desk, 'Two are here already.')
    assert.equal(await desk.getByRole('button', { name: /^Bring/ }).count(), 0)
  })

  await step('days are asked for, and what is wrong is named by its row', async () => {
    await choose(desk, 'appointments.csv', appointments)
    await reads(desk, 'say whether the day or the month comes first')
    await desk.getByLabel('How days are written').selectOption({ label: 'Day first, as 24.11.2026 or 24/11/2026' })
    await press(desk, 'Look again')
    await reads(desk, 'Two are new.')
    await reads(desk, 'nobody whom you treat here')
    await press(desk, 'Bring two in')
    await sees(desk, 'Brought in')
  })

  await step('scores are checked against what the questionnaire can have', async () => {
    await choose(desk, 'scores.csv', scores)
    await reads(desk, 'PHQ-9 goes from 0 to 27.')
    await press(desk, 'Bring two in')
    await sees(desk, 'Brought in')
  })

  await step('the course has them, and each says that it is from elsewhere', async () => {
    await press(desk, 'Clients')
    await press(desk, 'Zo\u00eb Quillfeather')
    await reads(desk, 'Not invited yet')
    await reads(desk, 'Nobody has written to them.')
    await press(desk, 'The course')
    await reads(desk, /Two scores brought from elsewhere \(Old Book\)/)
    await fitsItsWidth(desk)
    await screen(desk, 'import-course')
  })

  await step('and is invited when it is time', async () => {
    await press(desk, 'Overview')
    await press(desk, 'Invite them')
    await sees(desk, 'Invite Zo\u00eb')
    await noSeriousAxe(desk)
    assert.equal(await desk.getByLabel('Their e-mail').inputValue(), 'zoe@example.org')
    await press(desk, 'Send the letter')
    await reads(desk, 'A letter with a link is on its way to zoe@example.org.')
    await screen(desk, 'import-invite')
    await press(desk, 'Go on')
    await reads(desk, 'Make a fresh link')
  })
})

test('whoever manages the practice brings in clients, on a phone too, and nothing clinical', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('manager'))
  await to(phone, '/practice/import')
  await sees(phone, 'Bring in from elsewhere')
  await phone.getByLabel('A file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('name;email\nAda Stone;ada.stone@example.org\n') })
  await press(phone, 'Look at it first')
  await reads(phone, 'One is new.')
  assert.doesNotMatch(await words(phone), /Total score/)
  await noSeriousAxe(phone)
  await fitsItsWidth(phone)
  await screen(phone, 'import-phone', true)
})
