// What waits on this phone to be sent: each in its turn, once, sealed until then, and
// never dropped by a program. Version 2 of what is sealed; version 1 had its fields by
// name, one value each.
import { fromBase64, newID, toBase64, utf8, type Bytes } from "../vault/bytes";
import { emptied, filled, dayOf } from "./pages";
import { seal, unseal } from "./keys";
import { all, drop, put, type BoxRecord, type Open } from "./store";

export const version = 2;

/** What has become of it so far. */
export type State =
  | "waits"
  | "refused" // something in it has to be put right
  | "conflict" // something else is there meanwhile
  | "gone" // what it is about is there no more
  | "stopped"; // its form needs the network: nothing was sent

export interface Item {
  id: string;
  address: string;
  type: string; // of the body
  fields: [string, string][];
  body?: string; // base64, where it is no form of texts
  day: string; // by this phone's clock
  at: number;
  state: State;
  said: string; // by the practice
}

interface First extends Omit<Item, "fields"> {
  fields: Record<string, string>;
}

/** One thing in the box, as far as this program can read it. */
export interface Waiting {
  record: BoxRecord;
  item?: Item; // none: another version left it
  words: string[]; // what somebody wrote in it, to be copied
}

const place = (r: { person: string; id: string; v: number }) => `waymark away 1 box\n${r.person}\n${r.id}\n${r.v}`;

async function sealed(open: Open, item: Item, n?: number): Promise<BoxRecord> {
  const head = { v: version, id: item.id, person: open.person, ...(n === undefined ? {} : { n }) };
  return { ...head, ...(await seal(open.box, filled(utf8(JSON.stringify(item)), 1 << 10), place(head))) };
}

/** What an item of any version says, as it is read today. */
export function current(v: number, text: string): Item | undefined {
  if (v === version) return JSON.parse(text) as Item;
  if (v === 1) {
    const first = JSON.parse(text) as First;
    return { ...first, fields: Object.entries(first.fields) };
  }
  return undefined;
}

const isID = (text: string) => /^[0-9a-f-]{36}$/.test(text);

/** What somebody wrote or chose, without what no eye has seen. */
export function wordsOf(fields: [string, string][]): string[] {
  const shown = fields.filter(([name, value]) => value.trim() !== "" && !isID(value) && !unseen.includes(name));
  // Beside a day, which was set here, "today" says nothing, or what is not so any more.
  return shown.filter(([name, value]) => !(name === "when" && value === "today" && fields.some((f) => f[0] === "day"))).map(([name, value]) =>
    /\s/.test(value.trim()) || /[^\d:-]/.test(value) ? value : `${name}: ${value}`,
  );
}

const unseen = ["whose-page", "revision", "rev", "stamp", "step", "version", "instrument", "quick", "planned"];

/** Every text in something that this program does not know. */
function texts(v: unknown): string[] {
  if (typeof v === "string") return isID(v) || v.trim() === "" ? [] : [v];
  return typeof v === "object" && v !== null ? Object.values(v).flatMap(texts) : [];
}

async function read(open: Open, record: BoxRecord): Promise<Waiting> {
  try {
    const text = new TextDecoder().decode(emptied(await unseal(open.box, record, place(record))));
    const item = current(record.v, text);
    return item ? { record, item, words: wordsOf(item.fields) } : { record, words: texts(JSON.parse(text)) };
  } catch {
    return { record, words: [] };
  }
}

/** What waits for whoever has the phone open, in order. */
export async function waiting(open: Open): Promise<Waiting[]> {
  const records = (await all<BoxRecord>("box")).filter((r) => r.person === open.person);
  return Promise.all(records.map((r) => read(open, r)));
}

/** How many things wait, for anybody who may know that something does. */
export const count = async (person: string): Promise<number> => (await all<BoxRecord>("box")).filter((r) => r.person === person).length;

const value = (fields: [string, string][], name: string) => fields.find((f) => f[0] === name)?.[1];

const withValue = (fields: [string, string][], name: string, to: string): [string, string][] => fields.map((f) => (f[0] === name ? [name, to] : f));

