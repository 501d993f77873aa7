// What a journal is made of, without a browser: how pieces are sealed, what a file is by its bytes, what is taken out of
// films, drawings that grow without end, and how entries are found again.

import { strict as assert } from 'node:assert'
import { createCipheriv, hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { newID, type Bytes } from '../assets/ts/shared/vault/bytes.ts'
import { chunkBytes, Opened, Unopened, type Journal, type Piece } from '../assets/ts/shared/vault/format.ts'
import { again, clock, formOf, found, isEmpty, journalOf, lengthOf, same, titleOf, wordsIn, type Entry } from '../assets/ts/shared/journal/content.ts'
import { Drawing, mostPoints, simplify, wide } from '../assets/ts/shared/journal/drawing.ts'
import { strip } from '../assets/ts/shared/journal/film.ts'
import { checkBytes, checkPhoto, kindOf, mostBytes, sizeOf } from '../assets/ts/shared/journal/kinds.ts'
import { chunksOf, openPiece, sealPiece } from '../assets/ts/shared/journal/media.ts'

const v = JSON.parse(readFileSync('internal/vault/testdata/vectors.json', 'utf8')) as Record<string, string>
const hex = (text = ''): Bytes => new Uint8Array(Buffer.from(text, 'hex'))
const vault = { id: v.vault ?? '', owner: v.owner ?? '', salt: hex(v.salt) }
const bytes = (...all: (number[] | string | Buffer | Uint8Array)[]): Bytes =>
  new Uint8Array(Buffer.concat(all.map((a) => (typeof a === 'string' ? Buffer.from(a, 'latin1') : Buffer.from(a)))))
const text = (b: Uint8Array): string => Buffer.from(b).toString('latin1')

// -- sealing ------------------------------------------------------------------------------------------------

test('a chunk is sealed as the description says, to the byte, and opens in its place alone', async () => {
  const opened = await Opened.by(vault, hex(v.key))
  const place = { media: newID(), n: 1, of: 3 }
  const plain = bytes('Wetterleuchten'.repeat(90))
  const sealed = await opened.sealChunk(place, plain, hex(v.nonce))

  const filled = Buffer.alloc(2048) // the next power of two
  filled.writeUInt32BE(plain.length)
  filled.set(plain, 4)
  const key = Buffer.from(hkdfSync('sha256', hex(v.key), hex(v.salt), 'waymark vault 1 media', 32))
  const cipher = createCipheriv('aes-256-gcm', key, hex(v.nonce))
  cipher.setAAD(Buffer.from(`waymark vault 1 media\n${v.vault}\n${v.owner}\n${place.media}\n1\n3`))
  assert.equal(text(sealed), text(bytes([1], hex(v.nonce), cipher.update(filled), cipher.final(), cipher.getAuthTag())))

  assert.equal(text(await opened.openChunk(place, sealed)), text(plain))
  const vector = { media: v.media ?? '', n: 1, of: 3 }
  assert.equal(text(await opened.sealChunk(vector, new TextEncoder().encode(v.text), hex(v.nonce))), text(hex(v.chunk)))
  for (const wrong of [{ ...place, n: 0 }, { ...place, of: 2 }, { ...place, media: newID() }]) await assert.rejects(opened.openChunk(wrong, sealed), Unopened)
  const part = await opened.sealPart('x part 0', plain)
  assert.equal(text(await opened.openPart('x part 0', part)), text(plain))
  await assert.rejects(opened.openPart('x part 1', part), Unopened)
})

test('a piece comes back whole from its chunks, and not at all if one is missing, doubled or out of order', async () => {
  const opened = await Opened.by(vault, hex(v.key))
  const media = newID()
  const plain = new Uint8Array(2 * chunkBytes + 777).map((_, i) => i * 31)
  const sealed: Bytes[] = []
  const chunks = await sealPiece(opened, media, plain, async (n, s) => void (sealed[n] = s))
  assert.equal(chunks, 3)
  assert.deepEqual(sealed.map((s) => s.length), [262_173, 262_173, 1024 + 29])
  const piece: Piece = { id: media, kind: 'voice', type: 'audio/webm', size: plain.length, chunks }
  const get = (order: number[]) => (n: number) => Promise.resolve(sealed[order[n] ?? 0] as Bytes)
  assert.ok(Buffer.from(await openPiece(opened, piece, get([0, 1, 2]))).equals(Buffer.from(plain)))
  await assert.rejects(openPiece(opened, piece, get([1, 0, 2])), Unopened)
  await assert.rejects(openPiece(opened, piece, get([0, 0, 2])), Unopened)
  await assert.rejects(openPiece(opened, { ...piece, chunks: 2, size: 2 * chunkBytes }, get([0, 1])), Unopened)
  await assert.rejects(openPiece(opened, { ...piece, size: plain.length - 1 }, get([0, 1, 2])), Unopened)
  assert.equal(chunksOf(mostBytes), 256)
  assert.equal(chunksOf(0), 1)
})

// -- what a file is -------------------------------------------------------------------------------------------

const be = (n: number, size = 4): Buffer => {
  const b = Buffer.alloc(size)
  b.writeUIntBE(n, 0, size)
  return b
}
const png = (w: number, h: number): Bytes => bytes('\x89PNG\r\n\x1a\n', be(13), 'IHDR', be(w), be(h), [8, 6, 0, 0, 0], be(0))
const jpeg = (w: number, h: number): Bytes => bytes([0xff, 0xd8, 0xff, 0xe1], be(10, 2), 'Exif\0\0GP', [0xff, 0xdb], be(4, 2), [0, 0], [0xff, 0xc2], be(17, 2), [8], be(h, 2), be(w, 2), [3], Buffer.alloc(9))

test('a photo is known by its bytes, and how large it is stands in its head', () => {
  const vp8x = bytes('RIFF', Buffer.alloc(4), 'WEBP', 'VP8X', Buffer.alloc(8), [0x0f, 0x0a, 0, 0x37, 0x07, 0], Buffer.alloc(8))
  const gif = bytes('GIF89a', [0x40, 0x01, 0xf0, 0], Buffer.alloc(10))
  for (const [b, kind, width, height] of [[png(1200, 800), 'png', 1200, 800], [jpeg(4032, 3024), 'jpeg', 4032, 3024], [vp8x, 'webp', 2576, 1848], [gif, 'gif', 320, 240]] as const) {
    assert.equal(kindOf(b), kind)
    assert.deepEqual(sizeOf(kind, b), { width, height })
    assert.deepEqual(checkPhoto(b), { width, height })
  }
})

test('a photo bomb, a picture that can carry a program, and what is no picture are refused in words', () => {
  assert.throws(() => checkPhoto(png(30_000, 30_000)), /30,000 by 30,000 pixels: too large to open safely/)
  assert.throws(() => checkPhoto(jpeg(65_500, 10)), /too large/)
  assert.throws(() => checkPhoto(png(0, 10)), /does not say how large/)
  assert.throws(() => checkPhoto(jpeg(100, 100).slice(0, 12)), /does not say how large/)
  for (const no of ['<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', '<!doctype html><p>hello</p>', '%PDF-1.7 and so on', 'short', '\u{1a}\u{45}\u{df}\u{a3}aaaaaaaaaaaa']) {
    assert.throws(() => checkPhoto(bytes(no)), /no photo that can be kept here/)
  }
  assert.throws(() => checkPhoto(bytes(be(24), 'ftypheic', Buffer.alloc(12))), /HEIC/)
  assert.throws(() => checkBytes(2 * 2 ** 30), /This is 2\.0 GB\. The journal keeps pieces of up to 64 MB/)
  assert.throws(() => checkBytes(0), /empty/)
  checkBytes(mostBytes)
  assert.throws(() => checkBytes(mostBytes + 1), /This is 64 MB/)
})

// -- what a film tells ----------------------------------------------------------------------------------------

const box = (type: string, ...body: (number[] | string | Buffer | Uint8Array)[]): Bytes => {
  const inner = bytes(...body)
  return bytes(be(inner.length + 8), type, inner)
}
const full = (type: string, ...body: (number[] | string | Buffer | Uint8Array)[]): Bytes => box(type, Buffer.alloc(4), ...body)
const times = be(0x11223344)
const handler = (kind: string): Bytes => full('hdlr', Buffer.alloc(4), kind, Buffer.alloc(12), 'Made by MySecretPhone\0')

/** An MP4 with a picture, and a track of places beside it. */
function mp4(): { film: Bytes; picture: string } {
  const picture = 'PICTURE-ONE-PICTURE-TWO-'
  const places = '+51.5074-0.1278/'
  const ftyp = box('ftyp', 'isom', be(0), 'isommp42')
  const mdat = box('mdat', picture, places)
  const at = ftyp.length + 8
  const table = (offset: number, size: number) =>
    box('stbl', full('stsd', be(0)), full('stsc', be(1), be(1), be(1), be(1)), full('stsz', be(0), be(1), be(size)), full('stco', be(1), be(offset)))
  const trak = (kind: string, offset: number, size: number) =>
    box('trak', full('tkhd', times, times, Buffer.alloc(72)), box('mdia', full('mdhd', times, times, Buffer.alloc(12)), handler(kind), box('minf', full('vmhd', Buffer.alloc(8)), table(offset, size))), box('udta', box('name', 'In the kitchen')))
  const moov = box(
    'moov',
    full('mvhd', times, times, Buffer.alloc(88)),
    trak('vide', at, picture.length),
    trak('meta', at + picture.length, places.length),
    box('udta', box('\xa9xyz', '+48.2082+16.3738/')),
    box('meta', full('ilst', 'MySecretPhone 15')),
  )
  return { film: bytes(ftyp, mdat, moov, box('uuid', 'XMP packet with a name'), box('free', 'left over: my street')), picture }
}

test('a film in MP4 keeps its picture where it was, and tells neither where, nor when, nor with what', () => {
  const { film, picture } = mp4()
  const before = text(film)
  assert.equal(strip(film), 'mp4')
  const after = text(film)
  assert.equal(after.length, before.length)
  assert.equal(after.indexOf(picture), before.indexOf(picture))
  for (const secret of ['+51.5074', '+48.2082', 'MySecretPhone', 'In the kitchen', 'XMP packet', 'my street', '\x11\x22\x33\x44', '\xa9xyz', 'ilst']) {
    assert.ok(before.includes(secret), `${secret} was there`)
    assert.ok(!after.includes(secret), `${secret} is still there`)
  }
  assert.ok(after.includes('vide') && after.includes('stbl'))
  strip(film) // what was stripped can be stripped again
  assert.equal(text(film), after)
})

test('a film that does not open as it should is not taken in', () => {
  const { film } = mp4()
  for (const cut of [40, film.length - 3, film.length - 60]) assert.throws(() => strip(film.slice(0, cut)), /was not taken in/)
  const longer = film.slice()
  longer.set(be(0x7fffffff), 0)
  assert.throws(() => strip(longer), /was not taken in/)
  const streamed = bytes(mp4().film, box('moof', full('mfhd', be(1))))
  assert.throws(() => strip(streamed), /beside picture and sound/)
  for (const no of ['<!doctype html><video>', '\x89PNG\r\n\x1a\nIHDRIHDR']) assert.throws(() => strip(bytes(no)), /no film/)
})

const el = (id: number[], ...body: (number[] | string | Buffer | Uint8Array)[]): Bytes => {
  const inner = bytes(...body)
  return inner.length < 127 ? bytes(id, [0x80 | inner.length], inner) : bytes(id, [0x01], be(0, 3), be(inner.length), inner)
}
const unknown = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]

