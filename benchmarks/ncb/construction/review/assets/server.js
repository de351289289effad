(() => {
  "use strict";
  // What this page asks of the machine's own server; the token stands in the page's address.
  const bench = (window.bench = window.bench || {});
  const token = new URLSearchParams(location.search).get("token") ?? "";
  const headers = { Authorization: `Bearer ${token}` };

  const reply = async (sent) => {
    let answer;
    try {
      answer = await sent;
    } catch {
      return { ok: false, status: 0, data: {} };
    }
    const json = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    const data = json ? await answer.json() : { why: (await answer.text()).trim() };
    return { ok: answer.ok, status: answer.status, data };
  };

  const post = (decision, keepalive) =>
    reply(
      fetch("/decisions", {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify(decision),
        keepalive,
      }),
    );

  bench.server = {
    ask: (path) => reply(fetch(path, { headers })),
    send: (decision) => post(decision, false),
    leave: (decision) => post(decision, true), // reaches the server although the page goes
  };
})();
