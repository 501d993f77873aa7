import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { browser, fitsItsWidth } from './browser.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

test('a running practice says that it is well, and every script and style of a page is there', async () => {
  assert.equal((await fetch(practice.url + '/healthz')).status, 200)
  const page = await (await fetch(practice.url + '/sign-in')).text()
  const parts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((found) => found[1] ?? '')
  assert.ok(parts.length >= 5, page)
  for (const part of parts) assert.equal((await fetch(practice.url + part)).status, 200, part)
})

test('the page of all parts opens at its top, and leads nobody to the example of a form that came back', async () => {
  for (const page of [await chromium.asPhone(), await chromium.asDesk()]) {
    await page.goto(practice.url + '/ui')
    await page.locator('#form-error').waitFor()
    const [from, on] = await page.evaluate(() => [scrollY, document.activeElement?.tagName] as const)
    assert.deepEqual([from, on], [0, 'BODY'])
    await fitsItsWidth(page)
  }
})
