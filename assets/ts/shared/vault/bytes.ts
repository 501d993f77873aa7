// Bytes as text and back, and the ids that browsers make.

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** Text as UTF-8. */
export const utf8 = (text: string): Bytes => encoder.encode(text);

/** Bytes in base64 as in addresses, without filling. */
export function toBase64(bytes: Bytes): string {
  let plain = "";
  for (const b of bytes) plain += String.fromCharCode(b);
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** What toBase64 wrote. */
export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
}

export const toHex = (bytes: Bytes): string => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

export const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));

/** A new UUIDv7 (RFC 9562), as forms carry it. */
export function newID(now = Date.now()): string {
  const b = random(16);
  for (let i = 0; i < 6; i++) b[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  b[6] = 0x70 | ((b[6] ?? 0) & 0x0f);
  b[8] = 0x80 | ((b[8] ?? 0) & 0x3f);
  return toHex(b).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
