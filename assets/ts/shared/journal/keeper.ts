// What a journal holds while it is open, and how it comes and goes: sealed entries from
// the server, sealed drafts and pieces on this device, and what waits to be sent.
import { toBase64, utf8, type Bytes } from "../vault/bytes";
import { draftsOf, forgetDraft, keepDraft, type Draft } from "../vault/drafts";
import type { Journal, Opened, Piece } from "../vault/format";
import { asked, Refused, sent } from "../vault/talk";
import { Cannot, keys, type Keys } from "../vault/ways";
import { read, told, type Told } from "./all";
import { journalOf, piecesOf, same, type Entry } from "./content";
import { forget, keep, keepTold, keptOf, keptTold } from "./device";
import { at, forgetPiece, sendPiece } from "./media";

/** What stands on the page to be written. */
export interface Writing {
  id: string;
  revision: number; // from which it starts
  saved: Journal; // what the journal has
  pieces: Piece[];
}

export const nothing = (): Journal => ({ kind: "journal", text: "" });

export const offline = (error: unknown): boolean => error instanceof Refused && error.kind === "offline";

/** Whether somebody chose to use Waymark on this device without a network. */
export const away = (): boolean => Boolean(navigator.serviceWorker?.controller);

export class Keeper {
  entries: Entry[] = [];
  drafts = new Map<string, Journal>(); // not kept yet, by entry
  waiting = new Set<string>(); // of those: to be sent as soon as that can be
  behind = new Set<string>(); // of those: they start from a revision that is not the newest any more
  readonly #tried = new Set<string>(); // pieces of which something may have been sent, and that no entry has yet
  readonly #held = new Map<string, Draft>(); // sealed drafts that this device has no room for

  constructor(private readonly owner: string) {}

  /** Whether this page holds drafts that this device could not keep. */
  holds = (): boolean => this.#held.size > 0;

  /** Sealed drafts, of this device and of this page. */
  async #sealed(): Promise<Draft[]> {
    const stored = await draftsOf(this.owner, this.owner).catch(() => []); // a private window may keep nothing
    return [...this.#held.values(), ...stored.filter((d) => !this.#held.has(d.entry))];
  }

  /** The wrapped keys, from the server or, without a network, as this device has them. */
  keys(): Promise<Keys> {
    const name = `keys ${this.owner}`;
    return keys("/my/vault", async (address) => {
      try {
        const got = (await asked(address)) as { id?: string; room?: boolean };
        if (!got.id) throw new Cannot("This journal is not made yet, or was discarded elsewhere. Open this page anew.");
        if (got.room === false) await sent("/my/vault/room", {});
        if (away()) await keepTold(name, got).catch(() => undefined);
        return got;
      } catch (error) {
        const kept = offline(error) ? await keptTold(name).catch(() => undefined) : undefined;
        if (kept) return kept;
        throw error;
      }
    });
  }

