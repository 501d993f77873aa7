// How a vault is sealed, without a browser: the code that pages use, against vectors that node's own cryptography made
// (and makes again here), and against everything that must not open.

import { strict as assert } from 'node:assert'
import { createCipheriv, createHash, hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromBase64, newID, toBase64, type Bytes } from '../assets/ts/shared/vault/bytes.ts'
import { shown, typed } from '../assets/ts/shared/vault/code.ts'
import { asText } from '../assets/ts/shared/vault/export.ts'
import { fill, Opened, TooLong, Unopened, unwrap, Wiped, wrap, type Content } from '../assets/ts/shared/vault/format.ts'
import { due, grace, idle } from '../assets/ts/shared/vault/lock.ts'

interface Vectors {
  owner: string
  about: string
  vault: string
  entry: string
  passkey: string
  salt: string
  key: string
  code: string
  shown: string
  prf: string
  nonce: string
  text: string
  wrapByCode: string
  wrapByPasskey: string
  revision: number
  sealed: string
  draft: string
}

const v = JSON.parse(readFileSync('internal/vault/testdata/vectors.json', 'utf8')) as Vectors
const hex = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'hex'))
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const vault = { id: v.vault, owner: v.owner, salt: hex(v.salt) }
const place = { about: v.about, entry: v.entry, revision: v.revision }
const content: Content = { kind: 'process', text: v.text }

