// How the vault talks with the server: sealed bytes and ids, never words.

/** The server, or the way to it, said no. */
export class Refused extends Error {
  constructor(
    text: string,
    readonly kind = "",
  ) {
    super(text);
  }
}

async function answer(address: string, how: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, {
      ...how,
      credentials: "same-origin",
      headers: { ...how.headers, Accept: "application/json" },
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    throw new Refused("There is no connection.", "offline");
  }
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
