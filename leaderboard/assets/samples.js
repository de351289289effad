(() => {
  "use strict";
  // Samples that lie beside the page. A page from disk may read no file, but it may run a script: each hands over one text.
  const bench = (window.bench = window.bench || {});
  const KEY = /^[A-Za-z0-9_-]+$/; // of a run; whatever else an address says is no file of ours
  const KEPT = 12; // shards in memory
  const loaded = new Map();
  const awaited = new Map();

  const address = (file) => `${document.body.dataset.samples}/${file}`.split("/").map(encodeURIComponent).join("/");

  const run = (file) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const end = () => {
        awaited.delete(file);
        script.remove();
        reject(Object.assign(new Error("not loaded"), { file: address(file) })); // of no effect after the text came
      };
      awaited.set(file, resolve);
      script.addEventListener("load", end);
      script.addEventListener("error", end);
      script.src = address(file);
      document.head.append(script);
    });

  const forget = () => {
    const shards = [...loaded.keys()].filter((file) => /\/\d+\.js$/.test(file));
    shards.slice(0, -KEPT).forEach((file) => loaded.delete(file));
  };

  // What one file hands over; one that could not be loaded is tried again the next time.
  const load = (file) => {
    if (!loaded.has(file)) {
      const found = run(file);
      found.catch(() => loaded.delete(file));
      loaded.set(file, found);
      forget();
    }
    return loaded.get(file);
  };

  // Called by the files; what nobody asked for is not looked at.
  const take = (key, part, text) => awaited.get(key ? `${key}/${part}` : part)?.(JSON.parse(text));

  // All runs that have samples, by key.
  const runs = () => load("runs.js");

  const asObjects = (index) => {
    index.samples = index.rows.map(([id, attempt, value, reason, shard, tasks, content]) => ({
      ...{ id, attempt, reason, shard, tasks, content },
      value: typeof value === "number" ? value : null,
    }));
    delete index.rows;
  };

  // The list of samples of a run; null where there is no such run.
  const index = async (key) => {
    if (!KEY.test(key) || !Object.hasOwn(await runs(), key)) return null;
    const found = await load(`${key}/index.js`);
    if (found.rows) asObjects(found);
    return found;
  };

  // All that is known of one sample of the list.
  const detail = async (key, sample) => {
    const shard = await load(`${key}/${sample.shard}.js`);
    return shard.find((one) => one.id === sample.id && one.attempt === sample.attempt);
  };

  bench.samples = { take, runs, index, detail };
})();
