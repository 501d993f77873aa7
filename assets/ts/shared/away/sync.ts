// Fetches what a phone keeps: the pages that the practice names, whatever they link to
// that may be kept too, and the files that they need.
import { addressOf, among, keep, keepOnly, whoseIs } from "./pages";
import { isHere } from "../here";
import { files, plain } from "./names";
import { phoneOf, put, type Lists, type Open } from "./store";

const most = 80; // pages
const often = 3 * 60 * 60 * 1000; // ms between two rounds that nobody asked for

/** Pages that open without a key: locked, and what is not here. */
export const locked = "/phone";
export const missing = "/phone/away";

const asking: RequestInit = { credentials: "same-origin", headers: { "Waymark-Away": "1" } };

interface Told extends Lists {
  person: string;
}

/** The files of ours that a page or a stylesheet names. */
const filesIn = (text: string): string[] => [...text.matchAll(/(?:\/assets\/|\.\/)([\w.-]+\.(?:js|css|svg|png|woff2))/g)].map((m) => `/assets/${m[1]}`);

async function keepFiles(wanted: Set<string>): Promise<void> {
  const cache = await caches.open(files);
  const there = new Set((await cache.keys()).map((r) => new URL(r.url).pathname));
  const queue = [...wanted];
  const all = new Set(queue);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (!there.has(path)) {
      const response = await fetch(path, { credentials: "same-origin" });
      if (!response.ok) continue;
      await cache.put(path, response);
    }
    if (!path.endsWith(".css")) continue;
    for (const more of filesIn(await ((await cache.match(path))?.text() ?? ""))) {
      if (!all.has(more)) queue.push(more);
      all.add(more);
    }
  }
  for (const path of there) if (!all.has(path)) await cache.delete(path);
}

async function keepPlain(help: string, wanted: Set<string>): Promise<void> {
  const cache = await caches.open(plain);
  for (const [at, from] of [[locked, locked], [missing, missing], ["/help", help]] as const) {
    const response = await fetch(from, { credentials: "omit" }); // as somebody who is not signed in
    if (!response.ok) continue;
    const text = await response.clone().text();
    if (whoseIs(text) !== "") continue;
    for (const path of filesIn(text)) wanted.add(path);
    await cache.put(at, response);
  }
}

/** One round, unless another window makes one. It says how many pages are here, or
 * nothing where there was no need or no network. */
export async function sync(open: Open, now: boolean): Promise<number | undefined> {
  const phone = await phoneOf(open.person);
  const since = Date.now() - (phone?.synced ?? 0);
  if (!phone || (!now && since >= 0 && since < often)) return undefined;
  return navigator.locks.request("waymark-sync", { ifAvailable: true }, async (mine) => {
    if (!mine) return undefined;
    const response = await fetch("/my/away", { ...asking, headers: { ...asking.headers, Accept: "application/json" } });
    if (!response.ok) return undefined;
    const told = (await response.json()) as Told;
    if (told.person !== open.person) return undefined;
    await put("phones", { ...phone, lists: { pages: told.pages, forms: told.forms, help: told.help } });

    const wanted = new Set<string>();
    await keepPlain(told.help, wanted);
    const queue = told.pages.filter((p) => !p.includes("{"));
    const seen = new Set(queue);
    for (let i = 0; i < queue.length && i < most; i++) {
      const address = queue[i] ?? "";
      const text = await keep(open, address, await fetch(address, asking));
      if (text === undefined) {
        seen.delete(address);
        continue;
      }
      for (const path of filesIn(text)) wanted.add(path);
      for (const m of text.matchAll(/\shref="(\/my\/[^"#]*)/g)) {
        const url = new URL((m[1] ?? "").replaceAll("&amp;", "&"), location.origin);
        const to = addressOf(url);
        if (seen.has(to) || !among(told.pages, url.pathname)) continue;
        seen.add(to);
        queue.push(to);
      }
    }
    await keepOnly(open, [...seen]);
    await keepFiles(wanted);
    const again = await phoneOf(open.person);
    if (again) await put("phones", { ...again, synced: Date.now() });
    return seen.size;
  });
}

/** Nobody uses this phone any more: pages, files and the worker go, but for what a
 * safety plan needs that is kept here without signing in. It says whether all went. */
export async function clear(): Promise<boolean> {
  if (await isHere()) {
    const cache = await caches.open(plain);
    await Promise.all([cache.delete(locked), cache.delete(missing)]);
    return false;
  }
  await Promise.all([caches.delete(files), caches.delete(plain)]);
  for (const r of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    if (new URL(r.scope).pathname === "/") await r.unregister();
  }
  return true;
}
