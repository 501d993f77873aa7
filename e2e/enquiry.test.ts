// Before there is a client: a stranger asks for a first consultation on a phone, is shown whom to call before words of
// danger are sent, loses nothing without a connection, and reads the answer by a link; the practice answers at its desk.

import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, isKept, letter, press, reads, sees, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** Fills in what nobody can leave out. A person takes longer than four seconds for it. */
async function fill(page: Page, name: string, email: string): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByRole('radio', { name: /^Yes, by e-mail/ }).check()
  await page.getByRole('checkbox', { name: 'I agree that they read it.' }).check()
  await sleep(4200)
}

async function asks(page: Page): Promise<void> {
  await page.goto(practice.publicPage)
  await press(page, 'Ask for a first consultation')
  await sees(page, 'Ask for a first consultation')
}

test('somebody asks on a phone; words of danger are answered first, and nothing is lost without a connection', async () => {
  const phone = await chromium.asPhone()
  await asks(phone)
  await reads(phone, 'This is no emergency service, and nobody watches it.')
  await noSeriousAxe(phone)
  await fitsItsWidth(phone)
  await fill(phone, 'Juno', 'juno@example.org')
  const wrote = 'I cannot see a way. Some nights I want to die.'
  await phone.getByLabel('What brings you').fill(wrote)

  await phone.context().setOffline(true)
  await press(phone, 'Send')
  await reads(phone, 'Not saved yet: there is no connection.')
  await isKept(phone)
  await phone.context().setOffline(false)
  await phone.reload()
  await reads(phone, 'What you had begun here is back.')
  assert.equal(await phone.getByLabel('What brings you').inputValue(), wrote)
  await sleep(4200)

  await press(phone, 'Send')
  await sees(phone, 'Before this is sent')
  await reads(phone, 'nothing has been sent yet')
  await reads(phone, '999')
  assert.equal(await phone.getByLabel('What brings you').inputValue(), wrote, 'the words are kept')
  await noSeriousAxe(phone)
  await fitsItsWidth(phone)
  await screen(phone, 'enquiry-help')
  await press(phone, 'Send it as it is')
  await sees(phone, 'It has arrived')
  await noSeriousAxe(phone)
  await screen(phone, 'enquiry-sent')
  const link = await phone.getByLabel('A private link').inputValue()
  assert.match(link, /\/answer\/[a-z]+\.[0-9a-f]{32}$/)
  assert.ok(!phone.url().includes('/answer/'), 'no history holds the link until it is opened')

  await phone.goto(practice.publicPage + '/begin')
  assert.equal(await phone.getByLabel('What brings you').inputValue(), '', 'the device has forgotten what was sent')
  assert.ok(!practice.log.includes('want to die'))

  await phone.goto(link)
  await sees(phone, 'It has arrived')
  assert.ok(!(await words(phone)).includes('nights'), 'what was written is not shown')
  await phone.getByRole('textbox', { name: 'Add a line' }).fill('Mornings are better.')
  await press(phone, 'Add it')
  await reads(phone, 'It was added.')
  await noSeriousAxe(phone)
})

