// What is written and not saved yet, sealed under the vault's own key, in a store of
// this device. It opens with the vault and not before, so it may stay when somebody
// leaves the page; signing out clears it with everything else.
import type { Bytes } from "./bytes";

export interface Draft {
  entry: string;
  owner: string;
  about: string;
  revision: number; // from which it starts, 0: a new entry
  at: number;
  sealed: Bytes;
  send?: boolean; // it waits to be sent
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("device store"));
  });

let store: Promise<IDBDatabase> | undefined;

function db(): Promise<IDBDatabase> {
  store ??= (async () => {
    const request = indexedDB.open("waymark-vault", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts", { keyPath: "entry" });
    const open = await done(request);
    open.onversionchange = () => open.close();
    return open;
  })();
  return store;
}

export async function keepDraft(draft: Draft): Promise<void> {
  await done((await db()).transaction("drafts", "readwrite").objectStore("drafts").put(draft));
}

export async function forgetDraft(entry: string): Promise<void> {
  await done((await db()).transaction("drafts", "readwrite").objectStore("drafts").delete(entry));
}

/** Those of one vault about one person, newest first. */
export async function draftsOf(owner: string, about: string): Promise<Draft[]> {
  const all = await done<Draft[]>((await db()).transaction("drafts").objectStore("drafts").getAll());
  return all.filter((d) => d.owner === owner && d.about === about).sort((a, b) => b.at - a.at);
}
