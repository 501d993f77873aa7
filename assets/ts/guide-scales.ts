// A scale of a hundred: a slider for the thumb beside the number, which stays what is
// typed, read aloud and sent. A number that is not given stays not given. Where
// something is rated before and after, it says what became of it.
import { el, shown } from "./shared/guide";

function slide(part: HTMLElement): void {
  const input = part.querySelector<HTMLInputElement>("input[name]");
  if (!input) return;
  const range = el("input", "guide-range");
  const [min, max] = [Number(part.dataset.min ?? 0), Number(part.dataset.max ?? 100)];
  Object.assign(range, { type: "range", min: String(min), max: String(max), step: max - min > 20 ? "5" : "1", tabIndex: -1 });
  range.setAttribute("aria-hidden", "true"); // the number beside it is the control
  const follow = () => {
    const n = Number(input.value);
    const given = input.value.trim() !== "" && !Number.isNaN(n);
    range.classList.toggle("guide-open", !given);
    range.value = String(given ? n : (min + max) / 2);
  };
  range.addEventListener("input", () => {
    input.value = range.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  input.addEventListener("input", follow);
  input.form?.addEventListener("waymark:restored", follow);
  part.closest("[data-rows]")?.addEventListener("waymark:moved", follow);
  part.append(range);
  follow();
}

/** What the form holds under a name that ends so, if it is a number. */
function rated(form: HTMLFormElement, end: string): [number | undefined, HTMLElement | undefined] {
  const all = [...form.elements].filter((e): e is HTMLInputElement => e instanceof HTMLInputElement && (e.name === end || e.name.endsWith(`-${end}`)));
  const one = all.find((e) => (e.type === "radio" ? e.checked : true))?.value.trim() ?? "";
  return [one === "" || Number.isNaN(Number(one)) ? undefined : Number(one), all.at(-1)];
}

/** Says what a rating was before and is after, without judging it. */
function compare(form: HTMLFormElement): void {
  const last = rated(form, "after")[1];
  const part = last?.closest<HTMLElement>("fieldset, .guide-wide");
  if (!part || !rated(form, "before")[1]) return;
  const said = el("p", "note");
  said.setAttribute("role", "status");
  part.append(said);
  const say = () => {
    const [before, after] = [rated(form, "before")[0], rated(form, "after")[0]];
    const both = before !== undefined && after !== undefined;
    shown(said, both);
    const words = !both ? "" : before === after ? `It was ${before}, and is ${after}.` : `From ${before} to ${after}.`;
    if (said.textContent !== words) said.textContent = words;
  };
  form.addEventListener("input", say);
  form.addEventListener("waymark:restored", say);
  say();
}

document.querySelectorAll<HTMLElement>("[data-wide]").forEach(slide);
document.querySelectorAll("form").forEach(compare);
