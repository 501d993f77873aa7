// "Use on this phone", and taking it off: the phone's key is made here, and wrapped by
// the secret that the practice answers with, and by a code if one was typed.
import { fromBase64, newID } from "./shared/vault/bytes";
import { count } from "./shared/away/box";
import { keyByCode, keyBySecret, leastCode, lock, newKey, openBy, wrapByCode, wrapBySecret } from "./shared/away/keys";
import { forgetPages } from "./shared/away/pages";
import { all, drop, phoneOf, put, used, type Open, type Phone } from "./shared/away/store";
import { clear, sync } from "./shared/away/sync";
import { whosePage } from "./shared/whose";

interface Policy {
  createScriptURL(address: string): string;
}

interface Trusting extends Window {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
}

class Refused extends Error {}

const script = "/worker.js";

let worker: string | undefined;

/** Has the browser run the worker; the one address that Trusted Types let through. */
async function register(): Promise<void> {
  const rules: Policy = {
    createScriptURL(wanted) {
      if (wanted !== script) throw new TypeError("not the worker");
      return wanted;
    },
  };
  worker ??= ((window as Trusting).trustedTypes?.createPolicy("waymark-worker", rules) ?? rules).createScriptURL(script);
  const registration = await navigator.serviceWorker.register(worker, { scope: "/" });
  for (let waited = 0; !registration.active && waited < 100; waited++) await new Promise((done) => setTimeout(done, 100));
}

async function ask<T>(address: string, fields?: Record<string, string>): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, {
      headers: { Accept: "application/json", ...whosePage() },
      ...(fields ? { method: "POST", body: new URLSearchParams(fields) } : {}),
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    throw new Refused("There is no network. This needs one.");
  }
  const told = (await response.json().catch(() => ({}))) as T & { text?: string; kind?: string };
  if (!response.ok) {
    if (told.kind === "step up") location.assign("/step-up?to=%2Fmy%2Fphone");
    throw new Refused(told.text ?? "The practice’s computer did not answer as it should. Try again in a moment.");
  }
  return told;
}

class Page {
  readonly #whose = document.body.dataset.whose ?? "";

  constructor(private readonly root: HTMLElement) {}

  part(name: string): HTMLElement | null {
    return this.root.querySelector(`[data-phone-${name}]`);
  }

  say(words: string, where = "says"): void {
    const p = this.part(where);
    if (!p) return;
    p.textContent = words;
    p.hidden = words === "";
  }

