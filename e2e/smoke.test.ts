import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { world } from './world.ts'

const practice = world()
const chromium = browser()

test('a running practice says that it is well', async () => {
  const answer = await fetch(practice.url + '/healthz')
  assert.equal(answer.status, 200)
})

for (const dark of [false, true]) {
  test(`the sign-in page is for everyone, ${dark ? 'dark' : 'light'}`, async () => {
    for (const page of [await chromium.asPhone({ dark }), await chromium.asDesk({ dark })]) {
      const answer = await page.goto(practice.url + '/sign-in')
      assert.equal(answer?.status(), 200)
      await noSeriousAxe(page)
      await fitsItsWidth(page)
      await screen(page, 'sign-in')
    }
  })
}
