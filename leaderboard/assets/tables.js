(() => {
  "use strict";
  const bench = (window.bench = window.bench || {});
  const { state } = bench;
  const boards = [...document.querySelectorAll(".board")];
  const links = [...document.querySelectorAll(".tabs a")];

  bench.boards = boards;
  bench.open = () => boards.find((board) => board.dataset.benchmark === state.get("benchmark")) || boards[0];

  let open = null;

  const show = (board) => {
    if (board === open) return;
    open = board;
    boards.forEach((other) => (other.hidden = other !== board));
    links.forEach((link) => {
      if (link.dataset.open === board.dataset.benchmark) {
        link.setAttribute("aria-current", "page");
        link.parentElement.scrollLeft = link.offsetLeft - link.parentElement.offsetLeft; // a phone shows a few
      } else link.removeAttribute("aria-current");
    });
  };

  const valueOf = (row, head) => {
    if (head.dataset.key === "model") return row.dataset.label;
    const cell = row.cells[head.cellIndex];
    return cell && cell.dataset.v !== undefined ? Number(cell.dataset.v) : null;
  };

  // What cannot be had stands last in both directions; rows that are equal keep their order.
  const compare = (a, b, sign) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) : a - b);
  };

  const ranks = (rows, head) => {
    const place = head.dataset.key === "model" ? null : head.cellIndex;
    for (const row of rows) {
      const from = place === null ? row.querySelector("td.headline") : row.cells[place];
      row.cells[0].textContent = (from && from.dataset.rank) || "·";
    }
  };

  const mark = (table, sorted, direction) => {
    for (const head of table.querySelectorAll(".heads [data-key]")) {
      head.setAttribute("aria-sort", head === sorted ? direction : "none");
    }
    table.dataset.sorted = sorted.dataset.place || "";
  };

  const sort = (board) => {
    const table = board.querySelector("table.scores");
    const heads = [...table.querySelectorAll(".heads [data-key]")];
    const [key, direction] = wanted(table, heads);
    const head = heads.find((one) => one.dataset.key === key);
    if (!head || (head.getAttribute("aria-sort") === direction && board.dataset.order === key)) return;
    const rows = original.get(table);
    const sign = direction === "ascending" ? 1 : -1;
    const sorted = rows
      .map((row) => [valueOf(row, head), row])
      .sort((a, b) => compare(a[0], b[0], sign))
      .map(([, row]) => row);
    table.tBodies[0].append(...sorted);
    ranks(rows, head);
    mark(table, head, direction);
    board.dataset.order = key;
  };

  const wanted = (table, heads) => {
    const [key, direction] = [state.get("sort"), state.get("order", "descending")];
    const known = heads.some((head) => head.dataset.key === key);
    return known ? [key, direction === "ascending" ? "ascending" : "descending"] : [table.dataset.headline, "descending"];
  };

  const original = new Map(
    boards.map((board) => {
      const table = board.querySelector("table.scores");
      return [table, [...table.tBodies[0].querySelectorAll("tr[data-row]")]];
    }),
  );

  const choose = (head) => {
    const first = head.dataset.key === "model" ? "ascending" : "descending";
    const second = first === "ascending" ? "descending" : "ascending";
    state.set({ sort: head.dataset.key, order: head.getAttribute("aria-sort") === first ? second : first });
  };

  document.addEventListener("click", (event) => {
    const head = event.target.closest("button.sort");
    if (head) choose(head.closest("th"));
    const drill = event.target.closest("button.drill");
    if (drill) {
      const { run, task } = drill.dataset;
      const label = drill.closest("tr").dataset.label;
      document.dispatchEvent(new CustomEvent("bench:open-samples", { detail: { run, task, label } }));
    }
    const pair = event.target.closest("button.pair");
    if (pair) pair.closest(".pairs").querySelector(".told").textContent = pair.title;
    const link = event.target.closest(".tabs a");
    if (link) {
      event.preventDefault();
      state.set({ benchmark: link.dataset.open, sort: null, order: null, category: null, rows: null });
    }
  });

  document.addEventListener("bench:language", () => {
    for (const told of document.querySelectorAll(".told")) told.textContent = "";
  });

  bench.applyTables = () => {
    const board = bench.open();
    if (!board) return;
    show(board);
    sort(board);
  };
})();
