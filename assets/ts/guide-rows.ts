// Rows of a field, one more at a time. Without this the first rows stand open and the
// rest folded below them.
import { button, shown } from "./shared/guide";
import { empty, held, moved, put, rowsOf } from "./shared/rows";

class Rows {
  private readonly rows: HTMLElement[];
  private readonly more = button("One more", "btn", () => this.add());
  private readonly outs: HTMLElement[] = [];
  private open = 1;

  constructor(private readonly field: HTMLElement) {
    this.rows = rowsOf(field);
    field.querySelector("[data-rows-more]")?.replaceWith(...this.rows.filter((r) => r.closest("[data-rows-more]")));
    for (const row of this.rows) {
      const out = button("Take this one out", "link small", () => this.out(row));
      out.setAttribute("aria-label", `Take this one out: ${row.querySelector("legend")?.textContent ?? ""}`);
      row.append(out);
      this.outs.push(out);
    }
    field.append(this.more);
    field.closest("form")?.addEventListener("waymark:restored", () => this.show());
    field.addEventListener("waymark:moved", () => this.show());
    this.show();
  }

  private filled(row: HTMLElement): boolean {
    return !empty(held(this.field, row)) || row.querySelector(".field-error") !== null;
  }

  /** Shows the rows in which something stands, and those that were asked for. */
  private show(): void {
    const last = this.rows.filter((r) => this.filled(r)).at(-1);
    this.open = Math.max(this.open, 1, last ? this.rows.indexOf(last) + 1 : 0);
    this.rows.forEach((r, i) => shown(r, i < this.open));
    this.outs.forEach((out) => shown(out, this.open > 1));
    shown(this.more, this.open < this.rows.length);
  }

  private add(): void {
    this.open++;
    this.show();
    this.rows[this.open - 1]?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  }

  /** Takes a row out: those below it move up. */
  private out(row: HTMLElement): void {
    const from = this.rows.indexOf(row);
    for (let i = from; i < this.rows.length; i++) {
      const [here, below] = [this.rows[i], this.rows[i + 1]];
      if (here) put(this.field, here, below ? held(this.field, below) : new Map());
    }
    this.open = Math.max(1, this.open - 1);
    moved(this.field);
    (this.rows[Math.min(from, this.open - 1)]?.querySelector<HTMLElement>("input, textarea, select") ?? this.more).focus();
  }
}

document.querySelectorAll<HTMLElement>("[data-rows]").forEach((field) => new Rows(field));
