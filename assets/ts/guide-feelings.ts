// Finer words for feelings. The list with its boxes is what keyboards and readers use;
// the wheel beside it is the same for a thumb, one turn at a time: a large word, a finer
// one, the finest. What is picked stands above, with how strong it is.
import { button, el, shown } from "./shared/guide";

interface Node {
  name: string;
  box?: HTMLInputElement; // a word that can be picked
  within: Node[];
}

const svg = "http://www.w3.org/2000/svg";
const [inner, outer] = [58, 170];

class Slots {
  private readonly all: HTMLElement[];
  private asked = 0; // how many stand open for a word of one's own
  readonly more: HTMLButtonElement;

  constructor(field: HTMLElement) {
    this.all = [...field.querySelectorAll<HTMLElement>("[data-slot]")];
    const folded = this.all.filter((s) => s.closest("[data-slots-more]"));
    field.querySelector("[data-slots-more]")?.replaceWith(...folded);
    this.more = button("A word of my own", "btn", () => this.own());
    this.all.at(-1)?.parentElement?.append(this.more);
    for (const slot of this.all) {
      const out = button("Take this one out", "link small", () => {
        this.clear(slot);
        field.dispatchEvent(new Event("input", { bubbles: true }));
        this.more.focus();
      });
      out.setAttribute("aria-label", `Take this one out: ${slot.querySelector("label")?.textContent ?? ""}`);
      slot.append(out);
    }
  }

  private word(slot: HTMLElement): HTMLInputElement | null {
    return slot.querySelector<HTMLInputElement>('input[name$="-word"]');
  }

  get words(): string[] {
    return this.all.map((s) => this.word(s)?.value.trim() ?? "");
  }

  has(word: string): boolean {
    return this.words.some((w) => w.toLowerCase() === word.toLowerCase());
  }

  /** Puts a word in, and says whether there was room. */
  add(word: string): boolean {
    const slot = this.all.find((s) => this.word(s)?.value.trim() === "");
    const input = slot && this.word(slot);
    if (!input) return false;
    input.value = word;
    return true;
  }

  take(word: string): void {
    const slot = this.all.find((s) => this.word(s)?.value.trim().toLowerCase() === word.toLowerCase());
    if (slot) this.clear(slot);
  }

  private clear(slot: HTMLElement): void {
    for (const input of slot.querySelectorAll<HTMLInputElement>("input[name]")) {
      input.value = "";
      input.dispatchEvent(new Event("input")); // the slider beside it follows
    }
    this.asked = 0;
  }

  private own(): void {
    const slot = this.all.find((s) => this.word(s)?.value.trim() === "");
    if (!slot) return;
    this.asked = 1;
    this.show();
    this.word(slot)?.focus();
  }

  show(): void {
    const has = (s: HTMLElement) => this.word(s)?.value.trim() !== "" || s.querySelector(".field-error") !== null || s.contains(document.activeElement);
    let open = this.asked;
    for (const s of this.all) shown(s, has(s) || open-- > 0);
    shown(this.more, this.all.some((s) => s.hidden));
  }
}

class Feelings {
  private readonly slots: Slots;
  private readonly boxes: HTMLInputElement[];
  private readonly said = el("p", "note");
  private readonly root: Node;
  private path: Node[];
  private readonly wheel: SVGSVGElement | undefined;

