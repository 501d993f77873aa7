// A client's own archive: what the server gives of the record, and, if they open it
// here, their journal with everything in it, put together into one ZIP in the browser.
// Nothing that is opened leaves this page but into the file that the person saves.
import { everything } from "./shared/journal/all";
import { forms } from "./shared/takeout/names";
import { journalData, journalPage, indexPage, waitingPage, type Put, type Within, type Written } from "./shared/takeout/pages";
import { pictureOf } from "./shared/takeout/drawn";
import { waits } from "./shared/takeout/waits";
import { Archive, TooMuch } from "./shared/takeout/zip";
import { utf8, type Bytes } from "./shared/vault/bytes";
import { door, fail, say } from "./shared/vault/door";
import { Opened, Unopened, type Piece } from "./shared/vault/format";
import { Watch } from "./shared/vault/lock";
import { asked, Refused } from "./shared/vault/talk";
import { Cannot, keys } from "./shared/vault/ways";

const at = "/my/archive";

const locked = "It stopped, because the page was out of sight or nobody was here for a while. Nothing was saved. Open it once more, and leave the page in sight.";

class Stopped extends Error {}

const sizeOf = (bytes: number): string => (bytes < 1 << 20 ? "less than 1 MB" : `${Math.round(bytes / (1 << 20))} MB`);

class Page {
  #stop: string | undefined; // why, in words; empty: the person said so
  #busy = false;
  #saved = "";
  readonly #watch = new Watch(() => this.#end(locked));

  constructor(private readonly root: HTMLElement) {
    this.#part("make").hidden = false;
    this.#part("without").addEventListener("click", () => void this.#make(undefined));
    this.#part("stop").addEventListener("click", () => this.#end(""));
    const says = this.#maybe("door-says");
    if (says) {
      door(this.#part("make"), this.#maybe("passkey"), says, async (k, key) => {
        await this.#make(await Opened.by(k.vault, key));
      }, () => keys("/my/vault"));
    }
    addEventListener("beforeunload", (event) => {
      if (this.#busy) event.preventDefault();
    });
  }

