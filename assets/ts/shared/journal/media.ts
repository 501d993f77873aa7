// Pieces as chunks: sealed on the device, sent one by one, fetched and opened.
import type { Bytes } from "../vault/bytes";
import { chunkBytes, Unopened, type Opened, type Piece } from "../vault/format";
import { asked, askedBytes, Refused, sent, sentBytes } from "../vault/talk";
import { forget, keep, keptChunk, keptOf } from "./device";

export const at = "/my/journal";

export const chunksOf = (size: number): number => Math.max(1, Math.ceil(size / chunkBytes));

/** Seals bytes as a piece, chunk by chunk; each goes to put as soon as it is sealed. */
export async function sealPiece(opened: Opened, media: string, bytes: Bytes, put: (n: number, sealed: Bytes) => Promise<void>): Promise<number> {
  const of = chunksOf(bytes.length);
  for (let n = 0; n < of; n++) {
    await put(n, await opened.sealChunk({ media, n, of }, bytes.slice(n * chunkBytes, (n + 1) * chunkBytes)));
  }
  return of;
}

/** Opens the chunks of a piece, whole or not at all. */
export async function openPiece(opened: Opened, piece: Piece, get: (n: number) => Promise<Bytes>): Promise<Bytes> {
  const out = new Uint8Array(piece.size);
  let from = 0;
  for (let n = 0; n < piece.chunks; n++) {
    const plain = await opened.openChunk({ media: piece.id, n, of: piece.chunks }, await get(n));
    if (from + plain.length > out.length) throw new Unopened();
    out.set(plain, from);
    from += plain.length;
  }
  if (from !== out.length) throw new Unopened();
  return out;
}

/** Seals bytes as a piece and keeps it on this device, as far as it has room. */
export async function keepPiece(opened: Opened, media: string, bytes: Bytes): Promise<{ chunks: number; room: boolean }> {
  let room = true;
  const chunks = await sealPiece(opened, media, bytes, async (n, sealed) => {
    room = (await keep({ name: `${media} chunk ${n}`, media, owner: opened.vault.owner, n, sealed })) && room;
  });
  return { chunks, room };
}

/** The bytes of a piece, from this device or from the vault. */
export const bytesOf = (opened: Opened, piece: Piece): Promise<Bytes> =>
  openPiece(opened, piece, async (n) => (await keptChunk(piece.id, n)) ?? (await askedBytes(`${at}/media/${piece.id}/${n}`)));

/** Sends a piece that lies on this device, as far as it is not there yet, and says how far it is. */
export async function sendPiece(entry: string, piece: Piece, says: (n: number, of: number) => void): Promise<void> {
  const chunks = (await keptOf(piece.id, "chunk")).map((k) => k.sealed);
  if (chunks.length !== piece.chunks) throw new Refused("A part of this is not on this device any more.", "gone");
  const known = (await asked(`${at}/media/${piece.id}`).catch((error: unknown) => {
    if (error instanceof Refused && error.kind === "offline") throw error;
    return undefined; // nothing of it is there yet
  })) as { ended?: boolean; there?: number[] } | undefined;
  if (!known?.ended) {
    const there = new Set(known?.there ?? []);
    for (let n = 0; n < chunks.length; n++) {
      says(n, chunks.length);
      if (!there.has(n)) await sentBytes(`${at}/media/${piece.id}/${n}`, chunks[n] as Bytes);
    }
    const size = chunks.reduce((sum, c) => sum + c.length, 0);
    await sent(`${at}/media/${piece.id}/end`, { entry, chunks: String(chunks.length), size: String(size) });
  }
  says(chunks.length, chunks.length);
}

/** A piece is in the vault: this device need not keep it. */
export const forgetPiece = (piece: Piece): Promise<void> => forget(piece.id).catch(() => undefined);

/** How many bytes may still be added to the vault. */
export async function room(): Promise<number> {
  const { used, most } = (await asked(`${at}/space`)) as { used: number; most: number };
  return most - used;
}

