// What people do in a journey, by the words that they see: follow a link, press a button, read.

import { strict as assert } from 'node:assert'
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Link } from './world.ts'

/** Signs a person of the sample practice in, and leaves the page on their first one. */
export async function as(page: Page, who: Link): Promise<Page> {
  await page.goto(who.url)
  return page
}

/** Presses the button, or follows the link that looks like one. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  const exact = typeof name === 'string'
  await page.getByRole('button', { name, exact }).or(page.getByRole('link', { name, exact })).first().click()
}

/** Signs out, and waits until that is done: what this device keeps is looked through first. */
export async function signOut(page: Page): Promise<void> {
  const from = page.url()
  await press(page, 'Sign out')
  await page.waitForURL((url) => url.href !== from)
}

/** Waits until the page's heading says this. */
export async function sees(page: Page, heading: string | RegExp): Promise<void> {
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
}

/** Waits until these words stand somewhere on the page. */
export async function reads(page: Page, words: string | RegExp): Promise<void> {
  await page.getByRole('main').getByText(words).locator('visible=true').first().waitFor()
}

/** Everything that the page says, for what must not stand there. */
export function words(page: Page): Promise<string> {
  return page.getByRole('main').innerText()
}

/** Answers the question that is shown, and goes on unless it is the last. */
export async function answer(page: Page, text: string): Promise<void> {
  await page.locator('form[data-mode]').waitFor() // until the questions come one at a time
  await page.getByRole('radio', { name: text, exact: true }).check()
  const next = page.getByRole('button', { name: 'Next question' })
  if (await next.isVisible()) await next.click()
}

/** Where in the questionnaire one is, in words. */
export function place(page: Page): Promise<string> {
  return page.locator('[data-ask-place]').innerText()
}

/** Waits until all that was typed into a form of the page is kept on its device. */
export async function isKept(page: Page): Promise<void> {
  await page.locator('form[data-kept-at]').first().waitFor()
}

/** Goes to an address of the same practice. */
export async function to(page: Page, path: string): Promise<number> {
  const there = new URL(path, page.url()).href
  const answer = await page.goto(there).catch(async (error: Error) => {
    if (!error.message.includes('ERR_ABORTED')) throw error
    await page.waitForLoadState() // the page was leaving by itself at that moment: whoever is there goes once more
    return page.goto(there)
  })
  return answer?.status() ?? 0
}

/** The six digits that an authenticator app shows, steps of half a minute from now. */
export async function code(secret: string, steps = 0): Promise<string> {
  const left = 30_000 - (Date.now() % 30_000)
  if (left < 5000) await new Promise((resolve) => setTimeout(resolve, left)) // one of the step before would be two before, once it is sent
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/[ =]/g, '').toUpperCase()].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g)?.map((b) => parseInt(b, 2)) ?? [])
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const sum = createHmac('sha1', key).update(counter).digest()
  const at = (sum[19] ?? 0) & 15
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** What the newest letter to an address says, as soon as there is one with these words. */
export async function letter(folder: string, address: string, says: string | RegExp): Promise<string> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    for (const name of readdirSync(folder).sort().reverse()) {
      if (!name.endsWith('.eml')) continue
      const text = readFileSync(join(folder, name), 'utf8').replace(/=\r?\n/g, '').replace(/=3D/g, '=')
      if (text.toLowerCase().includes(`to: <${address.toLowerCase()}>`) && text.match(says)) return text.slice(text.indexOf('\r\n\r\n'))
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new assert.AssertionError({ message: `no letter to ${address} says ${says}` })
}

/** The link of the invitation that was just made on this page, out of the letter: no page shows it where letters leave. */
export async function invitation(desk: Page, folder: string, address: string): Promise<string> {
  await desk.getByRole('heading', { level: 1, name: /^A letter for / }).waitFor()
  assert.doesNotMatch(await desk.content(), /\/join\//)
  const link = (await letter(folder, address, '/join/')).match(/http\S+\/join\/\S+/)?.[0]
  assert.ok(link)
  return link
}

/** One step of a journey. The steps after one that fails are not taken, and the failure says which one it was. */
export async function step(name: string, take: () => Promise<void>): Promise<void> {
  try {
    await take()
  } catch (error) {
    throw new Error(`${name}\n${(error as Error).message}`, { cause: error })
  }
}