/** A recording as browsers make it: segment and clusters that do not know their length. */
const webm = (kind = 1): Bytes =>
  bytes(
    el([0x1a, 0x45, 0xdf, 0xa3], el([0x42, 0x82], 'webm')),
    [0x18, 0x53, 0x80, 0x67], unknown,
    el([0x15, 0x49, 0xa9, 0x66], el([0x2a, 0xd7, 0xb1], [0x0f, 0x42, 0x40]), el([0x7b, 0xa9], 'A title about Mum'), el([0x44, 0x61], Buffer.from('2026112409000000', 'hex')), el([0x57, 0x41], 'MySecretPhone')),
    el([0x16, 0x54, 0xae, 0x6b], el([0xae], el([0xd7], [1]), el([0x83], [kind]), el([0x86], 'A_OPUS'), el([0x53, 0x6e], 'Kitchen microphone'))),
    [0x1f, 0x43, 0xb6, 0x75], unknown, el([0xe7], [0]), el([0xa3], [0x81, 0, 0, 0x80], 'SOUND-ONE'),
    [0x1f, 0x43, 0xb6, 0x75], unknown, el([0xe7], [1]), el([0xa3], [0x81, 0, 0, 0x80], 'SOUND-TWO'),
    el([0x12, 0x54, 0xc3, 0x67], 'LOCATION +51.5074-0.1278 '.repeat(9)),
  )

