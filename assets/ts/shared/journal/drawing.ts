// A drawing: strokes on a sheet of 3,400 by 3,000 units, whatever the screen. What a
// hand draws is made simpler as it goes, so that a sheet has an end and no phone chokes.
import { utf8, type Bytes } from "../vault/bytes";
import { Cannot } from "../vault/ways";

export const wide = 3400;
export const high = 3000;

/** The most that a sheet takes. */
export const mostPoints = 60_000;
export const mostStrokes = 4_000;

export const pens = ["ink", "clay", "water", "lamp"] as const;
export type Pen = (typeof pens)[number];

/** One stroke: x, y and pressure (0 to 100) of each point, one after the other. */
export interface Stroke {
  pen: Pen;
  pressed: boolean; // the pressure was measured; otherwise pace stands for it
  points: number[];
}

const near = 9; // units that a point has to lie away from the one before
const slack = 4; // units that a line may lie beside where the hand went
const tail = 256; // points of a stroke after which the newest are made simpler

/** What has to stay of the points from..to, so that none that goes lay further than slack from the line. Does not recurse. */
export function simplify(points: number[], slack: number): number[] {
  const count = points.length / 3;
  if (count < 3) return points.slice();
  const keep = new Uint8Array(count);
  keep[0] = keep[count - 1] = 1;
  const at = (i: number) => points[i] ?? 0;
  for (const spans = [[0, count - 1]]; spans.length > 0; ) {
    const [from, to] = spans.pop() as [number, number];
    const [x, y] = [at(3 * from), at(3 * from + 1)];
    const [dx, dy] = [at(3 * to) - x, at(3 * to + 1) - y];
    const length = dx * dx + dy * dy;
    let [far, most] = [-1, slack * slack];
    for (let i = from + 1; i < to; i++) {
      const [px, py] = [at(3 * i) - x, at(3 * i + 1) - y];
      const t = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
      const [ex, ey] = [px - t * dx, py - t * dy];
      const off = ex * ex + ey * ey;
      if (off > most) [far, most] = [i, off];
    }
    if (far < 0) continue;
    keep[far] = 1;
    spans.push([from, far], [far, to]);
  }
  const out: number[] = [];
  for (let i = 0; i < count; i++) if (keep[i]) out.push(at(3 * i), at(3 * i + 1), at(3 * i + 2));
  return out;
}

const bounded = (n: number, most: number): number => Math.max(0, Math.min(most, Math.round(n)));

/** A drawing that grows. What is undone can be done again until something else is drawn. */
export class Drawing {
  #done: Stroke[][] = [[]]; // each state, the newest last; strokes are shared between them
  #undone: Stroke[][] = [];
  #now: Stroke | undefined;
  #fixed = 0; // numbers of the stroke under way that are simple already

  get strokes(): readonly Stroke[] {
    return this.#done.at(-1) ?? [];
  }

  get now(): Stroke | undefined {
    return this.#now;
  }

  get points(): number {
    return this.strokes.reduce((sum, s) => sum + s.points.length / 3, 0) + (this.#now?.points.length ?? 0) / 3;
  }

  get full(): boolean {
    return this.strokes.length >= mostStrokes || this.points >= mostPoints;
  }

  get empty(): boolean {
    return this.strokes.length === 0;
  }

  canUndo = (): boolean => this.#done.length > 1;
  canRedo = (): boolean => this.#undone.length > 0;

  /** Begins a stroke; false if the sheet is full. */
  begin(pen: Pen, pressed: boolean): boolean {
    if (this.full) return false;
    this.#now = { pen, pressed, points: [] };
    this.#fixed = 0;
    return true;
  }

  /** The hand moved; false once the sheet is full, and what was drawn until then stays. */
  add(x: number, y: number, pressure: number): boolean {
    const s = this.#now;
    if (!s) return false;
    const [px, py] = [bounded(x, wide), bounded(y, high)];
    const n = s.points.length;
    if (n > 0 && Math.hypot(px - (s.points[n - 3] ?? 0), py - (s.points[n - 2] ?? 0)) < near) return true;
    s.points.push(px, py, bounded(pressure * 100, 100));
    if (s.points.length - this.#fixed >= 3 * tail) {
      const simple = simplify(s.points.slice(this.#fixed), slack);
      s.points.splice(this.#fixed, s.points.length, ...simple);
      this.#fixed = s.points.length - 3;
    }
    return s.points.length % 30 !== 0 || !this.full; // it is looked at every ten points
  }

  /** The hand left the sheet. */
  end(): void {
    const s = this.#now;
    this.#now = undefined;
    if (!s || s.points.length === 0) return;
    s.points = [...s.points.slice(0, this.#fixed), ...simplify(s.points.slice(this.#fixed), slack)];
    this.#set([...this.strokes, s]);
  }

  #set(strokes: Stroke[]): void {
    this.#done.push(strokes);
    if (this.#done.length > 200) this.#done.shift(); // as far back as undoing goes
    this.#undone = [];
  }

  undo(): void {
    if (this.canUndo()) this.#undone.push(this.#done.pop() ?? []);
  }

  redo(): void {
    const next = this.#undone.pop();
    if (next) this.#done.push(next);
  }

  /** An empty sheet; it can be undone. */
  clear(): void {
    if (!this.empty) this.#set([]);
  }

  /** The bytes of it: JSON, in which each point is said by how far it lies from the one before. */
  encode(): Bytes {
    const strokes = this.strokes.map((s) => {
      const d: number[] = [];
      for (let i = 0; i < s.points.length; i += 3) {
        for (const k of [0, 1]) d.push((s.points[i + k] ?? 0) - (i > 0 ? (s.points[i + k - 3] ?? 0) : 0));
        d.push(s.points[i + 2] ?? 0);
      }
      return { pen: s.pen, pressed: s.pressed ? 1 : 0, d };
    });
    return utf8(JSON.stringify({ drawing: 1, wide, high, strokes }));
  }

  /** Reads what encode wrote, and refuses more than a sheet takes. */
  static decode(bytes: Bytes): Drawing {
    const odd = () => new Cannot("This drawing does not open here. It may have been made by a later version.");
    if (bytes.length > 16 * mostPoints) throw new Cannot("This drawing has more in it than a sheet takes, so it was not opened.");
    let read: { drawing?: number; strokes?: { pen: string; pressed: number; d: number[] }[] };
    try {
      read = JSON.parse(new TextDecoder().decode(bytes)) as typeof read;
    } catch {
      throw odd();
    }
    if (read.drawing !== 1 || !Array.isArray(read.strokes)) throw odd();
    let points = 0;
    const strokes = read.strokes.map((s): Stroke => {
      if (!pens.includes(s?.pen as Pen) || !Array.isArray(s.d) || s.d.length % 3 !== 0 || !s.d.every(Number.isInteger)) throw odd();
      points += s.d.length / 3;
      if (points > mostPoints + tail || read.strokes!.length > mostStrokes) throw new Cannot("This drawing has more in it than a sheet takes, so it was not opened.");
      const out: number[] = [];
      for (let i = 0; i < s.d.length; i += 3) {
        const before = (k: number) => (i > 0 ? (out[i + k - 3] ?? 0) : 0);
        out.push(bounded(before(0) + (s.d[i] ?? 0), wide), bounded(before(1) + (s.d[i + 1] ?? 0), high), bounded(s.d[i + 2] ?? 0, 100));
      }
      return { pen: s.pen as Pen, pressed: s.pressed === 1, points: out };
    });
    const it = new Drawing();
    it.#done = [strokes];
    return it;
  }
}
