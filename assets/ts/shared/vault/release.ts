// Letting a process note out of the vault: a copy, into the client's record, after what
// that means was said. And taking it back.
import { newID } from "./bytes";
import { part, say, wordsOf } from "./door";
import { asked, sent } from "./talk";

interface Told {
  first: string;
  last: string;
  released: { id: string; entry: string; begun: string; until: string }[];
}

/** What of a note would be released: as it is saved. */
export interface Note {
  id: string;
  revision: number;
  words: string;
}

const weeks = 4; // until when at first

export class Releases {
  #note: (Note & { form: string }) | undefined;
  #busy = false;
  readonly #dialog: HTMLDialogElement;
  readonly #last: HTMLInputElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly at: string,
  ) {
    this.#dialog = part<HTMLDialogElement>(root, "release-dialog");
    this.#last = part<HTMLInputElement>(root, "release-last");
    part(root, "release-not").addEventListener("click", () => this.#dialog.close());
    part(root, "release-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#let();
    });
    this.#dialog.addEventListener("cancel", (event) => {
      if (this.#busy) event.preventDefault();
    });
    this.#dialog.addEventListener("close", () => this.forget());
    part(root, "released").addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.target instanceof HTMLFormElement) void this.#back(event.target);
    });
  }

  /** Shows what is released, and asks until when. */
  ask(note: Note): void {
    void asked(`${this.at}/released`).then(
      (told) => this.#ask(note, told as Told),
      (error: unknown) => say(part(this.root, "wrong"), wordsOf(error)),
    );
  }

  #ask(note: Note, told: Told): void {
    this.#note = { ...note, form: newID() };
    [this.#last.min, this.#last.max] = [told.first, told.last];
    this.#last.value = new Date(Date.parse(told.first) + weeks * 7 * 86_400_000).toISOString().slice(0, 10);
    part(this.root, "release-words").textContent = note.words;
    say(part(this.root, "release-wrong"), "");
    this.#dialog.showModal();
  }

  /** Drops the words. */
  forget(): void {
    this.#note = undefined;
    part(this.root, "release-words").textContent = "";
    if (this.#dialog.open) this.#dialog.close();
  }

  async #let(): Promise<void> {
    const note = this.#note;
    if (!note || this.#busy) return;
    this.#busy = true;
    const wrong = part(this.root, "release-wrong");
    say(wrong, "");
    try {
      const told = (await sent(`${this.at}/released`, { id: note.form, entry: note.id, revision: String(note.revision), words: note.words, last: this.#last.value })) as Told;
      this.#show(told);
      if (this.#note === note) this.#dialog.close();
      part(this.root, "released").querySelector<HTMLElement>("h2")?.focus();
    } catch (error) {
      say(wrong, wordsOf(error));
    } finally {
      this.#busy = false;
    }
  }

  async #back(form: HTMLFormElement): Promise<void> {
    const wrong = part(this.root, "released-wrong");
    say(wrong, "");
    try {
      this.#show((await sent(form.action, {})) as Told);
    } catch (error) {
      say(wrong, wordsOf(error));
    }
  }

  #show(told: Told): void {
    const place = part(this.root, "released");
    const template = place.querySelector<HTMLTemplateElement>("template");
    part(place, "released-list").replaceChildren(
      ...told.released.map((one) => {
        const item = template?.content.firstElementChild?.cloneNode(true) as HTMLElement;
        say(item.querySelector("[data-begun]"), one.begun);
        say(item.querySelector("[data-until]"), `Until ${one.until}`);
        const form = item.querySelector("form") as HTMLFormElement;
        form.action = `${this.at}/released/${one.id}/end`;
        return item;
      }),
    );
    place.hidden = told.released.length === 0;
  }
}
