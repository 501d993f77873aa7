// Situations in order of how hard they are expected to be, drawn as a ladder that says
// the same in words, and what was met beside what was expected. Whoever fills it in
// chooses the next step; nothing is chosen for them.
import { button, el } from "./shared/guide";
import { type Ranked, moved, ranked, reorder, whenWritten } from "./shared/rows";

class Ladder {
  private readonly list = el("ol", "ladder");
  private readonly words = el("p", "note", "Say of a step how hard you expect it to be, and it finds its place here.");
  private readonly sort = button("Put my list in this order", "btn", () => this.order());
  private readonly next: HTMLInputElement | HTMLTextAreaElement | null;
  private readonly met: string; // the second scale of a row, if it has one
  private readonly most: number;

  constructor(private readonly field: HTMLElement) {
    this.met = field.dataset.met ?? "";
    this.most = Number(field.dataset.most) || 10;
    this.next = field.closest("form")?.querySelector<HTMLInputElement | HTMLTextAreaElement>('[name="x-next"]') ?? null;
    const part = el("section", "guide-card stack", el("h2", "", "Your ladder, the easiest below"), this.words, this.list, this.sort);
    part.setAttribute("aria-label", "Your ladder");
    field.after(part);
    whenWritten(field, () => this.draw());
  }

  /** The steps from the hardest to the easiest; those without a number come last. */
  private steps(): Ranked[] {
    return ranked(this.field).sort((a, b) => (b.by ?? -1) - (a.by ?? -1));
  }

  private order(): void {
    reorder(this.field, this.steps().reverse());
    this.draw();
  }

  private draw(): void {
    const steps = this.steps().filter((s) => s.title !== "");
    const known = steps.filter((s) => s.by !== undefined);
    this.words.hidden = known.length > 0;
    this.list.hidden = this.sort.hidden = known.length === 0;
    this.list.replaceChildren(...steps.map((s) => this.rung(s)));
  }

  private rung(s: Ranked): HTMLElement {
    const met = s.held.get(this.met)?.trim() ?? "";
    const rung = el("li", met === "" ? "" : "ladder-tried");
    const title = el("p", "", s.title);
    title.dir = "auto";
    const words = s.by === undefined ? "Not said how hard" : met === "" ? `Expected ${s.by}` : `Expected ${s.by}, met ${met}`;
    const bar = el("span", "ladder-bar");
    bar.setAttribute("aria-hidden", "true");
    bar.style.setProperty("--expected", String((s.by ?? 0) / this.most));
    bar.style.setProperty("--met", met === "" ? "0" : String(Number(met) / this.most));
    rung.append(title, bar, el("p", "note num", words));
    const other = met === "" || s.by === undefined ? "" : Number(met) < s.by ? "It was less than expected." : Number(met) > s.by ? "It was more than expected." : "It was as expected.";
    if (other) rung.append(el("p", "note", other));
    if (this.next) {
      const choose = button("Choose this one next", "link small", () => this.choose(s.title));
      choose.setAttribute("aria-label", `Choose this one next: ${s.title}`);
      rung.append(choose);
    }
    return rung;
  }

  private choose(title: string): void {
    if (!this.next) return;
    this.next.value = title;
    moved(this.field);
    this.next.dispatchEvent(new Event("input", { bubbles: true }));
    this.next.focus();
  }
}

document.querySelectorAll<HTMLElement>('[data-rows][data-guide="hierarchy"]').forEach((field) => new Ladder(field));
