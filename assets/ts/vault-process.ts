// What somebody keeps in their vault about a client: opened, read, searched, written
// and sealed here. The words are in this page alone while the vault is open, as text,
// and the keys cannot be taken out of it; both go when it locks.
import { fromBase64, newID, toBase64 } from "./shared/vault/bytes";
import { door, maybe, part, places, say, signIn, wordsOf } from "./shared/vault/door";
import { draftsOf, forgetDraft, keepDraft } from "./shared/vault/drafts";
import { asText, offer, type Read } from "./shared/vault/export";
import { maxText, Opened, TooLong } from "./shared/vault/format";
import { Watch } from "./shared/vault/lock";
import { Releases } from "./shared/vault/release";
import { beforeSignOut } from "./shared/vault/signout";
import { asked, Refused, sent } from "./shared/vault/talk";

interface Told {
  id: string;
  revision: number;
  begun: string;
  at: string;
  sealed: string;
}

/** An entry that is open; one that is not saved yet has revision 0. */
interface Entry extends Read {
  id: string;
  revision: number;
}

/** What stands in the place to write. */
interface Writing {
  id: string;
  revision: number; // from which it starts
  saved: string; // what the vault has
}

const pause = 800; // ms without a letter, after which it is sealed on the device

class Process {
  readonly #about: string;
  readonly #at: string;
  #first: boolean;
  #opened: Opened | undefined;
  #entries: Entry[] = [];
  #drafts = new Map<string, string>(); // words not saved yet, by entry
  #now: Writing = { id: newID(), revision: 0, saved: "" };
  #timer = 0;
  #saving = false;
  #written: Promise<void> = Promise.resolve(); // drafts are kept one after the other
  readonly #watch = new Watch(() => this.lock("It locked by itself. What you had begun is kept on this device, sealed."));
  readonly #releases: Releases | undefined;
  readonly #words: HTMLTextAreaElement;
  readonly #search: HTMLInputElement;

  constructor(private readonly root: HTMLElement) {
    this.#about = root.dataset.about ?? "";
    this.#at = root.dataset.at ?? "";
    this.#first = root.dataset.first !== undefined;
    this.#words = root.querySelector("textarea") as HTMLTextAreaElement;
    this.#search = part<HTMLElement>(root, "open").querySelector("input[type=search]") as HTMLInputElement;
    const behind = part(root, "door");
    behind.hidden = false;
    door(behind, maybe(behind, "passkey"), part(behind, "door-says"), async (k, key) => {
      this.#opened = await Opened.by(k.vault, key);
      await this.#begin();
    });
    if (maybe(root, "release-dialog")) this.#releases = new Releases(root, this.#at);
    this.#listen();
  }

