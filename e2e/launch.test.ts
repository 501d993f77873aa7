// An app of somebody else's, as small as one can be, on the client's own device: it finds its way, asks to be let in,
// reads what it was let read, comes again, and is ended.

import { strict as assert } from 'node:assert'
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { Client } from 'fhir-kit-client'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen, wholeAxe } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

/** What the app knows after it was let in. */
interface Given {
  access_token: string
  refresh_token: string
  scope: string
  patient: string
  expires_in: number
}

/** The app: it listens where people come back to. */
class App {
  #server: Server | undefined
  #came: ((answer: URLSearchParams) => void) | undefined
  id = ''
  proof = ''
  state = ''

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', this.redirect)
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.end('<!doctype html><html lang="en"><title>Sleep diary</title><main><h1>Back in the app</h1></main></html>')
      if (url.pathname === '/back') this.#came?.(url.searchParams)
    })
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve))
  }

  stop(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
  }

  get redirect(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}/back`
  }

  /** Where it sends people, having looked up the way. */
  async begin(scope: string): Promise<string> {
    const way = await this.way()
    this.proof = randomBytes(32).toString('base64url')
    this.state = randomBytes(8).toString('hex')
    const asks = new URLSearchParams({
      response_type: 'code', client_id: this.id, redirect_uri: this.redirect, scope, state: this.state, aud: `${practice.url}/fhir/R4`,
      code_challenge: createHash('sha256').update(this.proof).digest('base64url'), code_challenge_method: 'S256',
    })
    return `${way.authorization_endpoint}?${asks}`
  }

  async way(): Promise<{ authorization_endpoint: string; token_endpoint: string; revocation_endpoint: string }> {
    return (await (await fetch(`${practice.url}/fhir/R4/.well-known/smart-configuration`)).json()) as Awaited<ReturnType<App['way']>>
  }

  /** The answer with which somebody comes back after doing something. */
  async answered(page: Page, doing: () => Promise<void>): Promise<URLSearchParams> {
    const answer = new Promise<URLSearchParams>((resolve) => (this.#came = resolve))
    await doing()
    await sees(page, 'Back in the app')
    return answer
  }

  async sends(form: Record<string, string>): Promise<{ status: number; body: Given & { error?: string } }> {
    const answer = await fetch((await this.way()).token_endpoint, { method: 'POST', body: new URLSearchParams({ client_id: this.id, ...form }) })
    return { status: answer.status, body: (await answer.json()) as Given & { error?: string } }
  }

  turnsIn(code: string): ReturnType<App['sends']> {
    return this.sends({ grant_type: 'authorization_code', code, redirect_uri: this.redirect, code_verifier: this.proof })
  }
}

const app = new App()
before(() => app.start())
after(() => app.stop())

const search = (token: string, type: string) =>
  fetch(`${practice.url}/fhir/R4/${type}?_count=1`, { headers: { Authorization: `Bearer ${token}` } })

test('an app of somebody else’s is let in on a phone, reads, comes again and is ended', async () => {
  const scope = 'launch/patient offline_access patient/Observation.rs patient/Goal.rs patient/QuestionnaireResponse.c'
  chromium.forgive(new RegExp(`^request to another host: ${new URL(app.redirect).origin}/`)) // that is where it goes on
  const ruth = await as(await chromium.asDesk(), practice.link('manager'))
  const nora = practice.link('client', 'Nora Whitfield')
  const phone = await as(await chromium.asPhone(), nora)
  let given: Given | undefined

  await step('the practice makes it known', async () => {
    await to(ruth, '/practice/programs')
    await press(ruth, 'Make a program known')
    await ruth.getByLabel('What is it called?').fill('Sleep diary')
    await ruth.getByLabel('Where people go on').fill('http://127.0.0.1/back')
    await ruth.getByRole('group', { name: 'Send something in' }).getByRole('checkbox', { name: 'Send in answers' }).waitFor()
    assert.doesNotMatch(await words(ruth), /Something else/, 'everything that can be asked for stands under a heading')
    for (const name of ['Read scores', 'Read goals']) await ruth.getByRole('checkbox', { name }).check()
    await noSeriousAxe(ruth)
    await screen(ruth, 'program-new')
    await press(ruth, 'Make it known')
    await reads(ruth, 'Made known.')
    const line = ruth.getByRole('listitem').filter({ hasText: 'Sleep diary' })
    app.id = (await line.locator('code').first().innerText()).trim()
    await noSeriousAxe(ruth)
    await screen(ruth, 'programs-known')
  })

  await step('somebody whom it sends here says no, and goes back with nothing', async () => {
    await phone.goto(await app.begin(scope))
    await sees(phone, 'Let “Sleep diary” in?')
    assert.doesNotMatch(await words(phone), /Send in answers/, 'it asks for more than the practice lets it')
    await reads(phone, 'It asks for two things.')
    assert.equal(await phone.getByRole('checkbox', { checked: true }).count(), 0, 'nothing is ticked beforehand')
    await fitsItsWidth(phone)
    await wholeAxe(phone)
    await screen(phone, 'consent', true)
    const answer = await app.answered(phone, () => press(phone, 'No'))
    assert.equal(answer.get('error'), 'access_denied')
    assert.equal(answer.get('state'), app.state)
    assert.equal(answer.get('code'), null)
  })

  await step('it is let in for less than it asked', async () => {
    await phone.goto(await app.begin(scope))
    await press(phone, 'Let it in')
    await reads(phone, 'Please tick what it may do')
    await phone.getByRole('checkbox', { name: 'Read your scores' }).check()
    await phone.getByRole('radio', { name: 'A month' }).check()
    const answer = await app.answered(phone, () => press(phone, 'Let it in'))
    assert.equal(answer.get('iss'), practice.url)
    assert.equal(answer.get('state'), app.state)
    const { status, body } = await app.turnsIn(answer.get('code') ?? '')
    assert.equal(status, 200, JSON.stringify(body))
    assert.equal(body.patient, nora.id)
    assert.equal(body.scope, 'patient/Observation.rs launch/patient offline_access')
    given = body
  })

  await step('it reads what it was let read, and no more', async () => {
    assert.ok(given)
    const program = new Client({ baseUrl: `${practice.url}/fhir/R4`, bearerToken: given.access_token })
    const found = (await program.search({ resourceType: 'Observation', searchParams: { patient: given.patient, _count: 3 } })) as unknown as { entry: unknown[] }
    assert.equal(found.entry.length, 3)
    assert.equal((await search(given.access_token, 'Goal')).status, 403)
  })

  await step('it comes again, and its old token is good no more', async () => {
    assert.ok(given)
    const { status, body } = await app.sends({ grant_type: 'refresh_token', refresh_token: given.refresh_token })
    assert.equal(status, 200, JSON.stringify(body))
    assert.equal((await search(given.access_token, 'Observation')).status, 401)
    assert.equal((await search(body.access_token, 'Observation')).status, 200)
    given = body
  })

  await step('the client reads what it did, and ends it', async () => {
    assert.ok(given)
    await phone.goto(`${practice.url}/my/record`)
    await reads(phone, /You, by the program “Sleep diary”, looked at/)
    await screen(phone, 'record-program')
    await to(phone, '/account/programs')
    const line = phone.getByRole('listitem').filter({ hasText: 'Sleep diary' })
    await fitsItsWidth(phone)
    await wholeAxe(phone)
    await screen(phone, 'programs', true)
    await line.getByRole('button', { name: 'End it' }).click()
    await line.waitFor({ state: 'detached' })
    assert.equal((await search(given.access_token, 'Observation')).status, 401)
    const { body } = await app.sends({ grant_type: 'refresh_token', refresh_token: given.refresh_token })
    assert.equal(body.error, 'invalid_grant')
  })
})

test('the page works without script, and a code is good for one who knows the proof', async () => {
  chromium.forgive(new RegExp(`^request to another host: ${new URL(app.redirect).origin}/`))
  const phone = await as(await chromium.asPhone({ script: false, dark: true }), practice.link('client', 'Nora Whitfield'))
  await phone.goto(await app.begin('patient/Observation.rs'))
  await reads(phone, 'This lasts for an hour.')
  await reads(phone, 'It asks for one thing: Read your scores')
  await screen(phone, 'consent', true)
  const answer = await app.answered(phone, () => press(phone, 'Let it in'))
  const stolen = await app.sends({ grant_type: 'authorization_code', code: answer.get('code') ?? '', redirect_uri: app.redirect, code_verifier: 'a'.repeat(43) })
  assert.equal(stolen.body.error, 'invalid_grant')
  const own = await app.turnsIn(answer.get('code') ?? '')
  assert.equal(own.body.error, 'invalid_grant', 'a code that somebody else tried is good for nobody')

  const evil = new URL(await app.begin('patient/Observation.rs'))
  evil.searchParams.set('redirect_uri', 'https://evil.example/')
  await phone.goto(evil.href)
  await sees(phone, 'This app cannot be let in')
})
