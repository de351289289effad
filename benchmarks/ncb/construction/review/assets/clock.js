(() => {
  "use strict";
  // Time spent on each question: while the page is visible and somebody did something within the last two minutes.
  const bench = (window.bench = window.bench || {});
  const IDLE = 120000; // milliseconds
  const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "input", "focusin"];
  const spent = new Map();
  let current = null;
  let last = performance.now();
  let seen = document.visibilityState === "visible";

  const account = () => {
    const now = performance.now();
    if (seen && current !== null) spent.set(current, (spent.get(current) ?? 0) + Math.min(now - last, IDLE) / 1000);
    last = now;
  };

  for (const sign of SIGNS) document.addEventListener(sign, account, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => {
    account();
    seen = document.visibilityState === "visible";
  });

  bench.clock = {
    // From now on this question is on the screen; null for none.
    on: (question) => {
      account();
      current = question;
    },

    // Seconds on a question that were not taken yet, which are taken now.
    take: (question) => {
      account();
      const seconds = spent.get(question) ?? 0;
      spent.delete(question);
      return Math.round(seconds * 100) / 100;
    },

    // What could not be sent is kept.
    giveBack: (question, seconds) => spent.set(question, (spent.get(question) ?? 0) + seconds),

    // Seconds that were not taken yet, as they would be counted now, by question.
    waiting: () => {
      const now = new Map(spent);
      const more = seen && current !== null ? Math.min(performance.now() - last, IDLE) / 1000 : 0;
      if (more) now.set(current, (now.get(current) ?? 0) + more);
      return now;
    },
  };
})();
