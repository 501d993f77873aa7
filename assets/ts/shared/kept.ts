// The store in which a device keeps what is typed, sealed with AES-GCM under a key that
// cannot be taken out of the browser. An entry is { id, at, iv, body }; body opens to
// Kept. Where several people use one device each finds their own alone: the page says
// whose it is (data-whose), and that is a part of the id. Each has a key of their own, so
// that who leaves takes what is theirs along, and nothing of anybody else's.
const week = 7 * 24 * 60 * 60 * 1000;

/** One form: what the server had put into its fields there, and what somebody made of it. */
export interface Kept {
  pending: boolean; // it was sent, and no answer came
  sends?: Sends; // what was sent then, so that any page of whoever wrote it can send it
  form?: string; // the id of what it makes: sent from a page opened anew, it is the same form still
  fields: Record<string, { base: string; value: string }>;
  left?: Record<string, string>; // what somebody wrote where the server has said something else since
  beside?: string[]; // what was written into the same form in another window
  rev?: string; // which saving this is, so that a window knows its own
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

const whose = document.body.dataset.whose ?? "";

const everybodys = "kept"; // the key that all had together until each had their own: what it sealed still opens
const keyName = `kept ${whose}`;

/** The key of whoever the page is of, made at first need. */
async function key(d: IDBDatabase): Promise<CryptoKey> {
  const found = await done<CryptoKey | undefined>(d.transaction("keys").objectStore("keys").get(keyName));
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Two pages may come here at once: whichever was first wins.
  const keys = d.transaction("keys", "readwrite").objectStore("keys");
  const first = await done<CryptoKey | undefined>(keys.get(keyName));
  if (first) return first;
  await done(keys.put(made, keyName));
  return made;
}

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
  const keys = [await key(d), await done<CryptoKey | undefined>(d.transaction("keys").objectStore("keys").get(everybodys))];
  for (const k of keys.filter((k) => k !== undefined)) {
    try {
      const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: entry.iv, additionalData: bound(id) }, k, entry.body);
      return JSON.parse(new TextDecoder().decode(text)) as Kept;
    } catch {
      continue; // sealed by another key, or by one that is gone
    }
  }
  return undefined;
}

/** Forgets a form that was sent, but for what another window wrote into it meanwhile.
 * rev is what the window that sent it kept last; none: any. */
export async function settle(id: string, rev?: string): Promise<void> {
  const kept = await load(id);
  if (kept && rev !== undefined && kept.rev !== rev) return;
  if (!kept?.beside?.length) return forget(id);
  await save(id, { pending: false, fields: {}, beside: kept.beside, ...(kept.rev ? { rev: kept.rev } : {}) });
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
  const d = await db();
  const kept = d.transaction("kept", "readwrite").objectStore("kept");
  let left = 0;
  for (const entry of await done<Entry[]>(kept.getAll())) {
    if (Date.now() - entry.at > week) kept.delete(entry.id);
    else left++;
  }
  if (left === 0) await done(d.transaction("keys", "readwrite").objectStore("keys").delete(everybodys));
}

/** Forgets everything of whoever leaves, their key first of all. It is under way before this
 * returns. A page of nobody forgets what is nobody's, and what is of whoever used its window. */
export function forgetOwn(d: IDBDatabase, leaver: string): Promise<void> {
  const all = d.transaction(["keys", "kept"], "readwrite");
  const kept = all.objectStore("kept");
  for (const person of new Set([leaver, whose])) {
    all.objectStore("keys").delete(`kept ${person}`);
    if (person !== "") kept.delete(IDBKeyRange.bound(`${person} `, `${person}!`));
  }
  if (whose === "") nobodys(kept);
  return new Promise((resolve, reject) => {
    all.oncomplete = () => resolve();
    all.onerror = () => reject(all.error ?? new Error("device store"));
    if (whose !== "") all.commit();
  });
}

/** What is kept of forms that are open to anybody has no person before its id. */
function nobodys(kept: IDBObjectStore): void {
  const request = kept.getAllKeys();
  request.onsuccess = () => {
    for (const id of request.result) if (typeof id === "string" && !id.includes(" ")) kept.delete(id);
  };
}

/** Whether something is kept of somebody else than person. */
export async function others(d: IDBDatabase, person: string): Promise<boolean> {
  const all = await done<IDBValidKey[]>(d.transaction("kept").objectStore("kept").getAllKeys());
  return all.some((id) => typeof id === "string" && !id.startsWith(`${person} `));
}
