// Pages as the server showed them, kept sealed, and shown where there is no network.
import { newID, utf8, type Bytes } from "../vault/bytes";
import { mark, seal, unseal } from "./keys";
import { all, drop, get, put, type Open, type PageRecord } from "./store";

const unit = 8 << 10; // what is sealed is filled up to a multiple of this, so that its length tells little

/** Headers of a page that come with it again. */
const kept = [
  "content-type", "content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy",
  "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
];

/** What a page is asked for with after something was done: it is the same page. */
const passing = ["kept", "said", "done", "now"];

interface Page {
  headers: [string, string][];
  at: number;
  text: string;
}

/** The address under which a page is kept. */
export function addressOf(url: URL): string {
  const query = new URLSearchParams(url.search);
  for (const name of passing) query.delete(name);
  const rest = query.toString();
  return url.pathname + (rest ? `?${rest}` : "");
}

/** Whether the page speaks of something that was just done. */
export const isPassing = (url: URL): boolean => passing.some((name) => url.searchParams.has(name));

/** Whether a path is of one of the patterns, such as "/my/asks/{ask}/{occasion}". */
export function among(patterns: string[], path: string): boolean {
  const parts = path.split("/");
  return patterns.some((pattern) => {
    const wanted = pattern.split("/");
    return wanted.length === parts.length && wanted.every((w, i) => (w.startsWith("{") ? parts[i] !== "" : w === parts[i]));
  });
}

/** Fills bytes up, with their length before them. */
export function filled(plain: Bytes, to = unit): Bytes {
  const out = new Uint8Array(Math.ceil((plain.length + 4) / to) * to);
  new DataView(out.buffer).setUint32(0, plain.length);
  out.set(plain, 4);
  return out;
}

export function emptied(full: Bytes): Bytes {
  const length = new DataView(full.buffer, full.byteOffset).getUint32(0);
  return full.slice(4, 4 + length);
}

const place = (person: string, m: string) => `waymark away 1 page\n${person}\n${m}`;

/** Whose page it is, as the page itself says. JSON says nothing: it is whoever's asked. */
export const whoseIs = (text: string): string => /<body[^>]*\sdata-whose="([^"]*)"/.exec(text)?.[1] ?? "";

/** Keeps what the practice answered, if it is this person's. It says whether. */
export async function keep(open: Open, address: string, response: Response): Promise<string | undefined> {
  const type = response.headers.get("Content-Type") ?? "";
  if (!response.ok || response.redirected || !/^(text\/html|application\/json)/.test(type)) return undefined;
  const text = await response.text();
  if (type.startsWith("text/html") && whoseIs(text) !== open.person) return undefined;
  const headers = kept.flatMap((name): [string, string][] => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  const m = await mark(open, address);
  const page: Page = { headers, at: Date.now(), text };
  const record: PageRecord = { mark: m, person: open.person, ...(await seal(open.pages, filled(utf8(JSON.stringify(page))), place(open.person, m))) };
  await put("pages", record);
  return text;
}

/** Forgets the pages of somebody but for those at the given addresses. */
export async function keepOnly(open: Open, addresses: string[]): Promise<void> {
  const marks = new Set(await Promise.all(addresses.map((a) => mark(open, a))));
  for (const record of await all<PageRecord>("pages")) {
    if (record.person === open.person && !marks.has(record.mark)) await drop("pages", record.mark);
  }
}

export async function forgetPages(person: string): Promise<void> {
  for (const record of await all<PageRecord>("pages")) if (record.person === person) await drop("pages", record.mark);
}

async function find(open: Open, address: string): Promise<Page | undefined> {
  const m = await mark(open, address);
  const record = await get<PageRecord>("pages", m);
  if (!record) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(emptied(await unseal(open.pages, record, place(open.person, m))))) as Page;
  } catch {
    return undefined;
  }
}

/** The page at an address as it was when there was a network, if it is kept. */
export async function shown(open: Open, url: URL, forms: string[]): Promise<Response | undefined> {
  const address = addressOf(url);
  let page = await find(open, address);
  if (!page && address.includes("?")) page = await find(open, url.pathname);
  if (!page) return undefined;
  const html = page.headers.some(([name, value]) => name === "content-type" && value.startsWith("text/html"));
  const text = html ? prepared(page.text, page.at, forms, url) : page.text;
  return new Response(text, { status: 200, headers: [...page.headers, ["Cache-Control", "no-store"], ["Waymark-Kept", "1"]] });
}

const two = (n: number) => String(n).padStart(2, "0");

/** A day by this phone's clock, as forms write it. */
export const dayOf = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;

/** A time as pages write it. */
export const when = (ms: number): string =>
  new Date(ms).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" }).replace(",", "") +
  `, ${two(new Date(ms).getHours())}:${two(new Date(ms).getMinutes())}`;

const hidden = (name: string) => new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"\\s*/?>`, "g");
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A kept page as it is shown: it says since when, each form makes something of its
 * own, and the day that a form is for can be seen and changed. */
export function prepared(text: string, at: number, forms: string[], url: URL): string {
  const line = url.pathname === "/my/outbox" ? "" :
    `<p class="banner away-line" role="status" data-away-line><span>No network. This page is as it was on ${when(at)}. ` +
    `What you write waits on this phone. <a href="/my/outbox">What waits</a></span></p>`;
  return text
    .replace(/<form\b[^>]*>[\s\S]*?<\/form>/g, (form) => {
      const head = /<form\b[^>]*>/.exec(form)?.[0] ?? "";
      const action = /\saction="([^"]*)"/.exec(head)?.[1] ?? "";
      if (!/\smethod="post"/.test(head) || !among(forms, new URL(action || url.pathname, url).pathname)) return form;
      return daily(form.replace(hidden("id"), (input, id: string) => (uuid.test(id) ? input.replace(id, newID()) : input)), at, url);
    })
    .replace(/<body\b/, `<body data-away="${at}"`)
    .replace(/(<main\b[^>]*>)/, `$1${line}`);
}

/** The day it is now, where it was day at the time at: a clock that is days off has been so since. */
export function later(day: string, at: number, now = Date.now()): string {
  const midnight = (text: string) => Date.parse(`${text}T00:00:00Z`);
  const passed = midnight(dayOf(new Date(now))) - midnight(dayOf(new Date(at)));
  return new Date(midnight(day) + passed).toISOString().slice(0, 10);
}

let fields = 0;

/** The day of a form that makes something new becomes a field; for another day than it was shown for, the form begins empty. */
function daily(form: string, at: number, url: URL): string {
  const was = hidden("day").exec(form)?.[1];
  if (was === undefined || !hidden("id").test(form) || !/^\d{4}-\d{2}-\d{2}$/.test(was)) return form;
  const day = url.searchParams.has("day") ? was : later(was, at);
  const id = `f-away-day-${++fields}`;
  const field =
    `<div class="field"><label for="${id}">Which day is this for?</label>` +
    `<input class="input" type="date" id="${id}" name="day" value="${day}" data-away-was="${was}"></div>`;
  let out = form.replace(hidden("day"), field);
  if (day !== was) {
    out = out
      .replace(hidden("revision"), `<input type="hidden" name="revision" value="0">`)
      .replace(/\schecked(="")?(?=[\s/>])/g, "")
      .replace(/(<textarea\b[^>]*>)[\s\S]*?(<\/textarea>)/g, "$1$2");
  }
  return out;
}
