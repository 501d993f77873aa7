// What is in a journal once it is open: entries, how they are called, found and shown
// again. All of it happens in the browser, over what was opened there.
import type { Content, Journal, Piece } from "../vault/format";

/** An entry that is open. One that is not in the journal yet has revision 0. */
export interface Entry {
  id: string;
  revision: number;
  begun: string; // in words
  at: string;
  day: string; // "2026-11-19"
  content?: Journal; // none: it does not open
}

const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const kinds: readonly string[] = ["voice", "photo", "film", "drawing"] satisfies Piece["kind"][];

const whole = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

/** What was sealed as an entry of a journal. What this page does not know of a piece it leaves alone, and out. */
export function journalOf(c: Content): Journal {
  const j = c as Partial<Journal>;
  const pieces = Array.isArray(j.pieces) ? j.pieces.filter((p) => id.test(p?.id) && kinds.includes(p.kind) && whole(p.size) && whole(p.chunks) && typeof p.type === "string") : [];
  return { ...j, kind: "journal", text: typeof j.text === "string" ? j.text : "", pieces };
}

export const piecesOf = (j: Journal): Piece[] => j.pieces ?? [];

export const isEmpty = (j: Journal): boolean => j.text.trim() === "" && piecesOf(j).length === 0;

export const same = (a: Journal, b: Journal): boolean => a.text === b.text && JSON.stringify(piecesOf(a)) === JSON.stringify(piecesOf(b));

const without: Record<Piece["kind"], string> = { voice: "A recording without a name", photo: "A photo without a name", film: "A film without a name", drawing: "A drawing without a name" };

const longest = 60; // letters of a title

/** How an entry is called: its first words, what its first piece shows, or what it is. */
export function titleOf(j: Journal): string {
  const [first] = piecesOf(j);
  const line = j.text.split("\n").find((l) => l.trim() !== "") ?? first?.words ?? "";
  const words = line.trim();
  if (words === "") return first ? without[first.kind] : "Nothing yet";
  if (words.length <= longest) return words;
  const cut = words.slice(0, longest);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), 20)).trimEnd()}…`;
}

/** How long something takes: "40 seconds", "2 minutes". */
export function lengthOf(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? "1 second" : `${Math.round(seconds)} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}

export const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** What an entry is made of: "written", "spoken, 2 minutes", "written, with a drawing". */
export function formOf(j: Journal): string {
  const names: Record<Piece["kind"], string> = { voice: "spoken", photo: "a photo", film: "a film", drawing: "drawn" };
  const parts = j.text.trim() === "" ? [] : ["written"];
  for (const kind of kinds as Piece["kind"][]) {
    const some = piecesOf(j).filter((p) => p.kind === kind);
    if (some.length === 0) continue;
    const seconds = some.reduce((sum, p) => sum + (p.seconds ?? 0), 0);
    const many = some.length > 1 ? { voice: `spoken, ${some.length} times`, photo: `${some.length} photos`, film: `${some.length} films`, drawing: `${some.length} drawings` }[kind] : names[kind];
    parts.push(seconds > 0 ? `${many}, ${lengthOf(seconds)}` : many);
  }
  return parts.join(", ");
}

/** What is looked through: every word has to be somewhere in it, whatever the case and the accents. */
export function found(e: Entry, wanted: string): boolean {
  const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  const held = plain([e.begun, e.content?.text ?? "", ...(e.content ? piecesOf(e.content) : []).map((p) => p.words ?? "")].join("\n"));
  return plain(wanted).split(/\s+/).every((word) => held.includes(word));
}

const rest = 14; // days after which something may be shown again

/** Something from before, when it is asked for: nothing of the last two weeks, and not what was just shown. */
export function again(all: Entry[], today: string, last: string | undefined, random = Math.random): Entry | undefined {
  const before = new Date(Date.parse(today) - rest * 86_400_000).toISOString().slice(0, 10);
  const old = all.filter((e) => e.content && !isEmpty(e.content) && e.day !== "" && e.day <= before);
  const others = old.filter((e) => e.id !== last);
  const from = others.length > 0 ? others : old;
  return from[Math.floor(random() * from.length)];
}

/** The words of an entry, and a line for each thing beside them, for a file of text. */
export function wordsIn(j: Journal): string {
  return [j.text.trim(), ...piecesOf(j).map((p) => `(${[p.words, formOf({ kind: "journal", text: "", pieces: [p] })].filter(Boolean).join(": ")})`)].filter(Boolean).join("\n");
}
