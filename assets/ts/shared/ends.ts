/** Whether what was chosen here means that nothing more is asked: data-ends has the values that do. */
export function ends(question: HTMLElement | undefined): boolean {
  const chosen = question?.querySelector<HTMLInputElement>("input:checked");
  return chosen != null && (question?.dataset.ends ?? "").split(" ").includes(chosen.value);
}

/** Takes a question away and out of what is sent, or brings it back with what was chosen in it. */
export function away(question: HTMLFieldSetElement, gone: boolean): void {
  question.disabled = gone;
  question.hidden = gone;
}
