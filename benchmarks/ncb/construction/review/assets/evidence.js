(() => {
  "use strict";
  // What is shown of a question. Nothing in it is believed: all of it becomes text.
  const bench = (window.bench = window.bench || {});
  const FORMS = {
    name: ["values", "code"],
    expected: ["values", "code"],
    observed: ["values", "code"],
    why: ["notes", "prose"],
    similar_to: ["notes", "prose"],
    for_test: ["notes", "prose"],
    for_solution: ["notes", "prose"],
    hidden: ["notes", "lines"],
    solved: ["notes", "lines"],
    disputed: ["notes", "lines"],
    test: ["left", "code"],
    tests: ["left", "code"],
    request: ["left", "prose"],
    text: ["right", "prose"],
    translation: ["right", "prose"],
    solution: ["right", "code"],
  };
  const OTHER = ["right", "prose"];
  const FENCE = /^```.*\n([\s\S]*?)(?:^```[ \t]*$|$(?![\s\S]))/gm;

  const made = (tag, className, ...inside) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...inside);
    return element;
  };

  const pre = (className, title, inside) => {
    const block = made("pre", className, inside);
    block.tabIndex = 0;
    block.setAttribute("role", "region");
    block.setAttribute("aria-label", title);
    return block;
  };

  // Parts that a pattern finds become elements, the text between them what `rest` makes of it.
  const split = (text, pattern, element, rest) => {
    const all = document.createDocumentFragment();
    let end = 0;
    for (const found of text.matchAll(pattern)) {
      all.append(rest(text.slice(end, found.index)), element(found));
      end = found.index + found[0].length;
    }
    all.append(rest(text.slice(end)));
    return all;
  };

  // Text in sentences; what stands between fences or backticks is code.
  const named = (found) => made("span", "named", bench.untrusted.nodes(found[0]));
  const sentences = (text) => split(text, /`[^`\n]+`/g, named, bench.untrusted.nodes);
  const fenced = (found) => made("span", "fenced", bench.code(found[1]));
  const prose = (text) => split(text.trimEnd(), FENCE, fenced, (part) => sentences(part.replace(/^\n+|\n+$/g, "")));

  const BODIES = {
    code: (text, title, marked) => pre("code", title, bench.code(text, marked)),
    prose: (text, title) => pre("prose", title, prose(text)),
    lines: (text) => made("ul", "", ...text.split("\n").map((one) => made("li", "", bench.untrusted.name(one)))),
  };

  const short = (body, text) => {
    if (body !== "prose" || text.length > 600) return null;
    const element = made("p", "", bench.untrusted.nodes(text));
    element.dir = "auto";
    return element;
  };

  const section = (heading, text, { marked, edited }) => {
    const [place, body] = FORMS[heading] ?? OTHER;
    const title = bench.hasWord(`shown.${heading}`) ? bench.word(`shown.${heading}`) : heading;
    const head = made("h3", "", title);
    if (marked) head.append(" ", made("small", "", bench.word("page.marked", { n: marked })));
    if (edited) head.append(" ", made("small", "", bench.word("page.edited")));
    const block = (place === "notes" && short(body, text)) || BODIES[body](text, title, marked);
    return made("section", `shown ${heading}`, head, block);
  };

  // The text under a heading as decisions have left it.
  const present = (question, heading, texts) => {
    const own = question.choices.find((choice) => choice.name === "edit_text")?.target;
    const other = Object.keys(texts).find((target) => target.startsWith("statements/") && target !== own);
    const targets = {
      test: `tests/${question.test}`,
      solution: "solution",
      text: question.kind === "translation" ? other : own,
      translation: own,
    };
    const text = Object.hasOwn(targets, heading) ? texts[targets[heading]] : undefined;
    return { text: text ?? question.shown[heading], edited: text !== undefined && text !== question.shown[heading] };
  };

  // Everything that is shown of a question, in its places.
  bench.evidence = (question, edits) => {
    const places = { values: [], notes: [], left: [], right: [] };
    const line = Number(question.shown.line ?? 0);
    for (const heading of Object.keys(question.shown)) {
      if (heading === "line") continue;
      const { text, edited } = present(question, heading, edits);
      const marked = heading === "test" && !edited ? line : 0;
      places[(FORMS[heading] ?? OTHER)[0]].push(section(heading, text, { marked, edited }));
    }
    if (question.shown.test) places.left.push(...places.right.splice(1)); // beside a short test there is room
    if (!places.left.length && places.right.length > 1) places.left.push(places.right.shift());
    const parts = Object.entries(places).filter(([, found]) => found.length);
    const boxes = Object.fromEntries(parts.map(([name, found]) => [name, made("div", name, ...found)]));
    const texts = made("div", "texts", boxes.left ?? "", boxes.right ?? "");
    const whole = document.createDocumentFragment();
    whole.append(boxes.values ?? "", boxes.notes ?? "", texts);
    return whole;
  };

  // A marked line comes into view within its block, without moving the page.
  bench.showMarked = (root) => {
    for (const mark of root.querySelectorAll("mark.line")) {
      const block = mark.closest("pre");
      block.scrollTop = mark.offsetTop - block.clientHeight / 3;
    }
  };
})();
