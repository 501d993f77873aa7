// Sharing a single entry until a date: a copy that leaves the vault, sent in clear to
// the practice and read there by whoever treats its owner. And taking it back.
import { newID, type Bytes } from "../vault/bytes";
import { maybe, part, say, wordsOf } from "../vault/door";
import type { Journal, Opened, Piece } from "../vault/format";
import { asked, sent, sentBytes } from "../vault/talk";
import { blobBytes, toBlob } from "./photo";
import { Drawing } from "./drawing";
import { at } from "./media";
import type { Shelf } from "./show";
import { pictureOf } from "./sheet";
import { piecesOf, type Entry } from "./content";

const chunk = 256 << 10; // bytes of a copy that are sent at once

/** A copy that is shared now. */
export interface Share {
  id: string;
  entry: string;
  until: string; // in words
  day: string; // the last, "2026-12-24"
  whole: boolean;
  opened: { who: string; at: string }[];
}

interface Told {
  shares: Share[];
  with: string[];
  first: string;
  last: string;
}

/** "24 December", and how short it is said on an entry. */
export function dayIn(day: string, month: "long" | "short" = "long"): string {
  return new Date(`${day}T12:00:00`).toLocaleDateString("en-GB", { day: "numeric", month });
}

const several = (names: string[]): string => (names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

export const firstNames = (names: string[]): string => several(names.map((n) => n.split(" ")[0] ?? n));

/** What is shared now, and the question before it. */
export class Sharing {
  #told: Told = { shares: [], with: [], first: "", last: "" };
  #entry: { entry: Entry; opened: Opened } | undefined;
  #busy = false;
  readonly #dialog: HTMLDialogElement;
  readonly #until: HTMLInputElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly shelf: Shelf,
    private readonly changed: () => void,
  ) {
    this.#dialog = part<HTMLDialogElement>(root, "share-dialog");
    this.#until = part<HTMLInputElement>(root, "until");
    this.#until.addEventListener("input", () => this.#name());
    part(root, "share-not").addEventListener("click", () => this.#dialog.close());
    part(root, "share-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#share();
    });
    this.#dialog.addEventListener("cancel", (event) => {
      if (this.#busy) event.preventDefault();
    });
  }

  get who(): string {
    return firstNames(this.#told.with);
  }

  async load(): Promise<void> {
    this.#told = (await asked(`${at}/shares`)) as Told;
  }

  of = (entry: string): Share | undefined => this.#told.shares.find((s) => s.entry === entry && s.whole);

  forget(): void {
    this.#told = { shares: [], with: [], first: "", last: "" };
    this.#entry = undefined;
    if (this.#dialog.open) this.#dialog.close();
  }

  #name(): void {
    part(this.root, "share-go").textContent = this.#until.value ? `Share until ${dayIn(this.#until.value)}` : "Share it";
  }

  /** Asks until when. */
  ask(entry: Entry, opened: Opened): void {
    this.#entry = { entry, opened };
    const { first, last, with: people } = this.#told;
    const pieces = piecesOf(entry.content ?? { kind: "journal", text: "" });
    const what = pieces.length === 0 ? "its words" : `its words and ${pieces.length === 1 ? "what is with them" : `the ${pieces.length} things with them`}`;
    const who = several(people);
    part(this.root, "share-with").textContent = who ? `${who} can read ${what} until the day you choose. Nobody else can.` : "Nobody works with you at the moment who could read it.";
    part<HTMLButtonElement>(this.root, "share-go").disabled = !who;
    [this.#until.min, this.#until.max] = [first, last];
    const fourWeeks = first ? new Date(Date.parse(first) + 28 * 86_400_000).toISOString().slice(0, 10) : "";
    this.#until.value = last && fourWeeks > last ? last : fourWeeks;
    say(part(this.root, "share-wrong"), "");
    part(this.root, "share-state").textContent = "";
    this.#name();
    this.#dialog.showModal();
  }

  async #share(): Promise<void> {
    const now = this.#entry;
    if (!now || this.#busy) return;
    this.#busy = true;
    const state = part(this.root, "share-state");
    say(part(this.root, "share-wrong"), "");
    try {
      await this.#send(now.entry, now.opened, (words) => (state.textContent = words));
      await this.load();
      if (this.#entry !== now) return; // it locked
      this.#dialog.close();
      this.changed();
    } catch (error) {
      state.textContent = "";
      say(part(this.root, "share-wrong"), wordsOf(error));
    } finally {
      this.#busy = false;
    }
  }

  async #send(entry: Entry, opened: Opened, says: (words: string) => void): Promise<void> {
    const content = entry.content as Journal;
    const pieces: { id: string; type: string; bytes: Bytes }[] = [];
    for (const piece of piecesOf(content)) {
      says("Opening what is with it…");
      pieces.push({ id: newID(), ...(await this.#readable(piece, opened)) });
    }
    const id = newID();
    says("Sharing…");
    const told = pieces.map(({ id, type, bytes }) => ({ id, type, size: bytes.length }));
    const captions = piecesOf(content).map((p) => p.words?.trim() ?? "").filter(Boolean);
    const text = [content.text.trim(), ...captions].filter(Boolean).join("\n\n");
    const form = { id, entry: entry.id, kind: kindOf(content), text, until: this.#until.value, pieces: told.length > 0 ? JSON.stringify(told) : "" };
    await sent(`${at}/shares`, form);
    const all = pieces.reduce((sum, p) => sum + p.bytes.length, 0);
    let gone = 0;
    for (const piece of pieces) {
      for (let n = 0; n * chunk < piece.bytes.length; n++) {
        const bytes = piece.bytes.slice(n * chunk, (n + 1) * chunk);
        await sentBytes(`${at}/shares/${id}/media/${piece.id}/${n}`, bytes);
        gone += bytes.length;
        says(`Sharing: ${Math.floor((100 * gone) / all)} of 100`);
      }
    }
    if (pieces.length > 0) await sent(`${at}/shares/${id}/end`, {});
    const before = this.of(entry.id);
    if (before) await sent(`${at}/shares/${before.id}/take-back`, {}); // the newer copy takes its place
  }

  /** A piece as somebody else can look at it: a drawing as a picture. */
  async #readable(piece: Piece, opened: Opened): Promise<{ type: string; bytes: Bytes }> {
    const bytes = await this.shelf.bytes(piece, opened);
    if (piece.kind !== "drawing") return { type: piece.type.split(";")[0] ?? "", bytes };
    const picture = pictureOf(Drawing.decode(bytes).strokes, this.shelf.colours(true));
    return { type: "image/png", bytes: await blobBytes(await toBlob(picture, "image/png")) };
  }

  /** Takes an entry's copy back. Says who had read it. */
  async takeBack(entry: string): Promise<string> {
    const share = this.of(entry);
    if (!share) return "";
    const told = (await sent(`${at}/shares/${share.id}/take-back`, {})) as { opened?: { who: string }[] };
    await this.load();
    const read = [...new Set((told.opened ?? []).map((o) => o.who))];
    return read.length > 0 ? `Taken back. ${several(read)} had opened it; what was read was read.` : "Taken back. Nobody had opened it.";
  }

  /** Says below an entry what is shared of it. */
  show(entry: string | undefined): void {
    const share = entry ? this.of(entry) : undefined;
    part(this.root, "shared").hidden = !share;
    const ask = maybe(this.root, "share");
    if (ask) ask.textContent = share ? "Share it as it is now" : this.who ? `Share with ${this.who}` : "Share this entry";
    if (!share) return;
    part(this.root, "shared-until").textContent = `Shared until ${dayIn(share.day)}`;
    const seen = share.opened.map((o) => `${o.who}, ${o.at}`);
    part(this.root, "shared-says").textContent = `${several(this.#told.with)} can read a copy of it. ${seen.length > 0 ? `Opened by ${seen.join("; ")}.` : "Nobody has opened it yet."}`;
    part<HTMLAnchorElement>(this.root, "bring").href = `/my/bring?kind=share&of=${share.id}`;
  }
}

function kindOf(j: Journal): string {
  const [first] = piecesOf(j);
  return j.text.trim() !== "" || !first ? "text" : first.kind;
}
