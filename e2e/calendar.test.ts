// A clinician's time as they decide it: hours, protected time, limits, what comes round. A weekly session keeps its hour by
// the practice's clocks across the change of 2027, and is read by the clocks of somebody elsewhere, where they change on
// another day. What became of a session is noted afterwards. Those who manage see when everybody is busy, and never with whom.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

const day = 24 * 60 * 60 * 1000
const iso = (at: Date): string => at.toISOString().slice(0, 10)

/** The last Sunday of March or October that lies at least three weeks ahead: on it the clocks of London change. */
function change(): Date {
  for (let at = new Date(Date.now() + 21 * day); ; at = new Date(at.getTime() + day)) {
    if ([2, 9].includes(at.getUTCMonth()) && at.getUTCDay() === 0 && at.getUTCDate() > 24) return at
  }
}

/** What the clocks of a zone show on the given day when those of London show 16:00. */
function elsewhere(date: string, zone: string): string {
  for (const utc of ['15:00', '16:00']) {
    const at = new Date(`${date}T${utc}Z`)
    const clock = (timeZone: string): string => at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
    if (clock('Europe/London') === '16:00') return clock(zone)
  }
  throw new Error(`there is no 16:00 in London on ${date}`)
}

/** Everybody reads the page, at any width. */
async function whole(page: Page, name: string): Promise<void> {
  await noSeriousAxe(page)
  await fitsItsWidth(page)
  await screen(page, name)
}

test('what comes round keeps its hour across the change of the clocks, in two time zones', async (t) => {
  const changes = change()
  if (changes.getTime() - Date.now() > 26 * 7 * day) return t.skip('appointments are made half a year ahead: no change of the clocks lies within it')
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  const tuesdays = [-19, -12, -5, 2].map((n) => iso(new Date(changes.getTime() + n * day)))

  await step('the clinician plans it, and is told what is missing without losing a word', async () => {
    await press(desk, 'Calendar')
    await sees(desk, 'Calendar')
    await press(desk, 'Plan a session')
    await sees(desk, 'Plan a session')
    await desk.getByLabel('Day', { exact: true }).fill(tuesdays[0] ?? '')
    await desk.getByLabel('Begins at').fill('16:00')
    await desk.getByLabel('How often').selectOption({ label: 'Every week' })
    await desk.getByLabel('Where').fill('By video')
    await press(desk, 'Plan it')
    await reads(desk, 'Choose who comes.')
    assert.equal(await desk.getByLabel('Where').inputValue(), 'By video')
    await desk.getByRole('checkbox', { name: 'Jonas Brandt' }).check()
    await press(desk, 'Plan it')
    await sees(desk, 'What comes round')
    await reads(desk, /Every week on Tuesday, 16:00 to 16:50/)
    await whole(desk, 'series')
  })

  await step('each week shows it at four by the practice’s clocks', async () => {
    for (const date of tuesdays) {
      await to(desk, '/calendar?week=' + date)
      await reads(desk, /16:00/)
      const shown = await desk.getByRole('listitem').filter({ hasText: 'Jonas' }).filter({ hasText: 'By video' }).innerText()
      assert.match(shown, /16:00/, date)
    }
  })

  await step('the client reads it by clocks that change two weeks apart', async () => {
    const phone = await as(await chromium.asPhone(), practice.link('client', 'Jonas Brandt'))
    await to(phone, '/my/times')
    await phone.getByLabel('Show times by').selectOption('America/New_York')
    await phone.locator('#zone-form').getByRole('button').click()
    await phone.waitForLoadState()
    const further = phone.getByText('Further ahead')
    if (await further.isVisible()) await further.click()
    const said = await words(phone)
    for (const date of tuesdays) {
      const there = elsewhere(date, 'America/New_York')
      const name = new Date(date + 'T12:00Z').toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).replace(',', '')
      assert.match(said, new RegExp(`${name}( \\d{4})?, ${there} \\(16:00 at the practice\\)`), `${date}: ${said}`)
    }
    const hours = new Set(tuesdays.map((date) => elsewhere(date, 'America/New_York')))
    assert.equal(hours.size, 2, 'the two places do not change on one day')
  })

  await step('one of them is moved by itself, and the others stay; then it ends', async () => {
    await to(desk, '/calendar?week=' + tuesdays[1])
    await desk.getByRole('listitem').filter({ hasText: 'By video' }).getByRole('link', { name: 'Jonas' }).click()
    await sees(desk, /Tuesday/)
    await desk.getByLabel('Begins at').fill('17:00')
    await press(desk, 'Move it')
    await sees(desk, 'Calendar')
    await reads(desk, 'Moved.')
    await reads(desk, /17:00/)
    await to(desk, '/calendar?week=' + tuesdays[2])
    await desk.getByRole('listitem').filter({ hasText: 'By video' }).getByRole('link', { name: 'Jonas' }).click()
    await press(desk, 'It comes round: the whole series')
    await desk.getByLabel('None from this day on').fill(tuesdays[2] ?? '')
    await press(desk, 'End it')
    await sees(desk, 'Calendar')
    assert.doesNotMatch(await words(desk), /By video/)
    await to(desk, '/calendar?week=' + tuesdays[1])
    await reads(desk, /17:00/)
  })
})

