// The watch over the pages has to notice what it is there for, and nothing else.

import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { browser, fitsItsWidth, noSeriousAxe, passkeys, picture } from './browser.ts'

const chromium = browser()

// The policy of the product, so that what the harness puts into a page is known to get past it.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

const pages: Record<string, string> = {
  '/good': '<h1>Good</h1><p>Nothing to see.</p>',
  '/inline': '<h1>Inline</h1><p style="color: red">Not like this.</p>',
  '/unlabelled': '<h1>Unlabelled</h1><form><input type="text"></form>',
  '/wide': '<h1>Wide</h1><pre>' + 'wide '.repeat(100) + '</pre>',
  '/elsewhere': '<h1>Elsewhere</h1><link rel="prefetch" href="http://elsewhere.example/a"><img alt="" src="/missing.png">',
}

let server: Server
let home = ''

before(async () => {
  server = createServer((request, response) => {
    const body = pages[request.url ?? '']
    response.writeHead(body ? 200 : 404, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': request.url === '/elsewhere' ? '' : policy,
    })
    response.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A page</title><main>${body ?? '<h1>Not here</h1>'}</main></html>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  home = `http://localhost:${(server.address() as AddressInfo).port}`
})

after(() => server.close())

test('a good page passes every check under the strict policy', async () => {
  for (const page of [await chromium.asPhone(), await chromium.asDesk({ dark: true })]) {
    await page.goto(home + '/good')
    await noSeriousAxe(page)
    await fitsItsWidth(page)
    if (process.env['SCREENS'] !== '1') await picture(page, 'harness')
  }
  assert.ok(process.env['SCREENS'] === '1' || existsSync('e2e/results/harness-phone-light.png'))
  assert.deepEqual(chromium.complaints(), [])
})

test('a page that is not there is no complaint', async () => {
  const page = await chromium.asPhone()
  const answer = await page.goto(home + '/nothing')
  assert.equal(answer?.status(), 404)
  assert.deepEqual(chromium.complaints(), [])
})

test('what the policy stops is a complaint', async () => {
  const page = await chromium.asPhone()
  await page.goto(home + '/inline')
  assert.match(chromium.complaints().join('\n'), /inline style/)
  chromium.forgive(/inline style/)
})

test('a request to another host is a complaint, and so is a picture that is missing', async () => {
  const page = await chromium.asPhone()
  await page.goto(home + '/elsewhere')
  await page.evaluate(() => fetch('http://other.example/b').catch(() => undefined))
  const complaints = chromium.complaints().join('\n')
  assert.match(complaints, /another host: http:\/\/other\.example\/b/)
  assert.match(complaints, /404 for .*missing\.png/)
  chromium.forgive(/another host|missing\.png|CORS/)
})

test('an error in a script is a complaint', async () => {
  const page = await chromium.asPhone()
  await page.goto(home + '/good')
  await page.evaluate(() => void setTimeout(() => { throw new Error('on purpose') }, 0))
  await page.waitForTimeout(100)
  assert.match(chromium.complaints().join('\n'), /on purpose/)
  chromium.forgive(/on purpose/)
})

test('axe finds a field without a label', async () => {
  const page = await chromium.asPhone()
  await page.goto(home + '/unlabelled')
  await assert.rejects(noSeriousAxe(page), /label/)
})

test('a page that is wider than the phone is found', async () => {
  const page = await chromium.asPhone()
  await page.goto(home + '/wide')
  await assert.rejects(fitsItsWidth(page), /pixels wide/)
})

test('a device keeps a passkey and can be lost', async () => {
  const page = await chromium.asPhone()
  await page.goto(home + '/good')
  const device = await passkeys(page)
  await page.evaluate(async () => {
    await navigator.credentials.create({
      publicKey: {
        challenge: new Uint8Array(32),
        rp: { id: 'localhost', name: 'A practice' },
        user: { id: new Uint8Array([1]), name: 'someone', displayName: 'Someone' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      },
    })
  })
  assert.equal(await device.count(), 1)
  await device.verify(false)
  await device.remove()
})