test('a recording in WebM keeps its sound where it was, and tells neither where, nor when, nor with what', () => {
  const recording = webm()
  const before = text(recording)
  assert.equal(strip(recording), 'webm')
  const after = text(recording)
  for (const sound of ['SOUND-ONE', 'SOUND-TWO', 'A_OPUS']) assert.equal(after.indexOf(sound), before.indexOf(sound))
  for (const secret of ['A title', '\x20\x26\x11\x24', 'MySecretPhone', 'Kitchen', 'LOCATION', '51.5074']) {
    assert.ok(before.includes(secret), `${secret} was there`)
    assert.ok(!after.includes(secret), `${secret} is still there`)
  }
  strip(recording)
  assert.equal(text(recording), after)
  assert.throws(() => strip(webm(17)), /beside picture and sound/) // subtitles may be anything
  assert.throws(() => strip(webm().slice(0, 60)), /was not taken in/)
})

// -- drawings -------------------------------------------------------------------------------------------------

test('a stroke is made simpler, and lies no further than that from where the hand went', () => {
  const points: number[] = []
  for (let i = 0; i < 2000; i++) points.push(i, Math.round(300 * Math.sin(i / 90)), 50)
  const simple = simplify(points, 4)
  assert.ok(simple.length < points.length / 10, `${simple.length / 3} points are left`)
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = [points[i]!, points[i + 1]!]
    let off = Infinity
    for (let k = 0; k + 3 < simple.length; k += 3) {
      const [ax, ay, bx, by] = [simple[k]!, simple[k + 1]!, simple[k + 3]!, simple[k + 4]!]
      const t = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)))
      off = Math.min(off, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    }
    assert.ok(off <= 4.01, `${off} at ${i}`)
  }
  assert.deepEqual(simplify([1, 2, 3], 4), [1, 2, 3])
})

