// The safety plan on this phone. Where a page has a place for it (data-plan-here: Help
// now, and what is shown where an answer could not be kept) it shows the plan that is
// kept here. On the plan's own page (data-plan-keep) its client puts it here and takes it
// off, and whenever they open that page what is here becomes what stands there.
import { here, keep, open, takeOff, type Part, type Plan, type Reached } from "./shared/here";
import { post } from "./shared/next";
import { files, plain } from "./shared/away/names";

const whose = document.body.dataset.whose ?? "";

function make<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  e.textContent = text;
  if (className) e.className = className;
  return e;
}

function person(p: Reached): HTMLLIElement {
  const li = make("li");
  const about = make("div", "", "grow");
  const who = make("p");
  who.append(make("b", p.name));
  about.append(who);
  if (p.words) about.append(make("p", p.words, "small soft told-words"));
  if (p.phone) about.append(make("p", p.phone, "plan-phone"));
  li.append(about);
  if (p.tel && /^tel:\+?[0-9]+$/.test(p.tel)) {
    const call = make("a", p.call ?? `Call ${p.name}`, "btn");
    call.href = p.tel;
    li.append(call);
  }
  return li;
}

function partOf(part: Part): HTMLElement[] {
  const all: HTMLElement[] = [make("h3", part.label)];
  if (part.lines?.length) {
    const lines = make("ul", "", "plan-lines");
    for (const line of part.lines) lines.append(make("li", line));
    all.push(lines);
  }
  if (part.people?.length) {
    const people = make("ul", "", "lines");
    for (const p of part.people) people.append(person(p));
    all.push(people);
  }
  return all;
}

/** Shows it, unless somebody else is signed in on this phone. */
async function show(at: HTMLElement): Promise<void> {
  const kept = await here();
  if (!kept || (whose !== "" && whose !== kept.person)) return;
  const plan = await open(kept);
  if (!plan) return;
  for (const part of plan.parts) at.append(...partOf(part));
  at.hidden = false;
}

interface Policy {
  createScriptURL(address: string): string;
}

interface Trusting extends Window {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
}

const script = "/worker.js";

/** Has the browser open Help now without a network: the page as somebody sees it who is
 * not signed in, with its files, and the worker that answers with them. Where that
 * cannot be, the plan is here all the same while there is a network. */
async function keepHelp(address: string): Promise<void> {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  const response = await fetch(address, { credentials: "omit" });
  if (!response.ok) return;
  const text = await response.clone().text();
  if (/<body[^>]*\sdata-whose=/.test(text)) return;
  const cache = await caches.open(files);
  const queue = filesIn(text);
  const all = new Set(queue);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (!(await cache.match(path))) await cache.add(path);
    if (!path.endsWith(".css")) continue;
    for (const more of filesIn((await (await cache.match(path))?.text()) ?? "")) {
      if (!all.has(more)) queue.push(more);
      all.add(more);
    }
  }
  await (await caches.open(plain)).put("/help", response);
  const rules: Policy = {
    createScriptURL(wanted) {
      if (wanted !== script) throw new TypeError("not the worker");
      return wanted;
    },
  };
  const worker = ((window as Trusting).trustedTypes?.createPolicy("waymark-worker", rules) ?? rules).createScriptURL(script);
  await navigator.serviceWorker.register(worker, { scope: "/" });
}

/** The files of ours that a page or a stylesheet names. */
const filesIn = (text: string): string[] => [...text.matchAll(/(?:\/assets\/|\.\/)([\w.-]+\.(?:js|css|svg|png|woff2))/g)].map((m) => `/assets/${m[1]}`);

async function offer(at: HTMLElement): Promise<void> {
  const plan = JSON.parse(at.dataset.planKeep ?? "") as Plan;
  const help = at.dataset.help ?? "/help";
  const says = at.querySelector<HTMLElement>("[data-plan-says]");
  const yes = at.querySelector<HTMLButtonElement>("[data-plan-yes]");
  const no = at.querySelector<HTMLButtonElement>("[data-plan-no]");
  if (!says || !yes || !no || whose === "" || !("indexedDB" in window)) return;

  const state = async (words = ""): Promise<void> => {
    const kept = await here();
    const mine = kept?.person === whose;
    yes.hidden = mine;
    no.hidden = !mine;
    const day = kept ? new Date(kept.at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" }).replace(",", "") : "";
    says.textContent =
      words ||
      (mine ? `It is on this phone, as of ${day}.` : kept ? "Another safety plan is on this phone. Keeping yours takes its place." : "It is not on this phone.");
  };
  const told = async (answer: string): Promise<boolean> => {
    const form = new FormData();
    form.set("keep", answer);
    return post("/my/at-hand/here", form, AbortSignal.timeout(15_000)).then(
      (response) => response.ok && !response.headers.has("Waymark-Waits"),
      () => false,
    );
  };
  const put = async (): Promise<void> => {
    await keep(whose, plan);
    await keepHelp(help).catch(() => undefined);
  };

  let running = false;
  const act = (button: HTMLButtonElement, what: () => Promise<string>): void => {
    button.addEventListener("click", () => {
      if (running) return;
      running = true;
      says.textContent = "One moment.";
      what()
        .then((words) => state(words))
        .catch(() => (says.textContent = "This browser could not do that. Perhaps it has no room left, or forgets everything, as a private window does."))
        .finally(() => (running = false));
    });
  };
  act(yes, async () => {
    // Without that, signing out would take it off again.
    if (!(await told("yes"))) return "This needs a network. Try again once there is one.";
    await put();
    return "It is on this phone now. Help now shows it, also without a network and without signing in.";
  });
  act(no, async () => {
    await takeOff();
    await told("no");
    return "It is off this phone.";
  });

  const kept = await here();
  if (kept?.person === whose) {
    await told("yes"); // for half a year more
    await put();
  }
  await state();
  at.hidden = false;
}

for (const at of document.querySelectorAll<HTMLElement>("[data-plan-here]")) show(at).catch(() => undefined);
for (const at of document.querySelectorAll<HTMLElement>("[data-plan-keep]")) offer(at).catch(() => undefined);
