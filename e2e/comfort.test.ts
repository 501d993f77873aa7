// Every page of every role is fit for everybody: by reader, by keyboard, enlarged, narrow, without script, and left at once.

import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, forLargeLetters, forThumbs, noSeriousAxe, type Chromium } from './browser.ts'
import { as, invitation, place, press, reads, sees, signOut, to, words } from './people.ts'
import { world } from './world.ts'

const practice = world('--fixture', 'matrix')
const chromium = browser()

/** What is the same for everybody who works here, and looked at once. */
const common = new Set<string>()

/** One client's page stands for all: the address without whose it is. */
const shape = (path: string) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/\/\d+$/, '/N').replace(/(\/instruments\/)[\w-]+/, '$1ID').replace(/(\/exercises\/)(?!new$|used$|preview$)[\w-]+/, '$1ID').replace(/(\/methods\/)(?!new$|sources$|preview$)[\w-]+/, '$1ID').replace(/(\/(?:beginning|intake)\/)(?!read$|agreement$)[\w-]+$/, '$1ID')

/** Goes to every page of a role, found by following the links of the role's own pages, and looks at each when it is there. */
async function walk(role: string, look: (page: Page, path: string) => Promise<void>): Promise<void> {
  const page = role === 'visitor' ? await visitor(chromium) : await as(await chromium.asDesk(), practice.link(role))
  const seen = new Set<string>()
  const queue = [new URL(page.url()).pathname]
  for (let path = queue.shift(); path; path = queue.shift()) {
    if (seen.has(shape(path)) || common.has(path)) continue
    if (role !== 'visitor' && role !== 'client' && /^\/(account|step-up|help|methods|p)\b/.test(path)) common.add(path)
    assert.equal(await to(page, path), 200, path)
    seen.add(shape(path))
    for (const link of await page.getByRole('link').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
      const url = link ? new URL(link, page.url()) : undefined
      if (url?.origin === new URL(practice.url).origin && !url.pathname.startsWith('/demo') && !/\.(html|json|zip|ndjson|txt)$/.test(url.pathname)) queue.push(url.pathname)
    }
    await look(page, path)
  }
  assert.ok(seen.size > 3, `only ${[...seen].join(' ')}`)
}

async function visitor(chromium: Chromium): Promise<Page> {
  const page = await chromium.asDesk()
  await page.goto(practice.publicPage)
  return page
}

for (const role of ['visitor', 'client', 'clinician', 'supervisor', 'manager']) {
  test(`the pages of a ${role} hold for a reader and on narrow and enlarged windows, by day and by night`, async () => {
    const wrong: string[] = []
    const look = (at: string, check: Promise<void>) => check.catch((error: Error) => void wrong.push(`${at}: ${error.message}`))
    let nth = 0
    await walk(role, async (page, path) => {
      assert.equal(await page.title(), 'Waymark', path)
      // At the desk one half by day and one by night, on a phone the other way round: what all
      // pages have is seen in all four, and the colours of each page by day and by night.
      const [desk, phone] = nth++ % 2 === 0 ? (['light', 'dark'] as const) : (['dark', 'light'] as const)
      await page.emulateMedia({ colorScheme: desk })
      await look(`desk, ${desk}`, noSeriousAxe(page))
      for (const width of [720, 320, 390]) {
        await page.setViewportSize({ width, height: 844 })
        await look(`${width} wide`, fitsItsWidth(page))
      }
      if (role === 'client' || role === 'manager') await look('390 wide', forThumbs(page))
      if (role === 'client') await look('large letters, 390 wide', forLargeLetters(page))
      await page.setViewportSize({ width: 390, height: 6000 }) // all of it: what lies behind the bar can be scrolled
      await page.emulateMedia({ colorScheme: phone })
      await look(`phone, ${phone}`, noSeriousAxe(page))
      await page.setViewportSize({ width: 1440, height: 900 })
    })
    assert.deepEqual(wrong, [], wrong.join('\n'))
  })
}

