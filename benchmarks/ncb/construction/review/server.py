"""The server of a review: on this machine alone, for whoever knows the token in its address.

Three walls, each of which holds by itself: it listens on 127.0.0.1; every request must carry a token that nobody can
guess, in the address of the page and in a header of what the page asks for (no cookie: one would be sent to every
other server on 127.0.0.1); and the names in `Host` and `Origin` must be its own, so that a page from elsewhere can
neither ask nor, by a name that it made point here, read.
"""

from __future__ import annotations

import json
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from bench.benchmarks.ncb.construction.review.page import render_page
from bench.benchmarks.ncb.construction.review.session import RefusedError, Session
from bench.errors import BenchError, UserError
from bench.jsonl import reason
from bench.records import to_plain

ADDRESS = "127.0.0.1"
LARGEST = 1 << 20  # bytes of a decision; an edited text is far smaller
JSON, HTML, TEXT = "application/json", "text/html; charset=utf-8", "text/plain; charset=utf-8"
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class RejectedError(Exception):
    """A request that is not served; it costs the connection."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class Server(ThreadingHTTPServer):
    """Serves one review.

    Args:
        port: 0 for any that is free.
        language: of the page, `en` or `zh`; None for the browser's own.

    Raises:
        UserError: the port is taken.
    """

    daemon_threads = True

    def __init__(self, session: Session, *, port: int = 0, language: str | None = None) -> None:
        try:
            super().__init__((ADDRESS, port), partial(_Handler, session))
        except OSError as error:
            raise UserError(f"port {port} of {ADDRESS}: {reason(error)}; name another one with --port") from None
        self.token = secrets.token_urlsafe(32)
        self.page, self.policy = render_page(language=language)
        names = (ADDRESS, "localhost")
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in names)
        self.origins = frozenset(f"http://{host}" for host in self.hosts)

    @property
    def url(self) -> str:
        """The address of the page, with its token."""
        return f"http://{ADDRESS}:{self.server_port}/?token={self.token}"

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer requests in a thread of its own."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()
            thread.join()

    def wait(self) -> None:
        """Until the process is interrupted."""
        threading.Event().wait()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no error; anything else is one of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds that a connection may be silent
    server: Server

    def __init__(self, session: Session, *connection: Any) -> None:
        self._session = session
        super().__init__(*connection)

    def do_GET(self) -> None:
        """The page, or what it asks for."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """A decision."""
        self._answer(self._post)

    def _answer(self, serve: Callable[[SplitResult], None]) -> None:
        """Serve a request, or say in plain text why not."""
        try:
            self._expect(self.headers.get("Host") in self.server.hosts, HTTPStatus.FORBIDDEN, "another host")
            serve(_parsed(self.path))
        except RejectedError as error:
            self.send_error(error.status, str(error))
        except BenchError as error:  # the folder is damaged or cannot be written: the page says so
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, JSON, json.dumps({"why": str(error)}))

    def _get(self, url: SplitResult) -> None:
        if url.path == "/":
            told = parse_qs(url.query).get("token", [""])[0]
            self._expect_token(told)
            self._send(HTTPStatus.OK, HTML, self.server.page, {"Content-Security-Policy": self.server.policy})
            return
        self._expect_token(self._bearer())
        asked = {"/questions": self._questions, "/state": self._state}.get(url.path)
        self._expect(asked is not None, HTTPStatus.NOT_FOUND, "there is nothing here")
        assert asked is not None
        self._send(HTTPStatus.OK, JSON, json.dumps(asked()))

    def _post(self, url: SplitResult) -> None:
        self._expect(self.headers.get("Origin") in self.server.origins, HTTPStatus.FORBIDDEN, "another origin")
        self._expect_token(self._bearer())
        self._expect(url.path == "/decisions", HTTPStatus.NOT_FOUND, "there is nothing here")
        data = self._body()
        try:
            self._send(HTTPStatus.OK, JSON, json.dumps(to_plain(self._session.decide(data, how="page"))))
        except RefusedError as error:
            status = HTTPStatus.CONFLICT if error.conflict else HTTPStatus.UNPROCESSABLE_ENTITY
            self._send(status, JSON, json.dumps({"why": str(error), "state": self._state()}))

    def _questions(self) -> Any:
        path = self._session.folder.path
        about = {"folder": path.resolve().name, "path": str(path)}
        return {**about, "questions": to_plain(tuple(self._session.questions)), "state": self._state()}

    def _state(self) -> Any:
        return to_plain(self._session.state())

    def _body(self) -> dict[str, Any]:
        """The JSON object that was sent.

        Raises:
            RejectedError: it is something else, or too large.
        """
        length = self.headers.get("Content-Length", "")
        kind = self.headers.get_content_type()
        self._expect(length.isdecimal() and length.isascii(), HTTPStatus.LENGTH_REQUIRED, "its length must be told")
        self._expect(
            len(length) < 10 and int(length) <= LARGEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {LARGEST} bytes"
        )
        self._expect(kind == JSON, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "JSON alone")
        try:
            data = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            data = None
        self._expect(isinstance(data, dict), HTTPStatus.BAD_REQUEST, "not a JSON object")
        return dict(data)

    def _bearer(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def _expect_token(self, told: str) -> None:
        right = secrets.compare_digest(told.encode("utf-8", "replace"), self.server.token.encode())
        self._expect(right, HTTPStatus.FORBIDDEN, "open the address that bench review printed, token included")

    def _expect(self, holds: bool, status: HTTPStatus, why: str) -> None:  # noqa: FBT001 - what must hold
        if not holds:
            raise RejectedError(status, why)

    def _send(self, status: HTTPStatus, kind: str, text: str, more: Mapping[str, str] | None = None) -> None:
        raw = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in {**HEADERS, **(more or {}), "Content-Type": kind, "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Plain text, and the end of the connection: what was sent with the request is not read."""
        self.close_connection = True
        self._send(HTTPStatus(code), TEXT, f"{message or HTTPStatus(code).phrase}\n", {"Connection": "close"})

    def version_string(self) -> str:
        """No versions for strangers."""
        return "bench"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Nothing: the address holds the token."""


def _parsed(address: str) -> SplitResult:
    """The parts of an address.

    Raises:
        RejectedError: it is none.
    """
    try:
        return urlsplit(address)
    except ValueError:
        raise RejectedError(HTTPStatus.BAD_REQUEST, "not an address") from None
