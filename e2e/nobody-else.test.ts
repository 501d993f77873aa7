// A record opens to the client and to those who work with them. To everybody else it is not there.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser } from './browser.ts'
import { as, press, reads, sees, step, to, words } from './people.ts'
import { world, type Link } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

/** Where a clinician finds a client of theirs. */
async function addressOf(page: Page, client: string): Promise<string> {
  await press(page, 'Clients')
  await press(page, client)
  await sees(page, client)
  return new URL(page.url()).pathname
}

/** Somebody of the second practice. */
function other(role: string): Link {
  const found = practice.links.filter((link) => link.role === role)
  return found[found.length - 1] ?? assert.fail(role)
}

test('the address of a client leads nowhere for anybody who does not work with them', async () => {
  const cleo = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  const home = await addressOf(cleo, 'Bela')
  const pages = ['', '/ask', '/sessions', '/team'].map((end) => home + end)
  const flag = (await cleo.getByRole('link', { name: 'Look at it and close it' }).getAttribute('href')) ?? assert.fail('no flag')
  const newest = (await cleo.getByRole('link', { name: 'The newest answers' }).first().getAttribute('href')) ?? assert.fail('no answers')
  pages.push(flag, newest)
  for (const path of pages) assert.equal(await to(cleo, path), 200, path)

  const nowhere = home.replace(/[0-9a-f]{4}$/, (end) => (end === 'beef' ? 'feed' : 'beef'))
  for (const who of [practice.link('clinician', 'Carl'), practice.link('supervisor'), practice.link('manager'), practice.link('client', 'Ada'), other('clinician'), other('client')]) {
    const page = await as(await chromium.asDesk(), who)
    await to(page, nowhere)
    const absent = await page.content()
    for (const path of pages) {
      assert.equal(await to(page, path), 404, `${who.role} ${who.name} at ${path}`)
      assert.equal(await page.content(), absent, 'what is refused looks like what is not there')
    }
    await page.context().close()
  }
  const nobody = await chromium.asPhone()
  await nobody.goto(practice.url + home)
  await sees(nobody, 'Sign in')
})

test('a supervisor sees the course that is shown, without the name, until it is taken back', async () => {
  const suna = await as(await chromium.asDesk(), practice.link('supervisor'))
  await to(suna, '/supervision')
  await press(suna, /A client of Cleo/)
  await suna.getByRole('heading', { name: /PHQ-9/ }).waitFor()
  assert.doesNotMatch(await suna.content(), /Ada|Bela|A sentence that only two people may read/)
  const shown = new URL(suna.url()).pathname

  const cleo = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  await addressOf(cleo, 'Ada')
  await press(cleo, 'Team and sharing')
  await press(cleo, 'Stop showing it')
  await reads(cleo, 'Not shown')
  assert.equal(await to(suna, shown), 404)
  await to(suna, '/supervision')
  await reads(suna, 'Nothing is shown to you at the moment.')

  await press(cleo, 'Show the course')
  await reads(cleo, 'Shown')
  await to(suna, '/supervision')
  await suna.getByRole('link', { name: /A client of Cleo/ }).waitFor()
})

test('in an emergency a colleague opens a record for a few hours, and everybody concerned learns of it', async () => {
  const carl = await as(await chromium.asDesk(), practice.link('clinician', 'Carl'))

  await step('the colleague gives a reason', async () => {
    await press(carl, 'Clients')
    await press(carl, 'open a record for four hours')
    await carl.getByLabel('The client’s e-mail').fill('ada@linden-house.example')
    await press(carl, 'Open the record for four hours')
    assert.equal(await carl.getByRole('heading', { level: 1, name: 'Ada' }).count(), 0, 'not without a reason')
    await carl.getByLabel('Why now').fill('Ada rang the practice in distress, and Cleo cannot be reached.')
    await press(carl, 'Open the record for four hours')
    await sees(carl, 'Ada')
    await reads(carl, 'You opened this record in an emergency.')
    assert.equal(await carl.getByRole('button', { name: /Ask|Plan|End|talked|Close/ }).count(), 0, 'nothing can be changed')
  })

  await step('the client sees who, when and why', async () => {
    const ada = await as(await chromium.asPhone(), practice.link('client', 'Ada'))
    await press(ada, 'My record')
    await reads(ada, /Carl/)
    await reads(ada, 'Ada rang the practice in distress')
  })

  await step('the one who treats her sees it', async () => {
    const cleo = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
    await addressOf(cleo, 'Ada')
    await press(cleo, 'Team and sharing')
    await reads(cleo, 'Ada rang the practice in distress')
  })

  await step('whoever manages the practice sees that it happened', async () => {
    const mona = await as(await chromium.asDesk(), practice.link('manager'))
    await press(mona, 'Who did what')
    await press(mona, 'Emergencies')
    await reads(mona, /Carl/)
    assert.doesNotMatch(await words(mona), /A sentence that only two people may read/)
  })
})

test('in an emergency whoever has no account yet is found by the whole address, and nobody is listed', async () => {
  const carl = await as(await chromium.asDesk(), practice.link('clinician', 'Carl'))
  await to(carl, '/emergency')

  await step('part of an address finds nobody, and neither does another name', async () => {
    await carl.getByLabel('Why now').fill('The school rang and asked for Gus.')
    let told = ''
    for (const [email, name] of [['nobody@linden-house.example', ''], ['us@linden-house.example', ''], ['gus@linden-house.example', 'Bela']]) {
      await carl.getByLabel('The client’s e-mail').fill(email ?? '')
      await carl.getByLabel('The client’s name').fill(name ?? '')
      await Promise.all([carl.waitForEvent('load'), press(carl, 'Open the record for four hours')]) // or it would be the answer before that is read
      await reads(carl, 'No record is found by this.')
      const said = await words(carl)
      told ||= said
      assert.equal(said, told, 'the same is said of whoever there is and there is not')
      assert.equal(await carl.getByLabel('Why now').inputValue(), 'The school rang and asked for Gus.')
    }
  })

  await step('the whole address does', async () => {
    await carl.getByLabel('The client’s name').fill('gus')
    await press(carl, 'Open the record for four hours')
    await sees(carl, 'Gus')
    await reads(carl, 'Gus has no account yet')
    assert.equal(await carl.getByRole('button', { name: /Ask|Plan|End|link|Close/ }).count(), 0, 'nothing can be changed')
  })

  await step('the one who invited him sees it', async () => {
    const cleo = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
    await addressOf(cleo, 'Gus')
    await press(cleo, 'Team and sharing')
    await reads(cleo, 'The school rang and asked for Gus.')
  })
})
