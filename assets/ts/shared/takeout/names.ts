// How files in an archive are called.
const known: Record<string, string> = {
  "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a", "video/webm": "webm", "video/mp4": "mp4",
  "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp",
};

/** By what the name of a file of this type ends. What is none of a journal's is no program either. */
export const forms = (type: string): string => known[type.split(";")[0] ?? ""] ?? "bin";
