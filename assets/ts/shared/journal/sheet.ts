// The sheet on which somebody draws, and a drawing as a picture.
import getStroke from "perfect-freehand";
import { part } from "../vault/door";
import { Drawing, high, pens, wide, type Pen, type Stroke } from "./drawing";

// How broad the pens are, in units of the sheet.
export const broad: Record<Pen, number> = { ink: 44, clay: 70, water: 120, lamp: 200 };
export const see: Record<Pen, number> = { ink: 1, clay: 1, water: 0.75, lamp: 0.55 };

/** The colours of the pens, as the page has them now. */
export type Colours = Record<Pen | "paper", string>;

const longest = 2000; // points of one stroke

const paths = new WeakMap<Stroke, Path2D>();

function pathOf(s: Stroke, whole: boolean): Path2D {
  const kept = paths.get(s);
  if (kept) return kept;
  const points: number[][] = [];
  for (let i = 0; i < s.points.length; i += 3) points.push([s.points[i] ?? 0, s.points[i + 1] ?? 0, (s.points[i + 2] ?? 50) / 100]);
  const outline = getStroke(points, { size: broad[s.pen], thinning: s.pen === "lamp" ? 0.1 : 0.4, smoothing: 0.6, streamline: 0.4, simulatePressure: !s.pressed, last: whole });
  const path = new Path2D();
  const [first] = outline;
  if (first) {
    path.moveTo(first[0], first[1]);
    for (let i = 1; i < outline.length; i++) {
      const [a, b] = [outline[i]!, outline[(i + 1) % outline.length]!];
      path.quadraticCurveTo(a[0], a[1], (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
    }
    path.closePath();
  }
  if (whole) paths.set(s, path);
  return path;
}

function paint(c: CanvasRenderingContext2D, s: Stroke, colours: Colours, whole: boolean): void {
  c.globalAlpha = see[s.pen];
  c.fillStyle = colours[s.pen];
  c.fill(pathOf(s, whole));
  c.globalAlpha = 1;
}

/** Paints a drawing onto a canvas, as wide as the canvas is. */
export function paintAll(canvas: HTMLCanvasElement, strokes: readonly Stroke[], colours: Colours): void {
  const c = canvas.getContext("2d");
  if (!c) return;
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.fillStyle = colours.paper;
  c.fillRect(0, 0, canvas.width, canvas.height);
  const scale = canvas.width / wide;
  c.setTransform(scale, 0, 0, scale, 0, 0);
  for (const s of strokes) paint(c, s, colours, true);
}

/** A drawing as a picture of its own. */
export function pictureOf(strokes: readonly Stroke[], colours: Colours, width = 1360): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.round((width * high) / wide);
  paintAll(canvas, strokes, colours);
  return canvas;
}

/** The canvas that is drawn on, with its pens. */
export class Sheet {
  drawing = new Drawing();
  #pen: Pen = "ink";
  #pointer: number | undefined;
  #due = 0;
  readonly #canvas: HTMLCanvasElement;
  readonly #base = document.createElement("canvas"); // all strokes but the one under way

  constructor(
    private readonly root: HTMLElement,
    private readonly colours: () => Colours,
    private readonly on: { drawn(): void; full(): void },
  ) {
    const canvas = (this.#canvas = part<HTMLCanvasElement>(root, "sheet"));
    canvas.addEventListener("pointerdown", (e) => this.#down(e));
    canvas.addEventListener("pointermove", (e) => this.#move(e));
    for (const kind of ["pointerup", "pointercancel"] as const) canvas.addEventListener(kind, (e) => this.#up(e));
    new ResizeObserver(() => this.fit()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show());
    const change = (name: string, act: () => void) =>
      part(root, name).addEventListener("click", () => {
        act();
        this.show();
        on.drawn();
      });
    change("undo", () => this.drawing.undo());
    change("redo", () => this.drawing.redo());
    change("clear", () => this.drawing.clear());
    const all = root.querySelectorAll<HTMLButtonElement>("button[data-pen]");
    for (const b of all) {
      b.addEventListener("click", () => {
        this.#pen = pens.find((p) => p === b.dataset.pen) ?? "ink";
        for (const each of all) each.setAttribute("aria-pressed", String(each === b));
      });
    }
  }

  /** Puts a drawing on the sheet. */
  lay(drawing: Drawing): void {
    this.#pointer = undefined;
    this.drawing = drawing;
    this.fit();
  }

  /** Gives the canvas as many pixels as its place has, and paints it. */
  fit(): void {
    const width = Math.round(this.#canvas.clientWidth * Math.min(devicePixelRatio, 2));
    if (width > 0) {
      const height = Math.round((width * high) / wide);
      for (const c of [this.#canvas, this.#base]) if (c.width !== width || c.height !== height) [c.width, c.height] = [width, height];
    }
    this.show();
  }

  show(): void {
    paintAll(this.#base, this.drawing.strokes, this.colours());
    this.#offer();
    this.#under();
  }

  /** The stroke under way is done: it alone is painted onto the others. */
  #settle(): void {
    const before = this.drawing.strokes.length;
    this.drawing.end();
    const last = this.drawing.strokes.at(-1);
    const c = this.#base.getContext("2d");
    if (last && c && this.drawing.strokes.length > before) paint(c, last, this.colours(), true);
    this.#offer();
    this.#under();
  }

  #offer(): void {
    const d = this.drawing;
    for (const [name, can] of [["undo", d.canUndo()], ["redo", d.canRedo()], ["clear", !d.empty]] as const) part<HTMLButtonElement>(this.root, name).disabled = !can;
  }

  #under(): CanvasRenderingContext2D | null {
    const c = this.#canvas.getContext("2d");
    c?.setTransform(1, 0, 0, 1, 0, 0);
    c?.drawImage(this.#base, 0, 0);
    return c;
  }

  /** Ends what the hand is drawing now. */
  rest(): void {
    if (this.#pointer === undefined) return;
    this.#pointer = undefined;
    this.#settle();
    this.on.drawn();
  }

  #point(e: PointerEvent): [number, number, number] {
    const r = this.#canvas.getBoundingClientRect();
    return [((e.clientX - r.left) / r.width) * wide, ((e.clientY - r.top) / r.height) * high, e.pressure];
  }

  #down(e: PointerEvent): void {
    if (this.#pointer !== undefined || (e.pointerType === "mouse" && e.button !== 0)) return;
    e.preventDefault();
    if (!this.drawing.begin(this.#pen, e.pointerType === "pen")) {
      this.on.full();
      return;
    }
    this.#pointer = e.pointerId;
    try {
      this.#canvas.setPointerCapture(e.pointerId);
    } catch {
      // It has left already.
    }
    this.drawing.add(...this.#point(e));
    this.#soon();
  }

  #move(e: PointerEvent): void {
    if (e.pointerId !== this.#pointer) return;
    const all = e.getCoalescedEvents?.() ?? [];
    for (const each of all.length > 0 ? all : [e]) {
      if (this.drawing.add(...this.#point(each))) {
        if ((this.drawing.now?.points.length ?? 0) > 3 * longest) this.#over(e, each);
        continue;
      }
      this.rest();
      this.on.full();
      return;
    }
    this.#soon();
  }

  /** A stroke that never ends goes on as another, so that painting it stays quick. */
  #over(e: PointerEvent, at: PointerEvent): void {
    this.#settle();
    if (this.drawing.begin(this.#pen, e.pointerType === "pen")) this.drawing.add(...this.#point(at));
  }

  #up(e: PointerEvent): void {
    if (e.pointerId === this.#pointer) this.rest();
  }

  /** Paints what is drawn now with the next picture of the screen. */
  #soon(): void {
    if (this.#due !== 0) return;
    this.#due = requestAnimationFrame(() => {
      this.#due = 0;
      const now = this.drawing.now;
      const c = now && this.#under();
      if (!c) return;
      const scale = this.#canvas.width / wide;
      c.setTransform(scale, 0, 0, scale, 0, 0);
      paint(c, now, this.colours(), false);
    });
  }
}
