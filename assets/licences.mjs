// Gathers the licences of everything that is in the program and was written by others,
// as each came with its text: fonts and what is built into scripts from npm, and every Go
// module that the program imports, with Go itself. Their terms ask that the texts go
// wherever the program goes, and nothing lies beside it.
import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const served = ["@fontsource/atkinson-hyperlegible-next", "perfect-freehand"]; // of npm, in what browsers are given
const text = /^(licen[cs]e|copying|notice|patents)([.-].*)?$/i;

// go asks the go command, which may be another one ($GO, as in the Makefile).
const go = (...args) => execFileSync(process.env.GO ?? "go", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "ignore"] });

// modules are those that the program imports; pages that are not generated yet import no others.
function modules() {
  const lines = go("list", "-e", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/waymark");
  const all = [...new Set(lines.split("\n").filter((line) => line !== ""))].sort().map((line) => line.split("\t"));
  return [["Go", "", go("env", "GOROOT").trim()], ...all];
}

/** One text: what stands in assets/THIRD-PARTY.md, and then every licence. */
export async function licences() {
  const parts = [(await readFile(join(root, "assets", "THIRD-PARTY.md"), "utf8")).trim()];
  const sources = modules();
  for (const name of served) {
    const dir = join(root, "node_modules", name);
    sources.push([name, JSON.parse(await readFile(join(dir, "package.json"), "utf8")).version, dir]);
  }
  for (const [name, version, dir] of sources) {
    const files = (await readdir(dir)).filter((file) => text.test(file) && !file.endsWith(".go")).sort();
    if (files.length === 0) throw new Error(`${name} brings no text of its licence`);
    for (const file of files) {
      const said = (await readFile(join(dir, file), "utf8")).replaceAll("\r\n", "\n").trim();
      parts.push(`${"=".repeat(78)}\n${[name, version, file].filter(Boolean).join("  ")}\n${"=".repeat(78)}\n\n${said}`);
    }
  }
  return parts.join("\n\n") + "\n";
}
