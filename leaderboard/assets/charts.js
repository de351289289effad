(() => {
  "use strict";
  const bench = (window.bench = window.bench || {});
  bench.applyCharts = () => {};
})();
