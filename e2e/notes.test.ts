// Notes: from a session with its agenda and decisions to a signed note, an amendment, and a summary that the client
// reads; and a draft that nothing takes away.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, isKept, press, reads, sees, step, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

/** Opens the sessions of a client. */
async function sessions(page: Page, clinician: string, name: string): Promise<string> {
  await as(page, practice.link('clinician', clinician))
  await press(page, 'Clients')
  await page.getByRole('link', { name, exact: true }).click()
  const client = new URL(page.url()).pathname
  await to(page, client + '/sessions')
  return client
}

/** Begins a session of Carl's now, and writes while it goes on. */
async function meets(page: Page, name: string): Promise<string> {
  const client = await sessions(page, 'Carl', name)
  await page.getByText('Begin one now, without an appointment').click()
  await press(page, 'Begin now')
  await page.getByLabel('What was decided').waitFor()
  await to(page, new URL(page.url()).pathname + '/note')
  await sees(page, /^Session on/)
  return client
}

test('a session with its agenda becomes a signed note, is amended, and the client reads a summary', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Bela'))
  const desk = await chromium.asDesk()
  let client = ''

  await step('the client brings something, and both keep what was decided', async () => {
    await to(phone, '/my/session')
    await phone.locator('textarea[name="text"]').first().fill('The trip on Saturday')
    await press(phone, 'Bring it')
    await reads(phone, 'The trip on Saturday')
    client = await sessions(desk, 'Cleo', 'Bela')
    await desk.getByText('Begin one now, without an appointment').click()
    await press(desk, 'Begin now')
    await desk.getByLabel('What was decided').fill('The trip is on')
    await desk.getByLabel('Bela', { exact: true }).fill('Ring my brother')
    await press(desk, 'Keep it and end the session')
    await reads(desk, 'The trip is on')
  })

  await step('the note begins with that, and changes its shape without losing a word', async () => {
    await press(desk, 'The note of this session')
    await reads(desk, 'This is what is known of the session, to begin with.')
    const text = desk.getByLabel('The note', { exact: true }).last()
    assert.match(await text.inputValue(), /The trip on Saturday[\s\S]*The trip is on[\s\S]*Ring my brother \(the client\)/)
    await noSeriousAxe(desk)
    await screen(desk, 'note-begun', true)
    await text.press('Control+End')
    await text.pressSequentially('\n\nShe laughed at <b>herself</b>.')
    await reads(desk, /^Draft kept at \d\d:\d\d/)
    await desk.getByText(/^Another shape/).click()
    await desk.getByLabel('Shape', { exact: true }).selectOption('SOAP')
    await press(desk, 'Change the shape')
    await reads(desk, 'It has another shape now.')
    assert.match(await desk.getByLabel('Subjective').inputValue(), /The trip on Saturday[\s\S]*<b>herself<\/b>/)
    assert.match(await desk.getByLabel('Plan', { exact: true }).inputValue(), /Decided:[\s\S]*The trip is on[\s\S]*Ring my brother/)
    await desk.getByLabel('Plan', { exact: true }).fill('Look at it after Saturday')
    await noSeriousAxe(desk)
    await screen(desk, 'note-soap', true)
  })

  await step('it is signed once, by two presses too', async () => {
    await desk.getByRole('button', { name: 'Sign', exact: true }).dblclick()
    await reads(desk, 'Signed. It can be amended, and is never overwritten.')
    await reads(desk, /^Signed by Cleo, /)
    await noSeriousAxe(desk)
    await screen(desk, 'note-signed', true)
    await press(desk, 'The session')
    await press(desk, 'All sessions')
    await press(desk, 'All notes')
    await reads(desk, /^Signed by you, today at/)
    assert.equal(await desk.getByText(/^Signed by you/).count(), 1)
  })

  await step('it is amended with a reason, and both versions can be read', async () => {
    await desk.getByRole('link', { name: /^Session on/ }).first().click()
    await press(desk, 'Amend')
    await desk.getByLabel('Plan', { exact: true }).fill('Look at it after Sunday')
    await desk.getByLabel('Why it is amended').fill('It is on Sunday')
    await press(desk, 'Sign the amendment')
    await reads(desk, 'Why: It is on Sunday')
    await desk.getByText('Earlier versions').click()
    await reads(desk, 'Look at it after Saturday')
    await reads(desk, 'Look at it after Sunday')
  })

  await step('a summary is shared, read on the phone, and taken back', async () => {
    await desk.getByText('Write a summary').click()
    await desk.getByLabel('A summary', { exact: true }).fill('You go on Sunday, and you ring your brother before.')
    await press(desk, 'Let Bela read it')
    await reads(desk, 'Shared. It stands among their sessions from now on.')
    await screen(desk, 'note-shared', true)
    await to(phone, '/my/sessions')
    await phone.getByText('With a summary').first().waitFor()
    await phone.locator('main a[href^="/my/sessions/"]').first().tap()
    await reads(phone, 'You go on Sunday, and you ring your brother before.')
    assert.doesNotMatch(await words(phone), /laughed|after Sunday/)
    await noSeriousAxe(phone)
    await fitsItsWidth(phone)
    await screen(phone, 'summary', true)
    await desk.getByText('Take it back').first().click()
    await reads(desk, 'What was read was read.')
    await desk.getByRole('button', { name: 'Take it back' }).click()
    await reads(desk, /^Taken back by you/)
    await phone.reload()
    assert.doesNotMatch(await words(phone), /brother before/)
  })

  await step('it is found by its words, and they stand in no address', async () => {
    await to(desk, client + '/notes')
    await desk.getByLabel('Words', { exact: true }).fill('herself sunday')
    await press(desk, 'Search')
    await desk.getByRole('region', { name: 'Found' }).getByText('herself').waitFor()
    assert.doesNotMatch(desk.url(), /herself/)
    await noSeriousAxe(desk)
    await screen(desk, 'notes', true)
  })
})

