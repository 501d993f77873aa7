// What a phone holds for use without a network: database "waymark-away", version 1.
//
//   phones  by person: the wrapped key of this phone, and which pages and forms it may keep
//   open    one record: the keys of whoever has it open now, and until when
//   pages   by a keyed hash of the address: a page, sealed
//   box     in order: what waits to be sent, sealed
//
// Nothing that anybody wrote or was shown stands in it in the clear.
import type { Bytes } from "../vault/bytes";

/** Something sealed with AES-GCM. */
export interface Sealed {
  iv: Bytes;
  body: ArrayBuffer;
}

export interface Lists {
  pages: string[]; // patterns of what is kept
  forms: string[]; // patterns of what may wait
  help: string; // address of Help now for somebody who has not signed in
}

/** One person's use of this phone. */
export interface Phone {
  person: string;
  device: string; // id at the practice
  server: Sealed; // the phone's key under the secret that the practice gives
  code?: Sealed & { salt: Bytes; rounds: number }; // and under a code for this phone
  lists: Lists;
  synced: number; // ms; when all pages were fetched
}

export interface Open {
  id: "open";
  person: string;
  pages: CryptoKey;
  box: CryptoKey;
  marks: CryptoKey;
  at: number; // ms; last sign of somebody
}

export interface PageRecord extends Sealed {
  mark: string;
  person: string;
}

export interface BoxRecord extends Sealed {
  n?: number;
  v: number; // version of what is sealed
  id: string;
  person: string;
  raw?: Sealed; // the body, where it is no text
}

export const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("device store"));
  });

let store: Promise<IDBDatabase> | undefined;

export function db(): Promise<IDBDatabase> {
  store ??= (async () => {
    const request = indexedDB.open("waymark-away", 1);
    request.onupgradeneeded = () => {
      const d = request.result;
      d.createObjectStore("phones", { keyPath: "person" });
      d.createObjectStore("open", { keyPath: "id" });
      d.createObjectStore("pages", { keyPath: "mark" });
      d.createObjectStore("box", { keyPath: "n", autoIncrement: true });
    };
    const open = await done(request);
    open.onversionchange = () => open.close();
    open.onclose = () => (store = undefined);
    return open;
  })();
  store.catch(() => (store = undefined));
  return store;
}

type Store = "phones" | "open" | "pages" | "box";

export const get = async <T>(name: Store, key: IDBValidKey): Promise<T | undefined> =>
  done<T | undefined>((await db()).transaction(name).objectStore(name).get(key));

export const all = async <T>(name: Store): Promise<T[]> => done<T[]>((await db()).transaction(name).objectStore(name).getAll());

/** Keeps a record, durably: it fails where the device is full. */
export async function put(name: Store, record: unknown): Promise<IDBValidKey> {
  const change = (await db()).transaction(name, "readwrite", { durability: "strict" });
  const key = done(change.objectStore(name).put(record));
  await over(change);
  return key;
}

export async function drop(name: Store, key: IDBValidKey): Promise<void> {
  const change = (await db()).transaction(name, "readwrite");
  change.objectStore(name).delete(key);
  await over(change);
}

function over(change: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onerror = () => reject(change.error ?? new Error("device store"));
    change.onabort = () => reject(change.error ?? new Error("device store"));
  });
}

/** Whether somebody uses this browser without a network; makes nothing where nobody does. */
export async function used(): Promise<boolean> {
  if (indexedDB.databases && !(await indexedDB.databases()).some((d) => d.name === "waymark-away")) return false;
  return (await done((await db()).transaction("phones").objectStore("phones").count())) > 0;
}

export const phoneOf = (person: string): Promise<Phone | undefined> => get<Phone>("phones", person);
