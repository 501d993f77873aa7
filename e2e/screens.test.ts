// Pictures of the main pages for doc/screens, at a phone and at a desk, by day and by night: `make screens`. Taken with
// SCREENS=1 only.

import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, screen } from './browser.ts'
import { answer, as, invitation, letter, press, sees, signOut, to } from './people.ts'
import { world, type World } from './world.ts'

const wanted = process.env['SCREENS'] === '1'
const practice = wanted ? world() : undefined
const chromium = browser()

/** Pages that were made by an earlier look are looked at again, not made anew. */
const made: Record<string, string> = {}

for (const dark of [false, true]) {
  for (const device of ['phone', 'desk'] as const) {
    test(`pictures at a ${device}, ${dark ? 'dark' : 'light'}`, { skip: !wanted }, async () => {
      const look = () => (device === 'phone' ? chromium.asPhone({ dark }) : chromium.asDesk({ dark }))
      if (!practice) return
      await anyone(await look())
      await waiting(await look(), practice)
      await client(await as(await look(), practice.link('client', 'Nora Whitfield')))
      await newClient(await as(await look(), practice.link('client', 'Priya Shah')))
      await clinician(await as(await look(), practice.link('clinician', 'Miriam Adler')), practice)
      const supervisor = await as(await look(), practice.link('clinician', 'James Obi'))
      await to(supervisor, '/supervision')
      await screen(supervisor, 'supervision')
      const manager = await as(await look(), practice.link('manager'))
      for (const page of ['practice', 'people', 'acts', 'report', 'callers', 'practice/week', 'practice/booking', 'practice/import', 'practice/programs', 'practice/programs/new', 'records']) {
        await to(manager, '/' + page)
        await screen(manager, page.replaceAll('/', '-'))
      }
    })
  }
}

async function anyone(page: Page): Promise<void> {
  await page.goto(practice?.publicPage ?? '')
  await screen(page, 'public')
  await screen(page, 'public-whole', true)
  for (const [name, path] of Object.entries({ begin: new URL(practice?.publicPage ?? '').pathname + '/begin', help: '/help?country=GB', 'sign-in': '/sign-in', look: '/ui' })) {
    await to(page, path)
    await screen(page, name, name === 'look')
  }
}

/** Ana has a questionnaire waiting in every picture. She has no link, so she asks for one as anybody who cannot sign in. */
async function waiting(page: Page, practice: World): Promise<void> {
  const password = 'a few plain words'
  if (!made['recovered']) {
    await page.goto(practice.url + '/recover')
    await page.getByLabel('E-mail').fill('ana@example.org')
    await press(page, 'Send me a link')
    const [link] = (await letter(join(practice.data, 'mail'), 'ana@example.org', '/recover/')).match(/http\S+/) ?? []
    await page.goto(link ?? '')
    await page.getByLabel('New password').fill(password)
    await press(page, 'Keep it and sign in')
    await sees(page, /^(What else can come in|This week)$/)
    const leave = page.getByRole('button', { name: 'I know all of these, leave them' }).or(page.getByRole('link', { name: 'I know all of these, leave them' }))
    if (await leave.isVisible()) await leave.click()
    made['recovered'] = 'yes'
  } else {
    await page.goto(practice.url + '/sign-in')
    await page.getByLabel('E-mail').fill('ana@example.org')
    await page.getByLabel('Password').fill(password)
    await press(page, 'Sign in')
  }
  await sees(page, 'This week')
  await screen(page, 'this-week')
  await press(page, /^(Answer|Go on)$/)
  await page.getByRole('radio', { name: 'Several days' }).check()
  await screen(page, 'questionnaire')
}

async function client(page: Page): Promise<void> {
  for (const [name, path] of Object.entries({ 'the-work-together': '/my/together', notice: '/my/markers/new', 'check-in': '/my/check-in', 'own-course': '/my/course', 'my-log': '/my/log', 'my-patterns': '/my/log/patterns', 'my-record': '/my/record', account: '/account' })) {
    await to(page, path)
    await screen(page, name)
  }
  for (const [name, path] of Object.entries({ way: '/my/way', goals: '/my/goals', plan: '/my/plan', review: '/my/review', beginning: '/beginning', session: '/my/session', sessions: '/my/sessions', times: '/my/times', reminders: '/my/reminders', practised: '/my/practice', 'safety-plan': '/my/at-hand', journal: '/my/journal', archive: '/my/archive' })) {
    await to(page, path)
    await screen(page, name, name === 'way')
  }
}

async function newClient(page: Page): Promise<void> {
  for (const [name, nothing, last] of [['after-critical', 'Several days', 'Several days'], ['after-answers', 'Not at all', 'Several days']] as const) {
    if (!made[name]) {
      await to(page, '/my/week')
      await press(page, 'Answer')
      for (const send = page.getByRole('button', { name: 'Send my answers' }); !(await send.isVisible()); ) await answer(page, nothing)
      await answer(page, last)
      await press(page, 'Send my answers')
      await page.waitForURL(/answers/)
      made[name] = new URL(page.url()).pathname
    }
    await to(page, made[name] ?? '')
    await screen(page, name)
  }
}

async function clinician(page: Page, practice: World): Promise<void> {
  await screen(page, 'today')
  await press(page, 'Look at it')
  await sees(page, /./)
  await screen(page, 'flag')
  await press(page, 'Clients')
  await sees(page, 'Clients')
  await screen(page, 'clients')
  await press(page, 'Nora Whitfield')
  await sees(page, 'Nora Whitfield')
  await screen(page, 'client-page')
  await screen(page, 'client-page-whole', true)
  await press(page, 'Working together')
  await page.getByRole('region', { name: 'Noticed' }).waitFor()
  await screen(page, 'working-together')
  const client = new URL(page.url()).pathname.replace(/[/]together.*/, '')
  for (const name of ['course', 'plan', 'goals', 'intake', 'way', 'sessions', 'brief', 'balance', 'notes', 'process', 'practice', 'safety-plan', 'archive']) {
    await to(page, `${client}/${name}`)
    await screen(page, `client-${name}`)
  }
  for (const [name, list, link] of [['client-session', 'sessions', '/sessions/'], ['client-note', 'notes', '/notes/']] as const) {
    await to(page, `${client}/${list}`)
    const href = await page.locator(`main a[href*="${client}${link}"]`).first().getAttribute('href')
    await to(page, href ?? '')
    await screen(page, name)
  }
  for (const name of ['enquiries', 'methods', 'exercises', 'calendar', 'calendar/hours', 'waiting', 'reflections', 'clients/import']) {
    await to(page, '/' + name)
    await screen(page, name.replace('/', '-'))
  }
  await to(page, client)
  await page.getByRole('region', { name: 'Sessions' }).waitFor()
  await press(page, 'Ask')
  await sees(page, 'What is asked')
  await screen(page, 'ask')
  if (!made['join']) {
    await to(page, '/clients/new')
    await page.getByLabel('Name or alias').fill('Lea Brandt')
    await page.getByLabel('Their e-mail').fill('lea@example.org')
    await press(page, 'Send the letter')
    made['join'] = new URL(await invitation(page, join(practice.data, 'mail'), 'lea@example.org')).pathname
  }
  await signOut(page)
  await to(page, made['join'])
  await sees(page, /Lea/)
  await screen(page, 'join')
}