test('on a phone in the dusk, without script, a draft is saved by its button and thrown away in two steps', async () => {
  const phone = await chromium.asPhone({ script: false, dark: true })
  const client = await sessions(phone, 'Cleo', 'Ada')
  await to(phone, client + '/notes')
  await press(phone, 'Begin a note')
  await sees(phone, /^Note of/)
  await phone.getByLabel('The note', { exact: true }).last().fill('A call from the school.')
  await press(phone, 'Save draft')
  await reads(phone, 'The draft is kept.')
  await fitsItsWidth(phone)
  await screen(phone, 'note-draft', true)
  await phone.getByText('Throw this draft away').click()
  await press(phone, 'Throw it away')
  await reads(phone, 'The draft was thrown away.')
  assert.doesNotMatch(await words(phone), /school/)
  await fitsItsWidth(phone)
  await screen(phone, 'notes', true)
})

test('the connection goes for a while, the window closes, and two devices write: no word is lost', async () => {
  const desk = await chromium.asDesk()
  await meets(desk, 'Emil')
  const form = desk.url()
  const text = desk.getByLabel('The note', { exact: true }).last()

  await step('without a connection it is kept on the device, and goes by itself when it is back', async () => {
    await text.fill('Emil came late.')
    await reads(desk, /^Draft kept at/)
    await desk.context().setOffline(true)
    await text.fill('Emil came late, and told of the dog.')
    await reads(desk, 'Not saved at the practice yet: there is no connection. Your text is still here, and kept on this device.')
    await screen(desk, 'note-offline', true)
    await desk.context().setOffline(false)
    await reads(desk, /^Draft kept at/)
  })

  await step('what was typed last comes back after the window closed without a connection', async () => {
    await desk.context().setOffline(true)
    await text.fill('Emil came late, and told of the dog. It is old.')
    await reads(desk, 'Not saved at the practice yet')
    await sleep(1500) // until the device has it
    const context = desk.context()
    await desk.close()
    await context.setOffline(false)
    const again = await context.newPage()
    await again.goto(form)
    const back = again.getByLabel('The note', { exact: true }).last()
    for (const until = Date.now() + 5000; Date.now() < until && !(await back.inputValue()).endsWith('It is old.'); ) await sleep(50)
    assert.equal(await back.inputValue(), 'Emil came late, and told of the dog. It is old.')
    if (await again.getByText('What you had begun here is back.').isVisible()) {
      await reads(again, /^Draft kept at/) // it came from the device, and goes to the practice
    } else {
      // The browser could send it in the very last moment: it came from the practice.
      await reads(again, /^Draft kept today at/)
      assert.equal(await back.evaluate((t: HTMLTextAreaElement) => t.defaultValue), 'Emil came late, and told of the dog. It is old.')
    }
    await again.close()
  })

  await step('what the practice has meanwhile the device forgets, and does not bring up again', async () => {
    const other = await as(await chromium.asPhone(), practice.link('clinician', 'Carl'))
    await other.goto(form)
    const there = other.getByLabel('The note', { exact: true }).last()
    assert.equal(await there.inputValue(), 'Emil came late, and told of the dog. It is old.')
    const context = desk.context()
    const before = await context.newPage()
    await before.goto(form)
    await context.setOffline(true)
    await before.getByLabel('The note', { exact: true }).last().fill('Emil came late.')
    await reads(before, 'Not saved at the practice yet')
    await isKept(before)
    await before.close()
    await context.setOffline(false)
    await other.reload()
    await there.fill('Emil came late.')
    await reads(other, /^Draft kept at/)
    const again = await context.newPage()
    await again.goto(form)
    await reads(again, /^Draft kept today at/)
    assert.equal(await again.getByLabel('The note', { exact: true }).last().inputValue(), 'Emil came late.')
    await isKept(again)
    await other.reload() // what it says from now on is of what follows
    await there.fill('Emil came in time.')
    await reads(other, /^Draft kept at/)
    await again.reload()
    await again.getByLabel('The note', { exact: true }).last().fill('Emil came in good time.')
    await reads(again, /^Draft kept at/)
    assert.doesNotMatch(await words(again), /This was changed since/)
    await again.close()
    await other.close()
  })

  await step('another device goes on; the slower one is shown both, and keeps both', async () => {
    const one = await chromium.asDesk()
    await as(one, practice.link('clinician', 'Carl'))
    await one.goto(form)
    const two = await as(await chromium.asPhone(), practice.link('clinician', 'Carl'))
    await two.goto(form)
    await two.getByLabel('The note', { exact: true }).last().fill('On the phone: the dog is called Max.')
    await reads(two, /^Draft kept at/)
    await one.getByLabel('The note', { exact: true }).last().fill('At the desk: he wants to come earlier.')
    await reads(one, 'This note went on in another window or on another device.')
    await press(one, 'Show both')
    await reads(one, 'As it stands')
    await reads(one, 'On the phone: the dog is called Max.')
    assert.equal(await one.getByLabel('The note', { exact: true }).last().inputValue(), 'At the desk: he wants to come earlier.')
    await noSeriousAxe(one)
    await screen(one, 'note-both', true)
    await press(one, 'Keep both')
    await reads(one, 'Both texts are in the draft')
    assert.equal(await one.getByLabel('The note', { exact: true }).last().inputValue(), 'On the phone: the dog is called Max.\n\nAt the desk: he wants to come earlier.')
    await fitsItsWidth(two)
    await noSeriousAxe(two)
    await screen(two, 'note-phone', true)
  })
})

