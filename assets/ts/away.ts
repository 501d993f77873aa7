// On a phone that is used without a network, on every page of a client: it opens what
// is kept there for whoever is signed in, locks it for everybody else and when somebody
// leaves, sends what waits, and fetches what is to be kept.
import type { Leaving } from "./leave";
import { fromBase64 } from "./shared/vault/bytes";
import { count, send, waiting, type Came } from "./shared/away/box";
import { keyBySecret, lock, lockNow, openBy, opened, putAwayTag, touch, Wrong } from "./shared/away/keys";
import { forgetPages } from "./shared/away/pages";
import { all, db, drop, phoneOf, used, type Open, type Phone } from "./shared/away/store";
import { clear, sync } from "./shared/away/sync";
import { go } from "./shared/next";
import { whosePage } from "./shared/whose";

const whose = document.body.dataset.whose ?? "";
const kept = document.body.dataset.away !== undefined; // the page comes from the phone
let store: IDBDatabase | undefined;

document.addEventListener("waymark:leave", (event) => {
  if (store) (event as CustomEvent<Leaving>).detail.wait(lockNow(store));
});

for (const sign of ["pointerdown", "keydown", "input"]) addEventListener(sign, () => void touch().catch(() => undefined), { passive: true });

// What is open for too long is locked also while nobody does anything here, and, where the
// browser can wake the worker for it, after the last window was left.
setInterval(() => store && void opened().catch(() => undefined), 60_000);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && store) void wake().catch(() => undefined);
});

async function wake(): Promise<void> {
  const registration = (await navigator.serviceWorker.getRegistration("/my/")) as (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined;
  await registration?.sync?.register(putAwayTag);
}

// The worker has a form wait that a page of ours says it sends, and no other's.
const worker = navigator.serviceWorker?.getRegistration("/my/").then((r) => r?.active ?? undefined).catch(() => undefined);
let active: ServiceWorker | undefined;
void worker?.then((w) => (active = w));
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  const to = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  (navigator.serviceWorker?.controller ?? active)?.postMessage({ sends: new URL(to, location.href).pathname });
});

// A browser keeps what a form sent in the clear beside the page that answered it, for when
// it is opened again. It lets go of that where the page takes its own place.
if (!kept) history.replaceState(history.state, "");

/** Gets the phone's key with the secret that the practice gives to its owner. */
async function unlock(phone: Phone): Promise<{ open: Open; off: boolean; secret: string } | undefined> {
  const response = await fetch(`/my/phone/${phone.device}/secret`, { headers: { Accept: "application/json", "Waymark-Away": "1" } });
  if (!response.ok) return undefined;
  const told = (await response.json()) as { secret: string; off: boolean };
  try {
    return { open: await openBy(phone.person, await keyBySecret(phone, fromBase64(told.secret))), off: told.off, secret: told.secret };
  } catch (error) {
    if (error instanceof Wrong) return undefined;
    throw error;
  }
}

/** Says one line at the top of the page. */
function say(words: string, to: string, link: string): void {
  const main = document.querySelector("main");
  let p = main?.querySelector<HTMLElement>("[data-away-says]");
  if (!main) return;
  if (!p) {
    p = document.createElement("p");
    p.className = "banner";
    p.dataset.awaySays = "";
    p.setAttribute("role", "status");
    main.prepend(p);
  }
  const text = document.createElement("span");
  const a = document.createElement("a");
  a.href = to;
  a.textContent = link;
  text.append(`${words} `, a);
  p.replaceChildren(text);
}

const things = (n: number) => (n === 1 ? "One thing waits on this phone." : `${n} things wait on this phone.`);

/** Somebody is writing here, and is not to be taken elsewhere. */
const writing = (): boolean => [...document.querySelectorAll<HTMLFormElement>("form[data-kept-at]")].length > 0 || document.activeElement?.matches("textarea, input") === true;

/** What came of sending is said where it matters. */
async function after(open: Open, came: Came | undefined): Promise<void> {
  document.dispatchEvent(new CustomEvent("waymark:box", { detail: came }));
  const answers = came?.go.filter((to) => to.startsWith("/my/answers/")).at(-1);
  if (answers) {
    // What was answered is judged now for the first time: its page is shown at once.
    if (!writing()) return go(answers);
    say("What waited was sent.", answers, "Read what your answers say");
    return;
  }
  if (document.querySelector("[data-outbox]")) return;
  const left = await count(open.person);
  if (left > 0) say(came?.signIn ? `${things(left)} Sign in, and it is sent.` : things(left), "/my/outbox", "What waits");
  else if (came && came.sent > 0) say("What waited was sent.", "/my/outbox", "What was sent");
}

async function flush(open: Open): Promise<void> {
  const some = (await waiting(open)).some((w) => w.item?.state === "waits");
  const came = some && (!kept || navigator.onLine) ? await send(open) : undefined;
  await after(open, came);
  if (came && came.sent > 0 && !kept) await sync(open, true);
}

/** Takes somebody's pages off this phone; all of it, once nothing of theirs waits. */
async function takeOff(phone: Phone, secret: string): Promise<void> {
  await forgetPages(phone.person);
  if ((await count(phone.person)) > 0) {
    say("This phone was taken off, and keeps no page from now on.", "/my/outbox", "What still waits");
    return;
  }
  await lock();
  await drop("phones", phone.person);
  const others = (await all<Phone>("phones")).length > 0 || !(await clear());
  const body = new URLSearchParams({ secret, others: others ? "yes" : "" });
  await fetch(`/my/phone/${phone.device}/empty`, { method: "POST", body, headers: { Accept: "application/json", ...whosePage() } });
}

async function begin(): Promise<void> {
  if (whose === "" || !(await used())) return;
  store = await db();
  let open = await opened();
  if (open && open.person !== whose) {
    await lock();
    open = undefined;
  }
  const phone = await phoneOf(whose);
  if (!phone) return;
  if (!kept) {
    const found = await unlock(phone).catch(() => undefined);
    open = found?.open ?? open;
    if (found?.off) {
      await flush(found.open);
      return takeOff(phone, found.secret);
    }
  }
  if (!open) return;
  const is = open;
  await touch();
  addEventListener("online", () => void flush(is).catch(() => undefined));
  document.addEventListener("waymark:flush", () => void flush(is).catch(() => undefined));
  await flush(is);
  if (!kept) await sync(is, document.body.dataset.awayNow !== undefined);
}

// Another day than the one that was shown begins from nothing.
document.querySelectorAll<HTMLInputElement>("input[data-away-was]").forEach((day) => {
  const revision = day.form?.querySelector<HTMLInputElement>('input[name="revision"]');
  const was = revision?.value ?? "";
  day.addEventListener("change", () => {
    if (revision) revision.value = day.value === day.dataset.awayWas ? was : "0";
  });
});

begin().catch(() => undefined);

