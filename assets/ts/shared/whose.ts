// Whose page this is, which it says to the practice with all that it sends: somebody else
// may have signed in in this browser meanwhile (internal/web/whose.go). A form says it in a
// hidden field of its own.

/** The hidden field of a form. */
export const pageField = "whose-page";

const mark = (): string => document.body.dataset.page ?? document.querySelector<HTMLInputElement>(`input[name="${pageField}"]`)?.value ?? "";

/** The headers of whatever this page asks for or sends; none on a page of nobody. */
export const whosePage = (): Record<string, string> => (mark() === "" ? {} : { "Waymark-Page": mark() });

/** Has a form that a script makes say whose page it comes from. */
export function sign(form: HTMLFormElement): void {
  if (mark() === "" || form.elements.namedItem(pageField)) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = pageField;
  field.value = mark();
  form.append(field);
}
