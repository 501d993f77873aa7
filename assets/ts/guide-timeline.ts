// What happened, along a line in order of time: the rows say it, and the line is drawn
// beside them. How far apart things stand is how far apart they were, within reason.
import { button, el } from "./shared/guide";
import { type Ranked, ranked, reorder, whenWritten } from "./shared/rows";

const widest = 6; // rem between two things on the line
const day = 24 * 60 * 60 * 1000;

class Timeline {
  private readonly list = el("ol", "timeline");
  private readonly words = el("p", "note", "Write down when something was, and it finds its place here.");
  private readonly sort = button("Put my list in this order", "btn", () => this.order());

  constructor(private readonly field: HTMLElement) {
    const part = el("section", "guide-card stack", el("h2", "", "Your line"), this.words, this.list, this.sort);
    part.setAttribute("aria-label", "Your line");
    field.after(part);
    whenWritten(field, () => this.draw());
  }

  private order(): void {
    const all = ranked(this.field);
    const later = all.filter((e) => e.by === undefined);
    reorder(this.field, [...this.known(all), ...later]);
    this.draw();
  }

  private known(all: Ranked[]): Ranked[] {
    return all.filter((e) => e.by !== undefined).sort((a, b) => (a.by ?? 0) - (b.by ?? 0));
  }

  /** When it was, and in a word how, if that was said. */
  private when(e: Ranked): string {
    const tone = e.held.get(this.field.dataset.tone ?? "") ?? "";
    const unit = this.field.dataset.unit ?? "";
    return said(e.by ?? 0) + (unit ? ` ${unit}` : "") + (tone ? `. ${tone}` : "");
  }

  private draw(): void {
    const all = this.known(ranked(this.field)).filter((e) => e.title !== "");
    this.words.hidden = all.length > 0;
    this.list.hidden = this.sort.hidden = all.length === 0;
    const whole = (all.at(-1)?.by ?? 0) - (all[0]?.by ?? 0);
    this.list.replaceChildren(
      ...all.map((e, i) => {
        const title = el("p", "", e.title);
        title.dir = "auto";
        const item = el("li", "", el("p", "note num", this.when(e)), title);
        const gap = i === 0 || whole === 0 ? 0 : ((e.by ?? 0) - (all[i - 1]?.by ?? 0)) / whole;
        item.style.setProperty("--gap", `${(gap * Math.min(all.length, 4) * widest) / 2}rem`);
        return item;
      }),
    );
  }
}

/** A year or an age as it was typed, a day as people write it. */
function said(by: number): string {
  if (Math.abs(by) < day) return String(by);
  return new Date(by).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

document.querySelectorAll<HTMLElement>('[data-rows][data-guide="timeline"]').forEach((field) => new Timeline(field));
