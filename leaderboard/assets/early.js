(() => {
  "use strict";
  // Before anything is drawn, so that neither the ground nor the controls change under the reader's eyes.
  const root = document.documentElement;
  const wanted = new URLSearchParams(location.hash.slice(1));
  root.classList.add("js");
  if (["light", "dark"].includes(wanted.get("theme"))) root.dataset.theme = wanted.get("theme");
})();
