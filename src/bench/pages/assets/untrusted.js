(() => {
  "use strict";
  // Texts that a model or a stranger wrote: they reach the page as text alone, and what cannot be seen in them is shown.
  const bench = (window.bench = window.bench || {});

  // Controls, signs that turn the direction of text or hide in it, tags, halves of a pair; not newline and tab.
  const UNSEEN = new RegExp(
    "([\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e" +
      "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0e\\ufeff\\uffa0\\ufff0-\\ufffb\\ud800-\\udfff" +
      "\\u{e0000}-\\u{e0fff}])\\1*",
    "gu",
  );

  const box = (sign, times) => {
    const made = document.createElement("span");
    const number = sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    made.className = "unseen";
    made.textContent = `U+${number}${times > 1 ? ` ×${times}` : ""}`;
    return made;
  };

  // The text as nodes; a run of one sign that cannot be seen is a box with its number and how often it stands there.
  const nodes = (text) => {
    const made = document.createDocumentFragment();
    const plain = text.replace(/\r\n/g, "\n");
    let end = 0;
    for (const found of plain.matchAll(UNSEEN)) {
      made.append(plain.slice(end, found.index), box(found[1], found[0].length / found[1].length));
      end = found.index + found[0].length;
    }
    made.append(plain.slice(end));
    return made;
  };

  // A block of text, its direction kept apart from what stands around it.
  const block = (text) => {
    const made = document.createElement("pre");
    made.dir = "auto";
    made.append(nodes(text));
    return made;
  };

  // A name within a line.
  const name = (text) => {
    const made = document.createElement("bdi");
    made.append(nodes(text));
    return made;
  };

  bench.untrusted = { block, name, nodes };
})();
