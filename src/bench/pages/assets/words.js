(() => {
  "use strict";
  const bench = (window.bench = window.bench || {});
  const texts = JSON.parse(document.getElementById("bench-words").textContent);
  const CODES = { en: "en", zh: "zh-CN" };
  const ATTRIBUTES = ["aria-label", "title", "placeholder"];

  bench.language = "en";

  // The text of a key in the reader's language, with `{name}` filled in; a key without a text is its own text.
  bench.word = (key, values = {}) => {
    const text = texts[bench.language][key];
    if (text === undefined) return key;
    return text.replace(/\{(\w+)\}/g, (_, name) => (Object.hasOwn(values, name) ? String(values[name]) : ""));
  };

  bench.hasWord = (key) => Object.hasOwn(texts.en, key);

  const valuesOf = (element) => (element.dataset.values ? JSON.parse(element.dataset.values) : {});

  // Puts everything under `root` that carries `data-word` or `data-word-<attribute>` into the reader's language.
  bench.translate = (root = document) => {
    for (const element of root.querySelectorAll("[data-word]")) {
      element.textContent = bench.word(element.dataset.word, valuesOf(element));
    }
    for (const attribute of ATTRIBUTES) {
      for (const element of root.querySelectorAll(`[data-word-${attribute}]`)) {
        element.setAttribute(attribute, bench.word(element.getAttribute(`data-word-${attribute}`), valuesOf(element)));
      }
    }
  };

  bench.speak = (language) => {
    if (!Object.hasOwn(CODES, language) || language === bench.language) return;
    bench.language = language;
    document.documentElement.lang = CODES[language];
    document.title = bench.word("title");
    bench.translate();
    document.dispatchEvent(new CustomEvent("bench:language", { detail: { language } }));
  };
})();