/** Moves on by Tab until what has the focus says this. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let n = 0; n < 120; n++) {
    await page.keyboard.press('Tab')
    const text = await page.evaluate(() => {
      const at = document.activeElement
      return (at instanceof HTMLInputElement ? at.labels?.[0]?.textContent : at?.textContent)?.trim() ?? ''
    })
    if (!name.test(text)) continue
    const ring = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement
      const ring = (of: Element | null): boolean => !!of && parseFloat(getComputedStyle(of).outlineWidth) >= 2 && getComputedStyle(of).outlineStyle !== 'none'
      return ring(at) || ring(at.closest('label')) || ring(at.parentElement)
    })
    assert.ok(ring, `${name} shows that it has the focus`)
    return
  }
  assert.fail(`Tab never came to ${name}`)
}

test('a questionnaire is answered by keyboard alone', async () => {
  const page = await as(await chromium.asDesk(), practice.link('client', 'Dora'))
  await tabTo(page, /^(Answer|Go on)$/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/asks/)
  const many = Number((await place(page)).split(' of ')[1])
  for (let n = 1; n <= many; n++) {
    assert.equal(await place(page), `Question ${n} of ${many}`)
    await page.keyboard.press('1')
    if (n < many) await page.keyboard.press('Enter')
  }
  await tabTo(page, /^Send my answers$/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/answers/)
  await sees(page, /./)
})

test('from Today to asking a client, by keyboard alone', async () => {
  const page = await as(await chromium.asDesk(), practice.link('clinician', 'Carl'))
  await tabTo(page, /^Skip to the content$/)
  await tabTo(page, /^Clients$/)
  await page.keyboard.press('Enter')
  await sees(page, 'Clients')
  await tabTo(page, /^Dora$/)
  await page.keyboard.press('Enter')
  await sees(page, 'Dora')
  await tabTo(page, /^Ask for a questionnaire$/)
  await page.keyboard.press('Enter')
  await sees(page, 'What is asked')
  await tabTo(page, /^GAD-7/)
  await page.keyboard.press('Space')
  await tabTo(page, /^With each session/)
  await page.keyboard.press('ArrowDown')
  await tabTo(page, /^Ask Dora$/)
  await page.keyboard.press('Enter')
  await sees(page, 'Dora')
})

test('nothing moves for somebody who wants it still, and little for the others', async () => {
  const page = await as(await chromium.asPhone(), practice.link('client', 'Emil'))
  const moving = () => page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => {
    const style = getComputedStyle(e)
    return [style.transitionDuration, style.animationDuration].join().split(',').some((d) => parseFloat(d) > 0.001)
  }).length)
  assert.equal(await moving(), 0)
})

test('without script a client signs in by password and answers, saving in between', async () => {
  // She was invited as anybody is, and has chosen her password.
  const cleo = await as(await chromium.asDesk(), practice.link('clinician', 'Cleo'))
  await to(cleo, '/clients/new')
  await cleo.getByLabel('Name or alias').fill('Hanna')
  await cleo.getByLabel('Their e-mail').fill('hanna@example.org')
  await press(cleo, 'Send the letter')
  const link = await invitation(cleo, join(practice.data, 'mail'), 'hanna@example.org')
  await press(cleo, 'Ask them something')
  await cleo.getByRole('checkbox', { name: /^GAD-7/ }).check()
  await cleo.getByRole('radio', { name: /^Once/ }).check()
  await press(cleo, 'Ask Hanna')

  const page = await chromium.asPhone({ script: false })
  await page.goto(link)
  assert.equal(await page.getByRole('button', { name: /passkey/ }).count(), 0, 'no button is dead')
  await page.getByLabel('New password').fill('four plain words here')
  await press(page, 'Continue with this password')
  await sees(page, 'What this place is')
  await press(page, 'Go to This week')
  await signOut(page)
  await to(page, '/sign-in')
  await page.getByRole('combobox', { name: 'Practice' }).selectOption({ label: 'Linden House' })
  await page.getByLabel('E-mail').fill('hanna@example.org')
  await page.getByLabel('Password').fill('four plain words here')
  await press(page, 'Sign in')
  await sees(page, 'This week')
  await press(page, 'Answer')
  const asked = page.getByRole('group').filter({ has: page.getByRole('radio') }) // the line of one's own is none of them
  const questions = await asked.all()
  assert.equal(questions.length, 7)
  await questions[0]?.getByRole('radio', { name: 'Several days' }).check()
  await press(page, 'Save what I have so far')
  await sees(page, 'This week')
  await press(page, 'Go on')
  const again = await asked.all()
  assert.ok(await again[0]?.getByRole('radio', { name: 'Several days' }).isChecked())
  for (const one of again.slice(1)) await one.getByRole('radio', { name: 'Not at all' }).check()
  await press(page, 'Send my answers')
  await sees(page, /./)
  assert.match(page.url(), /answers/)
})

for (const way of ['by the button', 'by Escape pressed three times'] as const) {
  test(`leaving ${way} shows nothing of this place, on the page or on Back`, async () => {
    const page = await as(await chromium.asPhone(), practice.link('client', 'Bela'))
    await to(page, '/my/course')
    await sees(page, 'My course')
    if (way === 'by the button') await page.getByRole('link', { name: 'Leave' }).tap()
    else for (let n = 0; n < 3; n++) await page.keyboard.press('Escape')
    await page.waitForURL('about:blank')
    await page.goBack().catch(() => undefined)
    await page.waitForTimeout(300)
    assert.doesNotMatch(page.url(), /course/)
    assert.doesNotMatch(await page.locator('body').innerText(), /My course|your own line/)
  })
}

test('Help now opens without signing in, from every page of a client', async () => {
  const page = await as(await chromium.asPhone(), practice.link('client', 'Bela'))
  for (const path of ['/my/week', '/my/course', '/my/record', '/account']) {
    await to(page, path)
    await press(page, 'Help now')
    await sees(page, 'Help now')
    assert.match(await words(page), /Nobody at the practice is watching this page/)
  }
  const nobody = await chromium.asPhone()
  await nobody.goto(practice.url + '/help?country=DE')
  await reads(nobody, '112')
})
