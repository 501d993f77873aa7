// The worker of a phone on which a client uses Waymark without a network. It answers
// where the practice does not: with pages that are kept sealed, and for forms that may
// wait. It has nothing to do with any page but those below /my/ and Help now, and with
// nobody but whoever chose this. What it does is drawn in doc/design.md.
import { add } from "./shared/away/box";
import { lock, opened, putAway, putAwayTag, touch } from "./shared/away/keys";
import { addressOf, among, isPassing, keep, shown } from "./shared/away/pages";
import { all, phoneOf, type Open, type Phone } from "./shared/away/store";
import { files, plain } from "./shared/away/names";
import { locked, missing } from "./shared/away/sync";

interface Held extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Asked extends Held {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Told extends Held {
  readonly data: unknown;
}

interface Synced extends Held {
  readonly tag: string;
  readonly lastChance: boolean;
}

interface Worker_ {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void>; matchAll(which: { type: "window"; includeUncontrolled: boolean }): Promise<unknown[]> };
  addEventListener(type: "fetch", heed: (event: Asked) => void): void;
  addEventListener(type: "install" | "activate", heed: (event: Held) => void): void;
  addEventListener(type: "message", heed: (event: Told) => void): void;
  addEventListener(type: "sync", heed: (event: Synced) => void): void;
}

const worker = self as unknown as Worker_;
const patience = 8000; // ms that a page may take which is here, too

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

// The keys of a phone that was put away lie on its disk until code of ours runs again. A
// browser that can wakes this worker for it, some minutes and then some twenty after the
// last window was left, as soon as there is a network: what fails is tried again.
worker.addEventListener("sync", (event) => {
  if (event.tag === putAwayTag) event.waitUntil(putDown(event.lastChance));
});

async function putDown(last: boolean): Promise<void> {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!(await putAway(windows.length, last)) && !last) throw new Error("still open");
}

/** Whoever signs in or out, or comes by a link, may be somebody else. */
const changes = /^\/(sign-in|sign-out|recover|join)(\/|$)/;

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") event.waitUntil(opened().catch(() => undefined)); // whichever page it is, what was open for too long is locked
  if (request.method === "GET" && url.pathname.startsWith("/assets/")) event.respondWith(file(request));
  else if (request.method === "POST" && changes.test(url.pathname)) event.waitUntil(lock());
  else if (request.method === "GET" && url.pathname === "/help" && request.mode === "navigate") event.respondWith(fetch(request).catch(() => plainPage("/help")));
  else if (!url.pathname.startsWith("/my/") || request.headers.has("Waymark-Away") || request.headers.has("Waymark-Outbox")) return;
  else if (request.method === "GET") event.respondWith(page(event, url));
  else if (request.method === "POST") event.respondWith(form(event, url));
});

// Any page of the web can have a browser send a form here, and where the practice does not
// answer it is not there to refuse it. So a form waits if a page of ours says that it sends
// it: only such a page can tell a worker anything.
let said: { path: string; until: number }[] = [];
const soon = 2000; // ms between what is said and its form, whichever comes first

worker.addEventListener("message", (event) => {
  const { sends } = (event.data ?? {}) as { sends?: unknown };
  if (typeof sends === "string") said.push({ path: sends, until: Date.now() + soon });
});

/** Whether a page of ours says that it sends a form to path now. */
async function ours(path: string): Promise<boolean> {
  for (const end = Date.now() + soon; Date.now() <= end; await new Promise((go) => setTimeout(go, 50))) {
    said = said.filter((s) => s.until > Date.now());
    const at = said.findIndex((s) => s.path === path);
    if (at >= 0) return said.splice(at, 1).length > 0;
  }
  return false;
}

async function file(request: Request): Promise<Response> {
  const here = await caches.match(request.url, { cacheName: files, ignoreVary: true });
  return here ?? fetch(request);
}

async function plainPage(path: string): Promise<Response> {
  return (await caches.match(path, { cacheName: plain, ignoreVary: true })) ?? Response.error();
}

/** The practice's computer, or what stands before it, is not there. */
const down = (response: Response): boolean => response.status >= 502 && response.status <= 504 && !response.headers.has("Waymark-Urgent");

