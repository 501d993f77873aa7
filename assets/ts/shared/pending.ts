// Answers that were sent and had no connection are kept on this device (kept.ts). Every
// page of a client sends what is kept for its client, and for nobody else: the page says
// whose it is, and the practice refuses somebody else's. The same form twice is one answer.
// A form that stands on the page sends itself (ask.ts).
import type { Leaving } from "../leave";
import { ids, load, own, save, settle, used, type Kept, type Sends } from "./kept";
import { go, next, post } from "./next";
import { sign } from "./whose";

interface Waiting {
  id: string;
  kept: Kept;
  sends: Sends;
}

let gone = false;
const stop = new AbortController();

/** What a form sends now, if it is one that had no connection. */
export function sends(form: HTMLFormElement): { sends: Sends } | Record<string, never> {
  const at = Number(form.dataset.pending);
  if (!form.dataset.ask || !at) return {};
  const fields = [...new FormData(form)].filter((f): f is [string, string] => typeof f[1] === "string");
  return { sends: { to: new URL(form.action).pathname, at, fields } };
}

/** All that waits, the oldest first. */
async function waiting(): Promise<Waiting[]> {
  const here = [...document.querySelectorAll<HTMLFormElement>("form[data-keep]")].map((f) => own(f.dataset.keep ?? ""));
  const all: Waiting[] = [];
  for (const id of await ids()) {
    if (here.includes(id)) continue;
    const kept = await load(id);
    if (kept?.pending && kept.sends) all.push({ id, kept, sends: kept.sends });
  }
  return all.sort((a, b) => a.sends.at - b.sends.at);
}

const data = (s: Sends): FormData => {
  const form = new FormData();
  for (const [name, value] of s.fields) form.append(name, value);
  return form;
};

/** Sends it as the browser would, so that what the practice says about it is a page. */
function look(s: Sends): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = s.to;
  form.autocomplete = "off";
  for (const [name, value] of s.fields) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  sign(form);
  document.body.append(form);
  try {
    sessionStorage.setItem("looked", ""); // or the browser keeps what it sent beside the page that answers
  } catch {
    // a window without storage keeps nothing either
  }
  form.submit();
}

/** Somebody is writing here, or reads whom to reach, and is not to be taken elsewhere. */
const stays = (): boolean =>
  ["/help", "/my/at-hand"].includes(location.pathname) ||
  document.querySelector("form[data-kept-at], form[data-ask], [data-help-here]") !== null ||
  document.activeElement?.matches("textarea, input") === true;

/** Says one line at the top of the page. */
function say(words: string, to: string, link: string): void {
  const p = document.createElement("p");
  p.className = "banner";
  p.setAttribute("role", "status");
  const text = document.createElement("span");
  const a = document.createElement("a");
  a.href = to;
  a.textContent = link;
  text.append(`${words} `, a);
  p.append(text);
  document.querySelector("main")?.prepend(p);
}

/** Sends what waits; by hand also what the practice has said something about. */
async function send(byHand: boolean): Promise<boolean> {
  let to: string | undefined;
  for (const { id } of await waiting()) {
    const kept = await load(id); // another window may have sent it meanwhile, or somebody changed it
    if (gone || !kept?.pending || !kept.sends || (kept.sends.refused && !byHand)) continue;
    const signal = AbortSignal.any ? AbortSignal.any([stop.signal, AbortSignal.timeout(30_000)]) : stop.signal;
    const response = await post(kept.sends.to, data(kept.sends), signal).catch(() => undefined);
    if (gone) return true;
    if (response?.headers.has("Waymark-Urgent")) {
      look(kept.sends); // whom to reach is on that page
      return true;
    }
    if (!response || response.status >= 500) return false;
    const at = next(response);
    if (response.headers.has("Waymark-Waits") || (response.ok && at !== undefined)) {
      await settle(id);
      to = at ?? to;
    } else if (byHand) {
      look(kept.sends);
      return true;
    } else if (response.status !== 401) await save(id, { ...kept, sends: { ...kept.sends, refused: true } });
  }
  if (to === undefined || gone) return true;
  // What was answered is judged now for the first time: its page is shown at once.
  if (!stays()) go(to);
  else say("What waited was sent.", to, "Read what your answers say");
  return true;
}

const time = (ms: number): string => {
  const at = new Date(ms);
  const clock = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return at.toDateString() === new Date().toDateString() ? clock : `${at.toLocaleDateString("en-GB", { weekday: "long" })}, ${clock}`;
};

/** This week says what is still here. */
async function show(): Promise<void> {
  const line = document.querySelector<HTMLElement>("[data-pending-here]");
  const says = line?.querySelector<HTMLElement>("[data-pending-says]");
  if (!line || !says) return;
  const all = await waiting();
  line.hidden = all.length === 0;
  if (all.length > 0) says.textContent = `Your answers from ${all.map((w) => time(w.sends.at)).join(" and ")} are still on this device.`;
}

let running = false;
let pressed = false; // meanwhile, by hand

/** One round after the other, unless another window makes one. What is pressed during a round is a round of its own. */
async function round(byHand: boolean): Promise<void> {
  if (gone) return;
  if (running) {
    pressed ||= byHand;
    return;
  }
  running = true;
  try {
    await one(byHand);
    while (pressed && !gone) {
      pressed = false;
      await one(true);
    }
  } finally {
    running = pressed = false;
  }
}

async function one(byHand: boolean): Promise<void> {
  await show();
  if ((await waiting()).length === 0) return;
  let came: boolean | undefined = true;
  const work = async (lock: Lock | null): Promise<void> => {
    if (lock) came = await send(byHand);
  };
  if (navigator.locks) await navigator.locks.request("waymark pending", { ifAvailable: true }, work);
  else came = await send(byHand);
  await show();
  const says = document.querySelector<HTMLElement>("[data-pending-no]");
  if (says) says.hidden = came !== false || !byHand;
}

document.addEventListener("waymark:leave", (event) => {
  gone = true;
  stop.abort();
  (event as CustomEvent<Leaving>).detail.wait(Promise.resolve());
});

/** Begins on a client's page. */
export async function begin(): Promise<void> {
  if (!document.body.classList.contains("client") || !document.body.dataset.whose || !(await used())) return;
  const again = (byHand: boolean) => void round(byHand).catch(() => undefined);
  addEventListener("online", () => again(false));
  document.addEventListener("visibilitychange", () => document.hidden || again(false));
  document.querySelector("[data-pending-send]")?.addEventListener("click", () => again(true));
  await round(false);
}
