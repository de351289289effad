(() => {
  "use strict";
  const bench = (window.bench = window.bench || {});
  const { state } = bench;
  const form = document.querySelector("form.filters");
  const CHOICES = ["find", "language-of", "category", "without", "columns", "sort", "order"];
  const ROWS = ["published", "unlike", "partial"];
  const sheet = document.head.appendChild(document.createElement("style"));

  bench.applyFilters = () => {};
  if (!form) return;

  const table = () => bench.open().querySelector("table.scores");

  const usual = () => table().dataset.kinds.split(".");

  const kinds = () => (state.get("columns") ? state.get("columns").split(".") : usual());

  const columnShown = (head, chosen) =>
    chosen.kinds.includes(head.dataset.kind) &&
    (!chosen.language || !head.dataset.language || head.dataset.language === chosen.language) &&
    (!chosen.category || !head.dataset.category || head.dataset.category === chosen.category);

  const columns = () => {
    const chosen = { kinds: kinds(), language: state.get("language-of"), category: state.get("category") };
    const heads = [...table().querySelectorAll(".heads [data-place]")];
    const hidden = heads.filter((head) => !columnShown(head, chosen) && head.dataset.key !== table().dataset.headline);
    const places = new Set(hidden.map((head) => head.dataset.place));
    const id = bench.open().id;
    const rules = [...places].map((place) => `#${id} .scores .c${place}{display:none}`).join("\n");
    if (sheet.textContent !== rules) sheet.textContent = rules;
    groups(places);
    table().dataset.width = heads.length - hidden.length > 16 ? "wide" : "narrow";
  };

  const groups = (hidden) => {
    for (const group of table().querySelectorAll(".groups [data-places]")) {
      const left = group.dataset.places.split(" ").filter((place) => !hidden.has(place)).length;
      group.hidden = left === 0;
      group.colSpan = Math.max(left, 1);
    }
  };

  const rowShown = (row, text, without) => {
    if (text && !row.dataset.label.toLocaleLowerCase().includes(text)) return false;
    if (without.includes("published") && row.dataset.kind === "published") return false;
    if (without.includes("unlike") && row.dataset.unlike !== undefined) return false;
    return !(without.includes("partial") && row.dataset.partial !== undefined);
  };

  const rows = () => {
    const every = [...table().querySelectorAll("tbody tr[data-row]")];
    const text = state.get("find").trim().toLocaleLowerCase();
    const without = state.get("without").split(".");
    const shown = new Set(every.filter((row) => rowShown(row, text, without)).map((row) => row.dataset.row));
    for (const part of bench.open().querySelectorAll("[data-row]")) part.hidden = !shown.has(part.dataset.row);
    table().querySelector("tr.empty").hidden = shown.size > 0;
    bench.shownRows = shown;
    const count = bench.word("count", { n: shown.size, all: every.length });
    if (form.elements.count.textContent !== count) form.elements.count.textContent = count;
  };

  const categories = () => {
    const select = form.elements.category;
    const found = new Map();
    for (const head of table().querySelectorAll(".heads [data-category]")) {
      if (head.dataset.category) found.set(head.dataset.category, head.dataset.category);
    }
    const options = [...found.keys()].map((name) => {
      const option = new Option(name, name);
      const key = `category.${name}`;
      if (bench.hasWord(key)) option.dataset.word = key;
      return option;
    });
    select.replaceChildren(select.options[0], ...options);
    select.closest("label").hidden = options.length < 2;
    bench.translate(select);
  };

  const languages = () => {
    const heads = [...table().querySelectorAll(".heads [data-language]")];
    const found = new Set(heads.map((head) => head.dataset.language).filter(Boolean));
    form.elements["language-of"].closest("label").hidden = found.size < 2;
  };

  const has = (selector) => table().querySelector(`tbody ${selector}`) !== null;

  // The form shows what the address says.
  const fill = () => {
    const { elements } = form;
    if (elements.find.value !== state.get("find")) elements.find.value = state.get("find");
    elements["language-of"].value = state.get("language-of");
    elements.category.value = state.get("category");
    elements.reset.hidden = !CHOICES.some((name) => state.get(name));
    const without = state.get("without").split(".");
    ROWS.forEach((name) => (elements[name].checked = !without.includes(name)));
    elements.kind.forEach((box) => (box.checked = kinds().includes(box.value)));
    const present = new Set([...table().querySelectorAll(".heads [data-kind]")].map((head) => head.dataset.kind));
    elements.kind.forEach((box) => (box.closest("label").hidden = !present.has(box.value)));
    elements.published.closest("label").hidden = !has("[data-kind=published]");
    elements.unlike.closest("label").hidden = !has("[data-unlike]");
    elements.partial.closest("label").hidden = !has("[data-partial]");
    form.querySelector(".rows").hidden = !has("[data-kind=published],tr[data-unlike],tr[data-partial]");
  };

  const read = () => {
    const { elements } = form;
    const chosen = [...elements.kind].filter((box) => box.checked).map((box) => box.value);
    return {
      "language-of": elements["language-of"].value,
      category: elements.category.value,
      without: ROWS.filter((name) => !elements[name].checked).join("."),
      columns: chosen.join(".") === usual().join(".") ? null : chosen.join(".") || "none",
    };
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => event.target.name !== "find" && state.set(read()));
  form.elements.find.addEventListener("input", (event) => state.set({ find: event.target.value }, { step: false }));
  form.elements.reset.addEventListener("click", () => {
    state.set(Object.fromEntries(CHOICES.map((name) => [name, null])));
    form.elements.find.focus();
  });
  document.addEventListener("bench:language", () => bench.boards.length && rows());

  let last = null;
  bench.applyFilters = () => {
    const board = bench.open();
    if (board !== last) {
      categories();
      languages();
    }
    last = board;
    fill();
    columns();
    rows();
  };
})();
