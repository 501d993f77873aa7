// What a vault and a journal keep on this device, sealed, for whoever signs out here, and
// for others (vault/drafts.ts, journal/device.ts).
const stores = ["waymark-vault", "waymark-journal"];

/** Opens a store, if there is one: to ask makes none. */
function open(name: string): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = () => resolve(undefined);
    request.onsuccess = () => resolve(request.result);
  });
}

/** Drops what is of owner, unless they use this device without a network; says whether
 * something of somebody else is there. */
export async function dropOf(owner: string): Promise<boolean> {
  const waits = Boolean(navigator.serviceWorker?.controller); // it is to be sent yet
  let others = false;
  for (const name of stores) {
    const d = await open(name);
    if (!d) continue;
    for (const store of d.objectStoreNames) {
      await new Promise<void>((done) => {
        const tx = d.transaction(store, "readwrite");
        tx.oncomplete = tx.onabort = () => done();
        const request = tx.objectStore(store).openCursor();
        request.onsuccess = () => {
          const at = request.result;
          if (!at) return;
          const of = (at.value as { owner?: string } | undefined)?.owner;
          if (of === owner || (of === undefined && String(at.key).endsWith(` ${owner}`))) {
            if (!waits) at.delete();
          } else others = true;
          at.continue();
        };
      });
    }
    d.close();
  }
  return others;
}