test('a drawing of a million points comes to an end at the edge of its sheet, and quickly', () => {
  const began = performance.now()
  const d = new Drawing()
  let [drawn, refused] = [0, 0]
  for (let stroke = 0; stroke < 1000; stroke++) {
    if (!d.begin('ink', true)) {
      refused++
      continue
    }
    for (let i = 0; i < 1000; i++) {
      drawn++
      if (!d.add(Math.random() * 3400, Math.random() * 3000, Math.random())) break
    }
    d.end()
  }
  assert.ok(d.full && refused > 900, `${refused} strokes were refused`)
  assert.ok(d.points <= mostPoints + 300 && drawn >= mostPoints, `${d.points} of ${drawn} points`)
  const kept = d.encode()
  assert.ok(kept.length < 16 * mostPoints, `${kept.length} bytes`)
  assert.deepEqual(Drawing.decode(kept).strokes, d.strokes)
  assert.ok(performance.now() - began < 5000, `${performance.now() - began} ms`)
  const million = bytes(JSON.stringify({ drawing: 1, strokes: [{ pen: 'ink', pressed: 0, d: new Array(3_000_000).fill(1) }] }))
  assert.throws(() => Drawing.decode(million), /more in it than a sheet takes/)
  const many = bytes(JSON.stringify({ drawing: 1, strokes: new Array(4001).fill({ pen: 'ink', pressed: 0, d: [1, 1, 1] }) }))
  assert.throws(() => Drawing.decode(many), /more in it than a sheet takes/)
})

