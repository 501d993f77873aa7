// Lets what is typed into a password field be seen, until it is hidden again or the
// form is sent: a long phrase on a small keyboard is otherwise typed blind. Without
// this there is no button.
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-show]")) {
  const input = document.getElementById(button.dataset.show ?? "");
  const [word, says] = [button.querySelector("[data-show-word]"), button.parentElement?.querySelector("[data-show-says]")];
  if (!(input instanceof HTMLInputElement) || !word || !says) continue;
  const turn = (seen: boolean): void => {
    input.type = seen ? "text" : "password";
    word.textContent = seen ? "Hide" : "Show";
    for (const [name, value] of [["autocapitalize", "none"], ["autocorrect", "off"], ["spellcheck", "false"]] as const) input.setAttribute(name, value);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const seen = input.type === "password";
    turn(seen);
    says.textContent = seen ? "What you type can be seen." : "What you type is hidden.";
  });
  // what was sent, or is left, is hidden: on the page itself, and from a browser that remembers what stood in a line of text
  input.form?.addEventListener("submit", () => turn(false), { capture: true });
  addEventListener("pagehide", () => turn(false));
}
