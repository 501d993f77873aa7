// One readable file of what was opened, made in the browser.

/** An entry as it can be read; without text it does not open. */
export interface Read {
  begun: string;
  at: string;
  text?: string;
  name?: string; // about whom
}

/** Entries as plain text, newest first. */
export function asText(title: string, all: Read[]): string {
  const parts = all.map((e) => {
    const head = [e.name, e.begun].filter(Boolean).join(", ");
    const changed = e.at && !e.at.startsWith(`${e.begun},`) ? `\n(last changed ${e.at})` : "";
    return `${head}${changed}\n${"-".repeat(Math.min(72, head.length))}\n\n${e.text ?? "(This did not open.)"}\n`;
  });
  return `${title}\nTaken along ${new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })}\n\n${parts.join("\n\n")}`;
}

/** Has the browser save text as a file. */
export function offer(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const a = document.createElement("a");
  a.href = address;
  a.download = `${name}-${new Date().toISOString().slice(0, 10)}.txt`;
  a.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
