// An entry that was kept on another device meanwhile, beside one's own: both are there
// until somebody has put them together.
import { part } from "../vault/door";
import type { Entry } from "./content";

export class Other {
  #text = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly words: HTMLTextAreaElement,
    private readonly taken: () => void,
  ) {
    part(root, "below").addEventListener("click", () => this.#take(`${words.value.trimEnd()}\n\n${this.#text}`));
    part(root, "theirs").addEventListener("click", () => this.#take(this.#text));
  }

  #take(text: string): void {
    this.words.value = text;
    this.show(undefined);
    this.taken();
    this.words.focus();
  }

  /** Shows the other, or that there is none. */
  show(other: Entry | undefined): void {
    this.#text = other?.content?.text ?? "";
    part(this.root, "other").hidden = other === undefined;
    part(this.root, "other-at").textContent = other ? `Kept ${other.at}.` : "";
    part(this.root, "other-text").textContent = this.#text;
  }
}
