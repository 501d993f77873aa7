// How a vault is sealed: version 1. doc/design.md draws the same, exactly enough to
// write a reader; a test has both agree on vectors. WebCrypto only.
//
//   wrap    01 | nonce 12 | AES-256-GCM of the 32 bytes of the vault's key
//   sealed  01 | nonce 12 | AES-256-GCM of  length 4 | JSON | zeros
//   chunk   01 | nonce 12 | AES-256-GCM of  length 4 | bytes | zeros
//
// The key of a wrap comes, by HKDF-SHA-256 with the vault's salt, from what a passkey
// gives (PRF) or from the recovery code; those of entries and drafts from the vault's
// key. Each has an info of its own. What is sealed is bound to its place (bound).
import { random, utf8, type Bytes } from "./bytes";

const version = 1;
const nonceSize = 12;
const smallest = 1 << 10;
const largest = 64 << 10;

/** The most bytes of words that fit; JSON may double some. */
export const maxText = 48 << 10;

/** A vault as its browser part needs it. */
export interface Vault {
  id: string;
  owner: string;
  salt: Bytes;
}

/** Where something sealed belongs. */
export interface Place {
  about: string; // person
  entry: string;
  revision: number; // which it makes; of a draft: from which it starts, 0 for a new one
}

/** What is sealed. More may come; what a reader does not know it leaves alone. */
export type Content = Process | Journal;

/** A process note. */
export interface Process {
  kind: "process";
  text: string;
}

/** An entry of a journal: words, and what was spoken, drawn, photographed or filmed. */
export interface Journal {
  kind: "journal";
  text: string;
  day?: string; // on which it was begun, by the clock of its device: "2026-11-19"
  pieces?: Piece[];
}

/** One thing in an entry beside its words. Its bytes lie in chunks of their own. */
export interface Piece {
  id: string; // the media's
  kind: "voice" | "photo" | "film" | "drawing";
  type: string; // "audio/webm;codecs=opus", "image/jpeg", "video/mp4", drawing: "application/json"
  size: number; // bytes
  chunks: number;
  seconds?: number;
  width?: number;
  height?: number;
  words?: string; // what it shows, in somebody's own words
}

/** The most bytes of a piece in one chunk: with its length it fills 256 KiB. */
export const chunkBytes = (256 << 10) - 4;

/** Which chunk of which piece. */
export interface ChunkPlace {
  media: string;
  n: number; // from 0
  of: number; // how many there are
}

/** It does not open: another key, another place, or it was changed. */
export class Unopened extends Error {}

/** The key is no longer in this page: it was wiped, and what it would seal then anybody could open. */
export class Wiped extends Error {
  override readonly message = "This page no longer has the key, and kept nothing. Open it anew.";
}

/** It does not fit into one entry. */
export class TooLong extends Error {}

/** Which secret opens a wrap. */
export type By = "code" | "passkey";

async function derive(from: CryptoKey, salt: Bytes, info: string): Promise<CryptoKey> {
  const how = { name: "HKDF", hash: "SHA-256", salt, info: utf8(`waymark vault 1 ${info}`) };
  return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** A key or a secret that was not wiped. Whoever asks uses it before they wait for anything. */
function there(key: Bytes): Bytes {
  if (key.every((b) => b === 0)) throw new Wiped();
  return key;
}

const base = async (secret: Bytes): Promise<CryptoKey> => crypto.subtle.importKey("raw", there(secret), "HKDF", false, ["deriveKey"]);

async function encrypt(key: CryptoKey, plain: Bytes, place: string, nonce: Bytes): Promise<Bytes> {
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: utf8(place) }, key, plain);
  const out = new Uint8Array(1 + nonceSize + body.byteLength);
  out[0] = version;
  out.set(nonce, 1);
  out.set(new Uint8Array(body), 1 + nonceSize);
  return out;
}

async function decrypt(key: CryptoKey, sealed: Bytes, place: string): Promise<Bytes> {
  if (sealed[0] !== version) throw new Unopened();
  const iv = sealed.slice(1, 1 + nonceSize);
  try {
    const how = { name: "AES-GCM", iv, additionalData: utf8(place) };
    return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed.slice(1 + nonceSize)));
  } catch {
    throw new Unopened();
  }
}

const wrapPlace = (v: Vault, way: string) => ["waymark vault 1 wrap", v.id, v.owner, way].join("\n");