  #maybe(name: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-takeout-${name}]`);
  }

  #part(name: string): HTMLElement {
    const found = this.#maybe(name);
    if (!found) throw new Error(`the page has no ${name}`);
    return found;
  }

  #show(stage: "make" | "making" | "made"): void {
    for (const each of ["make", "making", "made"]) this.#part(each).hidden = each !== stage;
    this.#part(stage).querySelector<HTMLElement>("h2")?.focus();
  }

  #end(why: string): void {
    if (this.#busy) this.#stop ??= why;
  }

  /** Every step passes here: where it was stopped, it ends. */
  #step(): void {
    if (this.#stop !== undefined) throw new Stopped();
  }

  #tell(words: string): void {
    say(this.#part("state"), words);
  }

  async #make(opened: Opened | undefined): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#stop = undefined;
    say(this.#maybe("says"), "");
    this.#show("making");
    if (opened) this.#watch.begin();
    try {
      const zip = new Archive();
      const within = await this.#fill(zip, opened);
      this.#step();
      this.#offer(await zip.done(), within.journal);
    } catch (error) {
      this.#show("make");
      if (error instanceof Stopped) say(this.#maybe("says"), this.#stop || "Stopped. Nothing was saved.");
      else if (error instanceof TooMuch) say(this.#maybe("says"), "This is more than fits into one file: at most 3.7 GB. Take the record alone, and the words of your journal from its own page.");
      else if (error instanceof RangeError) say(this.#maybe("says"), "This device has no room left for it. Nothing was saved. Make room, or use another device.");
      else fail(this.#maybe("says"), error);
    } finally {
      this.#watch.end();
      this.#busy = false;
    }
  }

  async #fill(zip: Archive, opened: Opened | undefined): Promise<Within> {
    this.#tell("Your record is fetched.");
    for (const name of ["record.html", "record.json", "bundle.json"]) await zip.add(name, this.#fetched(`${at}/${name}`));
    const shared = (await asked(`${at}/shared.json`)) as { name: string; at: string; size: number }[];
    for (const file of shared) {
      this.#tell(`What you share is put in: ${sizeOf(zip.size)} so far.`);
      await zip.add(file.name, this.#fetched(file.at, file.size), true);
    }
    const box = await waits(this.root.dataset.owner ?? "");
    if (box.all.length > 0) await zip.text("waiting.html", waitingPage(box.all));
    let journal: Within["journal"];
    if (opened) {
      const all: Written[] = [];
      journal = { entries: 0, pieces: 0, missing: 0 };
      for await (const { entry, pieces } of everything(opened)) {
        this.#step();
        this.#watch.seen(); // it was asked for, and goes on
        const put: Put[] = [];
        for (const p of pieces) {
          put.push(await this.#piece(zip, p.piece, entry.day, journal.pieces + 1, p.bytes));
          journal.pieces++;
          if (!put.at(-1)?.file) journal.missing++;
          this.#step();
          this.#watch.seen();
          this.#tell(`Your journal is put in: ${journal.entries + 1} so far, ${sizeOf(zip.size)}.`);
        }
        if (!entry.content) journal.missing++;
        all.push({ entry, pieces: put });
        journal.entries++;
        if (journal.entries % 20 === 0) this.#tell(`Your journal is put in: ${journal.entries} entries so far, ${sizeOf(zip.size)}.`);
      }
      await zip.text("journal.html", journalPage(all));
      await zip.text("journal.json", journalData(all));
    }
    const within: Within = { ...(journal ? { journal } : {}), shared: shared.length, waits: box.all.length, sealed: box.sealed };
    await zip.text("index.html", indexPage(new Date().toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" }).replace(",", ""), within));
    return within;
  }

  /** Puts one piece in. One that does not open is left out, and said to be; without a connection nothing goes on. */
  async #piece(zip: Archive, piece: Piece, day: string, n: number, bytes: () => Promise<Bytes>): Promise<Put> {
    let plain: Bytes;
    try {
      plain = await bytes();
    } catch (error) {
      if (error instanceof Unopened || (error instanceof Refused && error.kind !== "offline")) return { piece };
      throw error;
    }
    const name = `media/${day || "undated"}-${n}-${piece.kind}`;
    if (piece.kind !== "drawing") {
      const file = `${name}.${forms(piece.type)}`;
      await zip.add(file, [plain], true);
      return { piece, file };
    }
    try {
      const picture = [...pictureOf(plain)];
      await zip.text(`${name}.svg`, picture);
      await zip.add(`${name}.json`, [plain]);
      return { piece, file: `${name}.svg`, data: `${name}.json` };
    } catch (error) {
      if (error instanceof Cannot) return { piece };
      throw error;
    }
  }

  /** A file, as it comes; where its size is known, no less of it is taken for all of it. */
  async *#fetched(address: string, size?: number): AsyncGenerator<Bytes> {
    let response: Response;
    try {
      response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    } catch {
      throw new Refused("There is no connection.", "offline");
    }
    if (!response.ok || !response.headers.get("Content-Disposition")) {
      const { text, kind } = (await response.json().catch(() => ({}))) as { text?: string; kind?: string };
      throw new Refused(text ?? "The practice’s computer did not answer as it should.", kind);
    }
    const reader = response.body?.getReader();
    if (!reader) {
      yield utf8(await response.text());
      return;
    }
    for (let got = 0; ; ) {
      const { done, value } = await reader.read().catch(() => {
        throw new Refused("The connection broke off. Nothing was saved.", "offline");
      });
      this.#step();
      if (done && size !== undefined && got !== size) throw new Refused("This did not arrive whole. Nothing was saved.", "offline");
      if (done) return;
      got += value.length;
      yield value as Bytes;
    }
  }

  #offer(whole: Blob, journal: { entries: number; missing: number } | undefined): void {
    if (this.#saved) URL.revokeObjectURL(this.#saved);
    this.#saved = URL.createObjectURL(whole);
    const save = this.#part("save") as HTMLAnchorElement;
    save.href = this.#saved;
    save.download = `archive-${new Date().toISOString().slice(0, 10)}.zip`;
    const entries = journal ? `, and ${journal.entries === 1 ? "one entry" : `${journal.entries} entries`} of your journal` : "";
    say(this.#part("what"), `Your record${entries}: ${sizeOf(whole.size)}.`);
    const missing = journal?.missing ?? 0;
    say(this.#part("missing"), missing > 0 ? `${missing === 1 ? "One thing" : `${missing} things`} in your journal did not open and could not be put in. Where, stands in the file.` : "");
    this.#show("made");
    save.click();
  }
}

const root = document.querySelector<HTMLElement>("[data-takeout]");
if (root?.querySelector("[data-takeout-make]")) new Page(root);