async function page(event: Asked, url: URL): Promise<Response> {
  const { request } = event;
  const open = await opened();
  const phone = open && (await phoneOf(open.person));
  const mine = phone && among(phone.lists.pages, url.pathname);
  const navigates = request.mode === "navigate";
  if (navigates && open) await touch();
  let response: Response;
  try {
    const late = mine && navigates ? AbortSignal.timeout(patience) : undefined;
    response = await (late ? Promise.race([fetch(request), gone(late)]) : fetch(request));
  } catch {
    return away(open, phone, url, navigates);
  }
  if (down(response)) {
    const kept = await away(open, phone, url, navigates);
    return kept.headers.has("Waymark-Kept") || (await none(open)) ? kept : response;
  }
  // What waits can be read and copied by whoever cannot sign in any more, too.
  if (navigates && url.pathname === "/my/outbox" && (response.type === "opaqueredirect" || !response.ok)) {
    const kept = await away(open, phone, url, navigates);
    return kept.type === "error" ? response : kept;
  }
  if (open && mine && response.ok) {
    if (!isPassing(url)) event.waitUntil(keep(open, addressOf(url), response.clone()).catch(() => undefined));
    else event.waitUntil(again(open, url).catch(() => undefined));
  }
  return response;
}

const gone = (signal: AbortSignal): Promise<never> => new Promise((_, no) => signal.addEventListener("abort", () => no(new Error("late"))));

/** Nobody has it open, and somebody could. */
const none = async (open: Open | undefined): Promise<boolean> => !open && (await all<Phone>("phones")).length > 0;

/** Keeps the page itself, without the word for what was just done on it. */
async function again(open: Open, url: URL): Promise<void> {
  const address = addressOf(url);
  await keep(open, address, await fetch(address, { credentials: "same-origin", headers: { "Waymark-Away": "1" } }));
}

async function away(open: Open | undefined, phone: Phone | undefined, url: URL, navigates: boolean): Promise<Response> {
  const kept = open && phone && (await shown(open, url, phone.lists.forms));
  if (kept) return kept;
  if (!navigates) return Response.error();
  if (await none(open)) return plainPage(locked);
  return open ? plainPage(missing) : Response.error();
}

/** What was kept of the page of a form, and of those above it, says less than the practice now. */
async function anew(open: Open, phone: Phone, url: URL): Promise<void> {
  for (let path = url.pathname; path.length > "/my".length; path = path.slice(0, path.lastIndexOf("/"))) {
    if (among(phone.lists.pages, path)) await again(open, new URL(path, url));
  }
}

async function form(event: Asked, url: URL): Promise<Response> {
  const { request } = event;
  const open = await opened();
  const phone = open && (await phoneOf(open.person));
  const may = phone !== undefined && among(phone.lists.forms, url.pathname);
  const navigates = request.mode === "navigate";
  if (!navigates && !may) return fetch(request);
  const own = navigates ? ours(url.pathname) : Promise.resolve(true); // no other page's fetch comes by here
  const copy = request.clone();
  let response: Response | undefined;
  try {
    response = await fetch(request);
    if (open && phone && (response.ok || response.type === "opaqueredirect")) event.waitUntil(anew(open, phone, url).catch(() => undefined));
    if (!may || !down(response)) return response;
  } catch {
    // below
  }
  if (!open) return navigates && (await none(open)) ? plainPage(locked) : Response.error();
  try {
    const raw = new Uint8Array(await copy.arrayBuffer());
    const type = copy.headers.get("Content-Type") ?? "application/octet-stream";
    const item = await add(open, url.pathname + url.search, type, raw, may && (await own) ? "waits" : "stopped");
    await touch();
    return waits(copy, `/my/outbox?now=${item.id}`);
  } catch {
    return full(navigates, response);
  }
}

const words = "Kept on this phone. It is sent when there is a network.";

/** What a page of ours is told whose form waits now: in the way that it asked. */
function waits(request: Request, to: string): Response {
  if (request.mode === "navigate") return Response.redirect(to, 303);
  if (request.headers.has("Waymark-Form")) return new Response(null, { status: 204, headers: { "Waymark-Go": to } });
  return Response.json({ outbox: true, text: words }, { status: 202, headers: { "Waymark-Waits": "1" } });
}

/** The phone could not keep it. */
async function full(navigates: boolean, response: Response | undefined): Promise<Response> {
  if (navigates) return response ?? plainPage(missing);
  const text = "Not kept: there is no network, and this phone has no room left. What you wrote is still on this page. Make room on the phone, or wait for a network before you leave it.";
  return Response.json({ kind: "not saved", text }, { status: 507, headers: { "Waymark-Says": text } });
}

export {};
