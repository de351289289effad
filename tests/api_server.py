"""A scripted server on 127.0.0.1 that speaks OpenAI's protocol, or breaks it as a script says."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bench.records import Kind, Parts, Prompt, Truncation

Request = dict[str, Any]
Reply = tuple[int, Any] | tuple[int, Any, Mapping[str, str]]
Deed = Callable[[BaseHTTPRequestHandler], None]
"""Something done to a connection instead of an answer."""
Script = Callable[[str, Request], Reply | Deed]

ENVIRONMENT = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
NO_MODELS: Reply = (404, {"detail": "Not Found"})
WINDOW = 100_000
MODELS: Reply = (200, {"object": "list", "data": [{"id": "m", "object": "model", "max_model_len": WINDOW}]})
TOKENS: Mapping[str, Callable[[Request], Any]] = {
    "/tokenize": lambda request: _tokens([ord(sign) for sign in request.get("prompt", "")]),
    "/detokenize": lambda request: {"prompt": "".join(map(chr, request["tokens"]))},
}
"""vLLM's two endpoints, for a model in which every character is a token."""


def _tokens(ids: list[int]) -> dict[str, Any]:
    return {"tokens": ids, "count": len(ids), "max_model_len": WINDOW}


class Server:
    """Answers by a function of (path, request), and remembers what it was asked.

    Args:
        script: what is answered to a POST.
        models: what is answered to GET /v1/models.
        port: where it listens; 0 for anywhere.
    """

    def __init__(self, script: Script, *, models: Reply = NO_MODELS, port: int = 0) -> None:
        self.script, self.models = script, models
        self.metrics: Callable[[], str] | None = None
        self.requests: list[tuple[str, Request, str]] = []
        self.in_flight = self.most_in_flight = 0
        self.lock = threading.Lock()
        self.http = _Http(("127.0.0.1", port), _handler(self))
        self.port = self.http.server_port
        self.url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, path: str, request: Request, key: str) -> Reply | Deed:
        with self.lock:
            self.requests.append((path, request, key))
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return self.script(path, request)
        finally:
            with self.lock:
                self.in_flight -= 1

    def page(self, path: str) -> Reply:
        if path == "/metrics" and self.metrics is not None:
            return 200, self.metrics()
        return self.models if path == "/v1/models" else NO_MODELS

    @property
    def bodies(self) -> list[Request]:
        return [request for _, request, _ in self.requests]

    def asked(self, text: str) -> int:
        """How many requests carried this text."""
        return sum(text in json.dumps(request, ensure_ascii=False) for request in self.bodies)

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """A client that went away is nothing to report."""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(server.page(self.path))

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path in TOKENS:
                self.reply((200, TOKENS[self.path](request)))
                return
            answer = server.answer(self.path, request, self.headers["Authorization"])
            if callable(answer):
                answer(self)
                self.close_connection = True
            else:
                self.reply(answer)

        def reply(self, answer: Reply) -> None:
            status, body = answer[:2]
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(body, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in (answer[2] if len(answer) > 2 else {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def serving(*arguments: Any, **options: Any) -> Iterator[Server]:
    """A server for a while."""
    server = Server(*arguments, **options)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    """Starts servers that end with the test; no key and no proxy of this machine's gets in the way."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    servers: list[Server] = []

    def start(script: Script, **options: Any) -> Server:
        servers.append(Server(script, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting before something is tried again takes hundredths of a second."""
    monkeypatch.setattr("bench.models.api.patience.BASE", 0.01)
    monkeypatch.setattr("bench.models.api.patience.AWAY", 0.01)
    monkeypatch.setattr("bench.models.api.patience.MOST", 0.05)


def chat(content: object, reason: str = "stop", **message: object) -> tuple[int, Any]:
    choice = {"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": content, **message}}
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 4,
        "total_tokens": 13,
        "prompt_tokens_details": {"cached_tokens": 3},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    return 200, {"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage}


def chats(*contents: str) -> tuple[int, Any]:
    """A chat completion with several choices."""
    status, body = chat("")
    choices = [chat(content)[1]["choices"][0] | {"index": place} for place, content in enumerate(contents)]
    return status, body | {"choices": choices}


def raw(text: object) -> tuple[int, Any]:
    choice = {"index": 0, "text": text, "finish_reason": "length"}
    return 200, {"id": "1", "object": "text_completion", "choices": [choice]}


def said(request: Request) -> str:
    """The text of a request, wherever it stands."""
    return str(request["messages"][-1]["content"] if "messages" in request else request["prompt"])


def either(path: str, request: Request) -> tuple[int, Any]:
    return (chat if path == "/v1/chat/completions" else raw)(said(request))


def refusal(status: int, message: str, **fields: object) -> tuple[int, Any]:
    """An error in OpenAI's shape."""
    return status, {"error": {"message": message, "type": "invalid_request_error", **fields}}


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Half of an answer, and then the connection is torn down."""
    handler.wfile.write(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"choices": ['
    )
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def prompt(name: str = "a", **fields: Any) -> Prompt:
    usual: dict[str, Any] = {"text": f"text of {name}", "parts": Parts(), "kind": Kind.QA, "language": "en"}
    return Prompt(sample_id=name, **(usual | {"max_tokens": 8} | fields))


CUT = Truncation(limits=((4096, 3500),))