  async begin(): Promise<void> {
    const can = "serviceWorker" in navigator && "locks" in navigator && isSecureContext && "indexedDB" in window;
    this.say(can ? "" : "This browser cannot keep pages for when there is no network. A newer one can.");
    if (!can) return;
    const phone = (await used()) ? await phoneOf(this.#whose) : undefined;
    this.#show(phone);
    this.#on("use", (f) => this.#use(f));
    this.#on("code", (f) => this.#code(f));
    this.part("now")?.addEventListener("click", () => void this.#run(() => this.#now()));
    this.part("lock")?.addEventListener("click", () => void lock().then(() => location.replace("/phone")));
    this.part("off")?.addEventListener("click", () => void this.#run(() => this.#off()));
  }

  #show(phone: Phone | undefined): void {
    const parts: Record<string, boolean> = { without: !phone, with: phone !== undefined };
    for (const [name, yes] of Object.entries(parts)) {
      const part = this.part(name);
      if (part) part.hidden = !yes;
    }
    const line = phone && this.root.querySelector<HTMLElement>(`[data-device="${phone.device}"]`);
    if (line) line.hidden = true; // it stands above as this phone
    const others = document.getElementById("h-devices")?.closest("section");
    if (others) others.hidden = others.querySelector("[data-device]:not([hidden])") === null;
    this.say(phone ? (phone.code ? "It opens without a network by its code." : "It has no code: without a network it opens only within half an hour after you used it.") : "", "state");
  }

  #on(name: string, act: (form: HTMLFormElement) => Promise<void>): void {
    const form = this.root.querySelector<HTMLFormElement>(`form[data-phone-${name}-form]`);
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      void this.#run(() => act(form));
    });
  }

  #running = false;

  async #run(act: () => Promise<void>): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.say("One moment.");
    try {
      await act();
    } catch (error) {
      const quota = error instanceof DOMException && error.name === "QuotaExceededError";
      this.say(error instanceof Refused ? error.message : quota ? "This phone has no room for it. Nothing was kept on it." : "The browser could not do this. In a private window it cannot; otherwise try again in a moment.");
      this.part("says")?.scrollIntoView({ block: "nearest" }); // the buttons stand further down than a phone shows
    } finally {
      this.#running = false;
    }
  }

  /** The code of a form, if one was typed: the same twice, and long enough. */
  #typed(form: HTMLFormElement, must: boolean): string | undefined {
    const data = new FormData(form);
    const [code, again] = [String(data.get("code") ?? "").trim(), String(data.get("again") ?? "").trim()];
    if (code === "" && again === "" && !must) return undefined;
    if ([...code].length < leastCode) throw new Refused(`The code needs at least ${leastCode} characters. Longer is better.`);
    if (code !== again) throw new Refused("The two codes are not the same. Type them once more.");
    return code;
  }

  async #use(form: HTMLFormElement): Promise<void> {
    const code = this.#typed(form, false);
    const id = form.querySelector<HTMLInputElement>('input[name="id"]')?.value || newID();
    const told = await ask<{ secret: string; person: string }>("/my/phone", { id });
    const key = newKey();
    let open: Open | undefined;
    try {
      const secret = fromBase64(told.secret);
      const phone: Phone = {
        person: told.person,
        device: id,
        server: await wrapBySecret(told.person, id, key, secret),
        ...(code === undefined ? {} : { code: await wrapByCode(told.person, id, key, code) }),
        lists: { pages: [], forms: [], help: "/help" },
        synced: 0,
      };
      await put("phones", phone);
      open = await openBy(told.person, key);
      await navigator.storage?.persist?.().catch(() => false);
      await register();
      await sync(open, true);
    } catch (error) {
      if (!open) await ask(`/my/phone/${id}/empty`, { secret: told.secret }).catch(() => undefined);
      throw error;
    }
    location.assign("/my/phone?done=used");
  }

  /** The phone's key with the secret of the practice. Whoever asks wipes it. */
  async #key(phone: Phone): Promise<Uint8Array<ArrayBuffer>> {
    const told = await ask<{ secret: string }>(`/my/phone/${phone.device}/secret`);
    return keyBySecret(phone, fromBase64(told.secret));
  }

  async #code(form: HTMLFormElement): Promise<void> {
    const phone = await phoneOf(this.#whose);
    const code = this.#typed(form, true);
    if (!phone || code === undefined) return;
    const key = await this.#key(phone);
    const next = { ...phone, code: await wrapByCode(phone.person, phone.device, key, code) };
    key.fill(0);
    await put("phones", next);
    (await keyByCode(next, code)).fill(0); // it opens indeed
    form.reset();
    this.#show(next);
    this.say("Kept. This code opens what is on this phone from now on.");
  }

  async #now(): Promise<void> {
    const phone = await phoneOf(this.#whose);
    if (!phone) return;
    const open = await openBy(phone.person, await this.#key(phone));
    await register();
    const n = await sync(open, true);
    this.say(n === undefined ? "That did not work just now. Try again in a moment." : `Fetched: ${n} pages are on this phone.`);
  }

  async #off(): Promise<void> {
    const phone = await phoneOf(this.#whose);
    if (!phone) return;
    if ((await count(phone.person)) > 0) {
      this.say("");
      const waits = this.part("waits");
      if (waits) waits.hidden = false;
      return;
    }
    const told = await ask<{ secret: string }>(`/my/phone/${phone.device}/secret`);
    await ask(`/my/phone/${phone.device}/off`, {});
    await forgetPages(phone.person);
    await lock();
    await drop("phones", phone.person);
    const others = (await all<Phone>("phones")).length > 0 || !(await clear());
    await ask(`/my/phone/${phone.device}/empty`, { secret: told.secret, others: others ? "yes" : "" });
    location.assign("/my/phone?done=off");
  }
}

const root = document.querySelector<HTMLElement>("[data-phone]");
if (root) new Page(root).begin().catch(() => undefined);
