// What a phone keeps of its own, looked into and changed by the journeys as no page could.

import assert from 'node:assert/strict'

import type { Page } from 'playwright-core'

/** How many records a store of the phone has. */
export function held(phone: Page, store: string): Promise<number> {
  return phone.evaluate(
    (name) =>
      new Promise<number>((resolve, reject) => {
        const opened = indexedDB.open('waymark-away')
        opened.onerror = () => reject(new Error('no store'))
        opened.onsuccess = () => {
          const count = opened.result.transaction(name).objectStore(name).count()
          count.onsuccess = () => {
            opened.result.close()
            resolve(count.result)
          }
        }
      }),
    store,
  )
}

/** A store of the phone has so many records, or will in a moment: what keeps them works by itself. */
export async function holds(phone: Page, store: string, many: number, why = ''): Promise<void> {
  let now = await held(phone, store)
  for (const until = Date.now() + 15_000; now !== many && Date.now() < until; now = await held(phone, store)) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(now, many, `records in ${store}${why === '' ? '' : `: ${why}`}`)
}

/** Some time has passed since somebody last used it: what is open here thinks so. */
export function passes(phone: Page, minutes: number): Promise<void> {
  return phone.evaluate(
    (ms) =>
      new Promise<void>((resolve) => {
        const opened = indexedDB.open('waymark-away')
        opened.onsuccess = () => {
          const change = opened.result.transaction('open', 'readwrite')
          const store = change.objectStore('open')
          const got = store.get('open')
          got.onsuccess = () => {
            if (got.result) store.put({ ...got.result, at: got.result.at - ms })
          }
          change.oncomplete = () => {
            opened.result.close()
            resolve()
          }
        }
      }),
    minutes * 60_000,
  )
}

/** Puts something into the box as another version of the program left it. */
export function left(phone: Page, v: number, item: Record<string, unknown>): Promise<void> {
  return phone.evaluate(
    async ([version, what]) => {
      const opened = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('waymark-away')
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(new Error('no store'))
      })
      const open = await new Promise<{ person: string; box: CryptoKey }>((resolve) => {
        const got = opened.transaction('open').objectStore('open').get('open')
        got.onsuccess = () => resolve(got.result)
      })
      const text = new TextEncoder().encode(JSON.stringify(what))
      const full = new Uint8Array(2048)
      new DataView(full.buffer).setUint32(0, text.length)
      full.set(text, 4)
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const place = new TextEncoder().encode(`waymark away 1 box\n${open.person}\n${what['id']}\n${version}`)
      const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: place }, open.box, full)
      await new Promise<void>((resolve) => {
        const change = opened.transaction('box', 'readwrite')
        change.objectStore('box').put({ v: version, id: what['id'], person: open.person, iv, body })
        change.oncomplete = () => resolve()
      })
      opened.close()
    },
    [v, item] as const,
  )
}