test('a practice answers at its desk: a colleague is proposed, takes the person on, and the link says so', async () => {
  const visitor = await chromium.asDesk({ dark: true })
  await asks(visitor)
  await fill(visitor, 'Amir', 'amir@example.org')
  await visitor.getByLabel('What brings you').fill('Since the move I do not sleep. <script>alert(1)</script>')
  await visitor.locator('summary').click()
  await visitor.getByRole('radio', { name: 'Learn and practise skills' }).check()
  await visitor.getByLabel('Whom you would like').selectOption({ label: 'James Obi' })
  await visitor.getByRole('radio', { name: /with James Obi/ }).first().check()
  await noSeriousAxe(visitor)
  await press(visitor, 'Send')
  await sees(visitor, 'It has arrived')
  const link = await visitor.getByLabel('A private link').inputValue()

  const miriam = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  await press(miriam, 'Enquiries')
  await sees(miriam, 'Enquiries')
  await reads(miriam, 'asked twice')
  await noSeriousAxe(miriam)
  await fitsItsWidth(miriam)
  await screen(miriam, 'enquiries')
  await miriam.getByRole('link', { name: 'Amir' }).click()
  await sees(miriam, 'Amir')
  await reads(miriam, 'Since the move I do not sleep. <script>alert(1)</script>')
  await reads(miriam, 'a wish, not held')
  await noSeriousAxe(miriam)
  await miriam.locator('summary', { hasText: 'Propose a colleague' }).press('Enter')
  await miriam.getByLabel('To whom').selectOption({ label: 'James Obi' })
  await press(miriam, 'Propose')
  await reads(miriam, 'Proposed. They see it marked for them.')
  await screen(miriam, 'enquiry')
  const told = await letter(join(practice.data, 'mail'), 'amir@example.org', 'There is an answer for you')
  assert.ok(told.includes(new URL(link).pathname) && !/sleep|Linden|James|therapy/i.test(told), told)

  await visitor.goto(link)
  await sees(visitor, 'A colleague is being asked')
  await reads(visitor, 'I have asked a colleague')
  await screen(visitor, 'enquiry-answer')

  const james = await as(await chromium.asPhone(), practice.link('clinician', 'James Obi'))
  await to(james, '/enquiries')
  await reads(james, 'for you')
  await fitsItsWidth(james)
  await james.getByRole('link', { name: 'Amir' }).click()
  await press(james, 'Take this person on')
  await sees(james, 'Take Amir on')
  await reads(james, 'Plan the first consultation on')
  await noSeriousAxe(james)
  await fitsItsWidth(james)
  await press(james, 'Take them on')
  await reads(james, 'Invited, and the first consultation is planned.')
  await letter(join(practice.data, 'mail'), 'amir@example.org', '/join/')

  // Miriam's page from before: a colleague was quicker.
  await miriam.goto(practice.url + '/enquiries')
  assert.equal(await miriam.getByRole('link', { name: 'Amir' }).count(), 0)
  await visitor.reload()
  await sees(visitor, 'You can come')

  const ruth = await as(await chromium.asDesk(), practice.link('manager'))
  await press(ruth, 'Who asked')
  await sees(ruth, 'Who asked')
  await reads(ruth, 'sam.reid@example.org')
  assert.ok(!/panic|lost interest/i.test(await words(ruth)), 'a manager does not read what brings somebody')
  await noSeriousAxe(ruth)
})

test('without script somebody asks, waits, is offered a place, says yes, and takes it back', async () => {
  const visitor = await chromium.asPhone({ script: false })
  await visitor.goto(practice.publicPage + '/begin')
  await fill(visitor, 'Lou', 'lou@example.org')
  await visitor.getByRole('checkbox', { name: 'I agree that they read it.' }).uncheck()
  await visitor.getByLabel('What brings you').fill('Quarrels at home.')
  await press(visitor, 'Send')
  await reads(visitor, 'Nothing was sent yet')
  assert.equal(await visitor.getByLabel('What brings you').inputValue(), 'Quarrels at home.')
  await visitor.getByRole('checkbox', { name: 'I agree that they read it.' }).check()
  await press(visitor, 'Send')
  await sees(visitor, 'It has arrived')
  const link = await visitor.getByLabel('A private link').inputValue()

  const miriam = await as(await chromium.asDesk({ script: false }), practice.link('clinician', 'Miriam Adler'))
  await to(miriam, '/enquiries')
  await miriam.getByRole('link', { name: 'Lou' }).click()
  await miriam.locator('summary', { hasText: 'Waiting list' }).click()
  await press(miriam, 'Put on the list')
  await reads(miriam, 'On the waiting list.')
  await miriam.locator('summary', { hasText: 'Offer a place' }).click()
  await press(miriam, 'Offer it')
  await reads(miriam, 'Offered. You see here when they answer.')

  await visitor.goto(link)
  await sees(visitor, 'A place is free')
  await press(visitor, 'Yes, I would still like to come')
  await reads(visitor, 'Your yes has arrived.')
  await to(miriam, '/enquiries?pile=waiting')
  await reads(miriam, 'added a line')
  await press(visitor, 'Take everything back')
  await press(visitor, 'Take it back')
  await sees(visitor, 'You took it back')
  await to(miriam, '/enquiries?pile=waiting')
  assert.equal(await miriam.getByRole('link', { name: 'Lou' }).count(), 0)
})
