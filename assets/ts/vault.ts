// The page of one's own vault: making it, with a recovery code that is typed back
// before anything is kept; making a new code; letting a passkey open it; taking
// everything along. The vault's key is in this page for as long as one of these takes.
import { fromBase64, newID, random, toBase64, type Bytes } from "./shared/vault/bytes";
import { newCode, shown, typed } from "./shared/vault/code";
import { door, entered, fail, maybe, part, places, say } from "./shared/vault/door";
import { asText, offer, type Read } from "./shared/vault/export";
import { Opened, wrap, type Vault } from "./shared/vault/format";
import { asked, sent } from "./shared/vault/talk";
import { canAsk, Cannot, keys, secretOf, type Keys } from "./shared/vault/ways";
import { go } from "./shared/next";

interface Told {
  id: string;
  about: string;
  name?: string;
  revision: number;
  begun: string;
  at: string;
  sealed: string;
}

class Own {
  #wipe: (() => void) | undefined; // the key that is in this page now
  readonly #at: string; // where the vault is on the server

  constructor(private readonly root: HTMLElement) {
    this.#at = root.dataset.at ?? "/vault";
    for (const name of ["make", "ways"]) {
      const e = maybe(root, name);
      if (e) e.hidden = false;
    }
    maybe(root, "begin")?.addEventListener("click", () => void this.#make());
    maybe(root, "renew")?.addEventListener("click", () => this.#ask("A new code takes the place of the one you have, which then opens nothing.", (k, key) => this.#renew(k, key)));
    maybe(root, "export")?.addEventListener("click", () => this.#ask("Your browser opens everything and makes one readable file of it.", (k, key) => this.#export(k, key)));
    for (const b of root.querySelectorAll<HTMLButtonElement>("button[data-vault-add]")) {
      b.hidden = !canAsk();
      b.addEventListener("click", () => this.#ask(`Then you use “${b.dataset.label}”, so that it opens this, too.`, (k, key) => this.#add(b, k, key)));
    }
    maybe(root, "cancel")?.addEventListener("click", () => this.#stage("ways"));
    addEventListener("pagehide", () => this.#forget());
  }

  #forget(): void {
    this.#wipe?.();
    this.#wipe = undefined;
  }

  /** Shows one stage of what is done, and nothing else. */
  #stage(name: "make" | "made" | "ways" | "ask" | "new"): void {
    for (const each of ["make", "made", "ways", "ask", "new"]) {
      const e = maybe(this.root, each);
      if (e) e.hidden = each !== name;
    }
    const shownNow = maybe(this.root, name);
    shownNow?.querySelector<HTMLElement>("h2")?.focus();
    shownNow?.scrollIntoView({ block: "nearest" });
  }

  #then: ((k: Keys, key: Bytes) => Promise<void>) | undefined;
  #doored = false;

  /** Has the vault opened for one thing. */
  #ask(why: string, then: (k: Keys, key: Bytes) => Promise<void>): void {
    const stage = part(this.root, "ask");
    this.#then = then;
    if (!this.#doored) {
      this.#doored = true;
      door(stage, maybe(stage, "ask-passkey"), part(stage, "says"), async (k, key) => {
        await this.#then?.(k, key);
      }, () => keys(this.#at));
    }
    part(stage, "ask-why").textContent = why;
    this.#stage("ask");
  }

  /** Shows a new code until it was typed back right, and returns it. */
  async #code(finish: (code: Bytes) => Promise<void>): Promise<void> {
    const stage = part(this.root, "new");
    const [show, back, text] = [part(stage, "show"), part<HTMLFormElement>(stage, "back"), part(stage, "shown")];
    const input = back.querySelector("input") as HTMLInputElement;
    const says = maybe(back, "says");
    const code = newCode();
    const words = await shown(code);
    const turn = (typing: boolean) => {
      show.hidden = typing;
      back.hidden = !typing;
      text.textContent = typing ? "" : words;
      say(says, "");
      if (typing) input.focus();
    };
    part(stage, "written").onclick = () => turn(true);
    part(stage, "again").onclick = () => turn(false);
    turn(false);
    this.#stage("new");
    await new Promise<void>((kept) => {
      let busy = false;
      back.onsubmit = (event) => {
        event.preventDefault();
        if (busy) return;
        busy = true;
        void (async () => {
          say(says, "");
          const got = await typed(input.value);
          if (!got) throw new Cannot("This is not a whole code: a letter is wrong, missing or too many. Compare it with your paper.");
          if (got.some((b, i) => b !== code[i])) throw new Cannot("This is another code. Compare it with your paper, or have it shown once more.");
          await finish(code);
          input.value = "";
          code.fill(0);
          kept();
        })()
          .catch((error: unknown) => fail(says, error))
          .finally(() => (busy = false));
      };
    });
  }

  async #make(): Promise<void> {
    const key = random(32);
    this.#wipe = () => key.fill(0);
    const told = (await asked(`${this.#at}/keys`).catch(() => undefined)) as { owner: string } | undefined;
    if (!told) return say(maybe(this.root, "without")?.querySelector("span") ?? null, "There is no connection. Open this page anew.");
    const vault: Vault = { id: newID(), owner: told.owner, salt: random(32) };
    await this.#code(async (code) => {
      const wrapped = await wrap(vault, key, "code", code);
      await sent(this.#at, { id: vault.id, salt: toBase64(vault.salt), wrap: toBase64(wrapped) });
    });
    // While the key is here a passkey can be let in without opening the vault again.
    const stage = part(this.root, "made");
    for (const b of stage.querySelectorAll<HTMLButtonElement>("button[data-vault-add]")) {
      const fresh = b.cloneNode(true) as HTMLButtonElement; // without what it did before
      b.replaceWith(fresh);
      fresh.addEventListener("click", () => {
        const says = document.createElement("p");
        says.className = "field-error";
        says.setAttribute("role", "alert");
        fresh.parentElement?.querySelector(".field-error")?.remove();
        fresh.after(says);
        this.#add(fresh, { vault, revision: 1, ways: [] }, key).catch((error: unknown) => fail(says, error));
      });
    }
    const enter = maybe(stage, "enter");
    enter?.addEventListener("click", (event) => {
      const kept = document.querySelector<HTMLElement>("[data-vault][data-address]");
      if (!kept) return; // it is opened on a page of its own
      event.preventDefault();
      this.root.hidden = true;
      kept.hidden = false;
      const heading = document.querySelector("h1");
      if (heading) heading.textContent = kept.dataset.heading ?? "";
      history.replaceState(null, "", kept.dataset.address);
      kept.dispatchEvent(new CustomEvent<Bytes>(entered, { detail: key.slice() }));
      this.#forget();
    });
    this.#stage("made");
  }

  async #renew(k: Keys, key: Bytes): Promise<void> {
    const copy = key.slice();
    this.#wipe = () => copy.fill(0);
    void this.#code(async (code) => {
      const wrapped = await wrap(k.vault, copy, "code", code);
      await this.#send(`${this.#at}/code`, k, wrapped);
    });
  }

  async #add(b: HTMLButtonElement, k: Keys, key: Bytes): Promise<void> {
    const { passkey, secret } = await secretOf(k.vault.salt, [fromBase64(b.dataset.credential ?? "")]);
    try {
      const wrapped = await wrap(k.vault, key, passkey, secret);
      await this.#send(`${this.#at}/passkeys/${passkey}`, k, wrapped);
    } finally {
      secret.fill(0);
    }
  }

  async #send(address: string, k: Keys, wrapped: Bytes): Promise<void> {
    const told = (await sent(address, { vault: k.vault.id, revision: String(k.revision), wrap: toBase64(wrapped) })) as { go: string };
    this.#forget();
    go(told.go);
  }

  async #export(k: Keys, key: Bytes): Promise<void> {
    const opened = await Opened.by(k.vault, key);
    const all: Read[] = [];
    for (const told of (await asked(`${this.#at}/entries`)) as Told[]) {
      const read: Read = { begun: told.begun, at: told.at, name: told.name ?? "Somebody you no longer work with" };
      try {
        read.text = (await opened.open({ about: told.about, entry: told.id, revision: told.revision }, fromBase64(told.sealed))).text;
      } catch {
        // It is in the file, as one that did not open.
      }
      all.push(read);
    }
    offer("vault", asText("Your vault", all));
    this.#stage("ways");
  }
}

places("own", "", (root) => new Own(root));
