// What a file is by its bytes, whatever it calls itself, and how large its picture
// would be once it is decoded: read from its head, before anything decodes it.
import type { Bytes } from "../vault/bytes";
import { chunkBytes } from "../vault/format";
import { Cannot } from "../vault/ways";

/** The most bytes of one piece: what 256 chunks hold, a little under 64 MiB. */
export const mostBytes = 256 * chunkBytes;

/** The most pixels that a photo may have before it is made smaller, and the longest side. */
export const mostPixels = 64_000_000;
export const mostSide = 16_384;

export type Kind = "png" | "jpeg" | "webp" | "gif" | "heic" | "mp4" | "webm" | "ogg";

const ascii = (b: Bytes, at: number, length: number): string => String.fromCharCode(...b.subarray(at, at + length));

/** What the bytes begin as, or undefined if it is nothing that is taken here: text, SVG and HTML among them. */
export function kindOf(b: Bytes): Kind | undefined {
  if (b.length < 12) return undefined;
  if (ascii(b, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff) return "jpeg";
  if (ascii(b, 0, 4) === "RIFF" && ascii(b, 8, 4) === "WEBP") return "webp";
  if (/^GIF8[79]a/.test(ascii(b, 0, 6))) return "gif";
  if (ascii(b, 4, 4) === "ftyp") return /^(heic|heix|heim|heis|hevc|mif1|msf1|avif|avis)/.test(ascii(b, 8, 4)) ? "heic" : "mp4";
  if (b[0] === 0x1a && b[1] === 0x45 && b[2] === 0xdf && b[3] === 0xa3) return "webm";
  if (ascii(b, 0, 4) === "OggS") return "ogg";
  return undefined;
}

export interface Size {
  width: number;
  height: number;
}

/** How large a picture says it is, from its head; undefined if it does not say so where it must. */
export function sizeOf(kind: Kind, b: Bytes): Size | undefined {
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength);
  try {
    switch (kind) {
      case "png":
        return ascii(b, 12, 4) === "IHDR" ? { width: v.getUint32(16), height: v.getUint32(20) } : undefined;
      case "gif":
        return { width: v.getUint16(6, true), height: v.getUint16(8, true) };
      case "webp":
        return webpSize(b, v);
      case "jpeg":
        return jpegSize(b, v);
      default:
        return undefined;
    }
  } catch {
    return undefined; // it ends before its size is said
  }
}

function webpSize(b: Bytes, v: DataView): Size | undefined {
  switch (ascii(b, 12, 4)) {
    case "VP8X":
      return { width: 1 + (v.getUint32(24, true) & 0xffffff), height: 1 + (v.getUint32(27, true) & 0xffffff) };
    case "VP8L": {
      const bits = v.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
    }
    case "VP8 ":
      return { width: v.getUint16(26, true) & 0x3fff, height: v.getUint16(28, true) & 0x3fff };
  }
  return undefined;
}

function jpegSize(b: Bytes, v: DataView): Size | undefined {
  for (let at = 2; at + 9 < b.length; ) {
    if (b[at] !== 0xff) return undefined;
    const mark = b[at + 1] ?? 0;
    if (mark === 0xff) at++; // filling
    else if (mark === 0x01 || (mark >= 0xd0 && mark <= 0xd7)) at += 2;
    else if (mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xc8 && mark !== 0xcc) {
      return { width: v.getUint16(at + 7), height: v.getUint16(at + 5) };
    } else at += 2 + v.getUint16(at + 2);
  }
  return undefined;
}

/** How many bytes of a picture are looked at for its size: pictures within pictures and colour profiles come before it. */
export const head = 1 << 20;

/** Refuses what is no photo that can be taken in, in words for the person; returns how large it is. */
export function checkPhoto(b: Bytes): Size {
  const kind = kindOf(b);
  if (kind === "heic") throw new Cannot("This photo is kept in a way that most browsers cannot read (HEIC or AVIF). Save it as JPEG, and pick it again.");
  if (kind !== "png" && kind !== "jpeg" && kind !== "webp" && kind !== "gif") {
    throw new Cannot("This is no photo that can be kept here. JPEG, PNG, WebP and GIF can; drawings as SVG and pages cannot, because they may carry programs.");
  }
  const size = sizeOf(kind, b);
  if (!size || size.width === 0 || size.height === 0) throw new Cannot("This photo does not say how large it is, so it was not opened. It may be damaged.");
  if (size.width > mostSide || size.height > mostSide || size.width * size.height > mostPixels) {
    const say = (n: number) => n.toLocaleString("en-GB");
    throw new Cannot(`This picture is ${say(size.width)} by ${say(size.height)} pixels: too large to open safely. Make it smaller, below 64 million pixels, and pick it again.`);
  }
  return size;
}

/** Refuses what is more than a piece can be, before it is read. */
export function checkBytes(size: number): void {
  if (size > mostBytes) {
    const mib = size / 2 ** 20;
    const much = mib < 1000 ? `${Math.ceil(mib)} MB` : `${(mib / 1024).toFixed(1)} GB`;
    throw new Cannot(`This is ${much}. The journal keeps pieces of up to 64 MB, about five minutes of film. Nothing of it was read; cut it shorter and pick it again.`);
  }
  if (size === 0) throw new Cannot("This file is empty.");
}
