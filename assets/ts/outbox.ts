// The page of what waits on this phone: sent when there is a network, and, where the
// practice could not take it, shown with its words, to be put right, copied, or thrown
// away by whoever wrote it.
import { change, letGo, sendNow, waiting, type Came, type Waiting } from "./shared/away/box";
import { lock, opened } from "./shared/away/keys";
import { among, when } from "./shared/away/pages";
import { phoneOf, type Open } from "./shared/away/store";
import { sign } from "./shared/whose";

const root = document.querySelector<HTMLElement>("[data-outbox]");

/** What a thing is called here: nothing of what it says. */
const names: [string, string][] = [
  ["/my/log", "A day in your log"],
  ["/my/asks/{ask}/{occasion}", "Answers to questions"],
  ["/my/check-in", "A check-in"],
  ["/my/sessions/{held}/check-in", "A check-in"],
  ["/my/markers", "Something you noticed"],
  ["/my/agenda", "Something to bring"],
];

function nameOf(path: string): string {
  const found = names.find(([pattern]) => among([pattern], path));
  if (found) return found[1];
  if (path.startsWith("/my/practice")) return "Practice";
  if (path.startsWith("/my/journal")) return "Something in your journal";
  return "Something you wrote";
}

const said: Record<string, string> = {
  waits: "Waits for the network.",
  refused: "The practice could not keep it as it is.",
  conflict: "Something else is there meanwhile. Nothing was overwritten; both are shown if you look at it again.",
  gone: "What it belongs to is not there any more: it was closed or taken back, or has its place elsewhere by now. Your words are still here.",
  stopped: "This needs the network and was not sent. Do it again once there is one; your words are here.",
};

const sending = "Sending…";

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ""): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  if (className !== "") e.className = className;
  if (text !== "") e.textContent = text;
  return e;
}

function button(text: string, className: string, act: () => unknown): HTMLButtonElement {
  const b = element("button", className, text);
  b.type = "button";
  b.addEventListener("click", act);
  return b;
}

/** What the window remembers until the page is there that answers to what is looked at again (keep.ts). */
const looked = "looked";

