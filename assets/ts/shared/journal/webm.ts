// WebM without what it tells beside picture and sound: titles, days, tags, names,
// attachments. Elements that are not known to be needed become Void of the same length
// (RFC 8794, 11.3.2), so that every offset in the file stays right.
import type { Bytes } from "../vault/bytes";
import { Cannot } from "../vault/ways";

const damaged = () => new Cannot("This recording does not open as it should, so what it tells beside picture and sound cannot be taken out. It was not taken in.");

// Ids of Matroska (RFC 9559). Of what is needed: whether it holds others that are looked through.
const [segment, info, tracks, entry, cluster, type] = [0x18538067, 0x1549a966, 0x1654ae6b, 0xae, 0x1f43b675, 0x83];
const needed = new Map<number, Map<number, boolean>>([
  [0, new Map([[0x1a45dfa3, false], [segment, true]])],
  [segment, new Map([[0x114d9b74, false], [info, true], [tracks, true], [cluster, true], [0x1c53bb6b, false]])],
  [info, new Map([[0x2ad7b1, false], [0x4489, false]])], // TimestampScale, Duration
  [tracks, new Map([[entry, true]])],
  [
    entry, // number, uid, type, flags, codec and its private part, delays, picture, sound
    new Map([0xd7, 0x73c5, 0x83, 0xb9, 0x88, 0x55aa, 0x9c, 0x23e383, 0x86, 0x63a2, 0x56aa, 0x56bb, 0xe0, 0xe1, 0x55ee].map((id) => [id, false])),
  ],
  [cluster, new Map([[0xe7, false], [0xa3, false], [0xa0, false], [0xa7, false], [0xab, false]])],
]);
const unknowable = new Set([segment, cluster]); // may say that they do not know their length

interface Element {
  id: number;
  at: number;
  body: number;
  end: number;
}

/** Takes out of b, in place, what a WebM tells beside picture and sound. */
export function stripWebM(b: Bytes): void {
  let seen = false;
  const walk = (within: number, from: number, to: number, open: boolean): number => {
    let at = from;
    while (at < to) {
      const e = element(b, at, to);
      // What does not know its length ends where something begins that belongs above it.
      if (open && within === cluster && needed.get(segment)?.has(e.id)) return at;
      const known = needed.get(within)?.get(e.id);
      if (known === undefined) {
        if (e.end < 0) throw damaged();
        empty(b, e);
      } else if (known) {
        const end = walk(e.id, e.body, e.end < 0 ? to : e.end, e.end < 0);
        if (e.end < 0) e.end = end;
      } else if (within === entry && e.id === type) {
        seen = true;
        const [what] = b.subarray(e.body, e.end);
        if (what !== 1 && what !== 2) throw new Cannot("This film carries something beside picture and sound that cannot be taken out. It was not taken in.");
      }
      if (e.end < 0) throw damaged();
      at = e.end;
    }
    return at;
  };
  walk(0, 0, b.length, false);
  if (!seen) throw damaged();
}

function element(b: Bytes, at: number, to: number): Element {
  const first = b[at] ?? 0;
  const idLength = first === 0 ? 9 : Math.clz32(first) - 23;
  if (idLength > 4 || at + idLength >= to) throw damaged();
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + (b[at + i] ?? 0);
  const begin = at + idLength;
  const mark = b[begin] ?? 0;
  const length = mark === 0 ? 9 : Math.clz32(mark) - 23;
  if (length > 8 || begin + length > to) throw damaged();
  let size = mark & ((1 << (8 - length)) - 1);
  let all = size === (1 << (8 - length)) - 1;
  for (let i = 1; i < length; i++) {
    const next = b[begin + i] ?? 0;
    all &&= next === 0xff;
    size = size * 256 + next;
  }
  const body = begin + length;
  if (all) {
    if (!unknowable.has(id)) throw damaged();
    return { id, at, body, end: -1 };
  }
  if (body + size > to) throw damaged();
  return { id, at, body, end: body + size };
}

/** An element becomes Void, and what was in it is gone. */
function empty(b: Bytes, e: Element): void {
  const whole = e.end - e.at;
  b.fill(0, e.at, e.end);
  b[e.at] = 0xec;
  if (whole <= 128) {
    b[e.at + 1] = 0x80 | (whole - 2);
    return;
  }
  let rest = whole - 9;
  for (let i = 8; i >= 2; i--, rest = Math.floor(rest / 256)) b[e.at + i] = rest % 256;
  b[e.at + 1] = 0x01;
}