/** The same by node's OpenSSL, written from the description and not from the code. */
function independently(secret: string, info: string, plain: Uint8Array, bound: string[]): string {
  const key = hkdfSync('sha256', hex(secret), hex(v.salt), `waymark vault 1 ${info}`, 32)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), hex(v.nonce))
  cipher.setAAD(Buffer.from(bound.join('\n')))
  return toHex(Buffer.concat([Buffer.from([1]), hex(v.nonce), cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
}

/** What is sealed, filled up. */
function filled(text: string): Buffer {
  const json = Buffer.from(JSON.stringify({ kind: 'process', text }))
  let size = 1024
  while (size < json.length + 4) size *= 2
  const out = Buffer.alloc(size)
  out.writeUInt32BE(json.length)
  json.copy(out, 4)
  return out
}

test('the vectors are what node makes of the description', () => {
  assert.equal(v.wrapByCode, independently(v.code, 'wrap code', hex(v.key), ['waymark vault 1 wrap', v.vault, v.owner, 'code']))
  assert.equal(v.wrapByPasskey, independently(v.prf, 'wrap passkey', hex(v.key), ['waymark vault 1 wrap', v.vault, v.owner, v.passkey]))
  const bound = [v.vault, v.owner, v.about, v.entry, String(v.revision)]
  assert.equal(v.sealed, independently(v.key, 'entries', filled(v.text), ['waymark vault 1 entry', ...bound]))
  assert.equal(v.draft, independently(v.key, 'drafts', filled(v.text), ['waymark vault 1 draft', ...bound]))
})

test('pages seal the same, to the byte, and open it', async () => {
  const nonce = hex(v.nonce)
  assert.equal(toHex(await wrap(vault, hex(v.key), 'code', hex(v.code), nonce)), v.wrapByCode)
  assert.equal(toHex(await wrap(vault, hex(v.key), v.passkey, hex(v.prf), nonce)), v.wrapByPasskey)
  assert.equal(toHex(await unwrap(vault, hex(v.wrapByCode), 'code', hex(v.code))), v.key)
  assert.equal(toHex(await unwrap(vault, hex(v.wrapByPasskey), v.passkey, hex(v.prf))), v.key)
  const opened = await Opened.by(vault, hex(v.key))
  assert.equal(toHex(await opened.seal(place, content, nonce)), v.sealed)
  assert.equal(toHex(await opened.sealDraft(place, content, nonce)), v.draft)
  assert.deepEqual(await opened.open(place, hex(v.sealed)), content)
  assert.deepEqual(await opened.openDraft(place, hex(v.draft)), content)
})

test('nothing opens in another place, for another person, of another kind, or changed', async () => {
  const opened = await Opened.by(vault, hex(v.key))
  const other = newID()
  for (const wrong of [{ ...place, about: other }, { ...place, entry: other }, { ...place, revision: v.revision + 1 }]) {
    await assert.rejects(opened.open(wrong, hex(v.sealed)), Unopened)
    await assert.rejects(opened.openDraft(wrong, hex(v.draft)), Unopened)
  }
  await assert.rejects(opened.openDraft(place, hex(v.sealed)), Unopened)
  await assert.rejects(opened.open(place, hex(v.draft)), Unopened)
  for (const of of [{ ...vault, owner: other }, { ...vault, id: other }]) {
    await assert.rejects((await Opened.by(of, hex(v.key))).open(place, hex(v.sealed)), Unopened)
    await assert.rejects(unwrap(of, hex(v.wrapByCode), 'code', hex(v.code)), Unopened)
  }
  await assert.rejects((await Opened.by({ ...vault, salt: hex(v.key) }, hex(v.key))).open(place, hex(v.sealed)), Unopened)
  await assert.rejects(unwrap(vault, hex(v.wrapByCode), v.passkey, hex(v.code)), Unopened)
  await assert.rejects(unwrap(vault, hex(v.wrapByPasskey), 'code', hex(v.prf)), Unopened)
  for (const at of [0, 1, 13, 500, hex(v.sealed).length - 1]) {
    const changed = hex(v.sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    await assert.rejects(opened.open(place, changed), Unopened)
  }
  await assert.rejects(opened.open(place, new Uint8Array(0)), Unopened)
})

test('the same words are never sealed twice alike, and the key that opened is wiped', async () => {
  const key = hex(v.key)
  const opened = await Opened.by(vault, key)
  assert.ok(key.every((b) => b === 0))
  assert.notDeepEqual(await opened.seal(place, content), await opened.seal(place, content))
})

test('a key that was wiped meanwhile seals nothing: everybody would know it', async () => {
  const key = hex(v.key)
  const wrapped = wrap(vault, key, v.passkey, hex(v.prf)) // while a page that is left wipes it
  key.fill(0)
  await assert.rejects(wrapped, Wiped)
  await assert.rejects(wrap(vault, hex(v.key), 'code', new Uint8Array(16)), Wiped)
  await assert.rejects(Opened.by(vault, key), Wiped)
})

test('lengths tell little, and what is too long is refused and not cut', () => {
  const sizes = new Set(Array.from({ length: 900 }, (_, n) => fill({ kind: 'process', text: 'x'.repeat(n) }).length))
  assert.deepEqual([...sizes], [1024])
  assert.equal(fill({ kind: 'process', text: 'ü'.repeat(600) }).length, 2048)
  assert.equal(fill({ kind: 'process', text: 'x'.repeat(60_000) }).length, 65536)
  assert.throws(() => fill({ kind: 'process', text: 'x'.repeat(65_600) }), TooLong)
})

test('a recovery code is shown in groups, typed as people type, and a slip is noticed', async () => {
  const code = hex(v.code)
  assert.equal(await shown(code), v.shown)
  assert.match(v.shown, /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/)
  const sum = createHash('sha256').update('waymark vault 1 code').update(code).digest()
  const bits = BigInt('0x' + v.code + sum.toString('hex').slice(0, 3)).toString(2).padStart(140, '0')
  const groups = (bits.match(/.{5}/g) ?? []).map((five) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[parseInt(five, 2)])
  assert.equal(groups.join(''), v.shown.replaceAll('-', ''))
  for (const text of [v.shown, v.shown.toLowerCase(), v.shown.replaceAll('-', ' '), v.shown.replaceAll('-', ''), ` ${v.shown}\n`, v.shown.replaceAll('0', 'o').replaceAll('1', 'l')]) {
    assert.deepEqual(await typed(text), code, text)
  }
  let noticed = 0
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  for (let at = 0; at < v.shown.length; at++) {
    if (v.shown[at] === '-') continue
    const slip = letters[(letters.indexOf(v.shown[at] ?? '') + 7) % 32]
    if ((await typed(v.shown.slice(0, at) + slip + v.shown.slice(at + 1))) === undefined) noticed++
  }
  assert.equal(noticed, 28)
  for (const none of ['', 'ABCD', v.shown.slice(1), v.shown + '0', v.shown.replace(/.$/, 'U'), 'ä'.repeat(28)]) assert.equal(await typed(none), undefined)
})

test('it locks after five minutes, and a minute out of sight', () => {
  assert.equal(idle, 300_000)
  assert.equal(grace, 60_000)
  assert.equal(due(idle - 1, 0, 0), false)
  assert.equal(due(idle, 0, 0), true)
  assert.equal(due(100_000 + grace - 1, 99_000, 100_000), false)
  assert.equal(due(100_000 + grace, 99_000, 100_000), true)
})

test('ids are such as forms carry, in the order of their making', () => {
  const [a, b] = [newID(1_700_000_000_000), newID(1_700_000_000_001)]
  assert.match(a, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.ok(a < b)
  assert.equal(parseInt(a.replaceAll('-', '').slice(0, 12), 16), 1_700_000_000_000)
  assert.deepEqual(fromBase64(toBase64(hex(v.key))), hex(v.key))
})

test('what is taken along is plain text, and says what did not open', () => {
  const text = asText('Your vault', [
    { begun: 'Friday 20 November', at: 'Friday 20 November, 10:02', text: 'Über den Fluss.', name: 'Nora' },
    { begun: 'Monday 2 November', at: 'Tuesday 3 November, 09:00' },
  ])
  assert.match(text, /^Your vault\n/)
  assert.match(text, /Nora, Friday 20 November\n-+\n\nÜber den Fluss\.\n/)
  assert.match(text, /last changed Tuesday 3 November, 09:00/)
  assert.match(text, /This did not open/)
})
