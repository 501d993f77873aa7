/** Caches of a phone: files with a hash in their name, and pages that are nobody's. */
export const files = "waymark-files";
export const plain = "waymark-plain";
