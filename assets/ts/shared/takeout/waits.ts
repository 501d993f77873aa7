// What waits on this phone to be sent, for an archive: as far as the phone is open. It is
// looked at, and stays where it is.
import { count, waiting } from "../away/box";
import { opened } from "../away/keys";
import { when } from "../away/pages";
import { used } from "../away/store";
import type { Waits } from "./pages";

const names: [string, string][] = [
  ["/my/log", "A day in your log"],
  ["/my/asks/", "Answers to questions"],
  ["/my/check-in", "A check-in"],
  ["/my/sessions/", "A check-in"],
  ["/my/markers", "Something you noticed"],
  ["/my/agenda", "Something to bring"],
  ["/my/practice", "Practice"],
  ["/my/journal", "Something in your journal, sealed"],
];

/** What waits of this person's, and how much of it is locked. */
export async function waits(person: string): Promise<{ all: Waits[]; sealed: number }> {
  if (typeof indexedDB !== "object" || !(await used().catch(() => false))) return { all: [], sealed: 0 };
  const open = await opened();
  if (!open || open.person !== person) return { all: [], sealed: await count(person) };
  const all = await waiting(open);
  return {
    all: all.map((w) => {
      const path = w.item ? new URL(w.item.address, location.origin).pathname : "";
      return { what: names.find(([begin]) => path.startsWith(begin))?.[1] ?? "Something you wrote", written: w.item ? when(w.item.at) : "with an older version", words: w.words };
    }),
    sealed: 0,
  };
}
