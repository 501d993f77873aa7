import { whosePage } from "./whose";

/** Sends a form's data as the browser would, and says that script is asking:
 * the server may then answer with the header Waymark-Go instead of a redirect,
 * so that the page it leads to is asked for only once. */
export function post(address: string, data: FormData, signal?: AbortSignal, keepalive = false): Promise<Response> {
  const texts = [...data].filter((e): e is [string, string] => typeof e[1] === "string");
  const multipart = texts.length !== [...data].length;
  return fetch(address, {
    method: "POST",
    body: multipart ? data : new URLSearchParams(texts),
    credentials: "same-origin",
    headers: { "Waymark-Form": "1", ...whosePage() },
    keepalive,
    ...(signal ? { signal } : {}),
  });
}

/** Where a saved form leads: the address it names, or the one after a redirect. */
export function next(response: Response): string | undefined {
  return response.headers.get("Waymark-Go") ?? (response.redirected ? response.url : undefined);
}

/** Goes to address also when it is this very page. */
export function go(address: string): void {
  const to = new URL(address, location.href);
  if (to.origin !== location.origin) return;
  const here = to.pathname === location.pathname && to.search === location.search && to.hash !== "";
  location.assign(to.href);
  if (here) location.reload();
}
