// Keeps what is typed in a form with data-keep="<opaque id>" on this device, so
// that a reload, a closed tab or a failed save loses nothing (shared/kept.ts). It is
// forgotten when a page says data-kept="<id>", on Leave and sign-out, and after seven
// days. What was sent and had no connection is sent from here on (shared/pending.ts).
import type { Leaving } from "./leave";
import { db, forget, forgetAll, load, own, save, tidy, used, opened, type Kept } from "./shared/kept";
import { begin as sendPending, sends } from "./shared/pending";

const pause = 150; // ms between the first input not yet saved and the saving

// A page that answers to what was looked at again (outbox.ts) was asked for with every word
// of it, and the browser would write them down with the page's place in the history, for
// when it is opened again. It is as if the page had been asked for without.
try {
  if (sessionStorage.getItem("looked") !== null) {
    sessionStorage.removeItem("looked");
    history.replaceState(history.state, "", location.href);
  }
} catch {
  // a window without storage had nowhere to remember it either
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function controls(form: HTMLFormElement): Control[] {
  return [...form.elements].filter((e): e is Control => {
    if (e instanceof HTMLTextAreaElement || e instanceof HTMLSelectElement) return e.name !== "" && e.dataset.secret === undefined;
    if (!(e instanceof HTMLInputElement) || e.name === "" || e.dataset.secret !== undefined) return false;
    if (e.autocomplete === "one-time-code") return false;
    return !["hidden", "password", "file", "submit", "button", "image", "reset"].includes(e.type);
  });
}

/** The id of what a form makes, which the page gave it; none where the page stamps it together with its time. */
function formID(form: HTMLFormElement): HTMLInputElement | undefined {
  const hidden = (name: string) =>
    [...form.elements].find((e): e is HTMLInputElement => e instanceof HTMLInputElement && e.type === "hidden" && e.name === name);
  return hidden("stamp") ? undefined : hidden("id");
}

/** The fields of a form by name: what the server put there, what stands there now. */
function read(form: HTMLFormElement): Kept["fields"] {
  const fields: Kept["fields"] = {};
  const add = (name: string, base: string, value: string) => {
    const f = (fields[name] ??= { base: "", value: "" });
    f.base += base;
    f.value += value;
  };
  const seen = new Map<string, number>();
  for (const c of controls(form)) {
    if (c instanceof HTMLInputElement && c.type === "radio") {
      add(c.name, c.defaultChecked ? c.value : "", c.checked ? c.value : "");
    } else if (c instanceof HTMLInputElement && c.type === "checkbox") {
      add(`${c.name}=${c.value}`, c.defaultChecked ? "1" : "", c.checked ? "1" : "");
    } else {
      const n = seen.get(c.name) ?? 0;
      seen.set(c.name, n + 1);
      const base = c instanceof HTMLSelectElement ? ([...c.options].find((o) => o.defaultSelected)?.value ?? c.options[0]?.value ?? "") : c.defaultValue;
      add(n === 0 ? c.name : `${c.name} ${n}`, base, c.value);
    }
  }
  return fields;
}

/** Puts back what was kept, but only where the server still says what it said
 * then and nobody has typed since the page opened. */
function restore(form: HTMLFormElement, kept: Kept): number {
  const now = read(form);
  const wanted = new Map<string, string>();
  for (const [name, f] of Object.entries(kept.fields)) {
    const here = now[name];
    if (here && here.base === f.base && here.value === here.base && f.value !== f.base) wanted.set(name, f.value);
  }
  const seen = new Map<string, number>();
  for (const c of controls(form)) {
    if (c instanceof HTMLInputElement && c.type === "radio") {
      const value = wanted.get(c.name);
      if (value === undefined) continue;
      c.checked = c.value === value;
      if (c.checked) unfold(c);
    } else if (c instanceof HTMLInputElement && c.type === "checkbox") {
      const value = wanted.get(`${c.name}=${c.value}`);
      if (value === undefined) continue;
      c.checked = value === "1";
      unfold(c);
    } else {
      const n = seen.get(c.name) ?? 0;
      seen.set(c.name, n + 1);
      const value = wanted.get(n === 0 ? c.name : `${c.name} ${n}`);
      if (value === undefined) continue;
      c.value = value;
      unfold(c);
    }
  }
  return wanted.size;
}

/** Opens what is folded around a control, so that what came back is seen. */
function unfold(c: Control): void {
  for (let e = c.closest("details"); e; e = e.parentElement?.closest("details") ?? null) e.open = true;
}

function changed(fields: Kept["fields"]): boolean {
  return Object.values(fields).some((f) => f.value !== f.base);
}

/** The fields of a form in which somebody writes words, by name. */
function words(form: HTMLFormElement): string[] {
  return controls(form)
    .filter((c) => c instanceof HTMLTextAreaElement || (c instanceof HTMLInputElement && c.type === "text"))
    .map((c) => c.name);
}

/** What was kept and has no place in the form any more, because somebody changed
 * what it began from: it is shown beside it. */
function leftOf(form: HTMLFormElement, kept: Kept): Record<string, string> {
  const now = read(form);
  const left = { ...kept.left };
  for (const name of words(form)) {
    const [f, here] = [kept.fields[name], now[name]];
    if (!f || !here || f.value === f.base || here.base === f.base || f.value.trim() === "") continue;
    if (here.base.trim() !== f.value.trim()) left[name] = f.value;
  }
  return left;
}

/** Shows what was left, until it is put away or the form is sent. */
function show(form: HTMLFormElement, left: Record<string, string>, away: () => void): void {
  const part = document.createElement("div");
  part.className = "note kept-note";
  part.setAttribute("role", "status");
  const line = (className: string, text: string) => {
    const p = document.createElement("p");
    p.className = className;
    p.dir = "auto";
    p.textContent = text;
    part.append(p);
  };
  line("", "This was changed since you began to write here. What you wrote is kept on this device:");
  for (const text of Object.values(left)) line("words", text);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link small";
  button.textContent = "Put it away";
  button.addEventListener("click", () => {
    part.remove();
    away();
  });
  part.append(button);
  form.prepend(part);
}

/** Says once, above the form, that something was brought back. */
function say(form: HTMLFormElement): void {
  const p = document.createElement("p");
  p.className = "note kept-note";
  p.setAttribute("role", "status");
  form.prepend(p);
  p.textContent = "What you had begun here is back. It was kept on this device.";
}

async function keep(form: HTMLFormElement, id: string): Promise<void> {
  let timer = 0;
  let gone = false;
  let left: Record<string, string> = {};
  const begun = new Map<string, string>(); // by field that the server gave back as typed: what it had said before
  // One after the other, and none before what was kept is back in the form: else
  // what is typed into a page that just opened would take its place.
  let found: () => void = () => undefined;
  let last = new Promise<void>((done) => (found = done));
  const after = (work: () => Promise<void>): Promise<void> => (last = last.then(work).catch(() => undefined));
  const put = (): Promise<void> => {
    if (gone) return Promise.resolve();
    const fields = read(form);
    for (const [name, base] of begun) if (fields[name]) fields[name].base = base;
    const pending = form.dataset.pending !== undefined;
    const some = changed(fields) || pending || Object.keys(left).length > 0;
    const made = formID(form)?.value;
    const work = some ? save(id, { pending, ...sends(form), ...(made ? { form: made } : {}), fields, left }) : forget(id);
    return work.then(() => {
      if (timer === 0) form.setAttribute("data-kept-at", String(Date.now())); // there is nothing newer
    });
  };
  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = 0;
    return after(put);
  };
  const soon = () => {
    form.removeAttribute("data-kept-at");
    if (timer === 0) timer = setTimeout(write, pause);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", write);
  form.addEventListener("waymark:returns", (event) => (event as CustomEvent<Leaving>).detail.wait(write()));
  form.addEventListener("waymark:pending", write);
  form.addEventListener("waymark:sent", () => {
    gone = true;
    clearTimeout(timer);
    void after(() => forget(id));
  });
  document.addEventListener("waymark:leave", () => {
    gone = true;
    clearTimeout(timer);
  });
  form.addEventListener("waymark:kept", () => {
    begun.clear(); // what the server gave back is with the practice: only what is newer is kept here
    soon();
  });
  addEventListener("pagehide", () => timer && write());

  const bring = (kept: Kept) => {
    for (const [name, here] of Object.entries(read(form))) {
      const f = kept.fields[name];
      if (f && here.base !== f.base && here.base.trim() === f.value.trim()) begun.set(name, f.base);
    }
    left = leftOf(form, kept);
    const count = restore(form, kept);
    if (Object.keys(left).length > 0) {
      show(form, left, () => {
        left = {};
        write();
      });
    }
    if (count > 0) {
      // It may have been sent, and its answer lost on the way: so it is kept once.
      const made = formID(form);
      if (made && kept.form) made.value = kept.form;
      say(form);
    }
    if (kept.pending) form.dataset.pending = String(kept.sends?.at ?? Date.now());
    form.dispatchEvent(new CustomEvent("waymark:restored", { bubbles: true, detail: { count, pending: kept.pending } }));
  };
  try {
    const kept = await load(id);
    if (kept && !gone) bring(kept);
  } finally {
    found();
  }
}

async function begin(): Promise<void> {
  const forms = [...document.querySelectorAll<HTMLFormElement>("form[data-keep]")];
  const confirmed = [...document.querySelectorAll<HTMLElement>("[data-kept]")].map((e) => e.dataset.kept ?? "");
  if (forms.length === 0 && !(await used())) return;
  await db();
  await Promise.all(confirmed.filter((id) => id !== "").map((id) => forget(own(id))));
  await Promise.all(forms.map((form) => keep(form, own(form.dataset.keep ?? ""))));
  await tidy();
  await sendPending();
}

document.addEventListener("waymark:leave", (event) => {
  const store = opened();
  if (!store) return;
  const work = forgetAll(store);
  (event as CustomEvent<Leaving>).detail.wait(work);
});

// Without a device store (a private window, a full disk) typing goes on as ever.
begin().catch(() => undefined);
