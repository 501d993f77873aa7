// Copies what stands beside it, for a program that wants it typed in. Where a browser
// lets nothing be copied it is marked instead. Without this there is no button.
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const from = document.getElementById(button.dataset.copy ?? "");
  const says = button.parentElement?.querySelector("[data-copy-says]");
  if (!from || !says) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    says.textContent = "";
    const text = from instanceof HTMLInputElement ? from.value : (from.dataset.whole ?? from.textContent ?? "");
    (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"))).then(
      () => (says.textContent = "Copied."),
      () => {
        if (from instanceof HTMLInputElement) from.select();
        else getSelection()?.selectAllChildren(from);
        says.textContent = "Your browser copies nothing by itself: it is marked, and can be copied now.";
      },
    );
  });
}
