// The rows of a field in a form: the server has written as many as there is room for,
// each with the number of its row in the names of its controls. To move a row is to
// move what its controls hold, so that every name stays where it is.

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What the controls of a row hold, by the field and its place in the row. */
export type Held = Map<string, string>;

/** All rows of a field, also those that are not shown. */
export function rowsOf(field: HTMLElement): HTMLElement[] {
  return [...field.querySelectorAll<HTMLElement>("[data-row]")];
}

function controls(row: HTMLElement): Control[] {
  return [...row.querySelectorAll<Control>("input[name], textarea[name], select[name]")];
}

/** Where a control stands in its row: the same in every row of the field. */
function key(field: HTMLElement, row: HTMLElement, c: Control): string {
  const prefix = `${field.id.replace(/^f-/, "")}-${row.dataset.row}-`;
  return c.name.startsWith(prefix) ? c.name.slice(prefix.length) : c.name;
}

const picks = (c: Control): c is HTMLInputElement => c instanceof HTMLInputElement && (c.type === "radio" || c.type === "checkbox");

/** What a row holds. */
export function held(field: HTMLElement, row: HTMLElement): Held {
  const all: Held = new Map();
  for (const c of controls(row)) {
    const at = key(field, row, c);
    if (!picks(c)) all.set(at, c.value);
    else if (c.checked) all.set(c.type === "radio" ? at : `${at}=${c.value}`, c.value);
  }
  return all;
}

/** Puts into a row what another held. */
export function put(field: HTMLElement, row: HTMLElement, what: Held): void {
  for (const c of controls(row)) {
    const at = key(field, row, c);
    if (!picks(c)) c.value = what.get(at) ?? "";
    else if (c.type === "radio") c.checked = c.value !== "" && what.get(at) === c.value;
    else c.checked = what.has(`${at}=${c.value}`);
  }
}

/** Whether nothing was written into a row. */
export function empty(what: Held): boolean {
  return [...what.values()].every((v) => v.trim() === "");
}

/** Says that rows were moved: what is kept is kept anew, and what is drawn is drawn anew. */
export function moved(field: HTMLElement): void {
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new CustomEvent("waymark:moved", { bubbles: true }));
}

/** Calls again whenever what is written in the field may be another. */
export function whenWritten(field: HTMLElement, again: () => void): void {
  field.addEventListener("input", again);
  field.addEventListener("change", again);
  field.closest("form")?.addEventListener("waymark:restored", again);
  again();
}

/** A row as something to put in order: its title, and the number that it stands by. */
export interface Ranked {
  title: string;
  by: number | undefined;
  held: Held;
}

/** The rows in which something is written, as the field says what they stand by. */
export function ranked(field: HTMLElement): Ranked[] {
  const [title, by] = [field.dataset.title ?? "", field.dataset.by ?? ""];
  return rowsOf(field).flatMap((row) => {
    const what = held(field, row);
    if (empty(what)) return [];
    const typed = what.get(by)?.trim() ?? "";
    const n = /^\d{4}-\d\d-\d\d$/.test(typed) ? Date.parse(typed) : typed === "" ? NaN : Number(typed);
    return [{ title: what.get(title)?.trim() ?? "", by: Number.isNaN(n) ? undefined : n, held: what }];
  });
}

/** Writes rows back in another order; what is left over is emptied. */
export function reorder(field: HTMLElement, order: Ranked[]): void {
  rowsOf(field).forEach((row, i) => put(field, row, order[i]?.held ?? new Map()));
  moved(field);
}
