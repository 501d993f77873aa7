// What this device keeps of pieces that are not in the journal yet, sealed: chunks as
// they will be sent, and parts of what is still being recorded or drawn. And what the
// server last told, so that a journal opens without a network, too.
import type { Bytes } from "../vault/bytes";
import { Cannot } from "../vault/ways";

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

/** It does not fit on this device, or this device keeps nothing. */
export class NoRoom extends Cannot {}

const words = "This device has no room left, or keeps nothing because its window is private. Nothing is lost as long as this page stays open: keep it in your journal now, or make room.";

export const isRoom = (error: unknown): boolean => error instanceof NoRoom;

async function put(name: string, value: unknown, key?: string): Promise<void> {
  try {
    const tx = (await db()).transaction(name, "readwrite");
    const whole = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error ?? new Error("device store"));
    });
    tx.objectStore(name).put(value, key);
    await whole;
  } catch {
    throw new NoRoom(words);
  }
}

export const keep = (k: Kept): Promise<void> => put("pieces", k);

/** The sealed chunks or parts of a piece, in order. */
export async function keptOf(media: string, what: "chunk" | "part"): Promise<Kept[]> {
  const all = await done<Kept[]>((await db()).transaction("pieces").objectStore("pieces").index("media").getAll(media));
  return all.filter((k) => k.name.startsWith(`${media} ${what} `)).sort((a, b) => a.n - b.n);
}

export async function keptChunk(media: string, n: number): Promise<Bytes | undefined> {
  const k = await done<Kept | undefined>((await db()).transaction("pieces").objectStore("pieces").get(`${media} chunk ${n}`));
  return k?.sealed;
}

/** Forgets a piece: all of it, or what was kept while it was not finished. */
export async function forget(media: string, what: "all" | "parts" = "all"): Promise<void> {
  const tx = (await db()).transaction("pieces", "readwrite");
  const pieces = tx.objectStore("pieces");
  const names = (await done(pieces.index("media").getAllKeys(media))) as string[];
  await Promise.all(names.filter((name) => what === "all" || name.includes(" part ")).map((name) => done(pieces.delete(name))));
}

/** The pieces of somebody that are on this device. */
export async function mediaHere(owner: string): Promise<Set<string>> {
  const all = await done<Kept[]>((await db()).transaction("pieces").objectStore("pieces").getAll());
  return new Set(all.filter((k) => k.owner === owner).map((k) => k.media));
}

/** Keeps what the server told: sealed things and the wrapped keys, nothing in clear but ids. */
export const keepTold = (name: string, told: unknown): Promise<void> => put("told", told, name);

export async function keptTold(name: string): Promise<unknown> {
  return done<unknown>((await db()).transaction("told").objectStore("told").get(name));
}
