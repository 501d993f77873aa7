// Quick exit. The link works without this; with it the page is blank at once,
// what the page keeps is forgotten, and Back does not lead here again, nor to the
// pages before it: a browser window that was left goes on to the neutral page from
// each of them, until somebody opens a page here anew. Escape pressed three times
// within a second does the same. The frame has the browser show nothing of a page
// before this has run.

/** What a listener of `waymark:leave` may hold up, for a moment at most. */
export interface Leaving {
  wait(work: Promise<unknown>): void;
  signOut?: HTMLFormElement; // whoever leaves signs out by it
}

const left = "left"; // what a window that was left remembers, in its sessionStorage
const patience = 250; // ms that forgetting may take before we go regardless
const outPatience = 3000; // ms that it may take where somebody signs out, which nobody sees over a shoulder

function leave(address: string): void {
  const work: Promise<unknown>[] = [];
  const detail: Leaving = { wait: (p) => work.push(p.catch(() => undefined)) };
  document.dispatchEvent(new CustomEvent<Leaving>("waymark:leave", { detail }));
  document.body.replaceChildren();
  document.title = "";
  remember(true);
  const late = new Promise((done) => setTimeout(done, patience));
  void Promise.race([Promise.all(work), late]).then(() => location.replace(address));
}

// A private window may have no store: then only this page is replaced.
function remember(yes: boolean): void {
  try {
    if (yes) sessionStorage.setItem(left, "");
    else sessionStorage.removeItem(left);
  } catch {
    return;
  }
}

function wasLeft(): boolean {
  try {
    return sessionStorage.getItem(left) !== null;
  } catch {
    return false;
  }
}

/** Somebody went Back to a page of a window that was left. */
function back(): void {
  const out = exit();
  if (!out || !wasLeft()) return;
  document.body.replaceChildren();
  location.replace(out.href);
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

const [came] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
if (came?.type === "back_forward") back();
else remember(false);
addEventListener("pageshow", (event) => {
  if (event.persisted) back();
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
  event.preventDefault();
  const work: Promise<unknown>[] = [];
  const detail: Leaving = { wait: (p) => work.push(p.catch(() => undefined)), signOut: form };
  document.dispatchEvent(new CustomEvent<Leaving>("waymark:leave", { detail }));
  // Whoever closes the window meanwhile, or goes elsewhere, is signed out all the same; what
  // is of somebody else on this device stays then, since nobody can look any more.
  let gone = false;
  const going = (): void => {
    if (gone) return;
    gone = true;
    navigator.sendBeacon(form.action, new URLSearchParams({ others: "yes" }));
  };
  addEventListener("pagehide", going);
  const late = new Promise((done) => setTimeout(done, outPatience));
  void Promise.race([Promise.all(work), late]).then(() => {
    if (gone) return;
    gone = true;
    form.submit();
  });
});
