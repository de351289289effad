(() => {
  "use strict";
  const bench = (window.bench = window.bench || {});
  const dialog = document.getElementById("editor");
  const area = document.getElementById("edited");
  const about = document.getElementById("about");
  let settle = null;

  const close = (text) => {
    dialog.close();
    settle?.(text);
    settle = null;
  };

  const refuse = (why) => {
    about.textContent = why;
    about.classList.add("wrong");
    area.setAttribute("aria-invalid", "true");
  };

  const save = () => {
    if (area.value.trim()) return close(area.value);
    refuse(bench.word("page.blank"));
    area.focus();
  };

  // Opens a text for editing; what comes of it, or null where it was left. `why` says what was wrong with it before.
  bench.edit = (target, text, ask, why = "") => {
    document.getElementById("editing").textContent = bench.word("page.editing", {
      what: bench.word(`page.editing.${target.split("/")[0]}`),
    });
    about.replaceChildren(bench.untrusted.name(ask));
    about.classList.remove("wrong");
    area.removeAttribute("aria-invalid");
    if (why) refuse(why);
    area.value = text;
    dialog.showModal();
    area.focus();
    area.setSelectionRange(0, 0);
    area.scrollTop = 0;
    return new Promise((resolve) => (settle = resolve));
  };

  document.getElementById("save").addEventListener("click", save);
  document.getElementById("cancel").addEventListener("click", () => close(null));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close(null);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  });
})();
