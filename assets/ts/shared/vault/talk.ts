// How the vault talks with the server: sealed bytes and ids, never words.
import { whosePage } from "../whose";
import type { Bytes } from "./bytes";

/** The server, or the way to it, said no. */
export class Refused extends Error {
  constructor(
    text: string,
    readonly kind = "",
  ) {
    super(text);
  }
}

async function reach(address: string, how: RequestInit): Promise<Response> {
  try {
    return await fetch(address, {
      ...how,
      credentials: "same-origin",
      headers: { Accept: "application/json", ...whosePage(), ...how.headers },
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    throw new Refused("There is no connection.", "offline");
  }
}

async function answer(address: string, how: RequestInit): Promise<unknown> {
  const response = await reach(address, how);
  let told: unknown;
  try {
    told = await response.json();
  } catch {
    throw new Refused("The practice’s computer did not answer as it should.", "offline");
  }
  if (response.ok) return told;
  const { text, kind } = told as { text?: string; kind?: string };
  throw new Refused(text ?? "This did not work. Try again in a moment.", kind);
}

export const asked = (address: string): Promise<unknown> => answer(address, {});

/** Sends a form of names and values. */
export const sent = (address: string, fields: Record<string, string>): Promise<unknown> =>
  answer(address, { method: "POST", body: new URLSearchParams(fields) });

const raw = "application/octet-stream";

/** Sends bytes as they are: sealed, unless they are meant to be read. */
export const sentBytes = (address: string, bytes: Bytes): Promise<unknown> =>
  answer(address, { method: "POST", body: bytes, headers: { "Content-Type": raw } });

/** Asks for bytes as they are. */
export async function askedBytes(address: string): Promise<Bytes> {
  const response = await reach(address, { headers: { Accept: `${raw}, application/json` } });
  if (response.ok && response.headers.get("Content-Type") === raw) return new Uint8Array(await response.arrayBuffer());
  const { text, kind } = (await response.json().catch(() => ({}))) as { text?: string; kind?: string };
  throw new Refused(text ?? "The practice’s computer did not answer as it should.", kind ?? "offline");
}
