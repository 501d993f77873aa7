import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { world } from './world.ts'

const practice = world()

test('a running practice says that it is well, and every script and style of a page is there', async () => {
  assert.equal((await fetch(practice.url + '/healthz')).status, 200)
  const page = await (await fetch(practice.url + '/sign-in')).text()
  const parts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((found) => found[1] ?? '')
  assert.ok(parts.length >= 5, page)
  for (const part of parts) assert.equal((await fetch(practice.url + part)).status, 200, part)
})
