// Suggests the time zone of this device to whoever sees times by other clocks. It
// chooses nothing by itself: the list without it is the same.
const here = document.querySelector<HTMLElement>("[data-zone-here]");
const select = document.querySelector<HTMLSelectElement>("select[name=zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// placeName is a zone as the list has it: "Madrid (Europe)".
function placeName(zone: string): string {
  const parts = zone.replaceAll("_", " ").split("/");
  const region = parts[0] ?? zone;
  return parts.length > 1 ? `${parts.at(-1)} (${region})` : zone;
}

// shows is what the clocks of a zone show at a time; two zones that show the same
// now and in half a year need no choice between them.
function shows(zone: string | undefined, at: Date): string {
  return new Intl.DateTimeFormat("en-GB", { ...(zone ? { timeZone: zone } : {}), dateStyle: "short", timeStyle: "short" }).format(at);
}

function same(a: string, b: string): boolean {
  const now = new Date();
  const later = new Date(now.getTime() + 182 * 24 * 3600 * 1000);
  try {
    return [now, later].every((at) => shows(a, at) === shows(b, at));
  } catch {
    return false;
  }
}

if (here && select && zone) {
  const current = select.value || (here.dataset["zonePractice"] ?? "");
  const named = here.querySelector("[data-zone-name]");
  if (named && current && !same(zone, current)) {
    named.textContent = placeName(zone);
    here.hidden = false;
  }
  here.querySelector("[data-zone-use]")?.addEventListener("click", () => {
    if (![...select.options].some((o) => o.value === zone)) select.append(new Option(placeName(zone), zone));
    select.value = zone;
    select.form?.requestSubmit();
  });
}

export {};
