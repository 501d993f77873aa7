// Breathing along with a pace. The server's page says the same in words; this adds a
// disc that grows and sinks, or where motion is reduced the counted seconds, a tone
// and a vibration for whoever closes their eyes. It begins, rests and ends by hand.
import { Awake, Run, Tone, about, button, buzz, canBuzz, check, choice, clock, el, onward, slider, still } from "./shared/guide";

interface Phase {
  words: string;
  seconds: number;
  from: number; // how full the breath is, 0 to 1
  to: number;
}

const seconds = (n: number) => (n === 0 ? "none" : n === 1 ? "1 second" : `${n} seconds`);

class Breathing {
  private readonly disc = el("div", "breath-disc");
  private readonly words = el("p", "guide-words");
  private readonly count = el("p", "guide-count num");
  private readonly left = el("p", "note num");
  private readonly said = el("p", "unseen");
  private readonly run = new Run((t) => this.show(t));
  private readonly tone = new Tone();
  private readonly awake = new Awake();
  private readonly start: HTMLButtonElement;
  private readonly stop = button("Stop here", "btn btn-plain", () => this.end("Stopped. Breathe as it comes."));
  private readonly ranges: Record<"in" | "full" | "out" | "empty", HTMLInputElement>;
  private readonly minutes: () => string;
  private vibrates = false;
  private phases: Phase[] = [];
  private whole = 0; // seconds until the end of the last breath
  private at = -1; // which phase of all has begun

  constructor(stage: HTMLElement, set: DOMStringMap) {
    this.start = onward(stage, "Begin", () => this.press());
    const given = (name: string, otherwise: number) => Number(set[name] ?? otherwise);
    const [inRow, inRange] = slider("Breathe in", 2, 8, 0.5, given("in", 4), seconds);
    const [fullRow, fullRange] = slider("Pause when full", 0, 4, 0.5, given("full", 0), seconds);
    const [outRow, outRange] = slider("Breathe out", 2, 12, 0.5, given("out", 6), seconds);
    const [emptyRow, emptyRange] = slider("Pause when empty", 0, 4, 0.5, given("empty", 0), seconds);
    this.ranges = { in: inRange, full: fullRange, out: outRange, empty: emptyRange };
    for (const range of Object.values(this.ranges)) range.addEventListener("change", () => this.anew());
    const [length, chosen] = choice("For how long", [["1", "1 min"], ["3", "3 min"], ["5", "5 min"], ["10", "10 min"]], String(given("minutes", 3)), () => this.anew());
    this.minutes = chosen;
    const [soundRow, sound] = check("A soft tone, rising and falling", false);
    sound.addEventListener("change", () => {
      this.tone.on = sound.checked;
      if (sound.checked) this.tone.wake();
      else this.tone.hush();
    });
    const options = el("div", "stack", length, inRow, fullRow, outRow, emptyRow, soundRow);
    if (canBuzz()) {
      const [row, box] = check("Vibration at each turn", false);
      box.addEventListener("change", () => {
        this.vibrates = box.checked;
        if (box.checked) buzz(40);
      });
      options.append(row);
    }
    const more = el("details", "guide-more", el("summary", "", "Length, pace, sound"), options);
    this.said.setAttribute("role", "status");
    this.disc.setAttribute("aria-hidden", "true");
    this.count.setAttribute("aria-hidden", "true");
    const ring = el("div", "breath-ring", this.disc, el("div", "breath-in", this.words, this.count));
    const acts = el("div", "guide-acts", this.start, this.stop);
    stage.append(ring, this.left, this.said, acts, more);
    this.anew();
  }

  private get(name: keyof Breathing["ranges"]): number {
    return Number(this.ranges[name].value);
  }

  /** A pace was chosen: what has run begins anew, at rest. */
  private anew(): void {
    const all: Phase[] = [
      { words: "Breathe in", seconds: this.get("in"), from: 0, to: 1 },
      { words: "Stay", seconds: this.get("full"), from: 1, to: 1 },
      { words: "Breathe out", seconds: this.get("out"), from: 1, to: 0 },
      { words: "Rest", seconds: this.get("empty"), from: 0, to: 0 },
    ];
    this.phases = all.filter((p) => p.seconds > 0);
    const one = this.breath;
    this.whole = Math.max(1, Math.round((Number(this.minutes()) * 60) / one)) * one; // whole breaths
    this.rest();
    this.run.reset();
    this.at = -1;
    this.start.textContent = "Begin";
    this.stop.hidden = true;
    this.words.textContent = "When you like";
    this.count.textContent = "";
    this.left.textContent = `${about(this.whole)}. You can stop at any time.`;
    this.full(0);
  }

  private get breath(): number {
    return this.phases.reduce((sum, p) => sum + p.seconds, 0);
  }

  private press(): void {
    if (this.run.on) {
      this.rest();
      this.start.textContent = "Go on";
      this.words.textContent = "Paused";
      this.said.textContent = "Paused";
      return;
    }
    if (this.run.seconds >= this.whole) this.anew();
    this.at = -1;
    this.tone.wake();
    void this.awake.hold();
    this.start.textContent = "Pause";
    this.stop.hidden = false;
    this.run.go();
  }

  private rest(): void {
    this.run.rest();
    this.tone.hush();
    this.awake.let();
  }

  private end(words: string): void {
    this.rest();
    this.run.reset(this.whole);
    this.full(0);
    this.words.textContent = "";
    this.count.textContent = "";
    this.left.textContent = words;
    this.said.textContent = words;
    this.start.textContent = "Once more";
    this.stop.hidden = true;
    this.start.focus();
  }

  private full(part: number): void {
    // Where motion is reduced the disc stays, and the counted seconds keep the pace.
    this.disc.style.scale = String(still() ? 0.7 : 0.45 + 0.55 * part);
  }

  private show(t: number): void {
    if (t >= this.whole) {
      this.tone.play(330, 330, 1.5);
      this.end("That was it. Stay a moment, if you like, before you go on.");
      return;
    }
    const breaths = Math.floor(t / this.breath);
    let into = t - breaths * this.breath;
    let i = 0;
    for (; i < this.phases.length - 1 && into >= (this.phases[i]?.seconds ?? 0); i++) into -= this.phases[i]?.seconds ?? 0;
    const phase = this.phases[i];
    if (!phase) return;
    const nth = breaths * this.phases.length + i;
    if (nth !== this.at) {
      this.at = nth;
      this.words.textContent = phase.words;
      this.said.textContent = phase.words;
      const rest = phase.seconds - into;
      if (phase.from !== phase.to) this.tone.play(phase.to ? 196 : 262, phase.to ? 262 : 196, rest);
      if (this.vibrates) buzz(phase.to > phase.from ? 60 : phase.to < phase.from ? [30, 60, 30] : 15);
    }
    const part = Math.min(1, into / phase.seconds);
    const eased = (1 - Math.cos(Math.PI * part)) / 2;
    this.full(phase.from + (phase.to - phase.from) * eased);
    const counted = String(Math.floor(into) + 1);
    if (this.count.textContent !== counted) this.count.textContent = counted;
    const left = clock(this.whole - t);
    if (this.left.textContent !== left) this.left.textContent = left;
  }
}

document.querySelectorAll<HTMLElement>('[data-guide="breathing"]').forEach((guide) => {
  const stage = guide.querySelector<HTMLElement>("[data-stage]");
  if (!stage) return;
  new Breathing(stage, guide.dataset);
  stage.hidden = false;
});
