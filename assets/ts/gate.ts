// In a form with all its questions on one page: where an answer means that nothing
// more is asked, the questions below are taken away, and not sent.
import { away, ends } from "./shared/ends";

document.querySelectorAll<HTMLElement>("[data-gated]").forEach((part) => {
  const questions = [...part.querySelectorAll("fieldset")];
  const gate = questions.findIndex((q) => q.dataset.ends !== undefined);
  if (gate < 0) return;
  const show = () => {
    const shut = ends(questions[gate]);
    questions.slice(gate + 1).forEach((q) => {
      away(q, shut);
      if (q.parentElement && q.parentElement !== part) q.parentElement.hidden = shut; // with the words above it
    });
  };
  part.addEventListener("input", show);
  part.closest("form")?.addEventListener("waymark:restored", show);
  show();
});
