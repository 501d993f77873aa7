// Whom to reach without a network: a page of a client holds it (data-help-now), for the
// hour in which Help now does not open. Nothing of it is kept by the browser. Where a
// worker answers for Help now (a phone that its owner chose that for) it is left to that.
const patience = 3000; // ms until a page that does not come is taken for no connection

/** Whom to reach, with these words above; nothing where the page does not hold it. */
export function reach(heading: string, words: string): HTMLElement | undefined {
  const held = document.querySelector<HTMLTemplateElement>("template[data-help-now]");
  const copy = held?.content.cloneNode(true);
  const part = copy instanceof DocumentFragment ? copy.querySelector<HTMLElement>("section") : null;
  const [h, p] = [part?.querySelector("h2"), part?.querySelector("[data-help-why]")];
  if (!part || !h || !p) return undefined;
  h.textContent = heading;
  part.setAttribute("aria-label", heading);
  p.textContent = words;
  return part;
}

async function opens(address: string): Promise<boolean> {
  if (!navigator.onLine) return false;
  return fetch(address, { method: "HEAD", signal: AbortSignal.timeout(patience) }).then(
    (response) => response.status < 500,
    () => false,
  );
}

function show(): void {
  document.querySelector("[data-help-here]")?.remove();
  const part = reach("Help now", "There is no connection at the moment. A call or a text works without it. Nobody at the practice is watching this page.");
  if (!part) return;
  part.dataset.helpHere = "";
  document.querySelector("main")?.prepend(part);
  scrollTo({ top: 0, behavior: "instant" });
  part.focus({ preventScroll: true });
}

/** Where Help now would lead to the browser's own page about the network, who answers stands on this page. */
export function helpHere(): void {
  let gone = false;
  document.addEventListener("waymark:leave", () => (gone = true));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a.help") : null;
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (navigator.serviceWorker?.controller || !document.querySelector("template[data-help-now]")) return;
    event.preventDefault();
    void opens(link.href).then((yes) => {
      if (gone) return;
      if (yes) location.assign(link.href);
      else show();
    });
  });
}
