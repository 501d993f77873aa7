// What is in an open journal already: the list, what is looked for in it, and something
// from before, when it is asked for.
import { maybe, part, say } from "../vault/door";
import type { Opened } from "../vault/format";
import { again, formOf, found, piecesOf, titleOf, type Entry } from "./content";
import type { Keeper } from "./keeper";
import { dayIn, type Share } from "./share";
import type { Shelf } from "./show";

interface Acts {
  open(id: string): void;
  share(id: string): Share | undefined;
  opened(): Opened | undefined;
}

export class Earlier {
  #last: string | undefined; // what was shown again
  #current = "";
  readonly #search: HTMLInputElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly keeper: Keeper,
    private readonly shelf: Shelf,
    private readonly today: string,
    private readonly acts: Acts,
  ) {
    this.#search = part<HTMLInputElement>(root, "search");
    this.#search.addEventListener("input", () => this.show(this.#current));
    const on = (name: string, act: () => void) => part(root, name).addEventListener("click", act);
    on("before", () => this.#again());
    on("again-other", () => this.#again());
    on("again-away", () => this.#away());
  }

  /** What is shared stands with its entry now, and below only if it has none any more. */
  lent(): void {
    const section = maybe(this.root, "lent");
    for (const li of section?.querySelectorAll<HTMLElement>("li[data-entry]") ?? []) if (this.keeper.entry(li.dataset.entry ?? "")) li.remove();
    if (!section?.querySelector("li")) section?.remove();
  }

  /** Shows what is there, as far as it fits what is looked for. */
  show(current: string): void {
    this.#current = current;
    const { entries, drafts, waiting } = this.keeper;
    const wanted = this.#search.value.trim();
    const unsaved = [...drafts]
      .filter(([id]) => !this.keeper.entry(id))
      .map(([id, content]): Entry => ({ id, revision: 0, begun: waiting.has(id) ? "Waits to be sent" : "Begun", at: "", day: content.day ?? "", content }));
    const all = [...unsaved, ...entries];
    const some = wanted ? all.filter((e) => found(e, wanted)) : all;
    part(this.root, "list").replaceChildren(...some.map((e) => this.#item(e)));
    part(this.root, "count").textContent = wanted ? `${some.length} of ${all.length}` : "";
    part(this.root, "before").hidden = !again(entries, this.today, undefined);
  }

  #item(e: Entry): HTMLElement {
    const template = this.root.querySelector<HTMLTemplateElement>("template[data-vault-item]");
    const item = template?.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const open = item.querySelector("[data-day]") as HTMLButtonElement;
    const draft = this.keeper.drafts.get(e.id);
    const content = draft ?? e.content;
    open.textContent = content ? titleOf(content) : "An entry that does not open with your journal’s key";
    open.disabled = !content;
    if (e.id === this.#current) open.setAttribute("aria-current", "true");
    const changed = e.revision > 0 && draft ? "changed here, not kept yet" : "";
    say(item.querySelector("[data-form]"), [e.begun, content ? formOf(content) : "", changed].filter(Boolean).join(", "));
    const share = this.acts.share(e.id);
    (item.querySelector("[data-mine]") as HTMLElement).hidden = share !== undefined;
    (item.querySelector("[data-lent]") as HTMLElement).hidden = share === undefined;
    if (share) say(item.querySelector("[data-until]"), `Shared until ${dayIn(share.day, "short")}`);
    open.addEventListener("click", () => this.acts.open(e.id));
    return item;
  }

  #again(): void {
    const e = again(this.keeper.entries, this.today, this.#last);
    const opened = this.acts.opened();
    if (!e?.content || !opened) return;
    this.#last = e.id;
    part(this.root, "again").hidden = false;
    part(this.root, "again-day").textContent = e.begun;
    part(this.root, "again-words").textContent = e.content.text;
    this.shelf.show(part(this.root, "again-pieces"), piecesOf(e.content), opened);
    part(this.root, "again-open").onclick = () => {
      this.#away();
      this.acts.open(e.id);
    };
    this.root.querySelector<HTMLElement>("#h-again")?.focus();
  }

  #away(): void {
    part(this.root, "again").hidden = true;
    for (const name of ["again-words", "again-day"]) part(this.root, name).textContent = "";
    part(this.root, "again-pieces").replaceChildren();
  }

  /** Nothing of it stays in the page. */
  clear(): void {
    this.#away();
    this.#last = undefined;
    this.#search.value = "";
    part(this.root, "list").replaceChildren();
    part(this.root, "count").textContent = "";
  }
}
