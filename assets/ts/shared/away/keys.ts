// The key of a phone: made here, wrapped by the secret that the practice gives to
// whoever is signed in, and, if somebody chose one, by a code for this phone. From it
// come three that can be used and not taken out: for pages, for what waits, and for
// the names under which pages lie.
//
// Open is half an hour after the last sign of somebody. A clock that went back locks.
import { random, toHex, utf8, type Bytes } from "../vault/bytes";
import { db, drop, get, phoneOf, put, type Open, type Phone, type Sealed } from "./store";

const idle = 30 * 60 * 1000; // ms
const rounds = 600_000; // of PBKDF2 with SHA-256: what OWASP asks for (Password Storage Cheat Sheet, 2023)

/** The least that a code for a phone has. */
export const leastCode = 6;

/** The secret or the code is another one. */
export class Wrong extends Error {}

async function aes(from: CryptoKey, how: HkdfParams | Pbkdf2Params): Promise<CryptoKey> {
  return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const hkdf = (info: string): HkdfParams => ({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: utf8(`waymark away 1 ${info}`) });

const import_ = (raw: Bytes, name: string): Promise<CryptoKey> => crypto.subtle.importKey("raw", raw, name, false, ["deriveKey"]);

const bySecret = async (secret: Bytes): Promise<CryptoKey> => aes(await import_(secret, "HKDF"), hkdf("wrap"));

const byCode = async (code: string, salt: Bytes, n: number): Promise<CryptoKey> =>
  aes(await import_(utf8(code.normalize("NFKC").trim()), "PBKDF2"), { name: "PBKDF2", hash: "SHA-256", salt, iterations: n });

/** Seals bytes, bound to their place. */
export async function seal(key: CryptoKey, plain: Bytes, place: string): Promise<Sealed> {
  const iv = random(12);
  return { iv, body: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, plain) };
}

/** Opens what seal made for the same place; it throws where that is not so. */
export async function unseal(key: CryptoKey, sealed: Sealed, place: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: utf8(place) }, key, sealed.body));
}

const place = (person: string, device: string, by: string) => `waymark away 1 wrap\n${person}\n${device}\n${by}`;

/** A new key for a phone. Whoever asks wipes it. */
export const newKey = (): Bytes => random(32);

export const wrapBySecret = async (person: string, device: string, key: Bytes, secret: Bytes): Promise<Sealed> =>
  seal(await bySecret(secret), key, place(person, device, "practice"));

export async function wrapByCode(person: string, device: string, key: Bytes, code: string): Promise<NonNullable<Phone["code"]>> {
  const salt = random(16);
  return { ...(await seal(await byCode(code, salt, rounds), key, place(person, device, "code"))), salt, rounds };
}

/** The phone's key by the secret of the practice. Whoever asks wipes it. */
export async function keyBySecret(phone: Phone, secret: Bytes): Promise<Bytes> {
  try {
    return await unseal(await bySecret(secret), phone.server, place(phone.person, phone.device, "practice"));
  } catch {
    throw new Wrong();
  }
}

/** The phone's key by its code. Whoever asks wipes it. */
export async function keyByCode(phone: Phone, code: string): Promise<Bytes> {
  if (!phone.code) throw new Wrong();
  try {
    return await unseal(await byCode(code, phone.code.salt, phone.code.rounds), phone.code, place(phone.person, phone.device, "code"));
  } catch {
    throw new Wrong();
  }
}

/** Opens the phone for somebody by its key, and wipes the key. */
export async function openBy(person: string, key: Bytes): Promise<Open> {
  try {
    const from = await import_(key, "HKDF");
    const open: Open = {
      id: "open",
      person,
      pages: await aes(from, hkdf("pages")),
      box: await aes(from, hkdf("box")),
      marks: await crypto.subtle.deriveKey(hkdf("marks"), from, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
      at: Date.now(),
    };
    await put("open", open);
    return open;
  } finally {
    key.fill(0);
  }
}

/** The keys, while it is open. Asking is no sign of somebody. */
export async function opened(now = Date.now()): Promise<Open | undefined> {
  const open = await get<Open>("open", "open");
  if (!open) return undefined;
  const since = now - open.at;
  if (since < -60_000 || since > idle || !(await phoneOf(open.person))) {
    await lock();
    return undefined;
  }
  return open;
}

/** What the worker is woken by after a phone was put away (Background Sync). */
export const putAwayTag = "waymark-put-away";

/**
 * Locks a phone that was put away: half an hour after the last sign of somebody, or, when
 * the browser wakes the worker for the last time, also before, if there is no window left
 * in which something may be half written. It says whether it is locked.
 */
export async function putAway(windows: number, last: boolean): Promise<boolean> {
  if (!(await opened())) return true;
  if (!last || windows > 0) return false;
  await lock();
  return true;
}

/** Notes a sign of somebody. */
export async function touch(): Promise<void> {
  const open = await opened();
  if (!open || Date.now() - open.at < 20_000) return;
  // Somebody may have locked it meanwhile: only what is there is written again.
  const change = (await db()).transaction("open", "readwrite");
  const store = change.objectStore("open");
  const request = store.get("open");
  request.onsuccess = () => {
    if (request.result) store.put({ ...(request.result as Open), at: Date.now() });
  };
}

/** From now on nothing here opens without the secret or the code. */
export const lock = (): Promise<void> => drop("open", "open");

/** lock, on its way before this returns: for pages that are being left. */
export function lockNow(d: IDBDatabase): Promise<void> {
  const change = d.transaction("open", "readwrite");
  change.objectStore("open").clear();
  change.commit();
  return new Promise((resolve) => {
    change.oncomplete = () => resolve();
    change.onabort = () => resolve();
  });
}

/** The name under which a page lies. */
export async function mark(open: Open, address: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.sign("HMAC", open.marks, utf8(`${open.person}\n${address}`))));
}
