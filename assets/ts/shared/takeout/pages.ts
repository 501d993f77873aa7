// The pages in an archive: each works alone as a file, without script and without
// anything that has to be fetched.
import type { Entry } from "../journal/content";
import { formOf, titleOf } from "../journal/content";
import type { Piece } from "../vault/format";

const signs: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Words as they stand in a page, whatever they are. */
export const safe = (text: string): string => text.replace(/[&<>"']/g, (c) => signs[c] ?? "");

const style = `:root{color-scheme:light dark;background:Canvas;color:CanvasText}body{font:1rem/1.55 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1.5rem 1rem 4rem;overflow-wrap:anywhere}h1,h2{line-height:1.25}h2{margin-top:2.5rem;border-top:1px solid;padding-top:1rem}.note{opacity:.75;font-size:.9rem}.words{white-space:pre-wrap}figure{margin:1rem 0}img,video{max-width:100%;height:auto;border-radius:.5rem}audio{width:100%}`;

function* page(title: string, body: Iterable<string>): Generator<string> {
  yield `<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:; media-src 'self' file:"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${safe(title)}</title><style>${style}</style></head><body>\n`;
  yield* body;
  yield "</body></html>\n";
}

/** A piece as it lies in the archive; without a file it could not be put in. */
export interface Put {
  piece: Piece;
  file?: string; // to look at or to hear
  data?: string; // a drawing as it was drawn
}

/** An entry with its pieces. */
export interface Written {
  entry: Entry;
  pieces: Put[];
}

const alone: Record<Piece["kind"], string> = { voice: "Spoken", photo: "A photo", film: "A film", drawing: "A drawing" };

function shown(p: Put): string {
  const words = safe(p.piece.words ?? alone[p.piece.kind]);
  if (!p.file) return `<p class="note">${words}: this did not open when the archive was made, and is not in it.</p>\n`;
  const src = safe(encodeURI(p.file));
  const what = {
    voice: `<audio controls preload="none" src="${src}"></audio>`,
    film: `<video controls preload="metadata" src="${src}"></video>`,
    photo: `<img src="${src}" alt="${words}" loading="lazy">`,
    drawing: `<img src="${src}" alt="${words}" loading="lazy">`,
  }[p.piece.kind];
  return `<figure>${what}<figcaption class="note"><a href="${src}">${words}</a></figcaption></figure>\n`;
}

/** A day with its year: an archive is read when another one has begun. */
function dayOf(e: Entry): string {
  const at = Date.parse(e.content?.day ?? e.day);
  return Number.isNaN(at) ? e.begun : new Date(at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).replace(",", "");
}

/** The journal, newest first. */
export function journalPage(all: Iterable<Written>): Generator<string> {
  return page(
    "Your journal",
    (function* () {
      yield `<h1>Your journal</h1>\n<p>The newest first. Nobody but you had the key to it; this file is not locked.</p>\n<p><a href="index.html">To the beginning</a></p>\n`;
      for (const { entry, pieces } of all) {
        const changed = entry.at && !entry.at.startsWith(`${entry.begun},`) ? `, last changed ${safe(entry.at)}` : "";
        yield `<article id="${safe(entry.id)}"><h2 dir="auto">${safe(entry.content ? titleOf(entry.content) : "An entry that did not open")}</h2>\n<p class="note">${safe(dayOf(entry))}${entry.content ? `, ${safe(formOf(entry.content))}` : ""}${changed}</p>\n`;
        if (entry.content?.text.trim()) yield `<p class="words" dir="auto">${safe(entry.content.text)}</p>\n`;
        for (const p of pieces) yield shown(p);
        yield "</article>\n";
      }
    })(),
  );
}

/** The journal for programs. */
export function* journalData(all: Iterable<Written>): Generator<string> {
  yield '{"what":"A journal","version":1,"entries":[';
  let first = true;
  for (const { entry, pieces } of all) {
    const out = {
      id: entry.id, begun: entry.begun, changed: entry.at, day: entry.content?.day ?? entry.day, opened: entry.content !== undefined,
      text: entry.content?.text,
      pieces: pieces.map((p) => ({ ...p.piece, file: p.file, data: p.data })),
    };
    yield `${first ? "" : ","}\n${JSON.stringify(out)}`;
    first = false;
  }
  yield "\n]}\n";
}

/** One thing that waits on this phone to be sent. */
export interface Waits {
  what: string;
  written: string; // when, in words
  words: string[];
}

/** What waits, oldest first. */
export function waitingPage(all: Waits[]): Generator<string> {
  return page(
    "Not sent yet",
    (function* () {
      yield `<h1>Not sent yet</h1>\n<p>What you wrote on this phone, and what the practice did not have when this was made. It waits there still.</p>\n<p><a href="index.html">To the beginning</a></p>\n`;
      for (const w of all) {
        yield `<article><h2>${safe(w.what)}</h2>\n<p class="note">Written ${safe(w.written)}</p>\n`;
        yield w.words.length === 0 ? `<p class="note">It has no words that can be read here.</p>\n` : "";
        for (const words of w.words) yield `<p class="words" dir="auto">${safe(words)}</p>\n`;
        yield "</article>\n";
      }
    })(),
  );
}

/** What is in an archive besides the record. */
export interface Within {
  journal?: { entries: number; pieces: number; missing: number };
  shared: number; // files
  waits: number; // things of this phone that are in it
  sealed: number; // and those that are not, because the phone is locked
}

/** What the archive is, and what is in it. */
export function indexPage(made: string, within: Within): Generator<string> {
  const { journal } = within;
  const lines: [string, string][] = [
    ["record.html", "Your record: everything that is yours to read"],
    ["record.json", "The same as data, for programs"],
    ["bundle.json", "The same in the words that health programs share (FHIR R4)"],
  ];
  if (within.waits > 0) lines.push(["waiting.html", `What you wrote on this phone and was not sent yet: ${within.waits === 1 ? "one thing" : `${within.waits} things`}`]);
  if (journal) {
    lines.push(["journal.html", `Your journal: ${journal.entries === 1 ? "one entry" : `${journal.entries} entries`}`], ["journal.json", "The same as data, for programs"]);
  }
  return page(
    "Your archive",
    (function* () {
      yield `<h1>Your archive</h1>\n<p>Made on ${safe(made)}. It needs nothing but a browser, and no network.</p>\n<ul>\n`;
      for (const [file, words] of lines) yield `<li><a href="${file}">${safe(words)}</a> <span class="note">${file}</span></li>\n`;
      yield "</ul>\n";
      if (journal && journal.pieces > 0) yield `<p>What is spoken, drawn, photographed and filmed lies in the folder “media”, each as a file of its own.</p>\n`;
      if (within.shared > 0) yield `<p>What you share of your journal now lies in the folder “shared”, as those who work with you see it.</p>\n`;
      if (within.sealed > 0) yield `<p><b>Not in it:</b> ${within.sealed === 1 ? "one thing" : `${within.sealed} things`} that you wrote on this phone and that wait to be sent. They were locked when this was made.</p>\n`;
      if (journal && journal.missing > 0) yield `<p><b>Not in it:</b> ${journal.missing === 1 ? "one thing" : `${journal.missing} things`} that did not open when this was made. Where, stands in the journal.</p>\n`;
      if (!journal) yield "<p>Your journal is not in it: it was not opened when this was made, or there is none.</p>\n";
      yield "<p>What those who work with you write for themselves is not in it: notes of sessions, what they reflect on, and what they speak about in supervision.</p>\n";
      yield "<p class=\"note\">The last file, SHA256SUMS.txt, has a sum of every other, by which programs find out whether anything was changed or lost: on Linux, “sha256sum -c SHA256SUMS.txt”.</p>\n";
      yield "<p><b>These files are not locked.</b> Whoever can open them can read them. Keep them where you keep important papers.</p>\n";
    })(),
  );
}
