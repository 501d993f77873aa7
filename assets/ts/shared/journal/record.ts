// Recording sound, or sound and picture. What was recorded is handed on every two
// seconds, so that a page that ends takes no more than these along.
import type { Bytes } from "../vault/bytes";
import { Cannot } from "../vault/ways";
import { mostBytes } from "./kinds";
import { blobBytes } from "./photo";

const slice = 2000; // ms
const longest = 60 * 60; // seconds
const reserve = 2 << 20; // bytes that the last slice may have

export interface Wish {
  film: boolean;
  part(n: number, bytes: Bytes): void; // in order
  beat(seconds: number, loud: number): void; // ten times a second; loud from 0 to 1
  ended(why: string): void; // it ended by itself
}

const types = { voice: ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"], film: ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"] };

export const canRecord = (): boolean => typeof MediaRecorder === "function" && typeof navigator.mediaDevices?.getUserMedia === "function";

/** A recording under way. */
export class Recording {
  #parts = 0;
  #size = 0;
  #pausedAt = 0;
  #paused = 0;
  #began = performance.now();
  #handed: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setInterval> | undefined;
  #sound: AudioContext | undefined;
  readonly #over: Promise<void>;

  private constructor(
    private readonly recorder: MediaRecorder,
    readonly stream: MediaStream,
    private readonly wish: Wish,
  ) {
    recorder.ondataavailable = ({ data }) => {
      if (data.size === 0) return;
      const n = this.#parts++;
      this.#size += data.size;
      this.#handed = this.#handed.then(async () => wish.part(n, await blobBytes(data)));
      if (this.#size > mostBytes - reserve) this.#end("This is as long as one piece can be. What was recorded until now is kept; begin another for the rest.");
    };
    this.#over = new Promise((resolve) => recorder.addEventListener("stop", () => resolve()));
    for (const track of stream.getTracks()) track.onended = () => this.#end("The microphone or camera was taken away. What was recorded until then is kept.");
    recorder.start(slice);
    this.#listen();
  }

  /** Asks for the microphone, and the camera, and begins. */
  static async begin(wish: Wish): Promise<Recording> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true, ...(wish.film ? { video: { width: { ideal: 854 }, height: { ideal: 480 }, facingMode: "user" } } : {}) });
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      const what = wish.film ? "camera and the microphone" : "microphone";
      if (name === "NotAllowedError") throw new Cannot(`This page may not use the ${what}. You can allow it beside the address, or in the settings of this device.`);
      if (name === "NotFoundError") throw new Cannot(`There is no ${what} on this device. Writing works all the same.`);
      throw new Cannot(`The ${what} cannot be reached now, perhaps because something else uses it.`);
    }
    const mimeType = types[wish.film ? "film" : "voice"].find((t) => MediaRecorder.isTypeSupported(t));
    try {
      const recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 32_000, videoBitsPerSecond: 1_200_000 });
      return new Recording(recorder, stream, wish);
    } catch {
      for (const track of stream.getTracks()) track.stop();
      throw new Cannot("This browser cannot record. Writing works all the same.");
    }
  }

  get type(): string {
    return this.recorder.mimeType;
  }

  get seconds(): number {
    return ((this.#pausedAt || performance.now()) - this.#began - this.#paused) / 1000;
  }

  get paused(): boolean {
    return this.recorder.state === "paused";
  }

  pause(yes: boolean): void {
    if (yes === this.paused || this.recorder.state === "inactive") return;
    if (yes) {
      this.recorder.pause();
      this.#pausedAt = performance.now();
    } else {
      this.#paused += performance.now() - this.#pausedAt;
      this.#pausedAt = 0;
      this.recorder.resume();
    }
  }

  /** Ends it; everything was handed on when this resolves. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#pausedAt ||= performance.now();
    if (this.recorder.state !== "inactive") this.recorder.stop();
    await this.#over;
    await this.#handed;
    for (const track of this.stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
    await this.#sound?.close().catch(() => undefined);
  }

  #end(why: string): void {
    void this.stop().then(() => this.wish.ended(why));
  }

  /** How loud it is, for the line that shows that something is heard. */
  #listen(): void {
    let samples: Uint8Array<ArrayBuffer> | undefined;
    let analyser: AnalyserNode | undefined;
    try {
      this.#sound = new AudioContext();
      analyser = this.#sound.createAnalyser();
      analyser.fftSize = 512;
      this.#sound.createMediaStreamSource(this.stream).connect(analyser);
      samples = new Uint8Array(analyser.fftSize);
    } catch {
      // It records without showing how loud it is.
    }
    this.#timer = setInterval(() => {
      if (this.paused) return;
      let most = 0;
      if (analyser && samples) {
        analyser.getByteTimeDomainData(samples);
        for (const s of samples) most = Math.max(most, Math.abs(s - 128) / 128);
      }
      this.wish.beat(this.seconds, most);
      if (this.seconds > longest) this.#end("An hour is as long as one recording can be. It is kept; begin another for the rest.");
    }, 100);
  }
}
