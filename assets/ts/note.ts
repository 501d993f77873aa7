// The draft of a note, kept by the practice on each pause of typing, so that another
// device can go on. Until it is, keep.ts has it on this device. Without this the
// button "Save draft" does the same.
//
// The form says which opening of it this is (page) and how often it has sent itself
// (nth): whatever becomes of an answer on the way, the server knows what is newest.
import { notSaved } from "./shared/banner";
import { whosePage } from "./shared/whose";

const pause = 1000; // ms without typing until the draft is kept
const longest = 8000; // ms of typing without a pause until it is kept all the same
const waits = [2, 5, 10, 20, 30]; // s until it is tried again; the last one from then on
const patience = 20_000; // ms for one try
const smallEnough = 60_000; // bytes that a browser sends for a page that is going

interface Answer {
  rev?: number;
  text?: string;
  kind?: string;
}

class Draft {
  private timer = 0;
  private since = 0; // when what is not kept yet began
  private dirty = false;
  private sending = false;
  private stopped = false; // another device was quicker, or the page goes
  private tries = 0;
  private nth = 0;
  private controller: AbortController | undefined;
  private readonly said: HTMLElement | null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly address: string,
  ) {
    this.said = form.querySelector<HTMLElement>("[data-note-said]");
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", (event) => event.target !== form && this.changed());
    form.addEventListener("waymark:restored", (event) => {
      if ((event as CustomEvent<{ count: number }>).detail.count > 0) this.changed();
      else this.there();
    });
    form.addEventListener("submit", () => this.hand(), { capture: true });
    addEventListener("online", () => this.again());
    addEventListener("focus", () => this.again());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.again();
      else this.last();
    });
    addEventListener("pagehide", () => this.last());
    document.addEventListener("waymark:leave", () => this.stop());
    document.addEventListener("submit", (event) => event.target !== form && this.stop()); // such as to throw it away
    if (this.differs()) this.changed(); // the device had brought something back before this ran
    else this.there();
  }

  /** Whether there is something in the form that the practice did not put there. */
  private differs(): boolean {
    return [...this.form.elements].some(
      (c) =>
        (c instanceof HTMLTextAreaElement && c.value !== c.defaultValue) ||
        (c instanceof HTMLInputElement && c.type === "checkbox" && c.checked !== c.defaultChecked),
    );
  }

  /** What the page opened with is the draft that the practice has: where the device kept
   * the same, because it was sent in the last moment of another window, it forgets it. */
  private there(): void {
    if (this.form.querySelector("[data-note-kept]") && !this.differs()) this.form.dispatchEvent(new Event("waymark:kept"));
  }

  private changed(): void {
    if (this.stopped) return;
    this.dirty = true;
    this.since ||= Date.now();
    clearTimeout(this.timer);
    const wait = Math.max(0, Math.min(pause, this.since + longest - Date.now()));
    this.timer = setTimeout(() => void this.send(), wait);
  }

  /** Something speaks for another try now. */
  private again(): void {
    if (this.dirty && !this.sending && !this.stopped) {
      clearTimeout(this.timer);
      void this.send();
    }
  }

  /** The form is sent by hand: it is newer than whatever is on its way. */
  private hand(): void {
    clearTimeout(this.timer);
    this.count();
  }

  private stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.controller?.abort();
  }

  private field(name: string): HTMLInputElement | null {
    const found = this.form.elements.namedItem(name);
    return found instanceof HTMLInputElement ? found : null;
  }

  private count(): void {
    const field = this.field("nth");
    this.nth = Math.max(this.nth, Number(field?.value ?? 0)) + 1;
    if (field) field.value = String(this.nth);
  }

  private body(): URLSearchParams {
    this.count();
    return new URLSearchParams([...new FormData(this.form)].filter((e): e is [string, string] => typeof e[1] === "string"));
  }

  private post(body: URLSearchParams, signal?: AbortSignal, keepalive = false): Promise<Response> {
    return fetch(this.address, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { Accept: "application/json", ...whosePage() },
      keepalive,
      ...(signal ? { signal } : {}),
    });
  }

  private async send(): Promise<void> {
    // While the form is sent by hand (busy.ts), that is the newest.
    if (this.stopped || this.sending || this.form.dataset.sending !== undefined) return;
    this.sending = true;
    this.dirty = false;
    this.since = 0;
    const body = this.body();
    this.controller = new AbortController();
    const late = setTimeout(() => this.controller?.abort(), patience);
    let response: Response | undefined;
    let answer: Answer = {};
    try {
      response = await this.post(body, this.controller.signal);
      answer = (await response.json()) as Answer;
    } catch {
      // no connection, or an answer that is none of ours
    }
    clearTimeout(late);
    this.sending = false;
    if (this.stopped) return;
    if (response?.ok && answer.rev !== undefined) this.kept(body, answer);
    else this.failed(response, answer);
  }

  private kept(body: URLSearchParams, answer: Answer): void {
    this.tries = 0;
    document.querySelectorAll<HTMLInputElement>('input[name="rev"]').forEach((rev) => (rev.value = String(answer.rev)));
    this.settle(body);
    this.say(answer.text ?? "");
    if (this.dirty) this.changed();
  }

  /** What the server has is what the form would begin with now: the device keeps
   * only what is newer. */
  private settle(body: URLSearchParams): void {
    for (const c of this.form.elements) {
      if (c instanceof HTMLTextAreaElement) {
        const typed = c.value;
        c.defaultValue = (body.get(c.name) ?? "").replace(/\r\n/g, "\n").trim();
        if (c.value !== typed) c.value = typed; // one that nobody has touched follows its default
      } else if (c instanceof HTMLInputElement && c.type === "checkbox") {
        const on = c.checked;
        c.defaultChecked = body.getAll(c.name).includes(c.value);
        if (c.checked !== on) c.checked = on;
      }
    }
    this.form.dispatchEvent(new Event("waymark:kept"));
  }

  private failed(response: Response | undefined, answer: Answer): void {
    this.dirty = true;
    const here = "Your text is still here, and kept on this device.";
    if (!response || response.status >= 500) {
      const why = response ? "the practice’s computer did not take it" : "there is no connection";
      this.warn(`Not saved at the practice yet: ${why}. ${here} It is tried again by itself.`);
      const wait = waits[Math.min(this.tries++, waits.length - 1)] ?? 30;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.send(), wait * 1000);
      return;
    }
    switch (response.status) {
      case 401:
        if (answer.kind === "another") {
          this.warn(`${answer.text ?? ""} ${here}`);
          return;
        }
        this.warn(`Not saved at the practice yet: your sign-in has ended. ${here}`, this.link());
        return; // tried again when somebody comes back to this page
      case 409: {
        this.stopped = true;
        this.warn(answer.text ?? "This note went on in another window or on another device.", this.button("Show both"));
        return;
      }
      case 404:
        this.warn("This can no longer be saved here. Your text is still on this page: copy what you need.");
        return;
      default:
        this.warn(answer.text ?? `Not saved at the practice yet. ${here}`);
    }
  }

  /** Somebody signs in beside this page, and comes back to it. */
  private link(): HTMLElement {
    const a = document.createElement("a");
    a.href = "/sign-in?to=%2Fsign-in%2Fdone";
    a.target = "_blank";
    a.rel = "noreferrer";
    a.textContent = "Sign in in a new window";
    return a;
  }

  /** The form goes by hand, and comes back with both texts. */
  private button(words: string): HTMLElement {
    const b = document.createElement("button");
    b.className = "btn";
    b.name = "do";
    b.value = "keep";
    b.setAttribute("formaction", this.address);
    b.textContent = words;
    return b;
  }

  private say(words: string): void {
    this.said?.parentElement?.querySelector("[data-note-more]")?.remove();
    if (!this.said) return;
    if (this.said.className !== "note") this.said.className = "note";
    if (this.said.textContent !== words) this.said.textContent = words;
  }

  private warn(words: string, more?: HTMLElement): void {
    if (!this.said) return;
    if (this.said.textContent !== words) notSaved(this.said, words);
    this.said.parentElement?.querySelector("[data-note-more]")?.remove();
    if (!more) return;
    const p = document.createElement("p");
    p.dataset.noteMore = "";
    p.append(more);
    this.said.after(p);
  }

  /** The page goes or is put aside: what can still be sent, is. */
  private last(): void {
    if (!this.dirty || this.stopped || this.form.dataset.sending !== undefined) return;
    clearTimeout(this.timer);
    const body = this.body();
    if (body.toString().length > smallEnough) return;
    this.post(body, undefined, true).catch(() => undefined);
  }
}

document.querySelectorAll<HTMLElement>("[data-note-draft]").forEach((part) => {
  const form = part.closest("form");
  if (form && part.dataset.noteDraft) new Draft(form, part.dataset.noteDraft);
});
