// Going through steps with a clock that can be paused, as for tensing and letting go.
// The steps stand on the page in words, and are followed here in turn; any of them can
// be left out, since a part of the body may hurt.
import { Awake, Run, Tone, about, button, buzz, canBuzz, check, choice, el, onward, shown } from "./shared/guide";

interface Step {
  words: string;
  seconds: number;
  element: HTMLElement;
}

class Relaxation {
  private readonly words = el("p", "guide-words");
  private readonly place = el("p", "kicker");
  private readonly count = el("p", "guide-count num");
  private readonly said = el("p", "unseen");
  private readonly bar = el("span", "guide-bar-in");
  private readonly run = new Run((t) => this.show(t));
  private readonly tone = new Tone();
  private readonly awake = new Awake();
  private readonly start: HTMLButtonElement;
  private readonly back = button("One back", "btn btn-plain", () => this.to(this.at - 1));
  private readonly skip = button("Leave this one out", "btn btn-plain", () => this.to(this.at + 1));
  private readonly pace: () => string;
  private at = -1; // which step; -1: not begun
  private vibrates = false;

  constructor(
    stage: HTMLElement,
    private readonly steps: Step[],
  ) {
    this.start = onward(stage, "Begin", () => this.press());
    const [paceRow, pace] = choice("Pace", [["0.75", "Shorter"], ["1", "Usual"], ["1.5", "Longer"]], "1", () => {
      if (this.at < 0) this.begin();
    });
    this.pace = pace;
    const [soundRow, sound] = check("A soft tone at each step", false);
    sound.addEventListener("change", () => {
      this.tone.on = sound.checked;
      if (sound.checked) this.tone.wake();
      else this.tone.hush();
    });
    const options = el("div", "stack", paceRow, soundRow);
    if (canBuzz()) {
      const [row, box] = check("Vibration at each step", false);
      box.addEventListener("change", () => (this.vibrates = box.checked));
      options.append(row);
    }
    this.said.setAttribute("role", "status");
    this.count.setAttribute("aria-hidden", "true");
    const bar = el("div", "guide-bar", this.bar);
    bar.setAttribute("aria-hidden", "true");
    stage.append(
      el("div", "guide-card", this.place, this.words, this.count, bar),
      this.said,
      el("div", "guide-acts", this.start, el("div", "row row-apart", this.back, this.skip)),
      el("details", "guide-more", el("summary", "", "Pace and sound"), options),
    );
    this.begin();
  }

  private begin(): void {
    this.at = -1;
    this.run.reset();
    const whole = this.steps.reduce((sum, s) => sum + this.lasts(s), 0);
    this.place.textContent = `${this.steps.length} steps. ${about(whole)}.`;
    this.words.textContent = "When you are ready";
    this.count.textContent = "";
    this.bar.style.scale = "0 1";
    this.start.textContent = "Begin";
    this.aside();
  }

  private lasts(s: Step): number {
    return s.seconds * Number(this.pace());
  }

  /** What stands beside the step: going back, leaving out, and where one is in the list. */
  private aside(): void {
    shown(this.back, this.at > 0);
    shown(this.skip, this.at >= 0);
    this.steps.forEach((s, i) => {
      if (i === this.at) s.element.setAttribute("aria-current", "step");
      else s.element.removeAttribute("aria-current");
    });
  }

  private press(): void {
    this.tone.wake();
    if (this.run.on) {
      this.run.rest();
      this.tone.hush();
      this.awake.let();
      this.start.textContent = "Go on";
      this.said.textContent = "Paused";
      return;
    }
    if (this.at < 0) {
      this.to(0);
      return;
    }
    void this.awake.hold();
    this.start.textContent = "Pause";
    this.run.go();
  }

  /** Goes to a step; beyond the last it is over. */
  private to(n: number): void {
    const step = this.steps[Math.max(0, n)];
    if (!step) {
      this.end();
      return;
    }
    this.at = Math.max(0, n);
    this.place.textContent = `${this.at + 1} of ${this.steps.length}`;
    this.words.textContent = step.words;
    this.said.textContent = step.words;
    this.tone.play(262, this.at % 2 ? 196 : 330, 1);
    if (this.vibrates) buzz(this.at % 2 ? [30, 60, 30] : 60);
    this.aside();
    this.run.reset();
    this.start.textContent = "Pause";
    void this.awake.hold();
    this.run.go();
  }

  private end(): void {
    this.awake.let();
    this.begin();
    this.place.textContent = "";
    this.words.textContent = "That was the whole of it. Stay as long as you like, and move your hands and feet before you get up.";
    this.said.textContent = this.words.textContent;
    this.start.textContent = "Once more";
    this.start.focus();
  }

  private show(t: number): void {
    const step = this.steps[this.at];
    if (!step) return;
    const lasts = this.lasts(step);
    if (t >= lasts) {
      this.to(this.at + 1);
      return;
    }
    const left = String(Math.ceil(lasts - t));
    if (this.count.textContent !== left) this.count.textContent = left;
    this.bar.style.scale = `${t / lasts} 1`;
  }
}

document.querySelectorAll<HTMLElement>('[data-guide="relaxation"]').forEach((guide) => {
  const stage = guide.querySelector<HTMLElement>("[data-stage]");
  const steps = [...guide.querySelectorAll<HTMLElement>("[data-step]")].map((element) => ({
    words: element.querySelector("[data-words]")?.textContent ?? "",
    seconds: Number(element.dataset.seconds) || 20,
    element,
  }));
  if (!stage || steps.length === 0) return;
  new Relaxation(stage, steps);
  stage.hidden = false;
});
