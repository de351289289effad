(() => {
  "use strict";
  const bench = (window.bench = window.bench || {});
  const listeners = [];

  const parsed = () => new URLSearchParams(location.hash.slice(1));

  const tell = () => listeners.forEach((listener) => listener());

  // What the reader chose, kept in the address: reloading, going back and sending the address restore it.
  bench.state = {
    get: (name, otherwise = "") => parsed().get(name) ?? otherwise,

    // null takes a name out; `step` false replaces the entry in the browser's history, as typing does.
    set: (values, { step = true } = {}) => {
      const next = parsed();
      for (const [name, value] of Object.entries(values)) {
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
      }
      if (next.toString() === parsed().toString()) return;
      const address = `${location.pathname}${location.search}#${next}`;
      if (step) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
      tell();
    },

    on: (listener) => listeners.push(listener),
  };

  window.addEventListener("popstate", tell);

  document.querySelector("a.skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address holds what was chosen, not a place
    document.getElementById("main").focus();
  });
})();
