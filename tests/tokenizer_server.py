"""A server on 127.0.0.1 with a tokenizer's endpoints, in the dialects that real servers speak."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.models import tokens_server
from bench.models.tokens import Tokenizer


class Server(ThreadingHTTPServer):
    """Serves one tokenizer in one dialect; `failures` are statuses given before the first answer."""

    def __init__(self, tokenizer: Tokenizer, dialect: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tokenizer = tokenizer
        self.dialect = next(one for one in tokens_server.DIALECTS if one.name == dialect)
        self.failures: list[int] = []
        self.keys: set[str | None] = set()
        self.unfaithful = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def answer(self, path: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        if path == "/detokenize":
            text = self.tokenizer._tokenizer.decode(body["tokens"])  # type: ignore[attr-defined]
            return {self.dialect.back: text.lower() if self.unfaithful else text}
        if path == "/apply-template" and self.dialect.render == "apply-template":
            return {"prompt": self._rendered(body)}
        if path != "/tokenize":
            return None
        if "messages" in body:
            ids = self.tokenizer.encode(self._rendered(body), special=False)
        else:
            ids = self.tokenizer.encode(body.get(self.dialect.text, ""), special=body.get(self.dialect.special, False))
        return {"tokens": ids} | ({} if self.dialect.name == "llama.cpp" else {"count": len(ids), "max_model_len": 777})

    def _rendered(self, body: Mapping[str, Any]) -> str:
        return self.tokenizer.render(body["messages"], None, body["chat_template_kwargs"])


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Authorization")
        self.server.keys.add(key)
        status, reply = 200, self.server.answer(self.path, body)
        if reply is None:
            status, reply = 404, {"detail": "Not Found"}
        if self.server.failures:
            status, reply = self.server.failures.pop(), {"error": f"out of order, and your key was {key}"}
        data = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def serving(tokenizer: Tokenizer, dialect: str = "vllm") -> Iterator[Server]:
    with Server(tokenizer, dialect) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
