(() => {
  "use strict";
  const bench = (window.bench = window.bench || {});
  const at = (id) => document.getElementById(id);
  const TICK = 5000; // milliseconds between looks at the clock
  let questions = [];
  let state = { decided: {}, open: [], texts: {}, seconds: {} };
  let path = "";
  let current = null; // the question on the screen; null where all is decided
  let busy = false;

  const word = bench.word;
  const within = () => questions.filter((one) => !at("problem").value || one.problem === at("problem").value);
  const isOpen = (question) => state.open.includes(question.id);
  const filled = (question) => {
    const short = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
    const values = Object.entries(question.shown).map(([name, text]) => [name, short(text.replace(/\s+/g, " ").trim())]);
    return { ...Object.fromEntries(values), test: question.test ?? "" };
  };
  const said = (key, values, otherwise) => (bench.language !== "en" && bench.hasWord(key) ? word(key, values) : otherwise);
  const asked = (question) => said(`ask.${question.kind}`, filled(question), question.ask);
  const labelled = (question, choice) => said(`choice.${question.kind}.${choice.name}`, {}, choice.label);

  const say = (text) => (at("said").textContent = text);

  const warn = (text) => {
    at("alert").textContent = text;
    at("alert").hidden = !text;
  };

  const minutes = (seconds) => (seconds / 60).toFixed(1);

  const drawProgress = () => {
    const seconds = { ...state.seconds };
    for (const [id, more] of bench.clock.waiting()) {
      const problem = id.split("/")[0];
      seconds[problem] = (seconds[problem] ?? 0) + more;
    }
    const all = Object.values(seconds).filter((each) => each >= 1);
    const sum = all.reduce((one, other) => one + other, 0);
    at("progress").max = questions.length || 1;
    at("progress").value = questions.length - state.open.length;
    at("left").textContent = word("page.left", { n: state.open.length, all: questions.length });
    at("minutes").textContent = word("page.minutes", { n: minutes(sum) });
    at("average").textContent = word("page.average", { n: minutes(all.length ? sum / all.length : 0) });
    return sum;
  };

  const drawProblems = () => {
    const chosen = at("problem").value;
    const left = new Map(questions.map((one) => [one.problem, 0]));
    for (const one of questions) if (isOpen(one)) left.set(one.problem, left.get(one.problem) + 1);
    const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
    const each = [...left].map(([problem, n]) => option(problem, word("page.problem.one", { problem, n })));
    at("problem").replaceChildren(option("", word("page.problem.all")), ...each);
    at("problem").value = chosen;
  };

  const button = (question, choice) => {
    const made = document.createElement("button");
    const label = document.createElement("span");
    const key = document.createElement("kbd");
    label.className = "label";
    label.textContent = labelled(question, choice);
    key.textContent = choice.key;
    key.setAttribute("aria-hidden", "true");
    made.type = "button";
    made.dataset.choice = choice.name;
    made.setAttribute("aria-keyshortcuts", choice.key);
    made.setAttribute("aria-pressed", String(state.decided[question.id]?.choice === choice.name));
    made.append(key, label);
    if (choice.name === question.default) {
      const note = document.createElement("small");
      note.textContent = word("page.default");
      made.append(note);
    }
    made.addEventListener("click", () => choose(choice));
    return made;
  };

  const drawQuestion = () => {
    const question = current;
    const list = within();
    document.body.classList.toggle("finished", question === null);
    at("done").hidden = question !== null || !questions.length;
    at("choices").replaceChildren(...(question ? question.choices.map((choice) => button(question, choice)) : []));
    at("evidence").replaceChildren(question ? bench.evidence(question, state.texts[question.problem] ?? {}) : "");
    for (const id of ["kind", "id", "place", "doubt", "chosen"]) at(id).textContent = "";
    at("chosen").hidden = true;
    if (question === null) return drawDone();
    at("kind").textContent = bench.hasWord(`kind.${question.kind}`) ? word(`kind.${question.kind}`) : question.kind;
    at("id").textContent = question.problem;
    at("place").textContent = word("page.place", { n: list.indexOf(question) + 1, all: list.length });
    at("doubt").textContent = word("page.doubt", { n: Math.round(question.doubt * 100) });
    at("chosen").hidden = !(question.id in state.decided);
    at("chosen").textContent = word("page.chosen");
    at("question").replaceChildren(bench.untrusted.name(asked(question)));
    at("main").scrollTop = 0;
    bench.showMarked(at("evidence"));
  };

  const drawDone = () => {
    const sum = drawProgress();
    const problems = new Set(questions.map((one) => one.problem)).size;
    at("question").textContent = word(questions.length ? "page.done" : "page.nothing");
    at("figures").textContent = word("page.done.figures", { n: questions.length, problems, minutes: minutes(sum) });
    at("command").textContent = `bench build-tests --out ${path}`;
  };

  const draw = () => {
    drawProblems();
    drawProgress();
    drawQuestion();
  };

  // Time that was spent without deciding is told as well: it was spent on the problem.
  const leave = () => {
    if (current === null) return;
    const { id, problem } = current;
    const seconds = bench.clock.take(id);
    if (seconds < 1) return bench.clock.giveBack(id, seconds);
    state.seconds[problem] = (state.seconds[problem] ?? 0) + seconds;
    bench.server.leave({ question: id, choice: "look", seconds });
  };

  const show = (question) => {
    if (current !== question) leave();
    current = question;
    bench.clock.on(question?.id ?? null);
    warn("");
    draw();
    at("question").focus({ preventScroll: true });
  };

  const nextOpen = () => {
    const list = within();
    const after = list.slice(list.indexOf(current) + 1);
    return [...after, ...list].find(isOpen) ?? questions.find(isOpen) ?? null;
  };

  const step = (by) => {
    const list = within();
    const place = current === null ? (by > 0 ? -1 : list.length) : list.indexOf(current);
    const next = list[place + by];
    if (next === undefined) return;
    show(next);
    say(word("said.question", { n: place + by + 1, all: list.length, ask: asked(next) }));
  };

  // Sends a decision; why it was not taken, or nothing.
  const decide = async (decision) => {
    busy = true;
    const seconds = bench.clock.take(decision.question);
    const before = state.decided[decision.question]?.choice ?? null;
    const reply = await bench.server.send({ ...decision, seconds, before });
    busy = false;
    if (reply.data.state) state = reply.data.state;
    if (reply.ok) {
      state = reply.data;
      return "";
    }
    bench.clock.giveBack(decision.question, seconds);
    draw();
    const failures = { 0: word("said.gone"), 409: word("said.conflict") };
    return failures[reply.status] ?? word("said.refused", { why: reply.data.why ?? reply.status });
  };

  // An edit, opened again with what was written as long as it cannot be taken; whether it was.
  const decideEdited = async (question, choice) => {
    let text = state.texts[question.problem]?.[choice.target] ?? choice.text;
    let why = "";
    do {
      text = await bench.edit(choice.target, text, asked(question), why);
      if (text === null) return false;
      why = await decide({ question: question.id, choice: choice.name, edited: text });
    } while (why);
    return true;
  };

  const decidePlain = async (question, choice) => {
    const why = await decide({ question: question.id, choice });
    warn(why);
    return !why;
  };

  const choose = async (choice) => {
    if (busy) return;
    const question = current;
    const edits = choice.name.startsWith("edit");
    if (!(await (edits ? decideEdited(question, choice) : decidePlain(question, choice.name)))) return;
    show(nextOpen());
    say(word("said.decided", { choice: labelled(question, choice), n: state.open.length }));
  };

  const undo = async () => {
    const last = Object.keys(state.decided).at(-1);
    const question = questions.find((one) => one.id === last);
    if (busy) return;
    if (question === undefined) return say(word("said.nothing"));
    if (!(await decidePlain(question, "undo"))) return;
    if (at("problem").value && at("problem").value !== question.problem) at("problem").value = "";
    show(question);
    say(word("said.undone", { n: state.open.length }));
  };

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    u: undo,
    "?": () => at("keys").showModal(),
    e: () => {
      const choice = current?.choices.find((one) => one.name.startsWith("edit"));
      if (choice) choose(choice);
    },
  };

  const elsewhere = (event) =>
    event.ctrlKey ||
    event.altKey ||
    event.metaKey ||
    event.isComposing ||
    document.querySelector("dialog[open]") !== null ||
    event.target.closest("input, textarea, select") !== null ||
    (event.key.startsWith("Arrow") && event.target.closest("pre") !== null); // a long line is scrolled

  document.addEventListener("keydown", (event) => {
    if (elsewhere(event)) return;
    const choice = current?.choices.find((one) => one.key === event.key);
    const act = choice ? () => choose(choice) : Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
    if (act === null) return;
    event.preventDefault();
    if (!event.repeat || !choice) act();
  });

  const refresh = async () => {
    const reply = await bench.server.ask("/state");
    if (!reply.ok || busy || document.querySelector("dialog[open]")) return;
    if (JSON.stringify(reply.data) === JSON.stringify(state)) return;
    state = reply.data;
    draw();
  };

  const start = async () => {
    const own = document.documentElement.dataset.language || (navigator.language.startsWith("zh") ? "zh" : "en");
    bench.translate();
    bench.speak(own);
    at("language").value = bench.language;
    at("question").textContent = word("page.loading");
    const reply = await bench.server.ask("/questions");
    at("main").removeAttribute("aria-busy");
    if (!reply.ok) return warn(reply.status ? (reply.data.why ?? String(reply.status)) : word("said.gone"));
    ({ questions, state, path } = reply.data);
    at("folder").textContent = reply.data.folder;
    drawProblems();
    show(nextOpen());
  };

  at("problem").addEventListener("change", () => {
    const list = within();
    show(list.find(isOpen) ?? list[0] ?? null);
  });
  at("language").addEventListener("change", () => bench.speak(at("language").value));
  document.addEventListener("bench:language", () => questions.length && draw());
  at("help").addEventListener("click", KEYS["?"]);
  at("undo").addEventListener("click", undo);
  at("next").addEventListener("click", () => step(1));
  at("previous").addEventListener("click", () => step(-1));
  at("back").addEventListener("click", () => step(1));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
  window.addEventListener("pagehide", leave);
  setInterval(drawProgress, TICK);
  start();
})();