/** Wraps the vault's key so that secret opens it; way names the code or the passkey. */
export async function wrap(v: Vault, key: Bytes, way: string, secret: Bytes, nonce = random(nonceSize)): Promise<Bytes> {
  const by = await derive(await base(secret), v.salt, `wrap ${byOf(way)}`);
  return encrypt(by, there(key), wrapPlace(v, way), nonce);
}

/** The vault's key, to be wiped as soon as it was used. */
export async function unwrap(v: Vault, wrapped: Bytes, way: string, secret: Bytes): Promise<Bytes> {
  return decrypt(await derive(await base(secret), v.salt, `wrap ${byOf(way)}`), wrapped, wrapPlace(v, way));
}

const byOf = (way: string): By => (way === "code" ? "code" : "passkey");

/** Fills JSON up with zeros to the next power of two, so that its length tells little. */
export const fill = (content: Content): Bytes => filled(utf8(JSON.stringify(content)), largest);

function filled(bytes: Bytes, most: number): Bytes {
  let size = smallest;
  while (size < bytes.length + 4) size *= 2;
  if (size > most) throw new TooLong();
  const out = new Uint8Array(size);
  new DataView(out.buffer).setUint32(0, bytes.length);
  out.set(bytes, 4);
  return out;
}

function bytesOf(plain: Bytes): Bytes {
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(0);
  if (length > plain.length - 4) throw new Unopened();
  return plain.subarray(4, 4 + length);
}

const emptied = (plain: Bytes): Content => JSON.parse(new TextDecoder().decode(bytesOf(plain))) as Content;

/** A vault that is open. Its keys cannot be taken out, and go with this object. */
export class Opened {
  private constructor(
    readonly vault: Vault,
    private readonly entries: CryptoKey,
    private readonly drafts: CryptoKey,
    private readonly media: CryptoKey,
  ) {}

  /** Opens a vault by its key, and wipes the key. */
  static async by(vault: Vault, key: Bytes): Promise<Opened> {
    try {
      const from = await base(key);
      const of = (info: string) => derive(from, vault.salt, info);
      return new Opened(vault, await of("entries"), await of("drafts"), await of("media"));
    } finally {
      key.fill(0);
    }
  }

  #bound(kind: "entry" | "draft", p: Place): string {
    return [`waymark vault 1 ${kind}`, this.vault.id, this.vault.owner, p.about, p.entry, p.revision].join("\n");
  }

  seal(p: Place, content: Content, nonce = random(nonceSize)): Promise<Bytes> {
    return encrypt(this.entries, fill(content), this.#bound("entry", p), nonce);
  }

  async open(p: Place, sealed: Bytes): Promise<Content> {
    return emptied(await decrypt(this.entries, sealed, this.#bound("entry", p)));
  }

  /** Seals what is not saved yet, for this device. */
  sealDraft(p: Place, content: Content, nonce = random(nonceSize)): Promise<Bytes> {
    return encrypt(this.drafts, fill(content), this.#bound("draft", p), nonce);
  }

  async openDraft(p: Place, sealed: Bytes): Promise<Content> {
    return emptied(await decrypt(this.drafts, sealed, this.#bound("draft", p)));
  }

  #chunk(p: ChunkPlace): string {
    return ["waymark vault 1 media", this.vault.id, this.vault.owner, p.media, p.n, p.of].join("\n");
  }

  /** Seals one chunk of a piece, which is then in its place or nowhere. */
  sealChunk(p: ChunkPlace, bytes: Bytes, nonce = random(nonceSize)): Promise<Bytes> {
    return encrypt(this.media, filled(bytes, chunkBytes + 4), this.#chunk(p), nonce);
  }

  async openChunk(p: ChunkPlace, sealed: Bytes): Promise<Bytes> {
    return bytesOf(await decrypt(this.media, sealed, this.#chunk(p)));
  }

  /** Seals what this device keeps of something that is not finished; name says what, and is no word of anybody's. */
  sealPart(name: string, bytes: Bytes, nonce = random(nonceSize)): Promise<Bytes> {
    return encrypt(this.drafts, bytes, this.#part(name), nonce);
  }

  openPart(name: string, sealed: Bytes): Promise<Bytes> {
    return decrypt(this.drafts, sealed, this.#part(name));
  }

  #part(name: string): string {
    return ["waymark vault 1 part", this.vault.id, this.vault.owner, name].join("\n");
  }
}
