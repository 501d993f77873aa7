// How pieces look on a page: pictures, sound, film and drawings, each opened when it is
// asked for, and gone from the page when it locks.
import { maybe, part, say, wordsOf } from "../vault/door";
import { Unopened, type Opened, type Piece } from "../vault/format";
import type { Bytes } from "../vault/bytes";
import { lengthOf } from "./content";
import { Drawing, pens } from "./drawing";
import { bytesOf } from "./media";
import { paintAll, type Colours } from "./sheet";

/** What somebody may do with the pieces that are shown. */
export interface Acts {
  words(piece: Piece, words: string): void;
  remove(piece: Piece): void;
  draw?(piece: Piece): boolean; // it is on the sheet now, and need not be shown once more
}

const called: Record<Piece["kind"], string> = { voice: "A recording", photo: "A photo", film: "A film", drawing: "A drawing" };

export class Shelf {
  readonly #addresses: string[] = [];
  readonly #bytes = new Map<string, Bytes>(); // of drawings and photos that were opened
  #shown = 0;

  constructor(private readonly root: HTMLElement) {}

  /** The colours of the pens: as the page has them now, or as by day. */
  colours(day = false): Colours {
    const box = part(this.root, "day");
    box.hidden = false;
    box.classList.toggle("journal-by-day", day);
    const of = (name: string) => getComputedStyle(box.querySelector(`.pen-${name}`) as HTMLElement).color;
    const out = Object.fromEntries([...pens, "paper"].map((name) => [name, of(name)])) as Colours;
    box.hidden = true;
    return out;
  }

  /** Fills a list with pieces. */
  show(list: HTMLElement, pieces: Piece[], opened: Opened, acts?: Acts): void {
    const round = ++this.#shown;
    const template = this.root.querySelector<HTMLTemplateElement>("template[data-vault-piece]");
    const items = pieces
      .filter((p) => !acts?.draw?.(p))
      .map((piece, i) => {
        const item = template?.content.firstElementChild?.cloneNode(true) as HTMLElement;
        const about = [piece.words || called[piece.kind], piece.seconds ? lengthOf(piece.seconds) : ""].filter(Boolean).join(", ");
        say(item.querySelector("[data-about]"), about);
        this.#words(item, piece, acts, `f-piece-${round}-${i}`);
        const load = item.querySelector("[data-load]") as HTMLButtonElement;
        if (piece.kind === "photo" || piece.kind === "drawing") void this.#load(item, piece, opened, false);
        else {
          load.hidden = false;
          load.textContent = piece.kind === "voice" ? "Listen" : "Watch";
          load.addEventListener("click", () => void this.#load(item, piece, opened, true));
        }
        return item;
      });
    list.replaceChildren(...items);
  }

  #words(item: HTMLElement, piece: Piece, acts: Acts | undefined, id: string): void {
    const [field, remove] = [item.querySelector("[data-labelled]") as HTMLElement, item.querySelector("[data-remove]") as HTMLElement];
    if (!acts) {
      field.remove();
      remove.remove();
      return;
    }
    const input = item.querySelector("[data-words]") as HTMLInputElement;
    (item.querySelector("[data-words-label]") as HTMLLabelElement).htmlFor = id;
    input.id = id;
    input.maxLength = 300;
    input.value = piece.words ?? "";
    input.addEventListener("input", () => acts.words(piece, input.value));
    remove.addEventListener("click", () => acts.remove(piece));
  }

  /** The bytes of a piece, wherever they are. */
  async bytes(piece: Piece, opened: Opened): Promise<Bytes> {
    const here = this.#bytes.get(piece.id);
    if (here) return here;
    const bytes = await bytesOf(opened, piece);
    if (piece.kind === "photo" || piece.kind === "drawing") this.#bytes.set(piece.id, bytes);
    return bytes;
  }

  async #load(item: HTMLElement, piece: Piece, opened: Opened, play: boolean): Promise<void> {
    const [load, trouble] = [item.querySelector("[data-load]") as HTMLButtonElement, item.querySelector<HTMLElement>("[data-trouble]")];
    load.disabled = true;
    say(trouble, "");
    try {
      const bytes = await this.bytes(piece, opened);
      if (!item.isConnected) return; // it locked, or something else is shown
      const e = this.#element(piece, bytes);
      item.querySelector("[data-show]")?.replaceChildren(e);
      load.hidden = true;
      if (play && e instanceof HTMLMediaElement) {
        e.focus();
        await e.play().catch(() => undefined);
      }
    } catch (error) {
      if (!item.isConnected) return;
      load.hidden = false;
      load.textContent = "Try again";
      say(trouble, error instanceof Unopened ? "This does not open with your journal’s key, or it is not whole." : wordsOf(error));
    } finally {
      load.disabled = false;
    }
  }

  #element(piece: Piece, bytes: Bytes): HTMLElement {
    const name = piece.words || called[piece.kind];
    if (piece.kind === "drawing") {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [1020, 900];
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", name);
      paintAll(canvas, Drawing.decode(bytes).strokes, this.colours());
      return canvas;
    }
    const type = piece.type.split(";")[0] ?? "";
    const address = URL.createObjectURL(new Blob([bytes], { type: allowed.has(type) ? type : "application/octet-stream" }));
    this.#addresses.push(address);
    if (piece.kind === "photo") {
      const image = new Image();
      image.alt = name;
      image.src = address;
      return image;
    }
    const media = document.createElement(piece.kind === "voice" ? "audio" : "video");
    media.controls = true;
    media.setAttribute("aria-label", name);
    if (media instanceof HTMLVideoElement) media.playsInline = true;
    media.src = address;
    return media;
  }

  /** Nothing of what was shown stays. */
  clear(): void {
    for (const address of this.#addresses.splice(0)) URL.revokeObjectURL(address);
    for (const media of this.root.querySelectorAll<HTMLMediaElement>("audio, video")) {
      media.pause();
      media.removeAttribute("src");
    }
    this.#bytes.clear();
    for (const name of ["pieces", "again-pieces"]) maybe(this.root, name)?.replaceChildren();
  }
}

/** What an entry's pieces may be shown as: never a page, never a picture that can carry a program. */
const allowed = new Set(["image/jpeg", "image/png", "image/webp", "audio/webm", "audio/ogg", "audio/mp4", "video/webm", "video/mp4"]);
