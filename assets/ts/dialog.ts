// A question before something is done opens on the page itself. Without this,
// its link leads to a page that asks the same. Escape is the careful choice. And Help
// now stands on the page where its own does not come.
import { helpHere } from "./shared/reach";

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-dialog]") : null;
  if (!link || event.defaultPrevented) return;
  const dialog = document.getElementById(link.dataset.dialog ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
  dialog.addEventListener("close", () => link.focus(), { once: true });
});

helpHere();
