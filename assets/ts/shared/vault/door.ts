// The door of a vault on a page: a passkey, or the recovery code, and what is said
// when neither fits.
import { Wiped } from "./format";
import { Refused } from "./talk";
import { Cannot, canAsk, keyByCode, keyByPasskey, keys, type Keys } from "./ways";
import type { Bytes } from "./bytes";

/** What is wrong, in words for the person. */
export function wordsOf(error: unknown): string {
  if (error instanceof Cannot || error instanceof Refused || error instanceof Wiped) return error.message;
  return "Your browser could not do this. Try again, or use another browser.";
}

/** Says it, or, if it is empty, says nothing more. */
export function say(p: HTMLElement | null, words: string): void {
  if (!p) return;
  p.textContent = words;
  p.hidden = words === "";
}

/** Says what is wrong; where it needs who one is once more, in a window beside this one. */
export function fail(p: HTMLElement | null, error: unknown): void {
  say(p, wordsOf(error));
  if (!p || !(error instanceof Refused) || error.kind !== "step up") return;
  const a = document.createElement("a");
  a.href = `/step-up?to=${encodeURIComponent(location.pathname)}`;
  a.target = "_blank";
  a.rel = "noopener";
  a.textContent = "Say who you are in a new window";
  p.append(" ", a, ", then try again here.");
}

/** Adds a way to sign in beside this page, after which what was to be done is done again. */
export function signIn(p: HTMLElement, then: string): void {
  const a = document.createElement("a");
  a.href = "/sign-in";
  a.target = "_blank";
  a.rel = "noopener";
  a.textContent = "Sign in in a new window";
  p.append(" ", a, `, then ${then}.`);
}

/** Makes something of each place on the page that is for a kind of vault, where this browser can seal at all. */
export function places(kind: string, needs: string, make: (root: HTMLElement) => void, without = ""): void {
  for (const root of document.querySelectorAll<HTMLElement>(`[data-vault="${kind}"]`)) {
    if (needs && !maybe(root, needs)) continue;
    const words = maybe(root, "without");
    if (typeof crypto?.subtle !== "object") {
      say(words?.querySelector("span") ?? null, `This browser does not seal anything at this address: that needs https, or this very machine.${without}`);
      continue;
    }
    if (words) words.hidden = true;
    make(root);
  }
}

/** The event with which a vault that was just made is opened where it is: its key, which whoever takes it wipes. */
export const entered = "waymark:entered";

/** An element that the page must have. */
export function part<T extends HTMLElement>(root: ParentNode, name: string): T {
  const found = root.querySelector<T>(`[data-vault-${name}]`);
  if (!found) throw new Error(`the page has no ${name}`);
  return found;
}

export const maybe = <T extends HTMLElement>(root: ParentNode, name: string): T | null => root.querySelector<T>(`[data-vault-${name}]`);

/** Whatever opens the vault at this door: calls then with the vault's key, which it wipes afterwards. */
export function door(root: HTMLElement, passkey: HTMLElement | null, says: HTMLElement, then: (k: Keys, key: Bytes) => Promise<void>, ask: () => Promise<Keys> = () => keys()): void {
  const form = root.querySelector<HTMLFormElement>("form[data-vault-code]");
  const input = form?.querySelector("input");
  const wrong = form ? maybe(form, "says") : null;
  let busy = false;
  const run = async (get: (k: Keys) => Promise<Bytes>, where: HTMLElement | null): Promise<void> => {
    if (busy) return;
    busy = true;
    say(says, "");
    say(wrong, "");
    let key: Bytes | undefined;
    try {
      const k = await ask();
      key = await get(k);
      if (input) input.value = "";
      await then(k, key);
    } catch (error) {
      fail(where, error);
    } finally {
      key?.fill(0);
      busy = false;
    }
  };
  if (passkey && !canAsk()) passkey.hidden = true;
  passkey?.addEventListener("click", () => void run(keyByPasskey, says));
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input?.value ?? "";
    void run((k) => keyByCode(k, text), wrong);
  });
}
