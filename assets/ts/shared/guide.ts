// What the guides of exercises have in common: elements made without any HTML, time
// that can be paused, a soft tone, a short vibration, and a screen that stays on
// while somebody follows along. Nothing here begins by itself, and all of it ends
// on Leave.

type Inside = Node | string;

/** Makes an element. Words stay words: nothing is ever read as HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", ...inside: Inside[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...inside);
  return e;
}

/** A button that sends nothing. */
export function button(words: string, className: string, press: () => void): HTMLButtonElement {
  const b = el("button", className, words);
  b.type = "button";
  b.addEventListener("click", press);
  return b;
}

/** The button by which a guide goes on: the one that stands out, unless a form around it has one. */
export function onward(stage: HTMLElement, words: string, press: () => void): HTMLButtonElement {
  return button(words, stage.closest("form") ? "btn btn-wide" : "btn btn-main btn-wide", press);
}

/** A line with a box to tick, as ui.Check has it. */
export function check(words: string, ticked: boolean): [HTMLElement, HTMLInputElement] {
  const box = el("input");
  box.type = "checkbox";
  box.checked = ticked;
  return [el("label", "answer", box, el("span", "", words)), box];
}

/** A slider with its value in words, which is also what a reader says. */
export function slider(label: string, from: number, to: number, step: number, value: number, words: (n: number) => string): [HTMLElement, HTMLInputElement] {
  const range = el("input", "guide-range");
  Object.assign(range, { type: "range", min: String(from), max: String(to), step: String(step), value: String(value) });
  const said = el("span", "num"); // an output would take the label from the slider
  const say = () => {
    said.textContent = words(Number(range.value));
    range.setAttribute("aria-valuetext", said.textContent);
  };
  range.addEventListener("input", say);
  say();
  return [el("label", "guide-slider", el("span", "guide-slider-head", el("span", "", label), said), range), range];
}

/** Radio buttons on one line. The first element is the whole, the second says what is chosen. */
export function choice(label: string, options: [string, string][], chosen: string, changed: () => void): [HTMLElement, () => string] {
  const name = `guide-${Math.random().toString(36).slice(2)}`;
  let at = chosen;
  const row = el("div", "scale");
  for (const [value, words] of options) {
    const radio = el("input");
    Object.assign(radio, { type: "radio", name, value, checked: value === chosen });
    radio.setAttribute("form", "none"); // it belongs to no form, and is sent and kept with none
    radio.addEventListener("change", () => {
      at = value;
      changed();
    });
    row.append(el("label", "", radio, el("span", "", words)));
  }
  return [el("fieldset", "", el("legend", "field-label", label), row), () => at];
}

/** Whether the person has asked for as little motion as possible. */
export const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Takes something away, or shows it. */
export function shown(e: HTMLElement | null | undefined, yes: boolean): void {
  if (e) e.hidden = !yes;
}

/** Says what is to be said when a thing has ended or is left. */
export function whenLeft(end: () => void): void {
  document.addEventListener("waymark:leave", end);
  addEventListener("pagehide", end);
}

/**
 * Time that runs and rests. While it runs, tick is called with the seconds that have
 * passed: on every frame where something moves, four times a second where not.
 */
export class Run {
  private passed = 0; // ms, up to the last rest
  private since = 0; // 0: it rests
  private timer = 0;

  constructor(private readonly tick: (seconds: number) => void) {
    whenLeft(() => this.rest());
    document.addEventListener("visibilitychange", () => this.since && this.again());
  }

  get on(): boolean {
    return this.since !== 0;
  }

  get seconds(): number {
    return (this.passed + (this.since ? performance.now() - this.since : 0)) / 1000;
  }

  go(): void {
    if (this.since) return;
    this.since = performance.now();
    this.again();
  }

  rest(): void {
    if (!this.since) return;
    this.passed += performance.now() - this.since;
    this.since = 0;
    cancelAnimationFrame(this.timer);
    clearTimeout(this.timer);
  }

  reset(seconds = 0): void {
    this.rest();
    this.passed = seconds * 1000;
  }

  private again(): void {
    cancelAnimationFrame(this.timer);
    clearTimeout(this.timer);
    if (!this.since) return;
    this.tick(this.seconds);
    if (!this.since) return;
    this.timer = still() || document.hidden ? setTimeout(() => this.again(), 250) : requestAnimationFrame(() => this.again());
  }
}

/** A soft tone, for whoever has closed their eyes. Browsers allow sound only after a press, so it is woken by one. */
export class Tone {
  on = false;
  private context: AudioContext | undefined;

  constructor() {
    whenLeft(() => void this.context?.close().catch(() => undefined));
  }

  wake(): void {
    if (!this.on) return;
    if (!this.context || this.context.state === "closed") this.context = new AudioContext();
    void this.context.resume();
  }

  /** Sounds from one pitch to another (Hz) over so many seconds, swelling and fading. */
  play(from: number, to: number, seconds: number): void {
    const c = this.context;
    if (!this.on || !c || c.state === "closed") return;
    const [voice, loud] = [c.createOscillator(), c.createGain()];
    voice.type = "sine";
    voice.frequency.setValueAtTime(from, c.currentTime);
    voice.frequency.linearRampToValueAtTime(to, c.currentTime + seconds);
    loud.gain.setValueAtTime(0.0001, c.currentTime);
    loud.gain.linearRampToValueAtTime(0.08, c.currentTime + Math.min(0.4, seconds / 3));
    loud.gain.linearRampToValueAtTime(0.0001, c.currentTime + seconds);
    voice.connect(loud).connect(c.destination);
    voice.start();
    voice.stop(c.currentTime + seconds);
    this.last = [voice, loud];
  }

  private last: [OscillatorNode, GainNode] | undefined;

  /** Lets the tone that sounds fade at once. */
  hush(): void {
    const c = this.context;
    if (!c || !this.last) return;
    const [voice, loud] = this.last;
    this.last = undefined;
    loud.gain.cancelScheduledValues(c.currentTime);
    loud.gain.setTargetAtTime(0.0001, c.currentTime, 0.05);
    voice.stop(c.currentTime + 0.3);
  }
}

/** Whether this device can vibrate. */
export const canBuzz = (): boolean => typeof navigator.vibrate === "function" && matchMedia("(pointer: coarse)").matches;

/** Vibrates for so many ms, with pauses between. */
export function buzz(pattern: number | number[]): void {
  if (typeof navigator.vibrate === "function") navigator.vibrate(pattern);
}

/** Keeps the screen from going dark while something runs, where the device allows it. */
export class Awake {
  private lock: WakeLockSentinel | undefined;
  private wanted = false;

  constructor() {
    whenLeft(() => this.let());
    document.addEventListener("visibilitychange", () => this.wanted && !document.hidden && void this.hold());
  }

  async hold(): Promise<void> {
    this.wanted = true;
    try {
      const lock = await navigator.wakeLock?.request("screen");
      if (this.wanted) this.lock = lock;
      else void lock?.release();
    } catch {
      return; // the screen may go dark, and what runs goes on
    }
  }

  let(): void {
    this.wanted = false;
    void this.lock?.release().catch(() => undefined);
    this.lock = undefined;
  }
}

/** 75 is "1:15". */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** 290 is "About 5 minutes". */
export function about(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes === 1 ? "About a minute" : `About ${minutes} minutes`;
}
