// While a session is running its page says how much of the time is left, in words that
// came with it: they stay true without a network, and after the sign-in has ended. Once
// a minute it asks whether anything has changed. Nothing ticks, and the page never
// changes under somebody's hands: it offers to be shown anew.
const pause = 60_000;

interface Told {
  mark: string;
}

/** What is said from how many seconds after the page was made. */
type Ahead = [number, string][];

const frame = document.querySelector<HTMLElement>("[data-hour]");
const address = frame?.dataset.hour;
if (frame && address) {
  const left = frame.querySelector<HTMLElement>("[data-left]");
  const news = frame.querySelector<HTMLElement>("[data-news]");
  const out = frame.querySelector<HTMLElement>("[data-out]");
  const made = Date.now();
  let asked = made;

  const said = left?.dataset.left;
  const ahead = said ? (JSON.parse(said) as Ahead) : [];
  const say = () => {
    const words = ahead.filter(([from]) => Date.now() - made >= from * 1000).at(-1)?.[1];
    if (left && words && words !== left.textContent) left.textContent = words;
  };

  const ask = async () => {
    asked = Date.now();
    let told: Told;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (out) out.hidden = answer.status !== 401;
      if (!answer.ok) return;
      told = (await answer.json()) as Told;
    } catch {
      return; // no network: the page stays as it was
    }
    if (news && told.mark !== frame.dataset.mark) news.hidden = false;
  };

  const look = () => {
    say();
    if (!document.hidden && Date.now() - asked >= pause) void ask();
  };
  setInterval(look, pause / 4);
  document.addEventListener("visibilitychange", look);
}
