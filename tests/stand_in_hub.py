"""A hub on 127.0.0.1 that the real client talks to: repositories in memory, faults on request, a log of requests.

It answers what `huggingface_hub` asks (`/datasets/OWNER/NAME/resolve/REV/FILE`, `/api/models/...`) and plain addresses
(`/raw/OWNER/NAME/REV/FILE`), with ranges. A fault is taken once for each time that it was put in.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_FILE = re.compile(r"/(?:datasets/|raw/)?(?P<repository>[^/]+/[^/]+?)/(?:resolve/)?(?P<revision>[^/]+)/(?P<path>.+)")
_MODEL = re.compile(r"/api/models/(?P<repository>[^/]+/[^/]+)/(?P<what>revision|tree)/[^/?]+")
FOR_EVER = 1000


@dataclass
class Fault:
    """What goes wrong with requests of a file.

    Attributes:
        status: answer so; 200 for an answer that breaks off.
        code: `X-Error-Code`, by which the client tells errors apart.
        after: bytes of the body after which the connection closes; None for all.
        times: how many requests it meets.
        methods: which ones.
        location: where a redirect goes.
    """

    status: int = 200
    code: str | None = None
    after: int | None = None
    times: int = FOR_EVER
    methods: tuple[str, ...] = ("HEAD", "GET")
    location: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Hub:
    """What the server has and does.

    Attributes:
        files: content by (repository, path).
        revisions: the commit of each that exists.
        faults: by a part of the request's path.
        asked: `METHOD path` of every request, `GET path bytes=N-` where a range was asked for.
        gate: where it is set, a body waits for it.
    """

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], bytes] = {}
        self.revisions = {COMMIT: COMMIT, "main": COMMIT}
        self.faults: dict[str, Fault] = {}
        self.asked: list[str] = []
        self.gate: threading.Event | None = None
        self.reached = threading.Event()
        self.url = ""

    def bodies(self, name: str) -> list[str]:
        """The requests for the content of a file."""
        return [line for line in self.asked if line.startswith("GET ") and name in line]

    def fault(self, method: str, path: str) -> Fault | None:
        """The fault that meets this request."""
        for part, fault in self.faults.items():
            if part in path and method in fault.methods and fault.times > 0:
                fault.times -= 1
                return fault
        return None


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub that answers until the block ends."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        if hub.gate is not None:
            hub.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_GET(self) -> None:
        self._answer("GET")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing on stderr."""

    def _answer(self, method: str) -> None:
        path = unquote(urlsplit(self.path).path)
        asked = self.headers.get("Range")
        self.hub.asked.append(f"{method} {path}" + (f" {asked}" if asked else ""))
        fault = self.hub.fault(method, path)
        if fault is not None and fault.status != 200:
            self._fail(fault)
            return
        if model := _MODEL.match(path):
            self._json(self._model(model["repository"], model["what"]))
            return
        match = _FILE.fullmatch(path)
        if match is None or match["revision"] not in self.hub.revisions:
            self._fail(Fault(status=404, code="RevisionNotFound"))
            return
        body = self.hub.files.get((match["repository"], match["path"]))
        if body is None:
            self._fail(Fault(status=404, code="EntryNotFound"))
            return
        self._send(method, body, asked, fault.after if fault else None, self.hub.revisions[match["revision"]])

    def _fail(self, fault: Fault) -> None:
        self.send_response(fault.status)
        headers = {"X-Error-Code": fault.code, "Location": fault.location, "X-Repo-Commit": COMMIT, **fault.headers}
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, method: str, body: bytes, asked: str | None, after: int | None, commit: str) -> None:
        start = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("X-Repo-Commit", commit)
        self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
        self.send_header("Content-Length", str(len(body) - start))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        if method == "HEAD":
            return
        self.hub.reached.set()
        if self.hub.gate is not None:
            self.hub.gate.wait(60)
        self.wfile.write(body[start:] if after is None else body[start : start + after])
        if after is not None:
            self.wfile.flush()
            self.close_connection = True

    def _model(self, repository: str, what: str) -> Any:
        files = {path: body for (name, path), body in self.hub.files.items() if name == repository}
        if what == "tree":
            return [
                {"type": "file", "path": path, "size": len(body), "oid": hashlib.sha1(body).hexdigest()}
                for path, body in files.items()
            ]
        siblings = [{"rfilename": path} for path in files]
        return {
            "id": repository,
            "modelId": repository,
            "sha": COMMIT,
            "siblings": siblings,
            "tags": [],
            "private": False,
        }

    def _json(self, data: Any) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
