// When an open vault locks by itself: five minutes after the last sign of somebody
// being there, and one minute after its page was last in sight.

export const idle = 5 * 60 * 1000; // ms
export const grace = 60 * 1000;

/** Whether it is to lock now. hidden is since when the page is out of sight, 0: it is not. */
export function due(now: number, used: number, hidden: number): boolean {
  return now - used >= idle || (hidden > 0 && now - hidden >= grace);
}

/** Calls lock when it is due, and when the page goes. */
export class Watch {
  #used = Date.now();
  #hidden = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #seen = () => {
    this.#used = Date.now();
  };
  readonly #sight = () => {
    if (document.visibilityState === "hidden") {
      this.#hidden = Date.now();
    } else {
      this.#look(); // before anything is shown again
      this.#hidden = 0;
    }
  };
  readonly #gone = () => this.lock();

  constructor(private readonly lock: () => void) {}

  begin(): void {
    this.end();
    this.#used = Date.now();
    this.#hidden = document.visibilityState === "hidden" ? Date.now() : 0;
    this.#timer = setInterval(() => this.#look(), 1000);
    for (const kind of signs) document.addEventListener(kind, this.#seen, { capture: true, passive: true });
    document.addEventListener("visibilitychange", this.#sight);
    addEventListener("pagehide", this.#gone);
    document.addEventListener("waymark:leave", this.#gone);
  }

  end(): void {
    clearInterval(this.#timer);
    for (const kind of signs) document.removeEventListener(kind, this.#seen, { capture: true });
    document.removeEventListener("visibilitychange", this.#sight);
    removeEventListener("pagehide", this.#gone);
    document.removeEventListener("waymark:leave", this.#gone);
  }

  /** Somebody is there, though no hand is: they speak. */
  seen(): void {
    this.#seen();
  }

  #look(): void {
    if (due(Date.now(), this.#used, this.#hidden)) this.lock();
  }
}

const signs = ["keydown", "pointerdown", "pointermove", "wheel", "input"] as const;
