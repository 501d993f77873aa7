// MP4 and its kin without what they tell beside picture and sound: where, with which
// device, when. Boxes that are not known to be needed become empty space of the same
// length (ISO/IEC 14496-12, "free"), so that every offset in the file stays right.
// Tracks that are neither picture nor sound are emptied with their samples.
import type { Bytes } from "../vault/bytes";
import { Cannot } from "../vault/ways";

const damaged = () => new Cannot("This film does not open as it should, so what it tells beside picture and sound cannot be taken out. It was not taken in.");

interface Box {
  type: string;
  at: number; // of its head
  body: number;
  end: number;
}

/** The boxes between two places. */
function boxes(b: Bytes, from: number, to: number): Box[] {
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const all: Box[] = [];
  for (let at = from; at < to; ) {
    if (at + 8 > to) throw damaged();
    let size = v.getUint32(at);
    let body = at + 8;
    if (size === 1) {
      if (at + 16 > to) throw damaged();
      size = Number(v.getBigUint64(at + 8));
      body = at + 16;
    } else if (size === 0) {
      size = to - at; // up to the end
    }
    if (size < body - at || at + size > to) throw damaged();
    all.push({ type: String.fromCharCode(...b.subarray(at + 4, at + 8)), at, body, end: at + size });
    at += size;
  }
  return all;
}

// What is needed to play, by where it lies. Everything else is emptied.
const needed: Record<string, string[]> = {
  "": ["ftyp", "styp", "moov", "mdat", "moof", "sidx", "mfra", "free"],
  moov: ["mvhd", "trak", "mvex", "iods"],
  trak: ["tkhd", "edts", "mdia"],
  mdia: ["mdhd", "hdlr", "minf"],
  minf: ["vmhd", "smhd", "nmhd", "dinf", "stbl", "hdlr"],
  mvex: ["mehd", "trex"],
  moof: ["mfhd", "traf"],
  traf: ["tfhd", "tfdt", "trun", "sdtp", "sbgp", "sgpd", "saiz", "saio"],
};

/** Takes out of b, in place, what an MP4 tells beside picture and sound. */
export function stripMP4(b: Bytes): void {
  const top = boxes(b, 0, b.length);
  const moov = top.filter((x) => x.type === "moov");
  if (moov.length !== 1 || top[0]?.type !== "ftyp") throw damaged();
  const streamed = top.some((x) => x.type === "moof");
  for (const trak of boxes(b, moov[0]!.body, moov[0]!.end).filter((x) => x.type === "trak")) {
    const handler = handlerOf(b, trak);
    if (handler === "vide" || handler === "soun") continue;
    if (streamed) throw new Cannot("This film carries something beside picture and sound that cannot be taken out. It was not taken in.");
    emptySamples(b, trak);
    empty(b, trak);
  }
  clean(b, "", 0, b.length);
}

function clean(b: Bytes, within: string, from: number, to: number): void {
  for (const box of boxes(b, from, to)) {
    if (!needed[within]?.includes(box.type) || box.type === "free") {
      empty(b, box);
      continue;
    }
    if (needed[box.type]) clean(b, box.type, box.body, box.end);
    if (box.type === "mvhd" || box.type === "tkhd" || box.type === "mdhd") forgetTimes(b, box);
    if (box.type === "hdlr") forgetName(b, box);
  }
}

/** A box becomes free space, and what was in it is gone. */
function empty(b: Bytes, box: Box): void {
  b.set([0x66, 0x72, 0x65, 0x65], box.at + 4); // free
  b.fill(0, box.body, box.end);
}

/** When it was made and changed. */
function forgetTimes(b: Bytes, box: Box): void {
  const long = b[box.body] === 1;
  b.fill(0, box.body + 4, Math.min(box.end, box.body + (long ? 20 : 12)));
}

/** What a handler is called: the name of a device or a program. */
function forgetName(b: Bytes, box: Box): void {
  if (box.body + 24 < box.end) b.fill(0, box.body + 24, box.end);
}

const inside = (b: Bytes, box: Box | undefined, ...path: string[]): Box | undefined =>
  path.reduce((at, type) => (at ? boxes(b, at.body, at.end).find((x) => x.type === type) : undefined), box);

function handlerOf(b: Bytes, trak: Box): string {
  const hdlr = inside(b, trak, "mdia", "hdlr");
  if (!hdlr || hdlr.body + 12 > hdlr.end) throw damaged();
  return String.fromCharCode(...b.subarray(hdlr.body + 8, hdlr.body + 12));
}

/** Empties the samples of a track where they lie. */
function emptySamples(b: Bytes, trak: Box): void {
  const stbl = inside(b, trak, "mdia", "minf", "stbl");
  const [sizes, chunks, where] = [inside(b, stbl, "stsz"), inside(b, stbl, "stsc"), inside(b, stbl, "stco") ?? inside(b, stbl, "co64")];
  if (!sizes || !chunks || !where) throw damaged();
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const need = (box: Box, bytes: number): void => {
    if (box.body + bytes > box.end) throw damaged();
  };
  need(sizes, 12);
  need(chunks, 8);
  need(where, 8);
  const [same, count] = [v.getUint32(sizes.body + 4), v.getUint32(sizes.body + 8)];
  if (same === 0) need(sizes, 12 + 4 * count);
  const [runs, offsets, wide] = [v.getUint32(chunks.body + 4), v.getUint32(where.body + 4), where.type === "co64" ? 8 : 4];
  need(chunks, 8 + 12 * runs);
  need(where, 8 + wide * offsets);
  let [run, sample] = [0, 0];
  for (let n = 0; n < offsets && sample < count; n++) {
    while (run + 1 < runs && v.getUint32(chunks.body + 8 + 12 * (run + 1)) <= n + 1) run++;
    const samples = v.getUint32(chunks.body + 8 + 12 * run + 4);
    let at = wide === 8 ? Number(v.getBigUint64(where.body + 8 + 8 * n)) : v.getUint32(where.body + 8 + 4 * n);
    for (let i = 0; i < samples && sample < count; i++, sample++) {
      const size = same || v.getUint32(sizes.body + 12 + 4 * sample);
      if (at + size > b.length) throw damaged();
      b.fill(0, at, at + size);
      at += size;
    }
  }
}
