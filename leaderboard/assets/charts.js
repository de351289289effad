(() => {
  "use strict";
  const bench = (window.bench = window.bench || {});
  const { state } = bench;
  const MOST = 6;
  const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];
  const DASHES = [[1, 0], [7, 3], [2, 3], [10, 3, 2, 3], [5, 2], [1, 2]];
  const NARROW = 460;
  const AROUND = 1.95;
  const OPTIONS = {
    mode: "vega-lite",
    renderer: "svg",
    actions: false,
    ast: true, // expressions are interpreted: the policy allows no eval
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
    logLevel: 1, // errors alone
  };
  const figures = new Map();
  let library = null;

  bench.applyCharts = () => {};
  if (!document.querySelector(".chart")) return;

  // The library is a megabyte: it is read when the first chart comes into view.
  const load = () => {
    if (!library) {
      library = true;
      const script = document.createElement("script");
      script.textContent = document.getElementById("bench-vega").textContent;
      document.head.append(script);
    }
    return window.vegaEmbed;
  };

  const picker = (board) => [...board.querySelectorAll(".picker label")];

  // At first runs that any chart can show, the best first; published rows where there are fewer than six.
  const usual = (board) => {
    const charts = [...figures].filter(([figure]) => board.contains(figure) && figure.dataset.picked);
    const able = new Set(charts.flatMap(([, { spec }]) => spec.data.values.map((value) => value.row)));
    const rows = [...board.querySelectorAll("table.scores tbody tr[data-row]")];
    const free = rows.filter((row) => !row.hidden && able.has(row.dataset.row));
    const best = free.sort((a, b) => (a.dataset.kind === "published") - (b.dataset.kind === "published") || score(b) - score(a));
    return best.slice(0, MOST).map((row) => row.dataset.row);
  };

  const score = (row) => Number(row.querySelector("td.headline")?.dataset.v ?? -1);

  const picked = (board) => {
    const chosen = state.get("rows");
    const known = new Set(picker(board).map((label) => label.dataset.row));
    return (chosen ? chosen.split(".") : usual(board)).filter((row) => known.has(row)).slice(0, MOST);
  };

  const fillPicker = (board, chosen) => {
    for (const label of picker(board)) {
      const slot = chosen.indexOf(label.dataset.row);
      const box = label.querySelector("input");
      box.checked = slot >= 0;
      box.disabled = slot < 0 && chosen.length >= MOST;
      if (slot >= 0) label.dataset.slot = slot + 1;
      else delete label.dataset.slot;
    }
  };

  document.addEventListener("change", (event) => {
    if (event.target.name !== "pick") return;
    const board = bench.open();
    const before = picked(board);
    const row = event.target.value;
    const after = event.target.checked ? [...before, row] : before.filter((other) => other !== row);
    state.set({ rows: after.join(".") || "none" });
  });

  const labels = (board, rows) => {
    const names = new Map(picker(board).map((label) => [label.dataset.row, label.querySelector("bdi").textContent]));
    return rows.map((row) => names.get(row));
  };

  const SVG = "http://www.w3.org/2000/svg";
  const OUTLINES = {
    circle: "M6 1.5a4.5 4.5 0 1 0 .01 0z",
    square: "M2 2h8v8h-8z",
    "triangle-up": "M6 1.5l5 9h-10z",
    diamond: "M6 .5l4.5 5.5-4.5 5.5-4.5-5.5z",
    cross: "M4.3 1h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z",
    "triangle-down": "M6 10.5l5-9h-10z",
  };

  const svg = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  const legend = (figure, { labels: names, hues, shapes, dashes }) => {
    const list = figure.querySelector(".legend");
    if (!list) return;
    list.replaceChildren(
      ...names.map((name, i) => {
        const item = document.createElement("li");
        const sign = svg("svg", { width: 30, height: 12, viewBox: "-9 0 30 12" });
        const stroke = { stroke: hues[i], "stroke-width": 2, "stroke-dasharray": dashes[i].join(" ") };
        sign.append(svg("path", { d: "M-9 6h30", ...stroke }), svg("path", { d: OUTLINES[shapes[i]], fill: hues[i] }));
        const text = document.createElement("bdi");
        text.textContent = name;
        item.append(sign, text);
        return item;
      }),
    );
  };

  // What the specification leaves to the page: words, what belongs to picked rows, the ends of round scales.
  const completed = (value, page) => {
    if (Array.isArray(value)) return value.map((part) => completed(part, page));
    if (value === null || typeof value !== "object") return value;
    if ("word" in value) return bench.word(value.word);
    if ("picked" in value) return page.picked[value.picked];
    if ("reach" in value) return ends(value, page);
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, completed(part, page)]));
  };

  // Of a circle of radius 1 with names around it: as large as they let it be.
  const ends = ({ reach, axis }, { aspect }) => {
    const half = Math.max(reach, AROUND / aspect) * (axis === "x" ? aspect : 1);
    return [-half, half];
  };

  const narrowed = (spec, width) => {
    spec.config.axisY.labelLimit = Math.round(width * 0.34);
    for (const { mark, encoding } of spec.layer) {
      if (mark.type === "text" && mark.limit && mark.align !== "center") mark.lineBreak = " ";
      if (encoding.y && encoding.y.field === "category") encoding.y.axis.labelExpr = "split(datum.label, ' ')";
    }
  };

  // The values of rows that are shown, and picked where that matters.
  const drawn = (figure) => {
    const chosen = figure.dataset.picked === "only" ? new Set(picked(figure.closest(".board"))) : bench.shownRows;
    const { spec } = figures.get(figure);
    return spec.data.values.filter(({ row }) => bench.shownRows.has(row) && chosen.has(row));
  };

  // What the specification asks the page for: the look of each picked row, and how wide it is for its height.
  const asked = (board, present, aspect) => {
    const slots = present.map((row) => picked(board).indexOf(row));
    return {
      aspect,
      picked: {
        labels: labels(board, present),
        hues: slots.map((slot) => `var(--hue-${slot + 1})`),
        shapes: slots.map((slot) => SHAPES[slot]),
        dashes: slots.map((slot) => DASHES[slot]),
      },
    };
  };

  // The specification for a place of this width.
  const fitted = (figure, values, width) => {
    const { spec } = figures.get(figure);
    const board = figure.closest(".board");
    const rows = new Set(values.map((value) => value.row));
    const height = spec.height.step ? spec.height.step * rows.size : spec.height;
    const shown = figure.dataset.chart === "radar" ? Math.min(height, width) : height;
    const page = asked(board, picked(board).filter((row) => rows.has(row)), width / shown);
    legend(figure, page.picked);
    const made = completed({ ...spec, data: { values } }, page);
    Object.assign(made, { width, height: shown, autosize: { type: "fit-x", contains: "padding" } });
    made.config.font = getComputedStyle(document.body).fontFamily; // what text is measured with
    made.config.legend.columns = Math.max(2, Math.floor(width / 130));
    if (width < NARROW) narrowed(made, width);
    return made;
  };

  const draw = async (figure) => {
    const known = figures.get(figure);
    const canvas = figure.querySelector(".canvas");
    const values = drawn(figure);
    known.dirty = false;
    delete figure.dataset.drawn;
    if (!values.length) return;
    const turn = ++known.turn;
    const width = Math.max(canvas.clientWidth, 200);
    const embed = load();
    if (known.view) known.view.finalize();
    const { view } = await embed(canvas, fitted(figure, values, width), OPTIONS);
    if (turn !== known.turn) {
      view.finalize(); // it was asked for again meanwhile
      return;
    }
    canvas.querySelector("svg").setAttribute("aria-hidden", "true"); // the figure has a label, the table the numbers
    canvas.style.minHeight = "";
    Object.assign(known, { view, width });
    figure.dataset.drawn = bench.language;
  };

  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const known = figures.get(target);
        known.near = isIntersecting;
        if (isIntersecting && known.dirty && bench.shownRows) draw(target);
      }
    },
    { rootMargin: "200px" },
  );

  const again = () => {
    for (const [figure, known] of figures) {
      known.dirty = true;
      delete figure.dataset.drawn;
      if (figure.closest(".board").hidden) continue;
      figure.classList.toggle("empty", drawn(figure).length === 0); // the observer tells when it is back
      if (known.near) draw(figure);
    }
  };

  for (const figure of document.querySelectorAll(".chart")) {
    const spec = JSON.parse(figure.querySelector("script").textContent);
    figures.set(figure, { spec, dirty: true, near: false, turn: 0, view: null, width: 0 });
    seen.observe(figure);
  }

  // Charts that nobody scrolled to are printed too; all that drawing awaits is done before the sheet is laid out.
  window.addEventListener("beforeprint", () => {
    for (const [figure, { dirty }] of figures) {
      if (dirty && !figure.closest(".board").hidden) draw(figure);
    }
  });

  const resized = ([figure, { width }]) => {
    const now = figure.querySelector(".canvas").clientWidth;
    return width > 0 && now > 0 && Math.max(now, 200) !== width;
  };

  let waiting = 0;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => [...figures].some(resized) && again(), 150);
  }).observe(document.getElementById("main"));

  document.addEventListener("bench:language", () => (last = ""));

  let last = "";
  bench.applyCharts = () => {
    const board = bench.open();
    const chosen = picked(board);
    fillPicker(board, chosen);
    const now = [board.id, bench.language, [...bench.shownRows].sort(), chosen].join("|");
    if (now !== last) again();
    last = now;
  };
})();
