(() => {
  "use strict";
  // One sample, drawn: what was asked, what came back, what was taken from it, and why it counts what it counts.
  const { bench } = window;
  const { block, name } = bench.untrusted;

  const make = (tag, ...children) => {
    const made = document.createElement(tag);
    made.append(...children);
    return made;
  };

  const styled = (kind, made) => {
    made.className = kind;
    return made;
  };

  // Words that change with the language.
  const say = (key, values) => {
    const made = make("span", bench.word(`viewer.${key}`, values));
    made.dataset.word = `viewer.${key}`;
    if (values) made.dataset.values = JSON.stringify(values);
    return made;
  };

  const number = (value) => (100 * value).toFixed(2);

  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

  const section = (title, ...children) => make("section", make("h4", title), ...children);

  // A text; one that was cut comes as its head, the number of characters left out, and its tail.
  const text = (value, about) => {
    if (typeof value === "string") return block(value);
    const [head, left, tail] = value;
    const cut = styled("cut", make("p", say("cut", { n: left, command: about.command })));
    return styled("long", make("div", block(head), cut, block(tail)));
  };

  const some = (value) => value.length > 0;

  const plain = (value) => (typeof value === "string" ? value : Array.isArray(value) ? `${value[0]} ... ${value[2]}` : String(value));

  const facts = (pairs) => {
    const made = make("dl");
    for (const [key, value] of pairs) made.append(make("dt", key), make("dd", name(plain(value))));
    return made;
  };

  const folded = (title, ...children) => make("details", make("summary", title), ...children);

  const verdictOf = (sample) => {
    const judged = typeof sample.value === "number";
    const value = styled("value", make("b", judged ? number(sample.value) : say("not-judged")));
    const line = styled("verdict", make("p", say("value"), " ", value));
    if (sample.verdict) line.append(" ", styled("chip", name(sample.verdict)));
    for (const [key, other] of sample.also) {
      line.append(" ", styled("also", make("span", name(plain(key)), " ", typeof other === "number" ? number(other) : plain(other))));
    }
    return line;
  };

  const why = (sample, about) => {
    const made = [];
    if (some(sample.reason)) made.push(section(say("why"), text(sample.reason, about)));
    else if (sample.value === 0) made.push(section(say("why"), make("p", say("wrong"))));
    if (some(sample.raised)) made.push(section(say("raised"), text(sample.raised, about)));
    return made;
  };

  const prompt = (sample, about) => {
    if (!some(sample.head)) return [section(say("prompt"), styled("none", make("p", say("no-prompt"))))];
    if (!some(sample.tail)) return [section(say("prompt"), text(sample.head, about))];
    return [section(say("head"), text(sample.head, about)), section(say("tail"), text(sample.tail, about))];
  };

  const targets = (sample, about) => {
    if (!some(sample.targets)) return [];
    const items = sample.targets.map((target) => make("li", text(target, about)));
    return [section(say("targets"), styled("targets", make("ol", ...items)))];
  };

  const answerText = (answer, about) => {
    if (some(answer.error)) return section(say("error"), text(answer.error, about));
    if (!some(answer.text)) return section(say("answer"), styled("none", make("p", say("empty"))));
    return section(say("answer"), text(answer.text, about));
  };

  const answer = (found, about) => {
    if (!found) return [section(say("answer"), styled("none", make("p", say("no-answer"))))];
    const thought = some(found.thought) ? [folded(say("thought"), text(found.thought, about))] : [];
    return [...thought, answerText(found, about)];
  };

  const steps = (sample, about) =>
    sample.steps.map((step, place) => folded(say("step", { n: place + 1 }), ...answer(step, about)));

  const extracted = (sample, about) => {
    if (!some(sample.extracted)) return [];
    if (sample.answer && sample.extracted === sample.answer.text) {
      return [section(say("extracted"), styled("none", make("p", say("whole"))))];
    }
    const key = sample.runs.length ? "code" : "extracted";
    return [section(say(key), text(sample.extracted, about))];
  };

  const testTable = (tests) => {
    const rows = tests.map(([test, outcome]) => make("tr", make("td", name(plain(test))), make("td", name(plain(outcome)))));
    return make("table", make("thead", make("tr", make("th", say("test")), make("th", say("outcome")))), make("tbody", ...rows));
  };

  const report = (run, about) => {
    const made = make("section", make("h4", say("run", { name: run.extractor })));
    const line = make("p", styled("chip", name(run.verdict)), " ", say("tests", { passed: run.passed, total: run.total }));
    made.append(line);
    if (some(run.reason)) made.append(text(run.reason, about));
    if (run.tests.length) made.append(testTable(run.tests));
    if (some(run.output)) made.append(folded(say("output"), text(run.output, about)));
    return made;
  };

  const spent = (found) => {
    const pairs = found.usage.map(([key, value]) => [say(key), value]);
    if (found.finish !== null) pairs.unshift([say("finish"), found.finish]);
    if (found.seconds !== null) pairs.push([say("seconds"), found.seconds.toFixed(2)]);
    if (found.truncated) pairs.push([say("truncated"), found.truncated]);
    return [...pairs, ...found.remarks.map((remark) => [say("remark"), remark])];
  };

  const made = (found) => {
    const pairs = found ? spent(found) : [];
    return pairs.length ? [section(say("made"), facts(pairs))] : [];
  };

  const about = (sample, told) => {
    const pairs = [[say("language"), sample.language], ...(sample.length === null ? [] : [[say("length"), sample.length]])];
    const given = sample.metadata.map(([key, value]) => [name(plain(key)), value]);
    const long = given.filter(([, value]) => plain(value).length > 200 || plain(value).includes("\n"));
    const parts = [facts([...pairs, ...given.filter((pair) => !long.includes(pair))])];
    parts.push(...long.map(([key, value]) => folded(key, text(value, told))));
    if (sample.detail.length) parts.push(folded(say("detail"), facts(sample.detail.map(([key, value]) => [name(plain(key)), value]))));
    return [section(say("metadata"), ...parts)];
  };

  const heading = (label, sample) => {
    const line = make("h3", name(sample.id));
    if (sample.attempt) line.append(" ", styled("attempt", say("attempt", { n: sample.attempt + 1 })));
    return make("header", line, styled("of", make("p", name(label))));
  };

  // The article of one sample of one run.
  bench.drawSample = (sample, index, label) => {
    const told = { command: `${index.show} --id ${quoted(sample.id)}` };
    const runs = sample.runs.map((run) => report(run, told));
    return make(
      "article",
      heading(label, sample),
      verdictOf(sample),
      ...why(sample, told),
      ...prompt(sample, told),
      ...targets(sample, told),
      ...steps(sample, told),
      ...answer(sample.answer, told),
      ...extracted(sample, told),
      ...runs,
      ...made(sample.answer),
      ...about(sample, told),
    );
  };

  bench.saying = { make, styled, say, number };
})();
