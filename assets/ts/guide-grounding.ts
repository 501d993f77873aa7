// One step after the other, at one's own pace, as for five things to see, four to
// touch and so on. Without this all steps stand below each other, with their fields.
import { button, el, onward, shown } from "./shared/guide";

class Grounding {
  private at = 0;
  private readonly place = el("p", "kicker");
  private readonly back = button("One back", "btn btn-plain", () => this.to(this.at - 1));
  private readonly skip = button("Leave this one out", "btn btn-plain", () => this.to(this.at + 1));
  private readonly next: HTMLButtonElement;
  private readonly all = button("All steps at once", "link small", () => this.open());
  private readonly end = el("p", "guide-words", "That was the whole way. Look around once more before you go on.");

  constructor(
    private readonly guide: HTMLElement,
    stage: HTMLElement,
    private readonly steps: HTMLElement[],
  ) {
    this.next = onward(stage, "Next", () => this.to(this.at + 1));
    this.end.tabIndex = -1;
    steps.forEach((s) => (s.tabIndex = -1));
    stage.before(this.place);
    stage.append(this.end, el("div", "guide-acts", this.next, el("div", "row row-apart", this.back, this.skip)), this.all);
    const list = steps[0]?.parentElement;
    if (list) stage.before(list); // the step stands above its buttons
    guide.classList.add("guide-one");
    this.to(this.wrong(), false);
  }

  /** Where a field came back to be corrected, or the beginning. */
  private wrong(): number {
    return Math.max(0, this.steps.findIndex((s) => s.querySelector(".field-error")));
  }

  private to(n: number, focus = true): void {
    const over = n >= this.steps.length;
    this.at = n > this.steps.length ? 0 : Math.max(0, n);
    this.steps.forEach((s, i) => shown(s, i === this.at));
    shown(this.end, over);
    shown(this.back, this.at > 0);
    shown(this.skip, !over && this.at < this.steps.length - 1);
    this.next.textContent = over ? "Once more" : this.at === this.steps.length - 1 ? "That was the last" : "Next";
    this.place.textContent = over ? "" : `${this.at + 1} of ${this.steps.length}`;
    if (focus) (over ? this.end : this.steps[this.at])?.focus({ preventScroll: false });
  }

  /** Shows everything below each other, as without script. */
  private open(): void {
    this.guide.classList.remove("guide-one");
    this.steps.forEach((s) => shown(s, true));
    for (const e of [this.place, this.end, this.back, this.skip, this.next, this.all]) shown(e, false);
    this.steps[0]?.focus();
  }
}

document.querySelectorAll<HTMLElement>('[data-guide="grounding"]').forEach((guide) => {
  const stage = guide.querySelector<HTMLElement>("[data-stage]");
  const steps = [...guide.querySelectorAll<HTMLElement>("[data-step]")];
  if (!stage || steps.length === 0) return;
  new Grounding(guide, stage, steps);
  stage.hidden = false;
});
