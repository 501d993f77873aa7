// One ZIP, written as its files come. What is written goes into Blobs, which a browser
// keeps where it likes and need not keep in memory, so that much fits into little. Its last
// file has the SHA-256 of every other, as "sha256sum -c" reads it: what has it, and whose
// sums are right, is whole.
import { Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { utf8, type Bytes } from "../vault/bytes";

const together = 8 << 20; // bytes that are put into one Blob
const mostFiles = 65_000; // this kind of ZIP counts no further
const mostBytes = 0xf000_0000;
const sums = "SHA256SUMS.txt";

/** It does not fit into one ZIP. */
export class TooMuch extends Error {}

export class Archive {
  #parts: Blob[] = [];
  #now: BlobPart[] = [];
  #held = 0;
  #files = 0;
  #failed: Error | undefined;
  #sums: string[] = [];
  readonly #zip: Zip;

  /** How many bytes are written. */
  size = 0;

  constructor() {
    this.#zip = new Zip((error, chunk) => {
      if (error) this.#failed = error;
      else this.#write(chunk as Bytes);
    });
  }

  #write(chunk: Bytes): void {
    this.size += chunk.length;
    this.#now.push(chunk);
    if ((this.#held += chunk.length) < together) return;
    this.#parts.push(new Blob(this.#now));
    this.#now = [];
    this.#held = 0;
  }

  /** Adds one file, part by part. What is small already is left as it is. */
  async add(name: string, parts: Iterable<Bytes> | AsyncIterable<Bytes>, small = false): Promise<void> {
    if (++this.#files > mostFiles || this.size > mostBytes) throw new TooMuch();
    const file = small ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    this.#zip.add(file);
    const all: Bytes[] = []; // the sum is worked out of all of it
    for await (const part of parts) {
      all.push(part);
      if (part.length > 0) file.push(part);
      if (this.#failed) throw this.#failed;
    }
    file.push(new Uint8Array(0), true);
    if (this.#failed) throw this.#failed;
    this.#sums.push(`${await sumOf(all)}  ${name}\n`);
  }

  text(name: string, text: Iterable<string>): Promise<void> {
    return this.add(name, bytesOf(text));
  }

  async done(): Promise<Blob> {
    await this.text(sums, [...this.#sums]);
    this.#zip.end();
    if (this.#failed) throw this.#failed;
    const whole = new Blob([...this.#parts, ...this.#now], { type: "application/zip" });
    this.#parts = [];
    this.#now = [];
    return whole;
  }
}

async function sumOf(parts: Bytes[]): Promise<string> {
  const whole = parts.length === 1 ? parts[0]! : new Uint8Array(await new Blob(parts).arrayBuffer());
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", whole))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function* bytesOf(all: Iterable<string>): Generator<Bytes> {
  for (const text of all) yield utf8(text);
}
