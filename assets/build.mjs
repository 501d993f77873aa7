// Builds what browsers are given: one stylesheet, one small module per island,
// and the fonts, into assets/dist with a hash of the content in every name, so
// that each may be kept for ever; and the licences of what others wrote. The same
// sources give the same bytes.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { licences } from "./licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const made = join(here, `dist.new-${process.pid}`);
const kept = join(here, "dist");

// Older browsers do not know light-dark(). They are given the colours of day,
// taken from the tokens themselves so that each is still written once.
const dayFallback = {
  name: "day-fallback",
  setup(b) {
    b.onLoad({ filter: /tokens\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const day = [...css.matchAll(/^\s*(--[\w-]+):\s*(.*light-dark\(.*);/gm)]
        .map(([, name, value]) => `${name}: ${withDay(value)};`)
        .join("\n");
      const fallback = `@layer tokens { @supports not (color: light-dark(red, red)) { :root { color-scheme: only light;\n${day}\n} } }`;
      return { contents: `${css}\n${fallback}`, loader: "css" };
    });
  },
};

// withDay replaces each light-dark(day, dusk) in value by its day.
function withDay(value) {
  for (let at; (at = value.indexOf("light-dark(")) >= 0; ) {
    const from = at + "light-dark(".length;
    let depth = 0, comma = -1, end = from;
    for (; end < value.length; end++) {
      const c = value[end];
      if (c === "(") depth++;
      else if (c === ")" && depth-- === 0) break;
      else if (c === "," && depth === 0 && comma < 0) comma = end;
    }
    value = value.slice(0, at) + value.slice(from, comma) + value.slice(end + 1);
  }
  return value;
}

const islands = (await readdir(join(here, "ts"))).filter((f) => f.endsWith(".ts") && !f.endsWith(".d.ts")).sort();
await rm(made, { recursive: true, force: true });
await mkdir(made, { recursive: true });
const result = await build({
  absWorkingDir: dirname(here),
  entryPoints: ["assets/css/main.css", ...islands.map((f) => `assets/ts/${f}`)],
  outdir: made,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  plugins: [dayFallback],
  logLevel: "warning",
});

const names = {};
for (const [name, content] of [["mark.svg", await readFile(join(here, "mark.svg"))], ["licences.txt", await licences()]]) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  names[name] = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  await writeFile(join(made, names[name]), content);
}
for (const [file, about] of Object.entries(result.metafile.outputs)) {
  const out = basename(file);
  const from = about.entryPoint ?? Object.keys(about.inputs)[0];
  const name = basename(from).replace(/\.ts$/, ".js");
  names[name] = out;
}
const sorted = Object.fromEntries(Object.keys(names).sort().map((k) => [k, names[k]]));
await writeFile(join(made, "manifest.json"), JSON.stringify(sorted, null, 1) + "\n");
for (const out of Object.values(sorted)) {
  if (![".css", ".js", ".txt"].includes(extname(out))) continue;
  const packed = gzipSync(await readFile(join(made, out)), { level: 9 });
  packed[9] = 255; // the header names no operating system
  await writeFile(join(made, `${out}.gz`), packed);
}
await rm(kept, { recursive: true, force: true });
await rename(made, kept);
