(() => {
  "use strict";
  // The list of samples: which of them are in it, and the page of it that is shown.
  const { bench } = window;
  const { make, styled, say, number } = bench.saying;
  const { name } = bench.untrusted;
  const PAGE = 100;

  const SHOWN = {
    all: () => true,
    zero: (sample) => sample.value === 0,
    part: (sample) => sample.value > 0 && sample.value < 1,
    full: (sample) => sample.value === 1,
    unjudged: (sample) => sample.value === null,
    changed: (sample, other) => other !== undefined && other.value !== sample.value,
  };

  const keyOf = (sample) => JSON.stringify([sample.id, sample.attempt]);

  const byKey = (index) => new Map(index.samples.map((sample) => [keyOf(sample), sample]));

  const contentOf = (index, sample) => `${index.tasks[sample.tasks[0]]} ${sample.attempt} ${sample.content}`;

  // Samples that tell themselves apart by what is asked for.
  const byContent = (index) => {
    const found = new Map();
    for (const sample of index.samples) {
      const content = contentOf(index, sample);
      found.set(content, found.has(content) ? null : sample);
    }
    return found;
  };

  let last = { index: null, other: null, found: new Map() };

  // For the samples of one run those of another that ask for the same: of the same id, or, since rows of predictions made
  // elsewhere are numbered in any order, the only one with such targets and length.
  const twins = (index, other) => {
    if (!other) return new Map();
    if (last.index === index && last.other === other) return last.found;
    const [keys, here, there] = [byKey(other), byContent(index), byContent(other)];
    const twin = (sample) => {
      const same = keys.get(keyOf(sample));
      if (same && same.content === sample.content) return same;
      const content = contentOf(index, sample);
      return here.get(content) && there.get(content);
    };
    last = { index, other, found: new Map(index.samples.map((sample) => [sample, twin(sample) || undefined])) };
    return last.found;
  };

  const inTask = (index, task) => {
    const place = index.tasks.indexOf(task);
    return task ? (sample) => sample.tasks.includes(place) : () => true;
  };

  const asShown = (show) => {
    if (Object.hasOwn(SHOWN, show)) return SHOWN[show];
    const reason = Number(show.replace(/^reason-/, ""));
    return (sample) => sample.reason === reason;
  };

  // The samples of an index that the reader asked for; `others` are their twins in the run beside it.
  const wanted = (index, others, chosen) => {
    const belongs = inTask(index, chosen.task);
    const shown = asShown(chosen.show);
    const part = chosen.having.trim().toLowerCase();
    return index.samples.filter(
      (sample) =>
        belongs(sample) && shown(sample, others.get(sample)) && (!part || sample.id.toLowerCase().includes(part)),
    );
  };

  // Reasons and verdicts of a task's samples with their number, the most frequent first.
  const reasons = (index, task) => {
    const counts = new Map();
    for (const sample of index.samples.filter(inTask(index, task))) {
      if (sample.reason > 0) counts.set(sample.reason, (counts.get(sample.reason) || 0) + 1);
    }
    return [...counts].sort((one, other) => other[1] - one[1]);
  };

  const rated = (sample) => {
    const made = make("span", sample.value === null ? say("not-judged") : number(sample.value));
    const kind = sample.value === null ? "unjudged" : sample.value === 0 ? "zero" : sample.value === 1 ? "full" : "part";
    return styled(`rated ${kind}`, made);
  };

  const entry = (sample, other, open) => {
    const id = make("span", name(sample.id), sample.attempt ? ` #${sample.attempt + 1}` : "");
    const button = make("button", styled("id", id), rated(sample));
    if (other) button.append(styled("to", make("span", "→")), rated(other));
    button.type = "button";
    if (open) button.setAttribute("aria-current", "true");
    return make("li", button);
  };

  // Draws the page on which the open sample stands; returns where that page begins and ends.
  const draw = (list, samples, others, open) => {
    const first = Math.floor(Math.max(open, 0) / PAGE) * PAGE;
    const shown = samples.slice(first, first + PAGE);
    list.start = first + 1;
    list.replaceChildren(
      ...shown.map((sample, place) => entry(sample, others.get(sample), first + place === open)),
    );
    return [first, first + shown.length];
  };

  bench.sampleList = { PAGE, SHOWN, keyOf, byKey, twins, wanted, reasons, draw };
})();
