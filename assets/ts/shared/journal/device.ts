// What this device keeps of pieces that are not in the journal yet, sealed: chunks as
// they will be sent, and parts of what is still being recorded or drawn. And what the
// server last told, so that a journal opens without a network, too.
import type { Bytes } from "../vault/bytes";

/** One sealed part of a piece. */
export interface Kept {
  name: string; // "MEDIA chunk 3", "MEDIA part 3"
  media: string;
  owner: string;
  n: number;
  sealed: Bytes;
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("device store"));
  });

let store: Promise<IDBDatabase> | undefined;

function db(): Promise<IDBDatabase> {
  store ??= (async () => {
    const request = indexedDB.open("waymark-journal", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("pieces", { keyPath: "name" }).createIndex("media", "media");
      request.result.createObjectStore("told");
    };
    const open = await done(request);
    open.onversionchange = () => open.close();
    return open;
  })();
  store.catch(() => (store = undefined));
  return store;
}

async function put(name: string, value: unknown, key?: string): Promise<void> {
  const tx = (await db()).transaction(name, "readwrite");
  const whole = new Promise<void>((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new Error("device store"));
  });
  tx.objectStore(name).put(value, key);
  await whole;
}

// What the device has no room for: sealed as well, and here as long as the page is.
const held = new Map<string, Kept>();

/** Whether this page holds what this device could not keep. */
export const holds = (): boolean => held.size > 0;

/** Keeps a sealed part; false: the device has no room for it, and this page holds it. */
export async function keep(k: Kept): Promise<boolean> {
  try {
    await put("pieces", k);
    held.delete(k.name);
    return true;
  } catch {
    held.set(k.name, k);
    return false;
  }
}

/** Reads what the device has, or, where it keeps nothing, none. */
async function stores<T>(read: (pieces: IDBObjectStore) => Promise<T>, none: T): Promise<T> {
  try {
    return await read((await db()).transaction("pieces").objectStore("pieces"));
  } catch {
    return none;
  }
}

/** The sealed chunks or parts of a piece, in order. */
export async function keptOf(media: string, what: "chunk" | "part"): Promise<Kept[]> {
  const here = [...held.values()].filter((k) => k.media === media);
  const stored = await stores(async (pieces) => done<Kept[]>(pieces.index("media").getAll(media)), []);
  return [...stored.filter((k) => !held.has(k.name)), ...here].filter((k) => k.name.startsWith(`${media} ${what} `)).sort((a, b) => a.n - b.n);
}

export async function keptChunk(media: string, n: number): Promise<Bytes | undefined> {
  const name = `${media} chunk ${n}`;
  return (held.get(name) ?? (await stores(async (pieces) => done<Kept | undefined>(pieces.get(name)), undefined)))?.sealed;
}

/** Forgets a piece: all of it, or what was kept while it was not finished. */
export async function forget(media: string, what: "all" | "parts" = "all"): Promise<void> {
  for (const k of [...held.values()]) if (k.media === media && (what === "all" || k.name.includes(" part "))) held.delete(k.name);
  const tx = (await db()).transaction("pieces", "readwrite");
  const pieces = tx.objectStore("pieces");
  const names = (await done(pieces.index("media").getAllKeys(media))) as string[];
  await Promise.all(names.filter((name) => what === "all" || name.includes(" part ")).map((name) => done(pieces.delete(name))));
}

/** Keeps what the server told: sealed things and the wrapped keys, nothing in clear but ids. */
export const keepTold = (name: string, told: unknown): Promise<void> => put("told", told, name);

export async function keptTold(name: string): Promise<unknown> {
  return done<unknown>((await db()).transaction("told").objectStore("told").get(name));
}
