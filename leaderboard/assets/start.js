(() => {
  "use strict";
  const { bench } = window;
  const { state } = bench;
  const root = document.documentElement;

  const switches = (name, otherwise, apply) => {
    const boxes = [...document.querySelectorAll(`input[name=${name}]`)];
    for (const box of boxes) {
      box.addEventListener("change", () => state.set({ [name]: box.value === otherwise ? null : box.value }));
    }
    return () => {
      const wanted = state.get(name, otherwise);
      const value = boxes.some((box) => box.value === wanted) ? wanted : otherwise;
      boxes.forEach((box) => (box.checked = box.value === value));
      apply(value);
    };
  };

  const theme = switches("theme", "auto", (value) => (root.dataset.theme = value));
  const language = switches("language", "en", (value) => bench.speak(value));

  const apply = () => {
    theme();
    language();
    if (!bench.boards.length) return;
    bench.applyTables();
    bench.applyFilters();
    bench.applyCharts();
  };

  state.on(apply);
  apply();
})();