test('a drawing is undone, done again and kept; what is no drawing does not open', () => {
  const d = new Drawing()
  const line = (y: number) => {
    d.begin('clay', false)
    for (let x = 0; x <= 1000; x += 20) d.add(x, y, 0.5)
    d.end()
  }
  line(10)
  line(500)
  assert.equal(d.strokes.length, 2)
  assert.ok(d.points < 6, 'a straight line is two points')
  d.undo()
  assert.equal(d.strokes.length, 1)
  d.redo()
  assert.equal(d.strokes.length, 2)
  d.clear()
  assert.ok(d.empty)
  d.undo()
  assert.equal(d.strokes.length, 2)
  d.undo()
  line(900)
  assert.equal(d.canRedo(), false)
  const back = Drawing.decode(d.encode())
  assert.deepEqual(back.strokes, d.strokes)
  assert.equal(back.canUndo(), false)
  d.begin('ink', false)
  d.end()
  assert.equal(d.strokes.length, 2, 'a touch without a point is nothing')
  d.begin('ink', true)
  d.add(-50, 99_999, 7)
  d.end()
  assert.deepEqual(d.strokes[2]?.points, [0, 3000, 100])
  assert.equal(wide, 3400)
  for (const no of ['', '{}', '{"drawing":2,"strokes":[]}', '{"drawing":1,"strokes":[{"pen":"red","d":[1,1,1]}]}', '{"drawing":1,"strokes":[{"pen":"ink","d":[1,1]}]}', '{"drawing":1,"strokes":[{"pen":"ink","d":["1",1,1]}]}']) {
    assert.throws(() => Drawing.decode(bytes(no)), /does not open here/)
  }
})

// -- entries ----------------------------------------------------------------------------------------------------

const voice = (seconds: number): Piece => ({ id: newID(), kind: 'voice', type: 'audio/webm', size: 9, chunks: 1, seconds })
const journal = (words: string, ...pieces: Piece[]): Journal => ({ kind: 'journal', text: words, pieces })
const entry = (day: string, content?: Journal): Entry => ({ id: newID(), revision: 1, begun: day, at: day, day, ...(content ? { content } : {}) })

test('an entry is called by its first words, or by what it is', () => {
  assert.equal(titleOf(journal('\n  What I did not say\nand more')), 'What I did not say')
  assert.match(titleOf(journal('word '.repeat(40))), /^(word )+word…$/)
  assert.equal(titleOf(journal('', voice(9))), 'A recording without a name')
  assert.equal(titleOf(journal('', { ...voice(9), words: 'The market' })), 'The market')
  assert.equal(formOf(journal('words', voice(70), voice(50))), 'written, spoken, 2 times, 2 minutes')
  assert.equal(formOf(journal('', { ...voice(0), kind: 'drawing' })), 'drawn')
  assert.equal(lengthOf(1), '1 second')
  assert.equal(lengthOf(61), '1 minute')
  assert.equal(clock(72), '1:12')
  assert.equal(wordsIn(journal('Hello', { ...voice(61), words: 'The market' })), 'Hello\n(The market: spoken, 1 minute)')
})

test('what a later version wrote is read as far as it is known', () => {
  const odd = { kind: 'journal', text: 7, later: true, pieces: [voice(3), { id: '../x', kind: 'voice' }, { ...voice(1), kind: 'smell' }, { ...voice(1), size: -1 }, null] }
  const read = journalOf(odd as unknown as Journal)
  assert.equal(read.text, '')
  assert.equal(read.pieces?.length, 1)
  assert.equal((read as unknown as { later: boolean }).later, true)
  assert.ok(isEmpty(journal(' ')) && !isEmpty(journal('', voice(1))))
  assert.ok(same(journal('a'), { kind: 'journal', text: 'a' }) && !same(journal('a'), journal('a', voice(1))))
})

test('every word is looked for, wherever it stands and however it is written', () => {
  const e = entry('Friday 20 November', journal('Über den Fluss, Café', { ...voice(3), words: 'Marktplatz' }))
  for (const yes of ['', 'uber', 'CAFE', 'fluss november', 'markt']) assert.ok(found(e, yes), yes)
  for (const no of ['ufer', 'fluss dezember']) assert.ok(!found(e, no), no)
})

test('something from before is shown when it is asked for: nothing of the last two weeks, and not the same again', () => {
  const [old, older, fresh, shut] = [entry('2026-10-01', journal('a')), entry('2025-03-01', journal('b')), entry('2026-11-20', journal('c')), entry('2024-01-01')]
  const all = [fresh, old, older, shut]
  for (let i = 0; i < 50; i++) assert.ok([old, older].includes(again(all, '2026-11-24', undefined) as Entry))
  for (let i = 0; i < 20; i++) assert.equal(again(all, '2026-11-24', old.id), older)
  assert.equal(again([old], '2026-11-24', old.id), old)
  assert.equal(again([fresh, shut], '2026-11-24', undefined), undefined)
})