  /** How many entries wait on this device, in words: that can be told while it is locked. */
  async waits(): Promise<string> {
    const n = (await this.#sealed()).filter((d) => d.send).length;
    if (n === 1) return "One entry waits on this device to be sent. It goes when you open your journal.";
    return n === 0 ? "" : `${n} entries wait on this device to be sent. They go when you open your journal.`;
  }

  /** Opens all there is. Nothing of it stays where it has locked meanwhile. */
  async load(opened: Opened, still: () => boolean): Promise<void> {
    const entries: Entry[] = [];
    for (const t of await this.#told(opened)) entries.push(await read(opened, t));
    const [drafts, behind, waiting] = [new Map<string, Journal>(), new Set<string>(), new Set<string>()];
    for (const d of await this.#sealed()) {
      try {
        const draft = journalOf(await opened.openDraft({ about: d.about, entry: d.entry, revision: d.revision }, d.sealed));
        const saved = entries.find((e) => e.id === d.entry);
        if (saved?.content && same(saved.content, draft)) {
          await this.drop(d.entry);
          continue;
        }
        drafts.set(d.entry, draft);
        if (saved && saved.revision !== d.revision) behind.add(d.entry);
        else if (d.send) waiting.add(d.entry);
      } catch {
        continue; // of a vault that is gone
      }
    }
    if (still()) [this.entries, this.drafts, this.behind, this.waiting] = [entries, drafts, behind, waiting];
  }

  /** What lies sealed, from the server or, without a network, as this device has it. */
  async #told(opened: Opened): Promise<Told[]> {
    const name = `entries ${this.owner}`;
    try {
      const all: Told[] = [];
      for await (const t of told()) all.push(t);
      if (away()) await keepTold(name, await opened.sealPart("entries", utf8(JSON.stringify(all)))).catch(() => undefined);
      return all;
    } catch (error) {
      if (!offline(error) || !away()) throw error;
      const kept = (await keptTold(name).catch(() => undefined)) as Bytes | undefined;
      return kept ? (JSON.parse(new TextDecoder().decode(await opened.openPart("entries", kept))) as Told[]) : []; // to write works all the same
    }
  }

  entry = (id: string): Entry | undefined => this.entries.find((e) => e.id === id);

  writing(id: string): Writing {
    const entry = this.entry(id);
    const saved = entry?.content ?? nothing();
    return { id, revision: entry?.revision ?? 0, saved, pieces: piecesOf(this.drafts.get(id) ?? saved) };
  }

  /** An entry is not a draft any more. */
  settle(id: string): void {
    for (const some of [this.behind, this.waiting, this.drafts]) some.delete(id);
  }

  /** Keeps words that are not saved yet on this device, sealed. False: it has no room, and this page holds them. */
  async draft(opened: Opened, id: string, revision: number, content: Journal, send: boolean): Promise<boolean> {
    const sealed = await opened.sealDraft({ about: this.owner, entry: id, revision }, content);
    const draft: Draft = { entry: id, owner: this.owner, about: this.owner, revision, at: Date.now(), sealed, ...(send ? { send: true } : {}) };
    try {
      await keepDraft(draft);
      this.#held.delete(id);
      return true;
    } catch {
      this.#held.set(id, draft);
      return false;
    }
  }

  /** There is no draft of an entry any more. */
  async drop(id: string): Promise<void> {
    this.#held.delete(id);
    await forgetDraft(id).catch(() => undefined);
  }

  /** Keeps a part of what is under way on this device, sealed. False: it has no room, and this page holds it. */
  async part(opened: Opened, media: string, n: number, bytes: Bytes): Promise<boolean> {
    const name = `${media} part ${n}`;
    return keep({ name, media, owner: this.owner, n, sealed: await opened.sealPart(name, bytes) });
  }

  /** What was under way when a page ended, as far as it had reached this device. */
  async parts(opened: Opened, media: string): Promise<Bytes> {
    const parts: Bytes[] = [];
    for (const k of await keptOf(media, "part")) parts.push(await opened.openPart(k.name, k.sealed));
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  /** Sends the pieces that are new, then the entry, and forgets what this device kept of them. Says when, in words. */
  async send(opened: Opened, id: string, revision: number, saved: Journal, content: Journal, says: (words: string) => void): Promise<string> {
    const had = new Set(piecesOf(saved).map((p) => p.id));
    const fresh = piecesOf(content).filter((p) => !had.has(p.id));
    for (const piece of fresh) {
      this.#tried.add(piece.id);
      await sendPiece(id, piece, (n, of) => says(of > 1 ? `Sending, sealed: ${n} of ${of}` : "Sending, sealed…"));
    }
    const bytes = await opened.seal({ about: this.owner, entry: id, revision: revision + 1 }, content);
    const made = (await sent(`${at}/entries`, { id, revision: String(revision + 1), sealed: toBase64(bytes) })) as { at: string };
    for (const piece of fresh) {
      this.#tried.delete(piece.id);
      await forgetPiece(piece);
    }
    const has = new Set(piecesOf(content).map((p) => p.id));
    await this.#remove(piecesOf(saved).filter((p) => !has.has(p.id)).map((p) => p.id));
    return made.at;
  }

  /** A piece that no entry has is not wanted any more, here and wherever it was sent. */
  async scrap(media: string): Promise<void> {
    await forget(media).catch(() => undefined);
    if (this.#tried.delete(media)) await this.#remove([media]);
  }

  /** Deletes pieces that were taken out; what cannot be deleted now is remembered for the next time. */
  async #remove(ids: string[]): Promise<void> {
    const name = `out ${this.owner}`;
    const before = ((await keptTold(name).catch(() => undefined)) as string[] | undefined) ?? [];
    const left: string[] = [];
    for (const media of new Set([...before, ...ids])) {
      await sent(`${at}/media/${media}/delete`, {}).catch((error: unknown) => {
        if (offline(error)) left.push(media);
      });
    }
    if (left.length > 0 || before.length > 0) await keepTold(name, left).catch(() => undefined);
  }

  /** An entry is in the journal now. */
  saved(id: string, revision: number, content: Journal, made: string, today: string): Entry {
    this.settle(id);
    let entry = this.entry(id);
    if (entry) Object.assign(entry, { revision, content, at: made });
    else this.entries.unshift((entry = { id, revision, content, at: made, begun: made.replace(/,.*/, ""), day: content.day ?? today }));
    return entry;
  }

  /** Deletes an entry for good, with what this device keeps of it. */
  async erase(id: string, pieces: Piece[]): Promise<void> {
    await sent(`${at}/entries/${id}/delete`, {});
    for (const p of pieces) await forget(p.id).catch(() => undefined);
    await this.drop(id);
    this.settle(id);
    this.entries = this.entries.filter((e) => e.id !== id);
  }

  /** Nothing of it stays in the page. */
  forget(): void {
    this.entries = [];
    for (const some of [this.drafts, this.waiting, this.behind]) some.clear();
  }
}