/** A form that sends it as the browser would, so that the practice's own page about it comes. */
function look(w: Waiting): HTMLFormElement | undefined {
  if (!w.item || w.item.body !== undefined) return undefined;
  const form = element("form", "");
  form.method = "post";
  form.action = w.item.address;
  form.autocomplete = "off"; // or the browser keeps what is hidden in it, too
  for (const [name, value] of w.item.fields) {
    const field = element("input", "");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  sign(form);
  const b = element("button", "btn", "Look at it again");
  b.type = "submit";
  form.append(b);
  form.addEventListener("submit", () => sessionStorage.setItem(looked, ""));
  return form;
}

class Outbox {
  #sure = ""; // what is about to be thrown away

  constructor(
    private readonly root: HTMLElement,
    private readonly open: Open,
  ) {}

  async show(): Promise<void> {
    const all = await waiting(this.open);
    const list = this.root.querySelector<HTMLElement>("[data-outbox-list]");
    const none = this.root.querySelector<HTMLElement>("[data-outbox-none]");
    const acts = this.root.querySelector<HTMLElement>("[data-outbox-acts]");
    if (!list || !none || !acts) return;
    list.replaceChildren(...all.map((w) => this.#line(w)));
    list.hidden = all.length === 0;
    none.hidden = all.length > 0;
    acts.hidden = !all.some((w) => w.item?.state === "waits");
  }

  #line(w: Waiting): HTMLElement {
    const li = element("li", "card stack-tight");
    const item = w.item;
    li.append(element("h3", "", item ? nameOf(new URL(item.address, location.origin).pathname) : "Something from an older version of Waymark"));
    if (item) li.append(element("p", "small soft", `Written ${when(item.at)}, by this phone’s clock`));
    li.append(element("p", "", item ? (said[item.state] ?? "") : "This version cannot send it. Here is what it says, to be copied."));
    if (item?.said && item.state !== "gone") li.append(element("p", "words", item.said));
    if (w.words.length > 0) li.append(this.#words(w.words));
    if (item?.state !== "waits") li.append(this.#acts(w));
    else li.append(this.#throw(w));
    return li;
  }

  #words(words: string[]): HTMLElement {
    const details = element("details", "");
    details.append(element("summary", "", "What you wrote"));
    const area = element("textarea", "input");
    area.readOnly = true;
    area.autocomplete = "off"; // or the browser keeps it for when it is opened again
    area.rows = Math.min(12, words.join("\n").split("\n").length + 1);
    area.value = words.join("\n\n");
    area.setAttribute("aria-label", "What you wrote");
    const copy = button("Copy it", "btn", async () => {
      try {
        await navigator.clipboard.writeText(area.value);
        copy.textContent = "Copied";
      } catch {
        area.select();
      }
    });
    const acts = element("div", "acts");
    acts.append(copy);
    details.append(area, acts);
    return details;
  }

  #acts(w: Waiting): HTMLElement {
    const acts = element("div", "acts");
    const again = w.item && w.item.state !== "stopped" && w.item.state !== "gone" ? look(w) : undefined;
    if (again) acts.append(again);
    if (w.item?.state === "gone" || w.item?.state === "refused") {
      acts.append(button("Try to send it again", "btn btn-plain", () => void change(this.open, w, { state: "waits", said: "" }).then(() => this.send())));
    }
    acts.append(this.#throw(w));
    return acts;
  }

  #throw(w: Waiting): HTMLElement {
    if (this.#sure !== w.record.id) {
      return button("Throw it away", "btn btn-plain", () => {
        this.#sure = w.record.id;
        void this.show().then(() => this.root.querySelector<HTMLElement>("[data-outbox-sure]")?.focus());
      });
    }
    const part = element("div", "acts");
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", "Throw it away?");
    const sure = button("Yes, throw it away for good", "btn btn-danger", () => void letGo(w).then(() => this.show()));
    sure.dataset.outboxSure = "";
    part.append(
      sure,
      button("Keep it", "btn", () => {
        this.#sure = "";
        void this.show();
      }),
    );
    return part;
  }

  say(words: string): void {
    const p = this.root.querySelector<HTMLElement>("[data-outbox-says]");
    if (!p) return;
    p.textContent = words;
    p.hidden = words === "";
  }

  async came(c: Came | undefined): Promise<void> {
    if (c?.signIn) {
      this.say("");
      this.root.querySelectorAll<HTMLElement>("[data-outbox-signin]").forEach((e) => (e.hidden = false));
    } else if (c && c.sent > 0) {
      this.root.querySelectorAll<HTMLElement>("[data-outbox-now]").forEach((e) => (e.hidden = true));
      this.say(c.sent === 1 ? "One thing was sent, and is kept by the practice." : `${c.sent} things were sent, and are kept by the practice.`);
    } else if (c && !c.network) this.say("There is no network yet. It is sent when there is one.");
    await this.show();
  }

  async send(): Promise<void> {
    this.say(sending);
    const c = await sendNow(this.open);
    const answers = c.go.filter((to) => to.startsWith("/my/answers/")).at(-1);
    if (answers) location.assign(answers);
    await this.came(c);
    if (this.root.querySelector("[data-outbox-says]")?.textContent === sending) this.say("");
  }
}

async function begin(at: HTMLElement): Promise<void> {
  let box: Outbox | undefined;
  const find = async (): Promise<void> => {
    const open = await opened();
    if (box || !open || open.person !== document.body.dataset.whose || !(await phoneOf(open.person))) return;
    box = new Outbox(at, open);
    await box.show();
    at.querySelectorAll<HTMLElement>("[data-outbox-without]").forEach((e) => (e.hidden = true));
    at.querySelectorAll<HTMLElement>("[data-outbox-with]").forEach((e) => (e.hidden = false));
  };
  const now = new URLSearchParams(location.search).get("now");
  at.querySelectorAll<HTMLElement>("[data-outbox-now]").forEach((e) => (e.hidden = now === null));
  document.addEventListener("waymark:box", (event) => void find().then(() => box?.came((event as CustomEvent<Came | undefined>).detail)));
  at.querySelector("[data-outbox-send]")?.addEventListener("click", () => void box?.send());
  at.querySelector("[data-outbox-lock]")?.addEventListener("click", () => void lock().then(() => location.replace("/phone")));
  await find();
}

if (root) begin(root).catch(() => undefined);
