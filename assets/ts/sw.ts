// The service worker: it is woken by a message, says that something waits whatever the
// message holds, and opens the house when that is tapped. It keeps no page and answers
// no request.

import { opened } from "./shared/away/keys";
import { used } from "./shared/away/store";

interface Woken extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Tapped extends Woken {
  readonly notification: Notification;
}

interface Window_ {
  focus(): Promise<unknown>;
}

interface Worker_ {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(which: { type: "window"; includeUncontrolled: boolean }): Promise<Window_[]>;
    openWindow(address: string): Promise<unknown>;
  };
  addEventListener(type: "push", heed: (event: Woken) => void): void;
  addEventListener(type: "notificationclick", heed: (event: Tapped) => void): void;
}

const worker = self as unknown as Worker_;

worker.addEventListener("push", (event) => {
  event.waitUntil(worker.registration.showNotification("Waymark", { body: "Something waits for you.", tag: "waymark" }));
  event.waitUntil(lapsed().catch(() => undefined));
});

/** A phone that was open and put away is locked on the way. */
async function lapsed(): Promise<void> {
  if (await used()) await opened();
}

async function open(): Promise<void> {
  const [here] = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  await (here ? here.focus() : worker.clients.openWindow("/"));
}

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});

export {};
