// While a session is running its page asks once a minute how much of the time is
// left, in words, and whether anything has changed. Nothing ticks, and the page never
// changes under somebody's hands: it offers to be shown anew.
const pause = 60_000;

interface Told {
  left: string;
  mark: string;
}

const frame = document.querySelector<HTMLElement>("[data-hour]");
const address = frame?.dataset.hour;
if (frame && address) {
  const left = frame.querySelector<HTMLElement>("[data-left]");
  const news = frame.querySelector<HTMLElement>("[data-news]");
  let asked = Date.now();

  const ask = async () => {
    asked = Date.now();
    let told: Told;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      told = (await answer.json()) as Told;
    } catch {
      return; // no network: the page stays as it was
    }
    if (left && told.left !== "") left.textContent = told.left;
    if (news && told.mark !== frame.dataset.mark) news.hidden = false;
  };

  const look = () => {
    if (!document.hidden && Date.now() - asked >= pause) void ask();
  };
  setInterval(look, pause / 4);
  document.addEventListener("visibilitychange", look);
}
