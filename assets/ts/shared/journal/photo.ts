// A photo as it is taken in: decoded and drawn anew, so that nothing but what can be
// seen is left of the file; no place, no day, no device, no picture within the picture.
import type { Bytes } from "../vault/bytes";
import { Cannot } from "../vault/ways";
import { checkBytes, checkPhoto, head } from "./kinds";

const longest = 2560; // pixels of the longer side as it is kept
const quality = 0.86;

export interface Photo {
  bytes: Bytes;
  type: string;
  width: number;
  height: number;
}

export const blobBytes = async (b: Blob): Promise<Bytes> => new Uint8Array(await b.arrayBuffer());

/** What a canvas shows, as a file. */
export function toBlob(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) => canvas.toBlob((b) => (b && b.type === type ? resolve(b) : reject(new Cannot("Your browser could not make a picture of this."))), type, quality));
}

/** Takes a photo in, or refuses it in words before anything of it is decoded. */
export async function photoOf(file: Blob): Promise<Photo> {
  checkBytes(file.size);
  const size = checkPhoto(await blobBytes(file.slice(0, head)));
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file);
  } catch {
    throw new Cannot("This photo does not open: it is damaged, or of a kind that this browser cannot read.");
  }
  try {
    if (image.width * image.height > size.width * size.height) throw new Cannot("This photo is not as large as it says, so it was not opened.");
    const scale = Math.min(1, longest / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const c = canvas.getContext("2d");
    if (!c) throw new Cannot("Your browser could not make a picture of this.");
    c.fillStyle = "white"; // behind what is clear
    c.fillRect(0, 0, canvas.width, canvas.height);
    c.imageSmoothingQuality = "high";
    c.drawImage(image, 0, 0, canvas.width, canvas.height);
    return { bytes: await blobBytes(await toBlob(canvas, "image/jpeg")), type: "image/jpeg", width: canvas.width, height: canvas.height };
  } finally {
    image.close();
  }
}
