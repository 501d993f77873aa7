// Makes a passkey (data-passkey="make") or signs in with one ("use"). The form's
// action gives the options, data-finish takes what the browser made of them; the
// form's own fields go along with both. Such a form is hidden until it is clear
// that this browser can do it, so that no button is ever dead. What does without
// (data-passkey-without) is then hidden; what leads to a passkey on a later page
// (data-passkey-only) is shown.
import { notSaved } from "./shared/banner";
import { go } from "./shared/next";
import { whosePage } from "./shared/whose";

type Fields = Record<string, string>;

/** What the server says: options and a ceremony, where to go on, or what is wrong. */
interface Told {
  options?: unknown;
  ceremony?: string;
  go?: string;
  kind?: string;
  text?: string;
}

class Refused extends Error {
  constructor(text: string, readonly kind = "") {
    super(text);
  }
}

async function ask(address: string, body: object): Promise<Told> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", ...whosePage() },
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    throw new Refused("There is no connection. Try again in a moment.");
  }
  let told: Told;
  try {
    told = (await response.json()) as Told;
  } catch {
    throw new Refused("The practice’s computer did not answer as it should. Try again in a moment.");
  }
  if (!response.ok) throw new Refused(told.text ?? "This did not work. Try again in a moment.", told.kind);
  return told;
}

// ---- between JSON and what the browser wants; newer browsers do it themselves ----

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function text(raw: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(raw), (b) => String.fromCharCode(b)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function creation(json: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions {
  if (typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function") {
    return PublicKeyCredential.parseCreationOptionsFromJSON(json);
  }
  return {
    ...(json as unknown as PublicKeyCredentialCreationOptions),
    challenge: bytes(json.challenge),
    user: { ...json.user, id: bytes(json.user.id) },
    excludeCredentials: descriptors(json.excludeCredentials),
  };
}

function request(json: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
  if (typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function") {
    return PublicKeyCredential.parseRequestOptionsFromJSON(json);
  }
  return {
    ...(json as unknown as PublicKeyCredentialRequestOptions),
    challenge: bytes(json.challenge),
    allowCredentials: descriptors(json.allowCredentials),
  };
}

function descriptors(all: PublicKeyCredentialDescriptorJSON[] | undefined): PublicKeyCredentialDescriptor[] {
  return (all ?? []).map((d) => ({
    id: bytes(d.id),
    type: "public-key",
    ...(d.transports ? { transports: d.transports as AuthenticatorTransport[] } : {}),
  }));
}

function answer(made: PublicKeyCredential): unknown {
  if (typeof made.toJSON === "function") {
    try {
      return made.toJSON();
    } catch {
      // some password managers put an object of their own in its place
    }
  }
  const response: Record<string, unknown> = { clientDataJSON: text(made.response.clientDataJSON) };
  if (made.response instanceof AuthenticatorAttestationResponse) {
    response.attestationObject = text(made.response.attestationObject);
    response.transports = typeof made.response.getTransports === "function" ? made.response.getTransports() : [];
  } else {
    const r = made.response as AuthenticatorAssertionResponse;
    response.authenticatorData = text(r.authenticatorData);
    response.signature = text(r.signature);
    if (r.userHandle) response.userHandle = text(r.userHandle);
  }
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response,
    authenticatorAttachment: made.authenticatorAttachment ?? undefined,
    clientExtensionResults: made.getClientExtensionResults(),
  };
}

// ---- the form --------------------------------------------------------------------

function words(error: unknown, making: boolean): string {
  if (error instanceof Refused) return error.message;
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "AbortError":
      return making
        ? "No passkey was made: it was cancelled, or took too long. You can try again."
        : "No passkey was used: it was cancelled, took too long, or there is none here. You can try again, or sign in another way.";
    case "InvalidStateError":
      return "This device has a passkey for your account already.";
    case "SecurityError":
      return "Passkeys do not work at this address. Sign in another way.";
    case "NotSupportedError":
    case "ConstraintError":
      return "This device cannot make a passkey that asks for a finger, a face or a PIN. Use another device, or a password.";
  }
  return "The browser could not do this. Try again, or use another way.";
}

function say(form: HTMLFormElement, message: string, kind: string): void {
  let p = form.querySelector<HTMLElement>("[data-passkey-says]");
  if (!p) {
    p = document.createElement("p");
    p.dataset.passkeySays = "";
    p.setAttribute("role", "alert");
    form.append(p);
  }
  notSaved(p, message);
  p.className = "field-error";
  p.hidden = message === "";
  if (kind !== "step up") return;
  const a = document.createElement("a");
  a.href = "/step-up?to=" + encodeURIComponent(location.pathname);
  a.textContent = "Say who you are";
  p.append(" ", a);
}

function fieldsOf(form: HTMLFormElement): Fields {
  const fields: Fields = {};
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields[name] = value;
  // Where the practice is chosen in the form above, it is meant here too.
  const chosen = document.querySelector<HTMLSelectElement>('select[name="practice"]');
  if (chosen && "practice" in fields) fields.practice = chosen.value;
  return fields;
}

async function run(form: HTMLFormElement, making: boolean): Promise<string> {
  const fields = fieldsOf(form);
  const begun = await ask(form.action, fields);
  const made = making
    ? await navigator.credentials.create({ publicKey: creation(begun.options as PublicKeyCredentialCreationOptionsJSON) })
    : await navigator.credentials.get({ publicKey: request(begun.options as PublicKeyCredentialRequestOptionsJSON) });
  if (!(made instanceof PublicKeyCredential)) throw new DOMException("", "NotAllowedError");
  const done = await ask(form.dataset.finish ?? form.action, { ...fields, ceremony: begun.ceremony, response: answer(made) });
  return done.go ?? "/";
}

function begin(form: HTMLFormElement): void {
  const making = form.dataset.passkey === "make";
  let running = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) return;
    running = true;
    say(form, "", "");
    const button = form.querySelector<HTMLButtonElement>("button");
    button?.setAttribute("aria-disabled", "true");
    run(form, making)
      .then(go)
      .catch((error: unknown) => say(form, words(error, making), error instanceof Refused ? error.kind : ""))
      .finally(() => {
        running = false;
        button?.removeAttribute("aria-disabled");
      });
  });
  form.hidden = false;
}

if (typeof PublicKeyCredential === "function" && typeof navigator.credentials?.create === "function") {
  document.querySelectorAll<HTMLFormElement>("form[data-passkey]").forEach(begin);
  for (const e of document.querySelectorAll<HTMLElement>("[data-passkey-only]")) e.hidden = false;
  for (const e of document.querySelectorAll<HTMLElement>("[data-passkey-without]")) e.hidden = true;
}
