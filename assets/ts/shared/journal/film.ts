// A film or a recording as it is taken in: picture and sound alone.
import type { Bytes } from "../vault/bytes";
import { Cannot } from "../vault/ways";
import { checkBytes, kindOf } from "./kinds";
import { stripMP4 } from "./mp4";
import { room } from "./media";
import { blobBytes, photoOf } from "./photo";
import { stripWebM } from "./webm";

export interface Film {
  bytes: Bytes;
  type: string;
  width?: number;
  height?: number;
  seconds?: number;
}

/** Takes out of a recording, in place, what is neither picture nor sound; returns what it is. */
export function strip(bytes: Bytes): "mp4" | "webm" | "ogg" {
  const kind = kindOf(bytes);
  if (kind === "mp4") stripMP4(bytes);
  else if (kind === "webm") stripWebM(bytes);
  else if (kind !== "ogg") throw new Cannot("This is no film that can be kept here. WebM and MP4 can.");
  return kind;
}

/** Takes a film in that somebody picked, or refuses it in words; one that is too long before it is read. */
export async function filmOf(file: Blob): Promise<Film> {
  checkBytes(file.size);
  const first = kindOf(await blobBytes(file.slice(0, 64)));
  if (first !== "mp4" && first !== "webm") throw new Cannot("This is no film that can be kept here. WebM and MP4 can; pages, pictures and other files cannot.");
  const bytes = await blobBytes(file);
  const type = `video/${strip(bytes)}`;
  return { bytes, type, ...(await about(new Blob([bytes], { type }))) };
}

const patience = 10_000; // ms

/** How large and how long a film is; refuses one that this browser cannot show. */
function about(film: Blob): Promise<{ width: number; height: number; seconds?: number }> {
  const v = document.createElement("video");
  const address = URL.createObjectURL(film);
  return new Promise<{ width: number; height: number; seconds?: number }>((resolve, reject) => {
    const no = () => reject(new Cannot("This browser cannot show this film, so nobody could look at it here later. It was not taken in."));
    v.preload = "metadata";
    v.muted = true;
    v.onloadedmetadata = () => resolve({ width: v.videoWidth, height: v.videoHeight, ...(Number.isFinite(v.duration) ? { seconds: Math.round(v.duration) } : {}) });
    v.onerror = no;
    setTimeout(no, patience);
    v.src = address;
  }).finally(() => {
    v.removeAttribute("src");
    v.load();
    URL.revokeObjectURL(address);
  });
}

/** Takes in what somebody picked, as far as their journal has room for it. */
export async function take(kind: "photo" | "film", file: Blob): Promise<Film> {
  const taken = await (kind === "photo" ? photoOf(file) : filmOf(file));
  if (navigator.onLine && taken.bytes.length > (await room().catch(() => Infinity))) {
    throw new Cannot("Your journal has no room for this: it holds 1 GB. Take out what you need no more, or take a smaller one in. Your words have room all the same.");
  }
  return taken;
}
