// The ways to open a vault, in the browser: a passkey that gives a secret of its own
// (the PRF extension of WebAuthn), or the recovery code. What either gives never
// leaves this page: of a passkey's answer nothing is sent anywhere.
import { fromBase64, random, toHex, type Bytes } from "./bytes";
import { typed } from "./code";
import { unwrap, Unopened, type Vault } from "./format";
import { asked } from "./talk";

/** What the server keeps of a vault. */
export interface Keys {
  vault: Vault;
  revision: number;
  ways: { id: string; wrap: Bytes; credential: Bytes }[];
}

interface Told {
  id: string;
  owner: string;
  salt: string;
  revision: number;
  ways: { id: string; wrap: string; credential?: string }[];
}

/** Asks for the wrapped keys: of a clinician's vault, or at the address of a client's. */
export async function keys(at = "/vault", ask = asked): Promise<Keys> {
  const told = (await ask(`${at}/keys`)) as Told;
  return {
    vault: { id: told.id, owner: told.owner, salt: fromBase64(told.salt) },
    revision: told.revision,
    ways: told.ways.map((w) => ({ id: w.id, wrap: fromBase64(w.wrap), credential: fromBase64(w.credential ?? "") })),
  };
}

/** It cannot be done, in words for the person. */
export class Cannot extends Error {}

/** Whether this browser can ask a passkey at all. */
export const canAsk = (): boolean => typeof PublicKeyCredential === "function" && typeof navigator.credentials?.get === "function";

/** The name under which a passkey is known. */
export async function nameOf(credential: Bytes): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", credential)));
}

/** Has somebody use one of their passkeys, and returns which and the secret that it gives for the salt. */
export async function secretOf(salt: Bytes, credentials: Bytes[]): Promise<{ passkey: string; secret: Bytes }> {
  let got: Credential | null;
  try {
    got = await navigator.credentials.get({
      publicKey: {
        challenge: random(32), // nobody checks it: what opens the vault is the secret
        allowCredentials: credentials.map((id) => ({ id, type: "public-key" })),
        userVerification: "required",
        extensions: { prf: { eval: { first: salt } } },
      },
    });
  } catch {
    throw new Cannot("No passkey was used: it was cancelled, took too long, or there is none of yours on this device. Your recovery code opens the vault, too.");
  }
  if (!(got instanceof PublicKeyCredential)) throw new Cannot("No passkey was used. Your recovery code opens the vault, too.");
  const first = got.getClientExtensionResults().prf?.results?.first;
  if (!first) {
    throw new Cannot("This passkey signs you in, but where it is kept it cannot open a vault. Use your recovery code, or a passkey kept somewhere else.");
  }
  const secret = first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer as ArrayBuffer, first.byteOffset, first.byteLength);
  return { passkey: await nameOf(new Uint8Array(got.rawId)), secret: secret as Bytes };
}

/** The vault's key by a passkey. Whoever asks wipes it. */
export async function keyByPasskey(k: Keys): Promise<Bytes> {
  const ways = k.ways.filter((w) => w.id !== "code");
  const { passkey, secret } = await secretOf(k.vault.salt, ways.map((w) => w.credential));
  const way = ways.find((w) => w.id === passkey);
  try {
    if (!way) throw new Unopened();
    return await unwrap(k.vault, way.wrap, way.id, secret);
  } catch {
    throw new Cannot("This passkey does not open the vault. Your recovery code does.");
  } finally {
    secret.fill(0);
  }
}

/** The vault's key by the recovery code as somebody typed it. Whoever asks wipes it. */
export async function keyByCode(k: Keys, text: string): Promise<Bytes> {
  const code = await typed(text);
  if (!code) throw new Cannot("This is not a whole recovery code: a letter is wrong, missing or too many. It has seven groups of four.");
  const way = k.ways.find((w) => w.id === "code");
  try {
    if (!way) throw new Unopened();
    return await unwrap(k.vault, way.wrap, "code", code);
  } catch {
    throw new Cannot("This is a recovery code, but not the one of this vault now. If you made a new one, the former opens nothing.");
  } finally {
    code.fill(0);
  }
}
