// The safety plan of a client who wants to have it on this phone without signing in:
// database "waymark-here", version 1, with one record in its one store. The plan lies
// sealed with AES-GCM by a key that cannot be taken out of this browser: that keeps it
// from being read out of the phone's files, and from nobody who has the phone in hand.
import { random, utf8, type Bytes } from "./vault/bytes";

export interface Reached {
  name: string;
  phone?: string;
  tel?: string;
  call?: string; // what is said on the button that calls
  words?: string;
}

export interface Part {
  label: string;
  lines?: string[];
  people?: Reached[];
}

/** A plan as the page gives it (web/care). */
export interface Plan {
  version: number;
  parts: Part[];
}

export interface Here {
  id: "plan";
  person: string; // whose it is
  version: number;
  at: number; // ms; when it was put here
  iv: Bytes;
  body: ArrayBuffer;
  key: CryptoKey;
}

const name = "waymark-here";
const bound = (person: string) => utf8(`waymark here 1 ${person}`);

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("device store"));
  });

async function db(): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("here", { keyPath: "id" });
  const d = await done(request);
  d.onversionchange = () => d.close();
  return d;
}

/** Whether anything was ever kept here: to ask makes nothing. */
async function used(): Promise<boolean> {
  if (!("indexedDB" in globalThis)) return false;
  return indexedDB.databases ? (await indexedDB.databases()).some((d) => d.name === name) : true;
}

/** What is kept here, sealed. */
export async function here(): Promise<Here | undefined> {
  if (!(await used())) return undefined;
  const d = await db();
  try {
    return await done<Here | undefined>(d.transaction("here").objectStore("here").get("plan"));
  } finally {
    d.close();
  }
}

/** Keeps a plan here, in place of what was. It is here once this has returned. */
export async function keep(person: string, plan: Plan): Promise<void> {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = random(12);
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(person) }, key, utf8(JSON.stringify(plan)));
  const d = await db();
  try {
    const change = d.transaction("here", "readwrite", { durability: "strict" });
    change.objectStore("here").put({ id: "plan", person, version: plan.version, at: Date.now(), iv, body, key } satisfies Here);
    await new Promise<void>((resolve, reject) => {
      change.oncomplete = () => resolve();
      change.onabort = () => reject(change.error ?? new Error("device store"));
    });
  } finally {
    d.close();
  }
}

/** Opens what is kept here; nothing if it does not open. */
export async function open(kept: Here): Promise<Plan | undefined> {
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv, additionalData: bound(kept.person) }, kept.key, kept.body);
    return JSON.parse(new TextDecoder().decode(plain)) as Plan;
  } catch {
    return undefined;
  }
}

/** Takes it off this phone, whole. */
export async function takeOff(): Promise<void> {
  if (await used()) await done(indexedDB.deleteDatabase(name));
}

/** Whether a plan is kept here, whosever it is. */
export const isHere = async (): Promise<boolean> => (await here().catch(() => undefined)) !== undefined;
