// A drawing as a picture that every browser shows: SVG, made of the same outlines as
// the sheet on which it was drawn. What it says comes from numbers alone.
import getStroke from "perfect-freehand";
import { Drawing, high, wide, type Pen } from "../journal/drawing";
import { broad, see } from "../journal/sheet";
import type { Bytes } from "../vault/bytes";

// The colours of the pens by day.
const colours: Record<Pen, string> = { ink: "#3f4a4f", clay: "#a5533a", water: "#2f6f73", lamp: "#c9962e" };

const n = (x: number): string => String(Math.round(x));

/** The picture of a drawing, from the bytes that it is kept as. */
export function* pictureOf(bytes: Bytes): Generator<string> {
  yield `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide / 2}" height="${high / 2}"><rect width="${wide}" height="${high}" fill="#fbf9f4"/>\n`;
  for (const s of Drawing.decode(bytes).strokes) {
    const points: number[][] = [];
    for (let i = 0; i < s.points.length; i += 3) points.push([s.points[i] ?? 0, s.points[i + 1] ?? 0, (s.points[i + 2] ?? 50) / 100]);
    const outline = getStroke(points, { size: broad[s.pen], thinning: s.pen === "lamp" ? 0.1 : 0.4, smoothing: 0.6, streamline: 0.4, simulatePressure: !s.pressed, last: true });
    const [first] = outline;
    if (!first) continue;
    let d = `M${n(first[0])} ${n(first[1])}`;
    for (let i = 1; i < outline.length; i++) {
      const [a, b] = [outline[i]!, outline[(i + 1) % outline.length]!];
      d += `Q${n(a[0])} ${n(a[1])} ${n((a[0] + b[0]) / 2)} ${n((a[1] + b[1]) / 2)}`;
    }
    yield `<path d="${d}Z" fill="${colours[s.pen]}" fill-opacity="${see[s.pen]}"/>\n`;
  }
  yield "</svg>\n";
}
