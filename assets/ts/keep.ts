// Keeps what is typed in a form with data-keep="<opaque id>" on this device, so
// that a reload, a closed tab or a failed save loses nothing (shared/kept.ts). It is
// forgotten when a page says data-kept="<id>", on Leave and sign-out, and after seven
// days. What was sent and had no connection is sent from here on (shared/pending.ts).
import type { Leaving } from "./leave";
import { db, forget, forgetOwn, load, others, own, save, settle, tidy, used, opened, type Kept } from "./shared/kept";
import { dropOf } from "./shared/leaver";
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

/** The texts that an entry of another window has beyond what stands in this one. */
function beyond(form: HTMLFormElement, there: Kept): string[] {
  const here = Object.values(read(form)).map((f) => f.value.trim());
  const written = words(form).flatMap((name) => (there.fields[name] && there.fields[name].value !== there.fields[name].base ? [there.fields[name].value.trim()] : []));
  const all = [...new Set([...(there.beside ?? []), ...Object.values(there.left ?? {}), ...written])].filter((t) => t !== "");
  return all.filter((t) => !here.some((h) => h.includes(t)) && !all.some((u) => u !== t && u.includes(t)));
}

// Which saving of each form was the last of this window: what another one kept is not its
// to forget, also on the page that comes after a form was sent.
const lastOf = (id: string): string | undefined => {
  try {
    return sessionStorage.getItem(`kept ${id}`) ?? undefined;
  } catch {
    return undefined;
  }
};

const noteLast = (id: string, rev: string): void => {
  try {
    sessionStorage.setItem(`kept ${id}`, rev);
  } catch {
    // a window without storage forgets with the others
  }
};

const unnote = (): void => {
  try {
    for (const name of Object.keys(sessionStorage)) if (name === "whose" || name.startsWith("kept ")) sessionStorage.removeItem(name);
  } catch {
    // nor is there anything noted
  }
};

const changedSince = "This was changed since you began to write here. What you wrote is kept on this device:";
const elsewhere = "In another window here this was written as well. It is kept on this device:";

/** Shows what was left, until it is put away or the form is sent. */
function show(form: HTMLFormElement, why: string, left: string[], away: () => void): void {
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
  line("", why);
  for (const text of left) line("words", text);
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
  let beside: string[] = [];
  let over: Kept | undefined; // what another window had kept, where this one kept its own
  let rev: string | undefined; // of what this window kept last, or brought back
  const begun = new Map<string, string>(); // by field that the server gave back as typed: what it had said before
  // One after the other, and none before what was kept is back in the form: else
  // what is typed into a page that just opened would take its place.
  let found: () => void = () => undefined;
  let last = new Promise<void>((done) => (found = done));
  const after = (work: () => Promise<void>): Promise<void> => (last = last.then(work).catch(() => undefined));
  const put = async (): Promise<void> => {
    if (gone) return;
    const fields = read(form);
    const there = await load(id).catch(() => undefined);
    if (gone) return;
    const strange = there !== undefined && there.rev !== undefined && there.rev !== rev;
    if (strange) beside = beyond(form, { ...there, beside: [...beside, ...(there.beside ?? [])] });
    for (const [name, base] of begun) if (fields[name]) fields[name].base = base;
    const pending = form.dataset.pending !== undefined;
    const some = changed(fields) || pending || Object.keys(left).length > 0;
    const made = formID(form)?.value;
    if (strange && some) over = there;
    if (!some && !strange && over) { // this window has nothing to say any more, and gives the place back
      await save(id, over);
      [rev, over, beside] = [undefined, undefined, []];
    } else if (some || (!strange && beside.length > 0)) {
      rev = crypto.randomUUID();
      await save(id, { pending, ...sends(form), ...(made ? { form: made } : {}), fields, left, beside, rev });
      noteLast(id, rev);
    } else if (!strange) await forget(id);
    if (timer === 0) form.setAttribute("data-kept-at", String(Date.now())); // there is nothing newer
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
    void after(() => settle(id, rev));
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
    rev = kept.rev;
    for (const [name, here] of Object.entries(read(form))) {
      const f = kept.fields[name];
      if (f && here.base !== f.base && here.base.trim() === f.value.trim()) begun.set(name, f.base);
    }
    left = leftOf(form, kept);
    const count = restore(form, kept);
    if (Object.keys(left).length > 0) {
      show(form, changedSince, Object.values(left), () => {
        left = {};
        write();
      });
    }
    beside = kept.beside ?? [];
    if (beside.length > 0) {
      show(form, elsewhere, beside, () => {
        beside = [];
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
  await Promise.all(confirmed.filter((id) => id !== "").map((id) => settle(own(id), lastOf(own(id)))));
  await Promise.all(forms.map((form) => keep(form, own(form.dataset.keep ?? ""))));
  await tidy();
  await sendPending();
}

// Who used this window last: the quick exit from a page of nobody, such as Help now, takes
// along what is theirs.
const whose = document.body.dataset.whose ?? "";
let leaver = whose;
try {
  if (whose !== "") sessionStorage.setItem("whose", whose);
  else leaver = sessionStorage.getItem("whose") ?? "";
} catch {
  // a window without storage knows nobody but whose page it shows
}

document.addEventListener("waymark:leave", (event) => {
  const { wait, signOut } = (event as CustomEvent<Leaving>).detail;
  const store = opened();
  unnote();
  const forgotten = store ? forgetOwn(store, leaver) : Promise.resolve();
  wait(forgotten);
  if (signOut) wait(goes(signOut, forgotten, store));
});

/** Signing out has the browser drop all that it holds of us, unless there is something of
 * somebody else: then only what is of whoever goes. */
async function goes(form: HTMLFormElement, forgotten: Promise<void>, store: IDBDatabase | undefined): Promise<void> {
  await forgotten;
  const some = await Promise.all([store ? others(store, whose) : false, dropOf(whose)]);
  if (!some.includes(true)) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "others";
  field.value = "yes";
  form.append(field);
}

// Without a device store (a private window, a full disk) typing goes on as ever.
begin().catch(() => undefined);
