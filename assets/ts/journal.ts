// A client's journal: opened, written, spoken, drawn, found again, shared and locked in
// the browser. What was put down is in this page alone while the journal is open; the
// keys cannot be taken out of it, and everything goes when it locks. What is not kept
// yet lies on the device, sealed, and survives a page that ends.
import { newID, utf8, type Bytes } from "./shared/vault/bytes";
import { door, entered, fail, maybe, part, places, say, signIn, wordsOf } from "./shared/vault/door";
import { asText, offer } from "./shared/vault/export";
import { maxText, Opened, TooLong, type Journal, type Piece } from "./shared/vault/format";
import { Watch } from "./shared/vault/lock";
import { beforeSignOut } from "./shared/vault/signout";
import { Refused } from "./shared/vault/talk";
import { Cannot, type Keys } from "./shared/vault/ways";
import { isEmpty, piecesOf, same, wordsIn } from "./shared/journal/content";
import { forget, holds } from "./shared/journal/device";
import { Drawing, high, wide } from "./shared/journal/drawing";
import { Earlier } from "./shared/journal/earlier";
import { strip, take } from "./shared/journal/film";
import { away, Keeper, nothing, offline, type Writing } from "./shared/journal/keeper";
import { keepPiece } from "./shared/journal/media";
import { Other } from "./shared/journal/other";
import { Sharing } from "./shared/journal/share";
import { Sheet } from "./shared/journal/sheet";
import { Shelf } from "./shared/journal/show";
import { Speaker } from "./shared/journal/speak";

const blank = (): Writing => ({ id: newID(), revision: 0, saved: nothing(), pieces: [] });
const pause = 800; // ms without a letter, after which it is sealed on the device
const mostPieces = 12; // of one entry

const tooLong = "This is longer than fits into one entry. Divide it into two; everything is still here.";
const noRoom = "This device has no room left, or keeps nothing because its window is private. Nothing is lost as long as this page stays open: keep it in your journal now, or make room.";

class Page {
  readonly #today: string;
  #opened: Opened | undefined;
  readonly #keeper: Keeper;
  #now: Writing = blank();
  #sheetOf = ""; // the piece that is on the sheet
  #ear: Opened | undefined; // under which a recording is sealed, to its end
  #heard: Bytes[] = []; // of the recording under way
  #picked: { kind: "photo" | "film"; file: File } | undefined; // while it was locked
  #timer = 0;
  #saving = false;
  #written: Promise<void> = Promise.resolve(); // the device keeps one thing after the other
  readonly #watch = new Watch(() => this.lock("It locked by itself. What you had begun is kept on this device, sealed."));
  readonly #words: HTMLTextAreaElement;
  readonly #shelf: Shelf;
  readonly #sharing: Sharing;
  readonly #other: Other;
  readonly #earlier: Earlier;
  readonly #sheet: Sheet;
  readonly #speaker: Speaker;