  constructor(private readonly field: HTMLElement) {
    this.slots = new Slots(field);
    this.boxes = [...field.querySelectorAll<HTMLInputElement>("[data-family] input")];
    this.said.setAttribute("role", "status");
    this.root = { name: "", within: [...field.querySelectorAll<HTMLElement>("[data-family]")].map(family) };
    this.path = [this.root];
    const place = field.querySelector<HTMLElement>("[data-wheel]");
    if (place && this.root.within.length > 0) {
      this.wheel = document.createElementNS(svg, "svg");
      this.wheel.setAttribute("viewBox", "-172 -172 344 344");
      this.wheel.setAttribute("class", "wheel");
      this.wheel.setAttribute("aria-hidden", "true"); // the list below is the same
      this.wheel.addEventListener("click", (event) => this.tap(event.target));
      place.append(this.wheel, this.said);
      place.hidden = false;
      const list = field.querySelector<HTMLDetailsElement>("[data-list]");
      if (list) list.open = false; // the wheel has the same, and the list is a press away
    }
    field.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && this.boxes.includes(event.target)) this.picked(event.target);
    });
    field.addEventListener("input", (event) => {
      if (!(event.target instanceof HTMLInputElement && this.boxes.includes(event.target))) this.follow(); // of a box, change tells
    });
    field.addEventListener("focusout", () => setTimeout(() => this.slots.show()));
    field.closest("form")?.addEventListener("waymark:restored", () => this.begin());
    this.begin();
  }

  /** Words that were ticked where there was no script yet get their place, with how strong they are. */
  private begin(): void {
    for (const box of this.boxes) if (box.checked && !this.slots.has(box.value)) this.slots.add(box.value);
    this.follow();
  }

  private picked(box: HTMLInputElement): void {
    let full = false;
    if (!box.checked) this.slots.take(box.value);
    else if (!this.slots.has(box.value)) full = !this.slots.add(box.value);
    const picked = this.slots.words.filter((w) => w !== "").join(", ");
    this.said.textContent = full ? "There is no room for more words. You can take one out below." : picked === "" ? "" : `Picked: ${picked}`;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** The boxes and the wheel say what stands above. */
  private follow(): void {
    for (const box of this.boxes) box.checked = this.slots.has(box.value);
    this.slots.show();
    this.draw();
  }

  private tap(target: EventTarget | null): void {
    const at = target instanceof Element ? target.closest<SVGElement>("[data-nth]")?.dataset.nth : undefined;
    if (at === undefined) return;
    const here = this.path.at(-1) ?? this.root;
    const one = here.within[Number(at)];
    if (at === "back") this.path = this.path.slice(0, -1);
    else if (one && one.within.length > 0) this.path.push(one);
    else if (one?.box) {
      one.box.checked = !one.box.checked;
      this.picked(one.box);
    }
    if (this.path.length === 0) this.path = [this.root];
    this.draw();
  }

  private draw(): void {
    if (!this.wheel) return;
    const here = this.path.at(-1) ?? this.root;
    const parts = here.within.map((n, i) => sector(n, i, here.within.length));
    const middle = make("g", { "data-nth": "back", class: this.path.length > 1 ? "wheel-back" : "wheel-middle" });
    middle.append(make("circle", { r: String(inner - 3) }), text(here.name || "What is it", 0, -4), text(this.path.length > 1 ? "One back" : "most like?", 0, 14, "wheel-small"));
    this.wheel.replaceChildren(...parts, middle);
  }
}

/** A family as it stands in the list: large word, finer, finest. */
function family(part: HTMLElement): Node {
  const name = part.dataset.family ?? "";
  const shades = [...part.querySelectorAll<HTMLElement>("[data-shade]")].map((shade) => ({
    name: shade.dataset.shade ?? "",
    within: [...shade.querySelectorAll<HTMLInputElement>("input")].map((box) => ({ name: box.value, box, within: [] })),
  }));
  const whole = part.querySelector<HTMLInputElement>("[data-whole] input");
  return { name, within: [...(whole ? [{ name: whole.value, box: whole, within: [] }] : []), ...shades] };
}

function make(tag: string, attributes: Record<string, string>): SVGElement {
  const e = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  return e;
}

function text(words: string, x: number, y: number, className = ""): SVGElement {
  const t = make("text", { x: String(x), y: String(y), ...(className ? { class: className } : {}) });
  t.textContent = words;
  return t;
}

/** Whether somebody picked the word, or one within it. */
function chosen(n: Node): boolean {
  return n.box?.checked === true || n.within.some(chosen);
}

/** One part of a ring of so many, with its word along the radius, never upside down. */
function sector(n: Node, i: number, of: number): SVGElement {
  const [from, to] = [i, i + 1].map((k) => (k / of) * 2 * Math.PI - Math.PI / 2) as [number, number];
  const at = (r: number, a: number) => `${(r * Math.cos(a)).toFixed(1)} ${(r * Math.sin(a)).toFixed(1)}`;
  const large = to - from > Math.PI ? 1 : 0;
  const shape = `M${at(inner, from)}L${at(outer, from)}A${outer} ${outer} 0 ${large} 1 ${at(outer, to)}L${at(inner, to)}A${inner} ${inner} 0 ${large} 0 ${at(inner, from)}Z`;
  const g = make("g", { "data-nth": String(i), class: chosen(n) ? "wheel-part wheel-chosen" : "wheel-part" });
  const middle = (from + to) / 2;
  const left = Math.cos(middle) < -0.01;
  const turn = (middle * 180) / Math.PI + (left ? 180 : 0);
  const word = text(n.name, (left ? -1 : 1) * ((inner + outer) / 2), 0);
  word.setAttribute("transform", `rotate(${turn.toFixed(1)})`);
  g.append(make("path", { d: shape }), word);
  return g;
}

document.querySelectorAll<HTMLElement>("[data-feelings]").forEach((field) => new Feelings(field));
