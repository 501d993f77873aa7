// All that is in a journal, for whoever takes it along: entries newest first, each with
// its pieces, opened one after the other so that nothing big lies in memory.
import { fromBase64, type Bytes } from "../vault/bytes";
import type { Opened, Piece } from "../vault/format";
import { asked } from "../vault/talk";
import { journalOf, piecesOf, type Entry } from "./content";
import { at, bytesOf } from "./media";

/** An entry as the server has it, sealed. */
export interface Told {
  id: string;
  about: string;
  revision: number;
  begun: string;
  at: string;
  day: string;
  sealed: string;
}

/** Everything that lies sealed, newest first. */
export async function* told(): AsyncGenerator<Told> {
  for (let after = ""; ; ) {
    const page = (await asked(`${at}/entries?after=${after}`)) as { entries: Told[]; next: string };
    yield* page.entries;
    if (!page.next || page.next === after) return;
    after = page.next;
  }
}

/** Opens one entry; without content it does not open. */
export async function read(opened: Opened, t: Told): Promise<Entry> {
  const entry: Entry = { id: t.id, revision: t.revision, begun: t.begun, at: t.at, day: t.day };
  try {
    entry.content = journalOf(await opened.open({ about: t.about, entry: t.id, revision: t.revision }, fromBase64(t.sealed)));
  } catch {
    // It stays, as one that does not open.
  }
  return entry;
}

/** A piece and how to have its bytes; that fails where it does not open or there is no connection. */
export interface Opening {
  piece: Piece;
  bytes(): Promise<Bytes>;
}

/** Everything in an open journal. */
export async function* everything(opened: Opened): AsyncGenerator<{ entry: Entry; pieces: Opening[] }> {
  for await (const t of told()) {
    const entry = await read(opened, t);
    const pieces = entry.content ? piecesOf(entry.content) : [];
    yield { entry, pieces: pieces.map((piece) => ({ piece, bytes: () => bytesOf(opened, piece) })) };
  }
}