test('the sign-in ends and the server is killed while somebody types: the draft goes on by itself', async () => {
  const desk = await chromium.asDesk()
  const client = await sessions(desk, 'Carl', 'Dora')
  await to(desk, client + '/notes')
  await press(desk, 'Begin a note')
  const text = desk.getByLabel('The note', { exact: true }).last()
  await text.fill('One.')
  await reads(desk, /^Draft kept at/)

  await step('after signing in beside it, it is saved', async () => {
    const elsewhere = await as(await chromium.asDesk(), practice.link('clinician', 'Carl'))
    await press(elsewhere, 'Your account')
    await press(elsewhere, 'Sign out everywhere else')
    await sees(elsewhere, 'Your account')
    await text.fill('One. Two.')
    await reads(desk, 'Not saved at the practice yet: your sign-in has ended.')
    assert.equal(await desk.getByRole('link', { name: 'Sign in in a new window' }).getAttribute('target'), '_blank')
    const beside = await desk.context().newPage()
    await as(beside, practice.link('clinician', 'Carl'))
    await beside.close()
    await desk.bringToFront()
    await desk.evaluate(() => dispatchEvent(new Event('focus'))) // as when somebody comes back to the window
    await reads(desk, /^Draft kept at/)
  })

  await step('signing without a sign-in gives the text back, and is done once after it', async () => {
    const elsewhere = await as(await chromium.asDesk(), practice.link('clinician', 'Carl'))
    await press(elsewhere, 'Your account')
    await press(elsewhere, 'Sign out everywhere else')
    await sees(elsewhere, 'Your account')
    await press(desk, 'Sign')
    await sees(desk, 'Please sign in again')
    assert.match(await desk.getByLabel('What you wrote').first().inputValue(), /One\. Two\./)
    await as(await desk.context().newPage(), practice.link('clinician', 'Carl'))
    await press(desk, 'Send it again')
    await reads(desk, 'Signed. It can be amended')
  })

  await step('the server is killed in the middle of an amendment', async () => {
    chromium.forgive(/ERR_|Failed to fetch/)
    await press(desk, 'Amend')
    const amended = desk.getByLabel('The note', { exact: true }).last()
    await amended.fill('One. Two. Three.')
    await reads(desk, /^Draft kept at/)
    await practice.crash()
    await amended.fill('One. Two. Three. Four.')
    await reads(desk, 'Not saved at the practice yet: there is no connection.')
    await practice.restart()
    await desk.getByText(/^Draft kept at/).waitFor({ timeout: 20_000 })
    await desk.getByLabel('Why it is amended').fill('There was more')
    await press(desk, 'Sign the amendment')
    await reads(desk, 'Why: There was more')
    await reads(desk, 'One. Two. Three. Four.')
    await to(desk, client + '/notes')
    assert.equal(await desk.getByText(/^Amended by you/).count(), 1)
  })
})
