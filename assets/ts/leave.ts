// Quick exit. The link works without this; with it the page is blank at once,
// what the page keeps is forgotten, and Back does not lead here again. Escape
// pressed three times within a second does the same.

/** What a listener of `waymark:leave` may hold up, for a moment at most. */
export interface Leaving {
  wait(work: Promise<unknown>): void;
}

const patience = 250; // ms that forgetting may take before we go regardless

function leave(address: string): void {
  const work: Promise<unknown>[] = [];
  const detail: Leaving = { wait: (p) => work.push(p.catch(() => undefined)) };
  document.dispatchEvent(new CustomEvent<Leaving>("waymark:leave", { detail }));
  document.body.replaceChildren();
  document.title = "";
  const late = new Promise((done) => setTimeout(done, patience));
  void Promise.race([Promise.all(work), late]).then(() => location.replace(address));
}

function exit(): HTMLAnchorElement | null {
  return document.querySelector<HTMLAnchorElement>("a[data-leave]");
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-leave]") : null;
  if (!target || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  leave(target.href);
});

let pressed: number[] = [];
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    const now = event.timeStamp;
    pressed = [...pressed.filter((t) => now - t < 1000), now];
    const out = exit();
    if (pressed.length >= 3 && out) leave(out.href);
  },
  true,
);

// Signing out forgets the same things, and then lets the form go its way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.signOut === undefined) return;
  document.dispatchEvent(new CustomEvent<Leaving>("waymark:leave", { detail: { wait: () => undefined } }));
});
