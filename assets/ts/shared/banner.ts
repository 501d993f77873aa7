const svg = "http://www.w3.org/2000/svg";

/** Fills p with the sign of "not saved" and the words. */
export function notSaved(p: HTMLElement, words: string): void {
  p.className = "banner banner-danger";
  const icon = document.createElementNS(svg, "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", "M12 4l9 15.5H3zM12 10v4M12 16.7v.1");
  icon.append(path);
  const text = document.createElement("span");
  text.textContent = words;
  p.replaceChildren(icon, text);
}