  constructor(private readonly root: HTMLElement) {
    this.#keeper = new Keeper(root.dataset.owner ?? "");
    this.#today = root.dataset.today ?? "";
    this.#words = part<HTMLTextAreaElement>(root, "words");
    this.#shelf = new Shelf(root);
    this.#sharing = new Sharing(root, this.#shelf, () => this.#show());
    this.#earlier = new Earlier(root, this.#keeper, this.#shelf, this.#today, { open: (id) => void this.#go(id), share: (id) => this.#sharing.of(id), opened: () => this.#opened });
    this.#other = new Other(root, this.#words, () => {
      this.#keeper.behind.delete(this.#now.id);
      void this.#keep();
      this.#state();
    });
    this.#sheet = new Sheet(root, () => this.#shelf.colours(), {
      drawn: () => this.#drawn(),
      full: () => this.#wrong("This sheet is full. Keep it, and go on with another entry."),
    });
    this.#speaker = new Speaker(root, {
      may: () => this.#may(),
      began: (piece) => {
        this.#ear = this.#opened;
        this.#replace(piece);
        this.#soon();
      },
      part: (piece, n, bytes) => this.#keepPart(piece, n, bytes),
      ended: (piece, why) => void this.#ended(piece, why),
      trouble: (error) => this.#wrong(wordsOf(error)),
      alive: () => this.#watch.seen(),
    });
    const behind = part(root, "door");
    behind.hidden = false;
    const open = async (k: Keys, key: Bytes): Promise<void> => {
      this.#opened = await Opened.by(k.vault, key);
      await this.#begin();
    };
    const says = part(behind, "door-says");
    door(behind, maybe(behind, "passkey"), says, open, () => this.#keeper.keys());
    root.addEventListener(entered, (event) => { // it was made on this page a moment ago
      const key = (event as CustomEvent<Bytes>).detail;
      void this.#keeper.keys().then((k) => open(k, key)).catch((error: unknown) => fail(says, error)).finally(() => key.fill(0));
    });
    this.#listen();
    void this.#waits();
  }

  #listen(): void {
    const on = (name: string, act: () => void) => part(this.root, name).addEventListener("click", act);
    this.#words.addEventListener("input", () => this.#soon());
    part(this.root, "editor").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    on("lock", () => this.lock("Locked. What is here is sealed; only your passkey or your recovery code opens it."));
    on("new", () => void this.#leave().then(() => this.#write(blank())).then(() => this.#words.focus()));
    on("drop", () => void this.#drop());
    on("export", () => offer("journal", asText("Your journal", this.#keeper.entries.map((e) => ({ ...e, ...(e.content ? { text: wordsIn(e.content) } : {}) })))));
    on("share", () => void this.#share());
    on("take-back", () => void this.#takeBack());
    on("delete", () => part<HTMLDialogElement>(this.root, "delete-dialog").showModal());
    on("delete-go", () => void this.#delete());
    for (const kind of ["photo", "film"] as const) {
      const input = part<HTMLInputElement>(this.root, kind);
      input.addEventListener("change", () => {
        const [file] = input.files ?? [];
        input.value = "";
        if (file) void this.#pick(kind, file);
      });
    }
    for (const m of this.root.querySelectorAll<HTMLInputElement>("input[name=mode]")) m.addEventListener("change", () => (this.#wrong(""), this.#state()));
    addEventListener("online", () => void this.#sendWaiting());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.#keep();
    });
    beforeSignOut(
      () => this.#opened !== undefined && !away() && (this.#dirty() || this.#speaker.busy),
      () => this.#save(),
      () => this.#tell("You were not signed out: signing out clears what this device keeps, and this is not in your journal yet. Keep it or drop it, then sign out."),
    );
    addEventListener("beforeunload", (event) => {
      if (holds() || this.#keeper.holds()) event.preventDefault();
    });
  }

  // -- opening and locking ---------------------------------------------------------------

  /** How much waits on this device, for the locked page: no word of what. */
  async #waits(): Promise<void> {
    say(part(this.root, "waits"), await this.#keeper.waits());
  }

  async #begin(): Promise<void> {
    const opened = this.#opened;
    try {
      await this.#load();
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
    if (!opened || this.#opened !== opened) return;
    part(this.root, "locked").hidden = true;
    part(this.root, "open").hidden = false;
    this.#earlier.lent();
    this.#watch.begin();
    const [newest] = [...this.#keeper.drafts.keys()].filter((id) => !this.#keeper.waiting.has(id));
    this.#write(newest ? this.#keeper.writing(newest) : blank());
    if (newest) {
      this.#tell("What you had begun here is back. It was kept on this device, and is not in your journal yet.");
      await this.#mend();
    }
    this.#words.focus();
    const picked = this.#picked;
    this.#picked = undefined;
    if (picked) void this.#pick(picked.kind, picked.file);
    void this.#sendWaiting();
  }

  async #load(): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    await this.#sharing.load().catch(() => undefined);
    await this.#keeper.load(opened, () => this.#opened === opened);
    const who = this.#sharing.who;
    part(this.root, "who").textContent = who ? `${who} cannot, nor can the practice.` : "Nobody at the practice can.";
  }

  /** Drops keys and words. What is not kept yet is sealed on the device first. */
  lock(why: string): void {
    if (!this.#opened) return;
    void this.#speaker.stop();
    this.#sheet.rest();
    void this.#keep(); // has the keys it needs
    this.#opened = undefined;
    this.#watch.end();
    this.#keeper.forget();
    this.#heard = [];
    this.#shelf.clear();
    this.#sharing.forget();
    this.#now = blank();
    this.#lay(new Drawing(), "");
    this.#words.value = "";
    this.#earlier.clear();
    for (const name of ["shared-says", "shared-until", "share-with"]) part(this.root, name).textContent = "";
    this.#other.show(undefined);
    this.#tell("");
    this.#wrong("");
    part(this.root, "title").textContent = "A new entry";
    part<HTMLDialogElement>(this.root, "delete-dialog").close();
    part(this.root, "why").textContent = why;
    part(this.root, "open").hidden = true;
    part(this.root, "locked").hidden = false;
    this.root.querySelector<HTMLElement>("#h-locked")?.focus();
    void this.#written.then(() => this.#waits());
  }

  // -- what is written now ---------------------------------------------------------------

  #current(): Journal {
    const day = this.#now.saved.day ?? this.#keeper.drafts.get(this.#now.id)?.day ?? this.#today;
    return { ...this.#now.saved, kind: "journal", text: this.#words.value, day, pieces: this.#now.pieces };
  }

  #dirty = (): boolean => !same(this.#current(), this.#now.saved);

  #write(w: Writing): void {
    this.#now = w;
    this.#words.value = (this.#keeper.drafts.get(w.id) ?? w.saved).text;
    this.#turn("write");
    this.#lay(new Drawing(), "");
    this.#tell("");
    this.#wrong("");
    const entry = this.#keeper.entry(w.id);
    this.#other.show(this.#keeper.behind.has(w.id) ? entry : undefined);
    part(this.root, "title").textContent = entry ? entry.begun : "A new entry";
    this.#show();
  }

  /** Shows everything about what is written now. */
  #show(): void {
    this.#pieces();
    this.#earlier.show(this.#now.id);
    this.#state();
    this.#sharing.show(this.#now.revision > 0 ? this.#now.id : undefined);
  }

  #tell(words: string): void {
    const p = part(this.root, "note");
    say(p.querySelector("span"), words);
    p.hidden = words === "";
  }

  #wrong(words: string): void {
    say(part(this.root, "wrong"), words);
  }

  /** Says how it stands, and offers what can be done. */
  #state(words?: string): void {
    const [dirty, kept] = [this.#dirty(), this.#now.revision > 0];
    const draft = this.root.dataset.keptAt === undefined ? "Not kept yet." : "Kept, sealed on this device. Not in your journal yet.";
    const state = this.#keeper.waiting.has(this.#now.id) ? "Kept, sealed on this device. It goes into your journal when there is a network." : dirty ? draft : kept ? "In your journal, sealed." : "";
    part(this.root, "state").textContent = words ?? state;
    part(this.root, "new").hidden = !kept && !dirty;
    part(this.root, "drop").hidden = !dirty;
    part(this.root, "own").hidden = !kept;
    part(this.root, "keep").classList.toggle("btn-main", dirty || this.#mode() !== "speak");
  }

  #turn(mode: "write" | "draw"): void {
    const radio = this.root.querySelector<HTMLInputElement>(`#m-${mode}`);
    if (radio) radio.checked = true;
  }

  #mode = (): string => this.root.querySelector<HTMLInputElement>("input[name=mode]:checked")?.value ?? "write";

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep().then(() => this.#state()), pause);
    this.#keeper.waiting.delete(this.#now.id);
    delete this.root.dataset.keptAt;
    this.#state();
  }

  /** Seals what is not kept yet on the device. What is under way ends before the next begins. */
  #keep(send = false): Promise<void> {
    clearTimeout(this.#timer);
    const [opened, { id, revision }, content, dirty] = [this.#opened, this.#now, this.#current(), this.#dirty()];
    if (!opened) return this.#written;
    if (dirty) this.#keeper.drafts.set(id, content);
    else this.#keeper.drafts.delete(id);
    const waits = send || this.#keeper.waiting.has(id);
    const drawing = this.#sheetOf ? { media: this.#sheetOf, bytes: this.#sheet.drawing.encode() } : undefined;
    this.#written = this.#written.then(async () => {
      try {
        const laid = !drawing || (await this.#keeper.part(opened, drawing.media, 0, drawing.bytes));
        if (!dirty) return await this.#keeper.drop(id);
        const kept = (await this.#keeper.draft(opened, id, revision, content, waits)) && laid;
        if (kept) this.root.dataset.keptAt = String(Date.now());
        else this.#wrong(noRoom);
      } catch (error) {
        this.#wrong(error instanceof TooLong ? tooLong : wordsOf(error));
      }
    });
    return this.#written;
  }

  async #leave(): Promise<void> {
    await this.#speaker.stop();
    if (this.#dirty()) await this.#keep();
  }

  async #drop(): Promise<void> {
    await this.#speaker.stop();
    const saved = new Set(piecesOf(this.#now.saved).map((p) => p.id));
    for (const p of this.#now.pieces) if (!saved.has(p.id)) await this.#keeper.scrap(p.id);
    this.#keeper.settle(this.#now.id);
    this.#lay(new Drawing(), "");
    this.#now.pieces = piecesOf(this.#now.saved);
    this.#words.value = this.#now.saved.text;
    await this.#keep();
    this.#write(this.#now.revision > 0 ? this.#keeper.writing(this.#now.id) : blank());
  }

  // -- pieces ----------------------------------------------------------------------------

  #pieces(): void {
    const opened = this.#opened;
    if (!opened) return;
    this.#shelf.show(part(this.root, "pieces"), this.#now.pieces, opened, {
      words: (piece, words) => {
        this.#replace({ ...piece, words });
        this.#soon();
      },
      remove: (piece) => {
        this.#now.pieces = this.#now.pieces.filter((p) => p.id !== piece.id);
        if (!piecesOf(this.#now.saved).some((p) => p.id === piece.id)) void this.#keeper.scrap(piece.id);
        this.#soon();
        this.#pieces();
      },
      draw: (piece) => piece.chunks === 0, // still under way
    });
  }

  /** Puts a piece into the entry, in its own place or at the end. */
  #replace(piece: Piece): void {
    const there = this.#now.pieces.some((p) => p.id === piece.id);
    this.#now.pieces = there ? this.#now.pieces.map((p) => (p.id === piece.id ? piece : p)) : [...this.#now.pieces, piece];
  }

  #may(): void {
    if (this.#now.pieces.length >= mostPieces) throw new Cannot("This entry holds as much as one can. Begin another for the rest.");
  }

  /** A part of a recording arrives: it is sealed on the device before anything else. */
  #keepPart(piece: Piece, n: number, bytes: Bytes): void {
    const ear = this.#ear;
    if (!ear) return;
    if (this.#opened) this.#heard.push(bytes);
    this.#written = this.#written.then(async () => {
      if (!(await this.#keeper.part(ear, piece.id, n, bytes))) this.#wrong(noRoom);
    });
  }

  /** A recording has ended. */
  async #ended(piece: Piece, why: string): Promise<void> {
    const parts = this.#heard;
    this.#heard = [];
    this.#ear = undefined;
    if (!this.#opened || !this.#now.pieces.some((p) => p.id === piece.id)) return;
    if (parts.length === 0) {
      this.#now.pieces = this.#now.pieces.filter((p) => p.id !== piece.id);
      return this.#show();
    }
    await this.#whole(piece, new Uint8Array(await new Blob(parts).arrayBuffer()));
    if (why) this.#tell(why);
  }

  /** A piece is whole: it is sealed in chunks. */
  async #whole(piece: Piece, bytes: Bytes): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    if (piece.kind === "voice" || piece.kind === "film") {
      try {
        strip(bytes);
      } catch {
        // Of what this page recorded nothing tells where or when; a recording that was cut off may not open as it should.
      }
    }
    this.#state("Sealing…");
    await this.#written;
    const { chunks, room } = await keepPiece(opened, piece.id, bytes);
    if (this.#opened !== opened) return; // its parts are on the device
    this.#replace({ ...piece, size: bytes.length, chunks });
    await this.#keep();
    await forget(piece.id, "parts").catch(() => undefined);
    if (!room) this.#wrong(noRoom);
    this.#show();
  }

  /** Somebody picked a photo or a film. */
  async #pick(kind: "photo" | "film", file: File): Promise<void> {
    const opened = this.#opened;
    if (!opened) {
      this.#picked = { kind, file };
      part(this.root, "why").textContent = `It locked while you were choosing. Open your journal, and the ${kind} is taken in.`;
      return;
    }
    const state = part(this.root, "picture-state");
    this.#wrong("");
    state.textContent = kind === "photo" ? "Taking the photo in…" : "Taking the film in…";
    try {
      this.#may();
      const { bytes, ...about } = await take(kind, file);
      if (this.#opened !== opened) return;
      await this.#whole({ id: newID(), kind, ...about, size: bytes.length, chunks: 0 }, bytes);
    } catch (error) {
      this.#wrong(wordsOf(error));
    } finally {
      state.textContent = "";
    }
  }

  /** Makes whole what was under way when the page ended: a recording from its parts, a drawing on its sheet. */
  async #mend(): Promise<void> {
    const opened = this.#opened;
    for (const piece of this.#now.pieces.filter((p) => p.chunks === 0)) {
      try {
        if (!opened) return;
        const bytes = await this.#keeper.parts(opened, piece.id);
        if (this.#opened !== opened) return;
        if (bytes.length === 0) throw new Cannot("");
        if (piece.kind === "drawing") {
          this.#lay(Drawing.decode(bytes), piece.id);
          continue;
        }
        await this.#whole(piece, bytes);
        this.#tell("What you had begun here is back. The recording ends where the page did.");
      } catch {
        this.#now.pieces = this.#now.pieces.filter((p) => p.id !== piece.id); // nothing of it had reached the device
      }
    }
    this.#show();
  }

  #lay(drawing: Drawing, piece: string): void {
    this.#sheetOf = piece;
    this.#sheet.lay(drawing);
    if (piece) this.#turn("draw");
  }

  /** The sheet has changed. What is on it is a piece of the entry; an empty sheet is none. */
  #drawn(): void {
    if (!this.#opened) return;
    const piece = this.#now.pieces.find((p) => p.id === this.#sheetOf);
    if (this.#sheet.drawing.empty) {
      this.#now.pieces = this.#now.pieces.filter((p) => p !== piece);
    } else if (!piece && this.#now.pieces.length >= mostPieces) {
      this.#wrong("This entry holds as much as one can. The drawing stays on the sheet; keep this entry and begin another.");
    } else if (!piece) {
      this.#sheetOf ||= newID();
      this.#replace({ id: this.#sheetOf, kind: "drawing", type: "application/json", size: 0, chunks: 0 });
    }
    this.#soon();
  }

  /** What is on the sheet becomes a piece of its own; an empty sheet none. */
  async #drawnOut(): Promise<void> {
    const piece = this.#now.pieces.find((p) => p.id === this.#sheetOf);
    if (!piece) return;
    this.#sheet.rest();
    const bytes = this.#sheet.drawing.encode();
    this.#lay(new Drawing(), "");
    await this.#whole({ ...piece, width: wide, height: high }, bytes);
  }

  // -- keeping ---------------------------------------------------------------------------

  /** Seals and sends. Says whether it is in the journal. */
  async #save(): Promise<boolean> {
    const opened = this.#opened;
    if (!opened || this.#saving) return false;
    this.#wrong("");
    this.#saving = true;
    try {
      await this.#speaker.stop();
      await this.#drawnOut();
      if (!this.#dirty()) {
        this.#state(this.#now.revision > 0 ? undefined : "There is nothing to keep yet.");
        return true;
      }
      const [{ id, revision, saved }, content] = [this.#now, this.#current()];
      if (utf8(content.text).length > maxText) throw new TooLong();
      if (isEmpty(content) && revision === 0) return true;
      this.#state("Sealing…");
      await this.#keep(true);
      const made = await this.#keeper.send(opened, id, revision, saved, content, (words) => this.#state(words));
      if (this.#opened === opened) this.#saved(id, revision + 1, content, made);
      return true;
    } catch (error) {
      if (this.#opened === opened) await this.#notSaved(error);
      return false;
    } finally {
      this.#saving = false;
    }
  }

  #saved(id: string, revision: number, content: Journal, made: string): void {
    const entry = this.#keeper.saved(id, revision, content, made, this.#today);
    if (this.#now.id !== id) {
      void this.#keeper.drop(id);
      return this.#earlier.show(this.#now.id); // something else is written meanwhile
    }
    this.#now = { id, revision, saved: content, pieces: this.#now.pieces.map((p) => piecesOf(content).find((q) => q.id === p.id) ?? p) };
    this.#other.show(undefined);
    this.#tell("");
    void this.#keep();
    part(this.root, "title").textContent = entry.begun;
    this.#show();
  }

  async #notSaved(error: unknown): Promise<void> {
    const kept = "It is kept on this device, sealed.";
    const kind = error instanceof Refused ? error.kind : "";
    if (error instanceof TooLong) return this.#wrong(tooLong);
    if (offline(error)) this.#keeper.waiting.add(this.#now.id);
    else this.#keeper.waiting.delete(this.#now.id);
    await this.#keep();
    this.#show();
    if (kind === "conflict") {
      const opened = this.#opened;
      const mine = this.#current();
      await this.#load().catch(() => undefined);
      if (this.#opened !== opened) return; // it locked
      const other = this.#keeper.entry(this.#now.id);
      if (other?.content && same(other.content, mine)) return this.#saved(other.id, other.revision, mine, other.at); // it had arrived, and the answer was lost
      const saved = other?.content ?? nothing();
      const ids = new Set(mine.pieces?.map((p) => p.id));
      this.#now = { id: this.#now.id, revision: other?.revision ?? 0, saved, pieces: [...piecesOf(mine), ...piecesOf(saved).filter((p) => !ids.has(p.id))] };
      this.#keeper.behind.add(this.#now.id);
      this.#keeper.waiting.delete(this.#now.id);
      await this.#keep();
      this.#other.show(other);
      this.#show();
      return this.#wrong("This entry was kept from another window or device meanwhile. Both are shown: nothing is lost.");
    }
    this.#wrong(`${wordsOf(error)} ${kept}${offline(error) ? " It goes into your journal by itself when there is a network and the journal is open." : ""}`);
    if (kind === "sign in") signIn(part(this.root, "wrong"), "keep it again");
  }

  /** Sends what waits, one after the other; what does not go waits on. */
  async #sendWaiting(): Promise<void> {
    const opened = this.#opened;
    if (!opened || this.#saving || this.#keeper.waiting.size === 0) return;
    this.#saving = true;
    try {
      for (const id of [...this.#keeper.waiting].reverse()) {
        const content = this.#keeper.drafts.get(id);
        const entry = this.#keeper.entry(id);
        if (!content || piecesOf(content).some((p) => p.chunks === 0)) continue;
        const made = await this.#keeper.send(opened, id, entry?.revision ?? 0, entry?.content ?? nothing(), content, () => undefined);
        if (this.#opened !== opened) return;
        this.#saved(id, (entry?.revision ?? 0) + 1, content, made);
      }
    } catch {
      this.#state(); // it is offered to be kept again
    } finally {
      this.#saving = false;
    }
  }

  /** Opens an entry to be read and written on. */
  async #go(id: string): Promise<void> {
    await this.#leave();
    this.#write(this.#keeper.writing(id));
    await this.#mend();
    const title = part(this.root, "title");
    title.focus();
    title.scrollIntoView({ block: "start" });
  }

  async #share(): Promise<void> {
    if (this.#dirty() && !(await this.#save())) return;
    const entry = this.#keeper.entry(this.#now.id);
    if (entry?.content && this.#opened) this.#sharing.ask(entry, this.#opened);
  }

  async #takeBack(): Promise<void> {
    const opened = this.#opened;
    try {
      const words = await this.#sharing.takeBack(this.#now.id);
      if (this.#opened !== opened) return;
      this.#show();
      this.#tell(words);
    } catch (error) {
      this.#wrong(`${wordsOf(error)} It is still shared.`);
    }
  }

  async #delete(): Promise<void> {
    const [opened, { id }, wrong] = [this.#opened, this.#now, part(this.root, "delete-wrong")];
    say(wrong, "");
    try {
      await this.#sharing.takeBack(id);
      await this.#keeper.erase(id, [...this.#now.pieces, ...piecesOf(this.#now.saved)]);
      if (this.#opened !== opened) return;
      part<HTMLDialogElement>(this.root, "delete-dialog").close();
      this.#write(blank());
      this.#tell("Deleted.");
    } catch (error) {
      say(wrong, `${wordsOf(error)} Nothing was deleted.`);
    }
  }
}

places("journal", "open", (root) => new Page(root));
