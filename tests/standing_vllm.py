"""A package that is called vllm and whose server answers every prompt with its own text: for machines of a cluster."""

from __future__ import annotations

import time
from pathlib import Path

SERVER = '''
"""Answers the first two requests at once, and the others when the file `go` is there."""
import http.server, itertools, json, os, pathlib, sys, threading, time

FOLDER = pathlib.Path(os.environ["STANDING"])
KEY = os.environ.get("VLLM_API_KEY")
PORT = int(sys.argv[sys.argv.index("--port") + 1])
HOST = sys.argv[sys.argv.index("--host") + 1]
COUNT = itertools.count()
MODELS = {"data": [{"id": "model", "max_model_len": 4096}]}

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply(200 if self.path == "/health" else self.opened(), MODELS)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        while next(COUNT) >= 2 and not (FOLDER / "go").exists():
            time.sleep(0.02)
        text = str(asked["messages"][-1]["content"] if "messages" in asked else asked["prompt"])
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}, "text": text}
        self.reply(self.opened(), {"id": "1", "model": "model", "choices": [choice]})

    def opened(self):
        return 200 if KEY is None or self.headers["Authorization"] == "Bearer " + KEY else 401

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer((HOST, PORT), Handler)
(FOLDER / f"{os.getpid()}.server").touch()
server.serve_forever()
'''


def write_package(folder: Path) -> Path:
    """The package in a folder that can go on PYTHONPATH."""
    inner = folder / "vllm" / "entrypoints" / "openai"
    inner.mkdir(parents=True)
    for package in (inner, inner.parent, inner.parent.parent):
        (package / "__init__.py").touch()
    (inner / "api_server.py").write_text(SERVER)
    return folder


def servers(folder: Path) -> list[int]:
    """The processes of all servers that were ever ready, by the folder that STANDING names."""
    return sorted(int(file.stem) for file in folder.glob("*.server"))


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(what: object, seconds: float = 300) -> bool:
    """Whether a condition comes about."""
    assert callable(what)
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
