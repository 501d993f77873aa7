// The store in which a device keeps what is typed, sealed with AES-GCM under a key that
// cannot be taken out of the browser. An entry is { id, at, iv, body }; body opens to
// Kept. Where several people use one device each finds their own alone: the page says
// whose it is (data-whose), and that is a part of the id.
const week = 7 * 24 * 60 * 60 * 1000;

/** One form: what the server had put into its fields there, and what somebody made of it. */
export interface Kept {
  pending: boolean; // it was sent, and no answer came
  sends?: Sends; // what was sent then, so that any page of whoever wrote it can send it
  form?: string; // the id of what it makes: sent from a page opened anew, it is the same form still
  fields: Record<string, { base: string; value: string }>;
  left?: Record<string, string>; // what somebody wrote where the server has said something else since
}

/** A form as it is sent. */
export interface Sends {
  to: string; // path
  at: number; // ms; when it was sent first
  fields: [string, string][];
  refused?: boolean; // the practice said something about it: it is not sent again by itself
}

interface Entry {
  id: string;
  at: number;
  iv: Uint8Array<ArrayBuffer>;
  body: ArrayBuffer;
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("device store"));
  });

let store: Promise<IDBDatabase> | undefined;
let open: IDBDatabase | undefined; // the same, once it is there

/** The store, if it was opened. */
export const opened = (): IDBDatabase | undefined => open;

/** Whether this device has a store: to ask makes none. */
export const used = async (): Promise<boolean> => (indexedDB.databases ? (await indexedDB.databases()).some((d) => d.name === "waymark") : true);

export function db(): Promise<IDBDatabase> {
  store ??= (async () => {
    const request = indexedDB.open("waymark", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys");
      request.result.createObjectStore("kept", { keyPath: "id" });
    };
    open = await done(request);
    open.onversionchange = () => open?.close();
    return open;
  })();
  return store;
}

/** The device's key, made at first need. */
async function key(d: IDBDatabase): Promise<CryptoKey> {
  const found = await done<CryptoKey | undefined>(d.transaction("keys").objectStore("keys").get("kept"));
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Two pages may come here at once: whichever was first wins.
  const keys = d.transaction("keys", "readwrite").objectStore("keys");
  const first = await done<CryptoKey | undefined>(keys.get("kept"));
  if (first) return first;
  await done(keys.put(made, "kept"));
  return made;
}

const whose = document.body.dataset.whose ?? "";
export const own = (id: string) => (whose === "" ? id : `${whose} ${id}`);

const bound = (id: string) => new TextEncoder().encode(`waymark kept 1 ${id}`);

export async function save(id: string, kept: Kept): Promise<void> {
  const d = await db();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(kept));
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(id) }, await key(d), text);
  await done(d.transaction("kept", "readwrite").objectStore("kept").put({ id, at: Date.now(), iv, body } satisfies Entry));
}

export async function load(id: string): Promise<Kept | undefined> {
  const d = await db();
  const entry = await done<Entry | undefined>(d.transaction("kept").objectStore("kept").get(id));
  if (!entry || Date.now() - entry.at > week) return undefined;
  try {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: entry.iv, additionalData: bound(id) }, await key(d), entry.body);
    return JSON.parse(new TextDecoder().decode(text)) as Kept;
  } catch {
    return undefined; // sealed by a key that is gone
  }
}

export async function forget(id: string): Promise<void> {
  await done((await db()).transaction("kept", "readwrite").objectStore("kept").delete(id));
}

/** The ids of all that is kept for whoever the page is of; of nobody's page, none. */
export async function ids(): Promise<string[]> {
  if (whose === "") return [];
  const all = await done<IDBValidKey[]>((await db()).transaction("kept").objectStore("kept").getAllKeys());
  return all.filter((id): id is string => typeof id === "string" && id.startsWith(`${whose} `));
}

/** Drops what is older than a week. */
export async function tidy(): Promise<void> {
  const kept = (await db()).transaction("kept", "readwrite").objectStore("kept");
  for (const entry of await done<Entry[]>(kept.getAll())) {
    if (Date.now() - entry.at > week) kept.delete(entry.id);
  }
}

/** Forgets everything, the key first of all. It is under way before this returns. */
export function forgetAll(d: IDBDatabase): Promise<void> {
  const all = d.transaction(["keys", "kept"], "readwrite");
  all.objectStore("keys").clear();
  all.objectStore("kept").clear();
  return new Promise((resolve, reject) => {
    all.oncomplete = () => resolve();
    all.onerror = () => reject(all.error ?? new Error("device store"));
    all.commit();
  });
}
