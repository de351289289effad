"""The server that `--serve` starts, with a small stand-in for vLLM's (the real one: `make test-vllm`).

These would catch: a server or its children left behind when `bench` closes it, is killed or is interrupted; a start
that fails without saying why; a start that waits for a server that is dead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from bench.errors import ModelError
from bench.models import vllm_serve
from bench.models.vllm_serve import Server

SERVER = """
import http.server, os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(os.environ["PIDS"], "w").write(f"{os.getpid()} {child.pid}")
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ.get("VLLM_API_KEY", "none").encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Health).serve_forever()
"""
FAILING = "import sys; sys.exit('first line\\n\\nthe weights are not there')"
KILLED = f"""
import sys, time
from bench.models import vllm_serve
vllm_serve.entry = lambda: ("-c", {SERVER!r})
server = vllm_serve.Server({{}})
print("ready", server.log, flush=True)
time.sleep(600)
"""


@pytest.fixture
def pids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "pids"
    monkeypatch.setenv("PIDS", str(file))
    monkeypatch.setattr(vllm_serve, "entry", lambda: ("-c", SERVER))
    return file


def alive(file: Path) -> list[int]:
    """Which of the server's processes are still there."""
    return [pid for pid in map(int, file.read_text().split()) if _state(pid) not in {"", "Z"}]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def gone(file: Path) -> bool:
    """Whether all of them end within a minute."""
    deadline = time.monotonic() + 60
    while alive(file) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(file)


def test_closing_ends_the_server_and_its_children_and_takes_the_log_away(pids: Path) -> None:
    server = Server({})
    assert len(alive(pids)) == 2
    server.close()
    assert gone(pids)
    assert not server.log.exists()
    server.close()


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(pids: Path) -> None:
    server = Server({})
    try:
        assert {os.getpgid(pid) for pid in alive(pids)} == {server._process.pid}
        assert os.getsid(server._process.pid) != os.getsid(0)
    finally:
        server.close()


def test_the_server_asks_for_no_key(pids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_API_KEY", "secret")
    server = Server({})
    try:
        with urllib.request.urlopen(server.url) as reply:
            assert reply.read() == b"none"
    finally:
        server.close()


def test_a_killed_bench_leaves_no_server_behind(pids: Path) -> None:
    done = subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True)
    assert done.stdout is not None
    said, log = done.stdout.readline().split()
    assert said == "ready"
    assert len(alive(pids)) == 2
    done.send_signal(signal.SIGKILL)
    done.wait()
    done.stdout.close()
    assert gone(pids)
    Path(log).unlink()


def test_a_server_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vllm_serve, "entry", lambda: ("-c", FAILING))
    with pytest.raises(ModelError) as caught:
        Server({})
    text = str(caught.value)
    assert text.startswith("vLLM's server did not start: first line | the weights are not there (the whole log: ")
    Path(text.rpartition("log: ")[2].rstrip(")")).unlink()


GUARDED = """
import multiprocessing, os, sys, time
from bench.models.vllm_processes import Guardian
child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,), daemon=True)
child.start()
guardian = Guardian(lambda: print("died", flush=True))
open(os.environ["PIDS"], "w").write(f"{child.pid} {guardian._process.pid}")
print("ready", flush=True)
if sys.argv[1] == "die":
    child.kill()
if sys.argv[1] != "go":
    time.sleep(600)
guardian.dismiss()
print(child.is_alive(), flush=True)
"""


def test_a_killed_bench_leaves_no_engine_behind(pids: Path) -> None:
    done = subprocess.Popen([sys.executable, "-c", GUARDED, "wait"], stdout=subprocess.PIPE, text=True)
    assert done.stdout is not None
    assert done.stdout.readline() == "ready\n"
    assert len(alive(pids)) == 2
    done.send_signal(signal.SIGKILL)
    done.wait()
    done.stdout.close()
    assert gone(pids)


def test_the_guardian_touches_nothing_once_it_is_dismissed(pids: Path) -> None:
    done = subprocess.run([sys.executable, "-c", GUARDED, "go"], capture_output=True, text=True, check=True)
    assert done.stdout == "ready\nTrue\n"
    assert gone(pids)


def test_the_end_of_a_child_is_told(pids: Path) -> None:
    done = subprocess.Popen([sys.executable, "-c", GUARDED, "die"], stdout=subprocess.PIPE, text=True)
    assert done.stdout is not None
    assert [done.stdout.readline() for _ in range(2)] == ["ready\n", "died\n"]
    done.kill()
    done.wait()
    done.stdout.close()


TERMINAL = """
import os, signal, subprocess, sys
from bench.models.vllm_processes import ctrl_c_spares_children
with ctrl_c_spares_children():
    child = subprocess.Popen([sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"],
                             stdout=subprocess.PIPE)
child.stdout.readline()
try:
    os.killpg(0, signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    print("interrupted", child.poll())
child.kill()
"""


def test_ctrl_c_in_the_terminal_reaches_bench_and_not_the_engine() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TERMINAL], capture_output=True, text=True, check=True, start_new_session=True
    )
    assert done.stdout == "interrupted None\n"


LOADING = """
import os, signal, time
from bench.models.vllm_processes import ctrl_c_spares_children
try:
    with ctrl_c_spares_children():
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(6000):
            time.sleep(0.01)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_ends_the_loading() -> None:
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)
    assert done.stdout == "interrupted\n"