  #listen(): void {
    const on = (name: string, act: () => void) => part(this.root, name).addEventListener("click", act);
    this.#words.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#keep(), pause);
      this.#state();
    });
    part(this.root, "editor").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    on("lock", () => this.lock("Locked."));
    on("new", () => void this.#leave().then(() => this.#write({ id: newID(), revision: 0, saved: "" })));
    on("drop", () => void this.#drop());
    on("below", () => this.#take(`${this.#words.value.trimEnd()}\n\n${this.#other()}`));
    on("theirs", () => this.#take(this.#other()));
    on("release", () => this.#release());
    on("export", () => offer("process-notes", asText("Process notes", this.#entries)));
    this.#search.addEventListener("input", () => this.#list());
    addEventListener("online", () => this.#state());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.#keep();
    });
    beforeSignOut(
      () => this.#opened !== undefined && this.#dirty(),
      () => this.#save(),
      () => this.#tell("You were not signed out: signing out clears what this device keeps, and this is not in the vault yet. Save it or drop it, then sign out."),
    );
  }

  /** Opens everything that is there. */
  async #begin(): Promise<void> {
    try {
      await this.#load();
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
    this.#shown(true);
    this.#watch.begin();
    const [newest] = this.#drafts.keys();
    if (newest) {
      this.#write(this.#writing(newest));
      this.#tell("What you had begun here is back. It was kept on this device, and is not in the vault yet.");
    } else {
      this.#write({ id: newID(), revision: 0, saved: "" });
    }
    this.#words.focus();
  }

  async #load(): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    const entries: Entry[] = [];
    const drafts = new Map<string, string>();
    const behind: string[] = [];
    for (const told of (await asked(`${this.#at}/entries`)) as Told[]) {
      const place = { about: this.#about, entry: told.id, revision: told.revision };
      const entry: Entry = { id: told.id, revision: told.revision, begun: told.begun, at: told.at };
      try {
        entry.text = (await opened.open(place, fromBase64(told.sealed))).text;
      } catch {
        // It stays in the list, as one that does not open.
      }
      entries.push(entry);
    }
    // Where the device keeps nothing (a private window) there are no drafts.
    for (const d of await draftsOf(opened.vault.owner, this.#about).catch(() => [])) {
      try {
        const { text } = await opened.openDraft({ about: d.about, entry: d.entry, revision: d.revision }, d.sealed);
        const saved = entries.find((e) => e.id === d.entry);
        if (saved?.text === text) await forgetDraft(d.entry);
        else drafts.set(d.entry, text);
        if (saved && saved.text !== text && saved.revision !== d.revision) behind.push(d.entry);
      } catch {
        continue; // of a vault that is gone
      }
    }
    if (this.#opened !== opened) return; // it locked meanwhile: nothing of this stays
    this.#entries = entries;
    this.#drafts = drafts;
    for (const id of behind) this.#behind.add(id);
  }

  /** Drafts that start from a revision that is not the newest any more. */
  readonly #behind = new Set<string>();

  #writing(id: string): Writing {
    const entry = this.#entries.find((e) => e.id === id);
    return { id, revision: entry?.revision ?? 0, saved: entry?.text ?? "" };
  }

  /** Puts an entry, or a new one, into the place to write. */
  #write(w: Writing): void {
    this.#now = w;
    this.#words.value = this.#drafts.get(w.id) ?? w.saved;
    this.#tell("");
    say(part(this.root, "wrong"), "");
    this.#conflict(this.#behind.has(w.id) ? this.#entries.find((e) => e.id === w.id) : undefined);
    const entry = this.#entries.find((e) => e.id === w.id);
    part(this.root, "title").textContent = entry ? entry.begun : "A new note";
    this.#list();
    this.#state();
  }

  #dirty = (): boolean => this.#words.value !== this.#now.saved;

  #tell(words: string): void {
    const p = part(this.root, "note");
    say(p.querySelector("span"), words);
    p.hidden = words === "";
  }

  #conflict(other: Entry | undefined): void {
    const p = part(this.root, "other");
    p.hidden = other === undefined;
    part(p, "other-at").textContent = other ? `Saved ${other.at}.` : "";
    part(p, "other-text").textContent = other?.text ?? "";
  }

  #other = (): string => part(this.root, "other-text").textContent ?? "";

  #take(text: string): void {
    this.#words.value = text;
    this.#conflict(undefined);
    this.#behind.delete(this.#now.id);
    void this.#keep();
    this.#state();
    this.#words.focus();
  }

  /** Says how it stands, and offers what can be done. */
  #state(words?: string): void {
    const dirty = this.#dirty();
    part(this.root, "state").textContent = words ?? (dirty ? "Not saved yet." : this.#now.revision > 0 ? "Saved, sealed." : "Open. It locks after five minutes without a sign of you.");
    part(this.root, "new").hidden = this.#now.revision === 0 && !dirty;
    part(this.root, "drop").hidden = !dirty;
    part(this.root, "release").hidden = dirty || this.#now.revision === 0 || !this.#releases || this.#now.saved.trim() === "";
  }

  /** Seals what is not saved on the device. What is under way ends before the next begins. */
  #keep(): Promise<void> {
    clearTimeout(this.#timer);
    const [opened, { id, revision }, text, dirty] = [this.#opened, this.#now, this.#words.value, this.#dirty()];
    if (!opened) return this.#written;
    if (dirty) this.#drafts.set(id, text);
    else this.#drafts.delete(id);
    this.#written = this.#written.then(async () => {
      try {
        if (!dirty) return await forgetDraft(id);
        const sealed = await opened.sealDraft({ about: this.#about, entry: id, revision }, { kind: "process", text });
        await keepDraft({ entry: id, owner: opened.vault.owner, about: this.#about, revision, at: Date.now(), sealed });
        this.root.dataset.keptAt = String(Date.now());
      } catch (error) {
        const words = error instanceof TooLong ? "This is longer than fits into one note. Divide it into two." : "This device keeps nothing, perhaps because the window is private: save often.";
        say(part(this.root, "wrong"), words);
      }
    });
    return this.#written;
  }

  async #leave(): Promise<void> {
    if (this.#dirty()) await this.#keep();
  }

  /** Asks before what is saved of this note leaves the vault. */
  #release(): void {
    const { id, revision, saved } = this.#now;
    if (this.#opened && revision > 0 && !this.#dirty()) this.#releases?.ask({ id, revision, words: saved });
  }

  async #drop(): Promise<void> {
    this.#drafts.delete(this.#now.id);
    this.#behind.delete(this.#now.id);
    this.#words.value = this.#now.saved;
    await this.#keep();
    this.#write(this.#now.revision > 0 ? this.#writing(this.#now.id) : { id: newID(), revision: 0, saved: "" });
  }

  /** Seals and sends. Says whether it is in the vault. */
  async #save(): Promise<boolean> {
    const opened = this.#opened;
    if (!opened || this.#saving) return false;
    const wrong = part(this.root, "wrong");
    say(wrong, "");
    if (!this.#dirty()) {
      this.#state(this.#now.revision > 0 ? "Saved, sealed." : "There is nothing to save yet.");
      return true;
    }
    const { id } = this.#now;
    const revision = this.#now.revision + 1;
    const text = this.#words.value;
    if (new TextEncoder().encode(text).length > maxText) {
      say(wrong, "This is longer than fits into one note. Divide it into two; your text is still here.");
      return false;
    }
    this.#saving = true;
    this.#state("Sealing and saving…");
    try {
      await this.#keep();
      const sealed = await opened.seal({ about: this.#about, entry: id, revision }, { kind: "process", text });
      const told = (await sent(this.#at, { id, revision: String(revision), sealed: toBase64(sealed), ...(this.#first ? { first: "yes" } : {}) })) as { at: string };
      this.#first = false;
      if (this.#opened === opened) this.#saved(id, revision, text, told.at);
      return true;
    } catch (error) {
      if (this.#opened === opened) await this.#notSaved(error, id, text); // once it locked, no word comes back
      return false;
    } finally {
      this.#saving = false;
    }
  }

  #saved(id: string, revision: number, text: string, at: string): void {
    const there = this.#entries.find((e) => e.id === id);
    const day = at.replace(/,.*/, "");
    if (there) Object.assign(there, { revision, text, at });
    else this.#entries.unshift({ id, revision, text, at, begun: day });
    this.#behind.delete(id);
    if (this.#now.id !== id) return; // something else is written meanwhile
    this.#now = { id, revision, saved: text };
    this.#conflict(undefined);
    this.#tell("");
    void this.#keep();
    part(this.root, "title").textContent = this.#entries.find((e) => e.id === id)?.begun ?? day;
    this.#list();
    this.#state();
  }

  async #notSaved(error: unknown, id: string, text: string): Promise<void> {
    const wrong = part(this.root, "wrong");
    const kept = "Your words are kept on this device, sealed.";
    const kind = error instanceof Refused ? error.kind : "";
    if (error instanceof TooLong) return say(wrong, "This is longer than fits into one note. Divide it into two; your text is still here.");
    this.#state("Not saved yet.");
    if (kind === "conflict") {
      const opened = this.#opened;
      try {
        await this.#load();
      } catch (again) {
        say(wrong, `${wordsOf(again)} ${kept}`);
        return;
      }
      if (this.#opened !== opened) return; // it locked
      const other = this.#entries.find((e) => e.id === id);
      if (other?.text === text) return this.#saved(id, other.revision, text, other.at); // it had arrived, and the answer was lost
      this.#now = { id, revision: other?.revision ?? 0, saved: other?.text ?? "" };
      this.#behind.add(id);
      this.#words.value = text;
      await this.#keep();
      this.#conflict(other);
      this.#list();
      this.#state();
      say(wrong, wordsOf(error));
      return;
    }
    say(wrong, `${wordsOf(error)} ${kept}${kind === "offline" ? " Save again when it is back." : ""}`);
    if (kind === "sign in") signIn(wrong, "save again");
  }

  /** The list of what is there, as far as it fits what is looked for. */
  #list(): void {
    const list = part(this.root, "list");
    const template = this.root.querySelector<HTMLTemplateElement>("template[data-vault-item]");
    const wanted = this.#search.value.trim().toLocaleLowerCase();
    const unsaved = [...this.#drafts].filter(([id]) => !this.#entries.some((e) => e.id === id)).map(([id, text]): Entry => ({ id, revision: 0, begun: "Begun, not saved yet", at: "", text }));
    const all = [...unsaved, ...this.#entries];
    const found = all.filter((e) => `${e.begun}\n${this.#drafts.get(e.id) ?? e.text ?? ""}`.toLocaleLowerCase().includes(wanted));
    const items = found.map((e) => {
      const item = template?.content.firstElementChild?.cloneNode(true) as HTMLElement;
      const day = item.querySelector("[data-day]") as HTMLButtonElement;
      day.textContent = e.begun;
      if (e.id === this.#now.id) day.setAttribute("aria-current", "true");
      const note = item.querySelector("[data-changed]") as HTMLElement;
      say(note, e.text === undefined ? "This does not open with your vault’s key." : this.#drafts.has(e.id) && e.revision > 0 ? "Changed on this device, not saved yet" : e.revision > 1 ? `Changed ${e.at}` : "");
      say(item.querySelector("[data-words]"), e.text === undefined ? "" : e.text.trim() || "(No words any more)");
      if (e.text === undefined) day.disabled = true;
      day.addEventListener("click", () => void this.#leave().then(() => this.#write(this.#writing(e.id))).then(() => this.#words.focus()));
      return item;
    });
    list.replaceChildren(...items);
    part(this.root, "count").textContent = wanted ? `${found.length} of ${all.length}` : String(all.length);
  }

  #shown(open: boolean): void {
    part(this.root, "locked").hidden = open;
    part(this.root, "open").hidden = !open;
  }

  /** Drops keys and words. What is not saved is sealed on the device first. */
  lock(why: string): void {
    if (!this.#opened) return;
    void this.#keep(); // has the keys it needs
    this.#opened = undefined;
    this.#watch.end();
    this.#releases?.forget();
    this.#entries = [];
    this.#drafts.clear();
    this.#behind.clear();
    this.#now = { id: newID(), revision: 0, saved: "" };
    this.#words.value = "";
    this.#search.value = "";
    this.#conflict(undefined);
    this.#tell("");
    say(part(this.root, "wrong"), "");
    part(this.root, "list").replaceChildren();
    part(this.root, "count").textContent = "";
    part(this.root, "title").textContent = "A new note";
    part(this.root, "why").textContent = `${why} Open your vault to read and write.`;
    this.#shown(false);
    this.root.querySelector<HTMLElement>("#h-locked")?.focus();
  }
}

places("process", "open", (root) => new Process(root), " Below are the days alone.");
