// A questionnaire, one question at a time. Without this the same form has all
// its questions on one page. Nothing moves on by itself: choosing an answer,
// also by its number, only chooses it. What is sent is the whole form, with its
// own id, so that sending it again makes nothing twice.
import { notSaved } from "./shared/banner";
import { away, ends } from "./shared/ends";
import { go, next, post } from "./shared/next";
import { reach } from "./shared/reach";

const draftPause = 800; // ms
const stopPause = 500; // ms that leaving a last draft may take before somebody who stops here goes on
const keepPause = 2000; // ms that keeping the answers on the device may take
const waits = [2, 5, 10, 20, 30, 60, 60, 120, 120, 300]; // s before each further try; then only by hand or when online

const kept = "Not sent yet. Your answers are kept on this device. They are sent when there is a connection and this page is open.";
const keptForMe =
  "Not sent yet. Your answers are kept on this device. They are sent when there is a connection and this page is open, or any other page of yours here, within a week. Leave and signing out take them off this device.";
const notKept = "Not sent yet. Your answers are on this page: leave it open, and they are sent when the connection is back.";

const numbers = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];

class Ask {
  private readonly items: HTMLFieldSetElement[];
  private readonly extras: HTMLElement[]; // what may be added: it stands below the last question, folded until it has words
  private at = 0;
  private mode: "one" | "all";
  private reached = 0; // the furthest question seen
  private tries = 0;
  private timer = 0;
  private sending = false;
  private waiting = false;
  private gone = false;
  private draftTimer = 0;
  private draftAbort: AbortController | undefined;
  private drafting: Promise<unknown> | undefined; // the draft that is on its way

  constructor(private readonly form: HTMLFormElement) {
    this.items = [...form.querySelectorAll<HTMLFieldSetElement>("[data-ask-item]:not([data-ask-extra])")];
    this.extras = [...form.querySelectorAll<HTMLElement>("[data-ask-extra]")];
    this.mode = form.dataset.ask === "all" ? "all" : "one";
    const wrong = this.items.findIndex((i) => i.querySelector(".field-error"));
    this.at = wrong >= 0 ? wrong : this.firstOpen();
    this.reached = this.at;
    this.on();
    if (form.dataset.pending !== undefined) this.resume(true);
    else this.show(false);
    // What was answered before this script came is kept as well.
    if (this.items.some((i) => [...i.querySelectorAll("input")].some((a) => a.checked !== a.defaultChecked))) this.draftSoon();
  }

  /** Goes on where the device's copy of the answers stopped. */
  private resume(pending: boolean): void {
    this.at = pending ? this.last : this.firstOpen();
    this.reached = Math.max(this.reached, this.at);
    this.show(false);
    if (pending) void this.send();
    else this.draftSoon();
  }

  /** The last question that is asked: with some answers to a first one nothing more is. */
  private get last(): number {
    const gate = this.items.findIndex((i) => i.dataset.ends !== undefined);
    return gate >= 0 && ends(this.items[gate]) ? gate : this.items.length - 1;
  }

  private part<T extends HTMLElement>(name: string): T | null {
    return this.form.querySelector<T>(`[data-ask-${name}]`);
  }

