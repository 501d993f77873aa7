// A form that is on its way cannot be sent again by impatience, and says so. A
// form that is kept (data-keep) is sent by fetch, so that where there is no
// connection the person sees "Not saved yet" and the text stays in place. The
// id inside a form makes sending it again safe.

import type { Leaving } from "./leave";
import { notSaved } from "./shared/banner";
import { go, next, post } from "./shared/next";

const reset = 20_000; // ms after which an ordinary form may be sent again

function buttons(form: HTMLFormElement): HTMLButtonElement[] {
  return [...form.elements].filter((e): e is HTMLButtonElement => e instanceof HTMLButtonElement && e.type === "submit");
}

/** What a button says when nothing is on its way. */
const usual = new WeakMap<HTMLButtonElement, Node[]>();

function busy(form: HTMLFormElement, by: HTMLElement | null): void {
  form.dataset.sending = "";
  for (const b of buttons(form)) b.setAttribute("aria-disabled", "true");
  if (by instanceof HTMLButtonElement && !usual.has(by)) {
    usual.set(by, [...by.childNodes]);
    by.textContent = form.dataset.busy ?? "Saving…";
  }
}

function free(form: HTMLFormElement): void {
  delete form.dataset.sending;
  for (const b of buttons(form)) {
    b.removeAttribute("aria-disabled");
    const words = usual.get(b);
    if (words) b.replaceChildren(...words);
    usual.delete(b);
  }
}

function say(form: HTMLFormElement, words: string): void {
  let p = form.querySelector<HTMLElement>("[data-not-saved]");
  if (words === "") {
    p?.remove();
    return;
  }
  if (!p) {
    p = document.createElement("p");
    p.dataset.notSaved = "";
    p.setAttribute("role", "alert");
    form.append(p);
  }
  notSaved(p, words);
}

async function send(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  const body = new FormData(form, by);
  const action = by?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  let response: Response;
  try {
    response = await post(action, body, AbortSignal.timeout(30_000));
  } catch {
    free(form);
    say(form, "Not saved yet: there is no connection. Your text is still here, and kept on this device. Try again in a moment.");
    return;
  }
  const to = next(response);
  if (to !== undefined && response.ok) {
    form.dispatchEvent(new CustomEvent("waymark:sent"));
    go(to);
    return;
  }
  if (response.status >= 500) {
    free(form);
    say(form, response.headers.get("Waymark-Says") ?? "Not saved yet: the practice’s computer did not take it. Your text is still here, and kept on this device. Try again in a moment.");
    return;
  }
  // What the server says about this form is a page: let the browser show it.
  // Nothing was saved, or the form's own id makes sending it again safe.
  if (by instanceof HTMLButtonElement && by.name !== "") {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = by.name;
    field.value = by.value;
    form.append(field);
  }
  if (by?.hasAttribute("formaction")) form.action = action;
  // The page that comes instead goes on with what the device keeps of this one.
  const before: Promise<unknown>[] = [];
  form.dispatchEvent(new CustomEvent<Leaving>("waymark:returns", { detail: { wait: (work) => before.push(work) } }));
  await Promise.race([Promise.allSettled(before), new Promise((go) => setTimeout(go, 500))]);
  form.submit();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  const by = event.submitter;
  const method = by?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
  if (method.toLowerCase() !== "post" || form.dataset.ask !== undefined) return;
  if (form.dataset.sending !== undefined) {
    event.preventDefault();
    return;
  }
  say(form, "");
  if (form.dataset.keep !== undefined && form.dataset.plain === undefined) {
    event.preventDefault();
    // The data is read before the button changes its words.
    void send(form, by);
    busy(form, by);
    return;
  }
  // After the browser has gathered the form: a button's name must still be in it.
  setTimeout(() => busy(form, by));
  setTimeout(() => free(form), reset);
});

// Coming back to a page finds its forms ready again.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll<HTMLFormElement>("form[data-sending]").forEach(free);
});

// The summary of a form that came back is where reading begins. One in a form that sends nothing is an example.
document
  .querySelector<HTMLElement>(
    'form[method="post"] #form-error, #form-error:has(~ form[method="post"]), section:has(~ section form[method="post"]) #form-error:not(form[method="get"] *)',
  )
  ?.focus();
