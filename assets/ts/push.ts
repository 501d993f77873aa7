// Lets this browser be woken, after a tap and not before: data-push holds the key of
// the practice, data-worker the address of the service worker, data-add where the
// browser is made known. Without script, or in a browser that cannot, the page says so.
import { go, next, post } from "./shared/next";

interface Policy {
  createScriptURL(address: string): string;
}

interface Trusting extends Window {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
}

class Refused extends Error {}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function text(raw: ArrayBuffer | null): string {
  const plain = Array.from(new Uint8Array(raw ?? new ArrayBuffer(0)), (b) => String.fromCharCode(b)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The address of the worker, as the one thing that Trusted Types let through. */
function trusted(address: string): string {
  const rules: Policy = {
    createScriptURL(wanted) {
      const to = new URL(wanted, location.href);
      if (to.origin !== location.origin || !/^\/assets\/sw-[A-Z0-9]+\.js$/.test(to.pathname)) throw new TypeError("not the worker");
      return to.pathname;
    },
  };
  return ((window as Trusting).trustedTypes?.createPolicy("waymark-worker", rules) ?? rules).createScriptURL(address);
}

let worker: string | undefined;

async function subscription(box: HTMLElement): Promise<PushSubscription> {
  worker ??= trusted(box.dataset.worker ?? "");
  const registration = await navigator.serviceWorker.register(worker);
  for (let waited = 0; !registration.active && waited < 50; waited++) await new Promise((done) => setTimeout(done, 100));
  const was = await registration.pushManager.getSubscription();
  const key = bytes(box.dataset.push ?? "");
  if (was && text(was.options.applicationServerKey) === box.dataset.push) return was;
  await was?.unsubscribe(); // it was another practice's, or the practice has a new key
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function allow(box: HTMLElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Refused("This browser does not let messages from here through. You can change that in its settings, or choose e-mail.");
  }
  const made = await subscription(box);
  const data = new FormData();
  data.set("endpoint", made.endpoint);
  data.set("p256dh", text(made.getKey("p256dh")));
  data.set("auth", text(made.getKey("auth")));
  const response = await post(box.dataset.add ?? "", data, AbortSignal.timeout(30_000));
  const to = next(response);
  if (!response.ok || !to) throw new Refused("This device could not be added. Try again in a moment, or choose e-mail.");
  go(to);
}

function begin(box: HTMLElement): void {
  const says = box.querySelector<HTMLElement>("[data-push-says]");
  const acts = box.querySelector<HTMLElement>("[data-push-button]");
  const button = acts?.querySelector<HTMLButtonElement>("button");
  if (!says || !acts || !button) return;
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    says.textContent = "This browser cannot be woken. On an iPhone or iPad it can once Waymark is on the home screen. E-mail works everywhere.";
    return;
  }
  says.textContent = "";
  button.type = "button";
  acts.hidden = false;
  let running = false;
  button.addEventListener("click", () => {
    if (running) return;
    running = true;
    says.textContent = "One moment.";
    allow(box)
      .then(() => (says.textContent = ""))
      .catch((error: unknown) => {
        says.textContent = error instanceof Refused ? error.message : "The browser could not do this. Try again in a moment, or choose e-mail.";
      })
      .finally(() => (running = false));
  });
}

for (const box of document.querySelectorAll<HTMLElement>("[data-push]")) begin(box);
