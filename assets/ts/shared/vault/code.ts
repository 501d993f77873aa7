// The recovery code: 128 random bits and a checksum of 12, in Crockford's base 32, as
// seven groups of four. It is typed back as people type: in any case, with or without
// spaces and dashes, with O for 0 and I or L for 1.
import { random, utf8, type Bytes } from "./bytes";

const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const size = 16; // bytes
const length = 28; // letters: 128 + 12 bits

async function checksum(code: Bytes): Promise<number> {
  const text = utf8("waymark vault 1 code");
  const all = new Uint8Array(text.length + code.length);
  all.set(text);
  all.set(code, text.length);
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return ((sum[0] ?? 0) << 4) | ((sum[1] ?? 0) >> 4);
}

export const newCode = (): Bytes => random(size);

/** A code as it is shown: "ABCD-EFGH-…". */
export async function shown(code: Bytes): Promise<string> {
  let bits = 0n;
  for (const b of code) bits = (bits << 8n) | BigInt(b);
  bits = (bits << 12n) | BigInt(await checksum(code));
  let text = "";
  for (let i = length - 1; i >= 0; i--) text += letters[Number((bits >> BigInt(5 * i)) & 31n)];
  return (text.match(/.{4}/g) ?? []).join("-");
}

/** The code that somebody typed, or undefined if it is none: a letter is wrong, missing or too many. */
export async function typed(text: string): Promise<Bytes | undefined> {
  const plain = text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if (plain.length !== length) return undefined;
  let bits = 0n;
  for (const c of plain) {
    const value = letters.indexOf(c);
    if (value < 0) return undefined;
    bits = (bits << 5n) | BigInt(value);
  }
  const check = Number(bits & 0xfffn);
  bits >>= 12n;
  const code = new Uint8Array(size);
  for (let i = size - 1; i >= 0; i--, bits >>= 8n) code[i] = Number(bits & 0xffn);
  return (await checksum(code)) === check ? code : undefined;
}
