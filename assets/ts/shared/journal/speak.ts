// Speaking and filming on the page: the button, the clock, the line that shows that
// something is heard. What comes in goes on at once, to be sealed on the device.
import { part } from "../vault/door";
import { newID, type Bytes } from "../vault/bytes";
import type { Piece } from "../vault/format";
import { clock } from "./content";
import { canRecord, Recording } from "./record";

/** What becomes of a recording. */
export interface Heard {
  may(): void; // fails where there is no place for more
  began(piece: Piece): void;
  part(piece: Piece, n: number, bytes: Bytes): void;
  ended(piece: Piece, why: string): void; // it is whole, or what there is of it
  trouble(error: unknown): void;
  alive(): void; // somebody is there
}

const bars = 54;

export class Speaker {
  #recording: Recording | undefined;
  #piece: Piece | undefined;
  #asking = false;
  #loud: number[] = [];
  #shown = 0; // tenths of a second since the line moved

  constructor(
    private readonly root: HTMLElement,
    private readonly heard: Heard,
  ) {
    const on = (name: string, act: () => void) => part(root, name).addEventListener("click", act);
    on("record", () => void this.#toggle());
    on("stop", () => void this.stop());
    on("shoot", () => void this.#begin(true));
    on("shot", () => void this.stop());
    for (const name of ["record", "shoot"]) part<HTMLButtonElement>(root, name).disabled = !canRecord();
    this.#line();
  }

  get busy(): boolean {
    return this.#piece !== undefined;
  }

  async #toggle(): Promise<void> {
    const r = this.#recording;
    if (!r) return this.#begin(false);
    r.pause(!r.paused);
    this.#state();
  }

  async #begin(film: boolean): Promise<void> {
    if (this.#recording || this.#asking) return;
    this.#asking = true;
    const piece: Piece = { id: newID(), kind: film ? "film" : "voice", type: "", size: 0, chunks: 0 };
    try {
      this.heard.may();
      const recording = await Recording.begin({
        film,
        part: (n, bytes) => this.heard.part(piece, n, bytes),
        beat: (seconds, loud) => this.#beat(seconds, loud),
        ended: (why) => this.#over(why),
      });
      piece.type = recording.type;
      this.#recording = recording;
      this.#piece = piece;
      this.#loud = [];
      if (film) {
        const finder = part<HTMLVideoElement>(this.root, "viewfinder");
        finder.muted = true;
        finder.playsInline = true;
        finder.srcObject = recording.stream;
        await finder.play().catch(() => undefined);
      }
      this.heard.began(piece);
    } catch (error) {
      this.heard.trouble(error);
    } finally {
      this.#asking = false;
      this.#state();
    }
  }

  /** Ends what is recorded, if anything is. */
  async stop(): Promise<void> {
    const r = this.#recording;
    if (!r) return;
    await r.stop();
    if (this.#recording === r) this.#over("");
  }

  #over(why: string): void {
    const [r, piece] = [this.#recording, this.#piece];
    if (!r || !piece) return;
    this.#recording = undefined;
    this.#piece = undefined;
    part<HTMLVideoElement>(this.root, "viewfinder").srcObject = null;
    this.heard.ended({ ...piece, seconds: Math.max(1, Math.round(r.seconds)) }, why);
    this.#state();
  }

  #beat(seconds: number, loud: number): void {
    this.heard.alive();
    part(this.root, this.#piece?.kind === "film" ? "shot-clock" : "clock").textContent = clock(seconds);
    if (this.#piece?.kind === "film" || ++this.#shown % 3 !== 0) return;
    this.#loud.push(loud);
    this.#line();
  }

  /** The line: what was heard, and what is to come. */
  #line(): void {
    const recent = this.#loud.slice(-bars);
    const bar = (i: number, high: number) => `M${4 + 6 * i} ${36 - high / 2}v${high}`;
    part<HTMLElement>(this.root, "wave").setAttribute("d", recent.map((l, i) => bar(i, Math.max(4, Math.round(64 * Math.sqrt(l))))).join(""));
    part<HTMLElement>(this.root, "later").setAttribute("d", Array.from({ length: bars - recent.length }, (_, i) => bar(i + recent.length, 4)).join(""));
  }

  #state(): void {
    const [r, film] = [this.#recording, this.#piece?.kind === "film"];
    const going = r !== undefined && !r.paused && !film;
    const button = part(this.root, "record");
    button.setAttribute("aria-label", going ? "Pause the recording" : r && !film ? "Go on recording" : "Record");
    part(this.root, "record-on").hidden = !going;
    part(this.root, "record-off").hidden = going;
    part(this.root, "stop").hidden = !r || film;
    part(this.root, "shooting").hidden = !film;
    part(this.root, "shoot").hidden = film;
    for (const input of this.root.querySelectorAll<HTMLInputElement>("input[type=file]")) input.disabled = r !== undefined;
    if (r) return;
    part(this.root, "clock").textContent = clock(0);
    part(this.root, "shot-clock").textContent = clock(0);
    this.#loud = [];
    this.#line();
  }
}
