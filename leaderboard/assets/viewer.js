(() => {
  "use strict";
  // The sample viewer. What it shows is what the address says, so that reloading, going back and sending it restore it.
  const bench = (window.bench = window.bench || {});
  const { state } = bench;
  const dialog = document.getElementById("viewer");
  if (!dialog) return;
  const { make, styled, say } = bench.saying;
  const { PAGE, keyOf, byKey, twins, wanted, reasons, draw } = bench.sampleList;
  const { name } = bench.untrusted;
  const part = (selector) => dialog.querySelector(selector);
  const form = part("form");
  const list = part("ol");
  const pane = part(".sample");
  const button = (which) => part(`button[name=${which}]`);
  const NOTHING = { run: null, task: null, sample: null, attempt: null, show: null, having: null, beside: null };

  const chosen = () => ({
    run: state.get("run"),
    task: state.get("task"),
    sample: state.get("sample"),
    attempt: Number(state.get("attempt", "0")),
    show: state.get("show", "all"),
    having: state.get("having"),
    beside: state.get("beside"),
  });

  // What stands on the page now: the samples in the list, the place of the open one, and where the list's page begins.
  let shown = { samples: [], open: -1, first: 0, last: 0 };
  let turn = 0;

  // -- names of runs, as the table has them

  const behind = (key) => [...document.querySelectorAll(".drill")].filter((cell) => cell.dataset.run === key);

  const labelOf = (key, runs) => {
    const row = behind(key)[0]?.closest("[data-label]");
    return `${row ? row.dataset.label : runs[key].model} · ${runs[key].setting}`;
  };

  // -- the choices above the list

  const option = (value, ...children) => {
    const made = make("option", ...children);
    made.value = value;
    return made;
  };

  const named = (value, key, values) => {
    const made = option(value, bench.word(`viewer.${key}`, values));
    made.dataset.word = `viewer.${key}`;
    return made;
  };

  const fillShow = (index, now) => {
    const kinds = ["all", "zero", "part", "full", "unjudged", ...(now.beside ? ["changed"] : [])];
    const group = document.createElement("optgroup");
    group.label = bench.word("viewer.show.reasons");
    group.append(...reasons(index, now.task).map(([at, count]) => option(`reason-${at}`, `${index.reasons[at]} (${count})`)));
    const options = kinds.map((kind) => named(kind, `show.${kind}`));
    form.elements.show.replaceChildren(...options, ...(group.children.length ? [group] : []));
    form.elements.show.value = now.show;
  };

  const fillForm = (index, runs, now) => {
    const tasks = index.tasks.map((task) => option(task, task));
    form.elements.task.replaceChildren(named("", "every-task"), ...tasks);
    form.elements.task.value = now.task;
    const others = Object.keys(runs).filter((key) => key !== now.run && runs[key].benchmark === index.benchmark);
    const besides = others.map((key) => option(key, labelOf(key, runs)));
    form.elements.beside.replaceChildren(named("", "nothing-beside"), ...besides);
    form.elements.beside.value = now.beside;
    form.elements.beside.closest("label").hidden = others.length === 0;
    if (form.elements.find.value !== now.having) form.elements.find.value = now.having;
    fillShow(index, now);
  };

  // -- drawing

  const fillList = (samples, index, others, now) => {
    const key = keyOf({ id: now.sample, attempt: now.attempt });
    const open = now.sample ? samples.findIndex((sample) => keyOf(sample) === key) : 0;
    const within = list.contains(document.activeElement);
    const [first, last] = draw(list, samples, others, open);
    shown = { samples, open: samples.length ? open : -1, first, last };
    const current = list.querySelector("[aria-current]");
    current?.scrollIntoView({ block: "nearest" });
    if (within) (current || pane).focus({ preventScroll: true });
    fillCounts(wanted(index, others, { ...now, show: "all", having: "" }).length);
  };

  const fillCounts = (all) => {
    const { samples, open, first, last } = shown;
    const found = say("found", { n: samples.length, all });
    part("output").replaceChildren(found);
    part(".pager").hidden = samples.length <= PAGE;
    part(".page").replaceChildren(say("page", { first: first + 1, last }));
    button("earlier").disabled = first === 0;
    button("later").disabled = last >= samples.length;
    button("previous").disabled = open <= 0;
    button("next").disabled = open < 0 || open >= samples.length - 1;
  };

  const article = async (key, index, sample, label) => {
    if (!sample) return styled("none", make("p", name(label), ": ", say("absent")));
    return bench.drawSample(await bench.samples.detail(key, sample), index, label);
  };

  const message = (key, values) => {
    shown = { samples: [], open: -1, first: 0, last: 0 };
    list.replaceChildren();
    pane.replaceChildren(styled("none", make("p", say(key, values))));
  };

  const openSample = (now, everything) => {
    const wantedKey = keyOf({ id: now.sample, attempt: now.attempt });
    return now.sample ? everything.get(wantedKey) : shown.samples[0];
  };

  // Draws what the address says; `current` tells whether it still says so after something was loaded.
  const draws = async (now, current) => {
    const [runs, index, other] = await Promise.all([
      bench.samples.runs(),
      bench.samples.index(now.run),
      now.beside ? bench.samples.index(now.beside) : null,
    ]);
    if (!current()) return;
    if (!index) return message("absent");
    const others = twins(index, other);
    fillForm(index, runs, now);
    part(".whose").replaceChildren(name(labelOf(now.run, runs)));
    fillList(wanted(index, others, now), index, others, now);
    const sample = openSample(now, byKey(index));
    if (!sample) return pane.replaceChildren(styled("none", make("p", say(now.sample ? "absent" : "none"))));
    const articles = [article(now.run, index, sample, labelOf(now.run, runs))];
    if (other) articles.push(article(now.beside, other, others.get(sample), labelOf(now.beside, runs)));
    const drawn = await Promise.all(articles);
    if (!current()) return;
    pane.classList.toggle("two", drawn.length > 1);
    pane.replaceChildren(...drawn);
    pane.scrollTop = 0;
  };

  const render = async (now) => {
    const mine = ++turn;
    const current = () => mine === turn;
    pane.setAttribute("aria-busy", "true");
    try {
      await draws(now, current);
    } catch (error) {
      if (!error.file) throw error;
      if (current()) message("missing", { file: error.file });
    } finally {
      if (current()) pane.removeAttribute("aria-busy");
    }
  };

  // -- opening and closing

  let drawn = "";

  const apply = () => {
    const now = chosen();
    if (!now.run) {
      drawn = "";
      if (dialog.open) dialog.close();
      return;
    }
    if (!dialog.open) {
      message("loading");
      dialog.showModal();
      part("h2").focus();
    }
    if (drawn === JSON.stringify(now)) return;
    drawn = JSON.stringify(now);
    render(now);
  };

  dialog.addEventListener("close", () => {
    const now = chosen();
    turn += 1;
    if (now.run) state.set(NOTHING);
    const cells = behind(now.run || dialog.dataset.run);
    const cell = cells.find((one) => one.dataset.task === dialog.dataset.task) || cells[0];
    if (cell && !document.activeElement?.matches(".drill")) cell.focus();
  });

  document.addEventListener("bench:open-samples", (event) => {
    const { run, task } = event.detail;
    dialog.dataset.run = run;
    dialog.dataset.task = task;
    state.set({ ...NOTHING, run, task });
  });

  // -- moving about

  const go = (place) => {
    const sample = shown.samples[place];
    if (sample) state.set({ sample: sample.id, attempt: sample.attempt ? String(sample.attempt) : null }, { step: false });
  };

  const choose = (values) => state.set({ sample: null, attempt: null, ...values }, { step: false });

  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.task.addEventListener("change", (event) => choose({ task: event.target.value, show: null }));
  form.elements.show.addEventListener("change", (event) => choose({ show: event.target.value }));
  form.elements.find.addEventListener("input", (event) => choose({ having: event.target.value }));
  form.elements.beside.addEventListener("change", (event) =>
    state.set({ beside: event.target.value, show: chosen().show === "changed" ? null : chosen().show }, { step: false }),
  );
  button("close").addEventListener("click", () => dialog.close());
  button("previous").addEventListener("click", () => go(shown.open - 1));
  button("next").addEventListener("click", () => go(shown.open + 1));
  button("earlier").addEventListener("click", () => go(shown.first - PAGE));
  button("later").addEventListener("click", () => go(shown.last));

  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    go(shown.first + [...list.children].indexOf(item));
    if (event.detail === 0) pane.focus(); // by Enter, to read
  });

  const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

  const moves = (event) => {
    if (!Object.hasOwn(STEPS, event.key) || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.target.matches("select")) return false;
    const letter = event.key.length === 1;
    return event.target.matches("input") ? !letter : letter || !pane.contains(event.target); // arrows scroll a text
  };

  dialog.addEventListener("keydown", (event) => {
    if (!moves(event)) return;
    event.preventDefault();
    if (!pane.contains(event.target)) (list.querySelector("[aria-current]") || list.querySelector("button"))?.focus();
    go(Math.min(Math.max(shown.open + STEPS[event.key], 0), shown.samples.length - 1));
  });

  document.addEventListener("bench:language", () => form.elements.show.options.length && render(chosen()));
  state.on(apply);
  apply();
})();