/** Puts a form into the box. Sent twice as it is, it is one thing; with other words it
 * is another. It fails where the device is full. */
export async function add(open: Open, address: string, type: string, raw: Bytes, state: State): Promise<Item> {
  const form = type.startsWith("application/x-www-form-urlencoded");
  const now = Date.now();
  const item: Item = { id: newID(now), address, type, fields: [], day: dayOf(new Date(now)), at: now, state, said: "" };
  if (form) item.fields = [...new URLSearchParams(new TextDecoder().decode(raw))];
  else item.body = toBase64(raw);
  for (const { item: was } of await waiting(open)) {
    if (!was || was.address !== address || was.state !== "waits") continue;
    if (was.body === item.body && JSON.stringify(was.fields) === JSON.stringify(item.fields)) return was;
    const id = value(item.fields, "id");
    if (id !== undefined && id === value(was.fields, "id")) item.fields = withValue(item.fields, "id", newID(now));
    // Behind another form about the same thing, it begins where that one ends. What makes
    // something new has no such thing, but for a day of the log, which there is once.
    if (id !== undefined && address !== "/my/log") continue;
    const [from, before] = [value(item.fields, "revision"), value(was.fields, "revision")];
    if (from === undefined || before === undefined || value(item.fields, "day") !== value(was.fields, "day")) continue;
    if (Number(from) <= Number(before)) item.fields = withValue(item.fields, "revision", String(Number(before) + 1));
  }
  await put("box", await sealed(open, item));
  return item;
}

export async function change(open: Open, w: Waiting, to: Partial<Item>): Promise<void> {
  if (w.item && w.record.n !== undefined) await put("box", await sealed(open, { ...w.item, ...to }, w.record.n));
}

export const letGo = async (w: Waiting): Promise<void> => (w.record.n === undefined ? undefined : drop("box", w.record.n));

/** What came of sending. */
export interface Came {
  sent: number;
  go: string[]; // pages about what was sent
  signIn: boolean; // whoever wrote it has to sign in
  network: boolean;
}

interface Sent {
  state?: string;
  text?: string;
  go?: string;
}

const bodyOf = (item: Item): BodyInit => (item.body === undefined ? new URLSearchParams(item.fields) : fromBase64(item.body));

/** Sends what waits, in order, by one window at a time; undefined where another is at it. */
export async function send(open: Open): Promise<Came | undefined> {
  return navigator.locks.request("waymark-box", { ifAvailable: true }, async (mine) => (mine ? sendAll(open) : undefined));
}

/** Sends what waits, once whoever is at it has ended: for a person who asked for it. */
export const sendNow = (open: Open): Promise<Came> => navigator.locks.request("waymark-box", () => sendAll(open));

async function sendAll(open: Open): Promise<Came> {
  const came: Came = { sent: 0, go: [], signIn: false, network: true };
  for (const w of await waiting(open)) {
    if (w.item?.state !== "waits") continue;
    let response: Response;
    let told: Sent;
    try {
      response = await fetch(w.item.address, {
        method: "POST",
        body: bodyOf(w.item),
        credentials: "same-origin",
        headers: { "Content-Type": w.item.type, "Waymark-Outbox": "1", "Waymark-Whose": open.person },
        signal: AbortSignal.timeout(60_000),
      });
      told = (await response.json()) as Sent;
    } catch {
      return { ...came, network: false };
    }
    // A network that asks to be paid answers for everybody: this is said by the practice alone.
    if (response.headers.get("Waymark-Outbox") !== "1") return { ...came, network: false };
    const state = told.state ?? (response.ok ? "kept" : "later");
    if (state === "kept") {
      await letGo(w);
      came.sent++;
      if (told.go) came.go.push(told.go);
    } else if (state === "sign in") {
      return { ...came, signIn: true };
    } else if (state === "refused" || state === "conflict" || state === "gone") {
      await change(open, w, { state, said: told.text ?? "" });
    } else if (response.status === 429) {
      return came; // in a while
    }
  }
  return came;
}