  private on(): void {
    this.part("next")?.addEventListener("click", () => this.move(1));
    this.part("back")?.addEventListener("click", () => this.move(-1));
    this.part("skip")?.addEventListener("click", () => this.skip());
    this.part("switch")?.querySelector("button")?.addEventListener("click", () => {
      this.mode = this.mode === "one" ? "all" : "one";
      this.show(true);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.mode === "one" && this.at < this.last) this.move(1);
      else void this.send();
    });
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("waymark:restored", (event) => {
      this.resume((event as CustomEvent<{ pending: boolean }>).detail.pending);
    });
    document.addEventListener("keydown", (event) => this.number(event));
    document.addEventListener("waymark:leave", () => this.stop());
    addEventListener("online", () => this.waiting && void this.send());
    document.querySelector<HTMLAnchorElement>("a[data-back]")?.addEventListener("click", (event) => this.stopHere(event));
    addEventListener("pagehide", () => this.draftTimer && this.draft(true));
  }

  private answered(item: HTMLElement): boolean {
    const text = item.querySelector<HTMLTextAreaElement>("textarea");
    return text ? text.value.trim() !== "" : item.querySelector('input:checked:not([value=""])') !== null;
  }

  /** The first question without an answer if some have one, otherwise the first. */
  private firstOpen(): number {
    if (!this.items.some((i) => this.answered(i))) return 0;
    const open = this.items.findIndex((i) => !this.answered(i));
    return open < 0 ? this.last : Math.min(open, this.last);
  }

  private move(by: number): void {
    this.at = Math.min(Math.max(this.at + by, 0), this.last);
    this.reached = Math.max(this.reached, this.at);
    this.show(true);
  }

  /** Leaves this question open, also if it had an answer; after the last one comes sending. */
  private skip(): void {
    const item = this.items[this.at];
    item?.querySelectorAll<HTMLInputElement>("input:checked").forEach((i) => (i.checked = false));
    item?.querySelectorAll("textarea").forEach((t) => (t.value = ""));
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
    if (this.at < this.last) this.move(1);
    else this.part("send")?.focus();
  }

  private show(focus: boolean): void {
    const one = this.mode === "one";
    this.at = Math.min(this.at, this.last);
    const last = this.at === this.last;
    this.form.dataset.mode = this.mode;
    this.items.forEach((item, i) => {
      away(item, i > this.last);
      item.hidden ||= one && i !== this.at;
    });
    this.extras.forEach((item) => (item.hidden = one && !last));
    const unseen: Record<string, boolean> = {
      head: !one,
      intro: one,
      next: !one || last,
      send: one && !last,
      row: !one,
      switch: false,
      open: one && !last,
    };
    for (const [name, hidden] of Object.entries(unseen)) {
      const part = this.part(name);
      if (part) part.hidden = hidden;
    }
    this.off(this.part("back"), this.at === 0);
    const button = this.part("switch")?.querySelector("button");
    if (button) button.textContent = one ? "All questions on one page" : "One question at a time";
    this.progress();
    if (!focus) return;
    scrollTo({ top: 0, behavior: "instant" });
    (one ? this.items[this.at] : this.items[0])?.focus({ preventScroll: true });
  }

  /** Takes a button away without moving the one beside it. */
  private off(button: HTMLElement | null, gone: boolean): void {
    if (!button) return;
    button.classList.toggle("ask-away", gone);
    if (button instanceof HTMLButtonElement) button.disabled = gone;
  }

  /** Progress as stops and in words, and what is still open before sending. */
  private progress(): void {
    const asked = this.last + 1;
    const open = this.items.flatMap((item, i) => (i >= asked || this.answered(item) ? [] : [i]));
    this.form.querySelectorAll<HTMLElement>(".stops li").forEach((li, i) => {
      li.hidden = i >= asked;
      const passed = i <= this.reached && i !== this.at;
      li.className = i === this.at ? "here" : open.includes(i) ? (passed ? "done skipped" : "") : "done";
    });
    const place = this.part("place");
    if (place) place.textContent = `Question ${this.at + 1} of ${asked}`;
    const note = this.part("open");
    if (!note) return;
    const n = open.length;
    const which = open.map((i) => i + 1).join(", ");
    if (n === 0 || (n === asked && this.mode === "all")) note.hidden = true;
    else if (n === 1) note.textContent = `Question ${which} is not answered. That is all right.`;
    else note.textContent = `${numbers[n] ?? n} questions are not answered: ${which}. That is all right.`;
  }

  /** A number chooses the answer in that row; it never moves on. */
  private number(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
    const target = event.target;
    if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return;
    if (target instanceof HTMLInputElement && target.type !== "radio" && target.type !== "checkbox") return;
    if (document.querySelector("dialog:modal")) return;
    const item = this.mode === "one" ? this.items[this.at] : target instanceof Element ? target.closest<HTMLElement>("[data-ask-item]") : null;
    const choice = item?.querySelectorAll<HTMLInputElement>('input[type="radio"]:not([value=""])')[Number(event.key) - 1];
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("input", { bubbles: true }));
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private changed(): void {
    // Somebody who changes an answer meanwhile decides anew when to send it.
    if (this.waiting) {
      this.waiting = false;
      clearTimeout(this.timer);
      delete this.form.dataset.pending;
      this.say("");
    }
    this.show(false);
    this.draftSoon();
  }

  private draftSoon(): void {
    if (!this.form.dataset.draft || this.sending || this.gone) return;
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => this.draft(false), draftPause);
  }

  /** Leaves a draft with the practice, so that another device can go on. It may fail in silence. */
  private draft(leaving: boolean): void {
    clearTimeout(this.draftTimer);
    this.draftTimer = 0;
    const address = this.form.dataset.draft;
    if (!address || this.sending || this.gone) return;
    this.draftAbort?.abort();
    this.draftAbort = new AbortController();
    const sent = post(address, new FormData(this.form), leaving ? undefined : this.draftAbort.signal, leaving)
      .catch(() => undefined)
      .finally(() => {
        if (this.drafting === sent) this.drafting = undefined;
      });
    this.drafting = sent;
  }

  /** Somebody stops here: the next page shall know of the last answer, so the draft
   * goes first. Where the connection is slow they go on all the same. */
  private stopHere(event: MouseEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!(event.currentTarget instanceof HTMLAnchorElement) || !(this.draftTimer || this.drafting)) return;
    event.preventDefault();
    const to = event.currentTarget.href;
    this.draft(true);
    const late = new Promise((done) => setTimeout(done, stopPause));
    void Promise.race([this.drafting, late]).then(() => {
      if (!this.gone) location.assign(to); // Leave goes elsewhere
    });
  }

  private async send(): Promise<void> {
    if (this.sending || this.gone) return;
    this.sending = true;
    clearTimeout(this.timer);
    clearTimeout(this.draftTimer);
    this.draftTimer = 0;
    this.draftAbort?.abort();
    this.label("Sending…");
    let response: Response | undefined;
    try {
      response = await post(this.form.action, new FormData(this.form), AbortSignal.timeout(30_000));
    } catch {
      response = undefined;
    }
    if (this.gone) return;
    this.sending = false;
    if (response?.headers.get("Waymark-Urgent")) {
      // Whom to reach is on that page, and does not wait until sending works.
      this.gone = true;
      this.form.submit();
      return;
    }
    if (!response || response.status >= 500) {
      this.label("");
      this.later(response?.headers.get("Waymark-Says"));
      return;
    }
    const to = next(response);
    if (to !== undefined && response.ok) {
      this.gone = true;
      this.form.dispatchEvent(new CustomEvent("waymark:sent"));
      go(to);
      return;
    }
    // What the server says about the answers is a page: let the browser show it.
    this.gone = true;
    this.form.submit();
  }

  /** Says that nothing was lost, and tries again: soon, then seldom, and at once
   * when the device says that it is online. */
  private later(says?: string | null): void {
    if (!this.waiting) this.tries = 0;
    this.waiting = true;
    this.form.dataset.pending ||= String(Date.now());
    this.form.dispatchEvent(new CustomEvent("waymark:pending"));
    if (says) this.say(says);
    else this.notSent();
    this.reach();
    const wait = waits[this.tries++];
    if (wait !== undefined) this.timer = setTimeout(() => void this.send(), wait * 1000);
  }

  /** What is true of answers that were not sent: whoever is signed in sends them from any
   * page of theirs, and a browser that keeps nothing has them on this page alone. */
  private notSent(): void {
    this.say(document.body.dataset.whose ? keptForMe : kept);
    setTimeout(() => {
      if (this.waiting && !this.gone && !this.form.hasAttribute("data-kept-at")) this.say(notKept);
    }, keepPause);
  }

  /** Who answers without a network. It stands there whatever was answered, wherever a
   * questionnaire asks about danger: nothing is judged on this device, and nothing told. */
  private reach(): void {
    const at = this.part("reach");
    if (!at || at.hasChildNodes()) return;
    const part = reach("If you need somebody now", "Nobody has read your answers yet. If you are in danger, or somebody else may be, do not wait for the connection: a call or a text works without it.");
    if (!part) return;
    at.append(part);
    this.part("said")?.scrollIntoView({ block: "start", behavior: "instant" });
  }

  private say(words: string): void {
    const said = this.part("said");
    if (!said) return;
    if (words === "") {
      said.replaceChildren();
      return;
    }
    if (said.textContent === words) return;
    const p = document.createElement("p");
    notSaved(p, words);
    said.replaceChildren(p);
  }

  private words: string | undefined;

  private label(words: string): void {
    const button = this.part("send");
    if (!button) return;
    this.words ??= button.textContent ?? "";
    button.textContent = words || this.words;
    if (words) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }

  private stop(): void {
    this.gone = true;
    clearTimeout(this.timer);
    clearTimeout(this.draftTimer);
    this.draftTimer = 0;
    this.draftAbort?.abort();
  }
}

document.querySelectorAll<HTMLFormElement>("form[data-ask]").forEach((form) => new Ask(form));
