// The page of a locked phone: its code opens it. The code is tried on this phone alone.
import { keyByCode, openBy, Wrong } from "./shared/away/keys";
import { all, used, type Phone } from "./shared/away/store";

const root = document.querySelector<HTMLElement>("[data-locked]");

async function begin(at: HTMLElement): Promise<void> {
  const form = at.querySelector<HTMLFormElement>("form[data-locked-form]");
  const input = form?.querySelector("input");
  const says = at.querySelector<HTMLElement>("[data-locked-says]");
  if (!form || !input || !says || !(await used())) return;
  const phones = (await all<Phone>("phones")).filter((p) => p.code);
  form.hidden = phones.length === 0;
  const without = at.querySelector<HTMLElement>("[data-locked-without]");
  if (without) without.hidden = phones.length > 0;
  const words = (text: string) => {
    says.textContent = text;
    says.hidden = text === "";
  };
  let busy = false;
  let tries = 0;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    busy = true;
    words("One moment.");
    void (async () => {
      for (const phone of phones) {
        try {
          await openBy(phone.person, await keyByCode(phone, input.value));
          input.value = "";
          // The address is the one that was asked for; this page stood in its place.
          if (location.pathname.startsWith("/my/")) location.reload();
          else location.replace("/my/week");
          return;
        } catch (error) {
          if (!(error instanceof Wrong)) throw error;
        }
      }
      await new Promise((done) => setTimeout(done, Math.min(30_000, 250 * 2 ** tries++)));
      words("That is not the code of this phone. Nothing is lost by a wrong one. Without the code it opens again once you sign in with a network.");
      input.select();
    })()
      .catch(() => words("The browser could not do this. Try again in a moment."))
      .finally(() => (busy = false));
  });
  input.focus();
}

if (root) begin(root).catch(() => undefined);
