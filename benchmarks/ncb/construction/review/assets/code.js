(() => {
  "use strict";
  // Source text as numbered lines, one of them marked; colours are a help for the eye and say nothing by themselves.
  const bench = (window.bench = window.bench || {});
  const LONGEST = 200000; // characters that are coloured
  const STRINGS = `"""[\\s\\S]*?(?:"""|$)|'''[\\s\\S]*?(?:'''|$)|"(?:\\\\.|[^"\\\\\\n])*"?|'(?:\\\\.|[^'\\\\\\n])*'?`;
  const WORDS = {
    python:
      "and as assert async await break class continue def del elif else except finally for from global if import in is " +
      "lambda nonlocal not or pass raise return try while with yield None True False",
    java:
      "abstract assert boolean break byte case catch char class continue default do double else enum extends final " +
      "finally float for if implements import instanceof int interface long new null package private protected public " +
      "record return short static super switch this throw throws true false try var void while",
  };
  const COMMENTS = { python: "#[^\\n]*", java: "//[^\\n]*|/\\*[\\s\\S]*?(?:\\*/|$)" };

  const pattern = (language) => {
    const words = WORDS[language].split(" ").join("|");
    const mark = "@[A-Za-z_][\\w.]*";
    return new RegExp(`(${COMMENTS[language]})|(${STRINGS})|\\b(${words})\\b|(${mark})|\\b(\\d[\\w.]*)`, "g");
  };
  const PATTERNS = { python: pattern("python"), java: pattern("java") };
  const CLASSES = ["comment", "string", "word", "mark", "number"];

  const languageOf = (text) => (/;[ \t]*$/m.test(text) && /\{[ \t]*$/m.test(text) ? "java" : "python");

  function* pieces(text) {
    let end = 0;
    for (const found of text.length > LONGEST ? [] : text.matchAll(PATTERNS[languageOf(text)])) {
      yield ["", text.slice(end, found.index)];
      yield [CLASSES[found.slice(1).findIndex((group) => group !== undefined)], found[0]];
      end = found.index + found[0].length;
    }
    yield ["", text.slice(end)];
  }

  const piece = (kind, text) => {
    if (!kind) return bench.untrusted.nodes(text);
    const made = document.createElement("span");
    made.className = kind;
    made.append(bench.untrusted.nodes(text));
    return made;
  };

  const line = (marked) => {
    const made = document.createElement(marked ? "mark" : "span");
    made.className = "line";
    return made;
  };

  // A block of lines; `marked` counts from 1.
  bench.code = (text, marked = 0) => {
    const block = document.createElement("code");
    const lines = [line(marked === 1)];
    for (const [kind, part] of pieces(text.replace(/\r\n/g, "\n").replace(/\n+$/, ""))) {
      part.split("\n").forEach((one, index) => {
        if (index) lines.push(line(marked === lines.length + 1));
        if (one) lines.at(-1).append(piece(kind, one));
      });
    }
    block.append(...lines);
    return block;
  };
})();