test('a clinician decides when they see people, by keyboard and on a phone, and is asked before planning against it', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('clinician', 'Miriam Adler'))
  const phone = await as(await chromium.asPhone({ dark: true }), practice.link('clinician', 'Miriam Adler'))
  const far = new Date(Date.now() + 60 * day) // on a day of the week on which nothing comes round
  const date = iso(far)
  const weekday = far.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' })

  await step('hours are added with the keyboard alone', async () => {
    await to(desk, '/calendar/hours')
    await sees(desk, 'Your hours')
    await desk.getByLabel('Day of the week').focus()
    await desk.keyboard.type(weekday.slice(0, 3))
    await desk.locator('#see-first').fill(date)
    await desk.getByRole('button', { name: 'Add these hours' }).focus()
    await desk.keyboard.press('Enter')
    await reads(desk, 'Kept.')
    await reads(desk, new RegExp(weekday + ', 09:00 to 17:00, from'))
    await whole(desk, 'hours')
  })

  await step('time is protected on a phone', async () => {
    await to(phone, '/calendar/hours')
    await phone.getByRole('radio', { name: 'Once' }).check()
    await phone.locator('#keep-first').fill(date)
    await phone.locator('#keep-from').fill('12:00')
    await phone.locator('#keep-to').fill('11:00')
    await phone.getByLabel('What for').fill('The sea')
    await press(phone, 'Protect this time')
    await reads(phone, 'Choose an end that is later than the beginning.')
    assert.equal(await phone.getByLabel('What for').inputValue(), 'The sea')
    await phone.locator('#keep-to').fill('14:00')
    await press(phone, 'Protect this time')
    await reads(phone, 'Protected. Nobody can book that time.')
    await whole(phone, 'hours')
  })

  await step('a session on it is asked about first, and planned only then', async () => {
    await to(phone, '/calendar/new')
    await phone.getByRole('checkbox', { name: 'Jonas Brandt' }).check()
    await phone.getByLabel('Day', { exact: true }).fill(date)
    await phone.getByLabel('Begins at').fill('13:00')
    await press(phone, 'Plan it')
    await reads(phone, /You protect that time\./)
    await whole(phone, 'plan-asked')
    await phone.getByRole('checkbox', { name: /Plan it anyway/ }).check()
    await press(phone, 'Plan it')
    await sees(phone, 'Calendar')
    await reads(phone, 'Planned.')
    await reads(phone, 'Jonas')
    await whole(phone, 'week')
  })

  await step('a couple meets as one', async () => {
    await to(desk, '/calendar/new')
    for (const name of ['Elias Novak', 'Ana de Wit']) await desk.getByRole('checkbox', { name }).check()
    await desk.getByLabel('How you meet').selectOption({ label: 'Couple' })
    await desk.getByLabel('Day', { exact: true }).fill(date)
    await desk.getByLabel('Begins at').fill('15:00')
    await press(desk, 'Plan it')
    await sees(desk, 'Calendar')
    const item = desk.getByRole('listitem').filter({ hasText: '15:00' })
    assert.match(await item.innerText(), /Ana|Elias/)
    assert.match(await item.innerText(), /Couple/)
    await item.getByRole('link').click()
    await reads(desk, 'Elias Novak')
    await reads(desk, 'Ana de Wit')
    await desk.getByRole('radio', { name: /They asked me to/ }).check()
    await press(desk, 'Cancel it')
    await reads(desk, 'Cancelled.')
  })

  await step('what became of a session is noted, and can be said otherwise', async () => {
    await to(desk, '/calendar?week=' + iso(new Date(Date.now() - 7 * day)))
    await desk.getByRole('listitem').filter({ hasText: 'Sofia' }).getByRole('link').first().click()
    await reads(desk, 'You met.')
    await desk.getByRole('radio', { name: 'They were not there' }).check()
    await whole(desk, 'attendance')
    await press(desk, 'Note it')
    await reads(desk, 'Was not there.')
    await desk.getByRole('radio', { name: 'We met' }).check()
    await press(desk, 'Note it')
    await reads(desk, 'You met.')
  })
})

test('those who manage see when everybody is busy and never with whom, and close the practice', async () => {
  const desk = await as(await chromium.asDesk(), practice.link('manager', 'Ruth Keller'))
  await press(desk, 'The week')
  await sees(desk, 'The practice’s week')
  await reads(desk, 'Miriam Adler')
  assert.doesNotMatch(await words(desk), /Nora|Jonas|Daniel|Lunch|river|sea/)
  await whole(desk, 'practice-week')
  const phone = await as(await chromium.asPhone(), practice.link('manager', 'Ruth Keller'))
  await to(phone, '/practice/week')
  await whole(phone, 'practice-week')
  const week = phone.getByRole('region', { name: 'The practice’s week' })
  assert.ok(await week.evaluate((box) => box.scrollWidth <= box.clientWidth), 'a phone shows one day at a time, without scrolling sideways')
  await phone.getByRole('navigation', { name: 'Days of this week' }).getByRole('link').last().click()
  await phone.waitForURL(/day=/)
  assert.match(await week.getByRole('columnheader').nth(1).innerText(), /Sun/)
  await press(desk, 'When it is closed')
  await sees(desk, 'When the practice is closed')
  await desk.getByLabel('First day').fill(iso(new Date(Date.now() + 40 * day)))
  await desk.getByLabel('What it is called').fill('Moving house')
  await press(desk, 'Close on these days')
  await reads(desk, 'Moving house')
  await whole(desk, 'holidays')
  await desk.getByRole('listitem').filter({ hasText: 'Moving house' }).getByRole('button', { name: 'Take it out' }).click()
  await reads(desk, /does not come back by itself/)
  assert.doesNotMatch(await words(desk), /Moving house/)
})
