"""Would catch a Ctrl-C that throws away answers in flight, one that cannot be repeated, and one that asks for more.

Also a run that cannot go on afterwards, a model that is not closed, and a server's requests that are cut off.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from helpers import make_data
from slow_model import WINDOW, start

from bench.cli.interrupting import Interrupts
from bench.runs import COMPLETIONS
from bench.stopping import Stop

ROWS = 200


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def completions(out: Path) -> list[dict[str, Any]]:
    files = out.glob(f"*/*/*/{COMPLETIONS}")
    return [
        json.loads(line) for path in files for line in path.read_text().splitlines(keepends=True) if line[-1:] == "\n"
    ]


def answered(out: Path) -> list[str]:
    return [completion["sample_id"] for completion in completions(out)]


def heard(process: subprocess.Popen[str], words: str) -> str:
    """What stderr says up to the line with these words."""
    assert process.stderr is not None
    said = ""
    while words not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    return said


def test_one_interrupt_finishes_what_is_in_flight_and_the_next_start_does_the_rest(tmp_path: Path) -> None:
    data, out, asked = make_data(tmp_path / "data", rows=ROWS), tmp_path / "runs", tmp_path / "asked"
    command = ("run", "longbench", "--model", "slow", "--data", data, "--out", out)
    process = start(*command, asked=asked, seconds=0.2)
    wait_for(lambda: len(answered(out)) >= 2, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    # one less where the signal comes between an answer and the next prompt
    assert re.search(rf"finishing the [{WINDOW - 1}{WINDOW}] answers in flight; Ctrl-C again stops at once", said)
    assert said.splitlines()[-1] == "interrupted; the same command goes on from here"
    assert "Traceback" not in said
    *prompts, last = asked.read_text().splitlines()
    assert last == "closed"
    assert sorted(answered(out)) == sorted(prompts)
    assert WINDOW < len(prompts) < ROWS
    again = start(*command, asked=asked, seconds=0)
    _, said = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert "going on with" in said
    everything = [line for line in asked.read_text().splitlines() if line != "closed"]
    assert len(everything) == len(set(everything)) == 2 * ROWS
    assert sorted(answered(out)) == sorted(everything)


def test_the_second_interrupt_stops_at_once(tmp_path: Path) -> None:
    data, out, asked = make_data(tmp_path / "data", rows=ROWS), tmp_path / "runs", tmp_path / "asked"
    process = start("run", "longbench", "--model", "slow", "--data", data, "--out", out, asked=asked, seconds=600)
    wait_for(lambda: asked.exists() and len(asked.read_text().splitlines()) == WINDOW, process)
    process.send_signal(signal.SIGINT)
    said = heard(process, "Ctrl-C again stops at once")
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130, said + rest
    assert "the same command goes on from here" in rest
    assert asked.read_text().splitlines()[-1] == "closed"


def test_requests_in_flight_are_answered_by_the_server_and_kept(tmp_path: Path) -> None:
    pytest.importorskip("openai")
    gate, received = threading.Event(), threading.Semaphore(0)
    counted: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            counted.append(1)
            received.release()
            gate.wait(60)
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "red"}}
            self.reply(200, {"id": "1", "object": "chat.completion", "model": "m", "choices": [choice]})

        def do_GET(self) -> None:
            self.reply(404, {"error": "none"})

        def reply(self, status: int, body: object) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    data = make_data(tmp_path / "data", tasks=("qasper",), rows=60)
    url = f"http://127.0.0.1:{server.server_port}/v1"
    prompts = ("--truncate-by", "chars", "--max-input-tokens", "3000")
    command = ("run", "longbench", "--model", "openai/m", "--base-url", url, "--concurrency", "4", *prompts)
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *command, "--data", str(data), "--out", str(tmp_path / "runs")],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    for _ in range(4):
        assert received.acquire(timeout=60), process.stderr
    process.send_signal(signal.SIGINT)
    said = heard(process, "answers in flight")
    gate.set()
    _, rest = process.communicate(timeout=60)
    server.shutdown()
    server.server_close()
    assert process.returncode == 130, said + rest
    found = completions(tmp_path / "runs")
    assert [completion["error"] for completion in found] == [None] * len(counted)
    assert 4 <= len(found) < 60


def test_a_process_that_ignores_interrupts_goes_on_ignoring_them() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts().listening(lambda: 0):
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_listening_ends_with_the_stage_and_outside_the_main_thread_nothing_is_heard() -> None:
    before = signal.getsignal(signal.SIGINT)
    stop = Interrupts()
    with stop.listening(lambda: 0):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
    seen: list[bool] = []

    def elsewhere() -> None:
        with stop.listening(lambda: 0):
            seen.append(signal.getsignal(signal.SIGINT) is before)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [True]


def test_a_stop_for_programs_hears_nobody_and_can_be_asked_for() -> None:
    stop = Stop()
    with stop.listening(lambda: 0):
        stop.request()
    assert stop.requested
