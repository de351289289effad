"""Would catch a limit that does not hold, a container that outlives its job, a daemon's failure blamed on the code."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stand_in import LANGUAGES, job

from bench.errors import SandboxError
from bench.records import Execution, Limits, Verdict
from bench.sandbox import containers as module
from bench.sandbox import load_sandbox
from bench.sandbox.contained import Contained, findings_of
from bench.sandbox.containers import sweep
from bench.sandbox.engine import connect
from bench.sandbox.hardening import LABEL, OWNER, settings

Containers = list[dict[str, Any]]
Started = Callable[[], Containers]
SOCKET = "/var/run/docker.sock"
SHORT = Limits(wall_seconds=2, cpu_seconds=30, memory_mb=256, pids=64, disk_mb=16, inodes=500, output_mb=1)
AMPLE = replace(SHORT, wall_seconds=30)  # for what ends by another limit, however busy the machine is


DEAF = """
import signal, time
for number in set(range(1, 65)) - {9, 19, 32, 33}: signal.signal(number, signal.SIG_IGN)
while True: time.sleep(1)
"""


@pytest.fixture(scope="module")
def sandbox(sandbox_image: str) -> Iterator[Contained]:
    made = Contained("docker", languages=LANGUAGES)
    yield made
    made.close()


@pytest.fixture(scope="module")
def api(sandbox_image: str) -> Iterator[Any]:
    client = connect("docker")
    yield client
    client.close()


def run(sandbox: Contained, program: str, **other: Any) -> Execution:
    (done,) = sandbox.run([job(program, **other)])
    return done


def ours(api: Any, pid: int) -> Containers:
    """The containers that a process started."""
    found = api.containers(all=True, filters={"label": f"{LABEL}=1"})
    return [container for container in found if f":{pid}:" in container["Labels"][OWNER]]


@pytest.fixture
def started(api: Any) -> Started:
    """The containers of this test: another module's compiler may still wait for the next job."""
    before = {container["Id"] for container in ours(api, os.getpid())}
    return lambda: [container for container in ours(api, os.getpid()) if container["Id"] not in before]


def test_a_program_that_ends_well_passes(sandbox: Contained) -> None:
    done = run(sandbox, "print('seen')")
    assert (done.verdict, done.passed, done.total, done.output) == ("passed", 1, 1, "seen\n")


@pytest.mark.parametrize(
    ("program", "verdict", "reason"),
    [
        ("held = []\nwhile True: held.append(b'x' * (1 << 20))", Verdict.OUT_OF_MEMORY, "more memory"),
        ("import time; time.sleep(60)", Verdict.TIMEOUT, "still running after 2 s"),
        ("import os\nwhile True: os.write(2, b'x' * 65536)", Verdict.FAILED, "more than 1 MB of output"),
        ("import os\nwhile True: os.write(control, b'x' * 65536)", Verdict.TAMPERED, "no message"),
        ("raise SystemExit(3)", Verdict.FAILED, "exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", Verdict.TIMEOUT, "processor time"),
        ("import os; os.write(control, b'{')", Verdict.TAMPERED, "no message"),
        (DEAF, Verdict.TIMEOUT, "still running"),
    ],
    ids=["memory", "wall", "output", "channel", "exit", "kill", "rubbish", "signals"],
)
def test_what_a_program_does_to_itself_is_its_verdict(
    sandbox: Contained, program: str, verdict: str, reason: str
) -> None:
    done = run(sandbox, program, limits=SHORT if "still running" in reason else AMPLE)
    assert done.verdict == verdict
    assert reason in (done.reason or "")


def test_processor_time_is_limited(sandbox: Contained) -> None:
    done = run(sandbox, "while True: pass", limits=replace(SHORT, wall_seconds=20, cpu_seconds=1))
    assert (done.verdict, done.reason) == ("timeout", "used more processor time than the limit")


@pytest.mark.parametrize(
    "bomb",
    ["import os\nwhile True: os.fork()", "import os\nwhile True:\n    if os.fork() == 0: os.setsid(); os.fork()"],
)
def test_a_fork_bomb_stays_in_its_container_and_takes_no_other_job_along(sandbox: Contained, bomb: str) -> None:
    jobs = [job(bomb, "s/bomb", limits=SHORT), *(job("print('well')", f"s/{n}") for n in range(3))]
    verdicts = {done.sample_id: done.verdict for done in sandbox.run(jobs)}
    assert verdicts.pop("s/bomb") in {"failed", "timeout", "out_of_memory", "tampered"}
    assert set(verdicts.values()) == {"passed"}


def test_nothing_that_one_job_leaves_is_there_for_the_next(sandbox: Contained) -> None:
    leave = "open('/work/left', 'w').close(); open('/tmp/left', 'w').close(); open('/dev/shm/left', 'w').close()"
    look = "import glob; assert not glob.glob('/work/*') + glob.glob('/tmp/*') + glob.glob('/dev/shm/*')"
    assert run(sandbox, leave).verdict == "passed"
    assert run(sandbox, look).verdict == "passed"


def test_a_detached_child_ends_with_its_job(sandbox: Contained, started: Started) -> None:
    program = "import os, time\nif os.fork() == 0:\n    os.setsid(); os.closerange(0, 9); time.sleep(600)"
    assert run(sandbox, program).verdict == "passed"
    assert started() == []


def test_the_environment_says_nothing_of_the_host(sandbox: Contained) -> None:
    program = "import os, socket; print(sorted(os.environ), os.getcwd(), socket.gethostname())"
    said = run(sandbox, program).output
    names = ["HOME", "LANG", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH"]
    assert said == f"{[*names, 'PYTHONDONTWRITEBYTECODE', 'TZ']} /work sandbox\n"


def test_a_large_file_is_handed_over_whole(sandbox: Contained) -> None:
    program = f"text = {'x' * 3_000_000!r}; assert len(text) == 3_000_000"
    assert run(sandbox, program).verdict == "passed"


def test_many_jobs_each_have_their_own_execution_and_leave_nothing(sandbox: Contained, started: Started) -> None:
    jobs = [job(f"print({number})", f"s/{number}") for number in range(12)]
    done = {execution.sample_id: execution.output for execution in sandbox.run(jobs)}
    assert done == {f"s/{number}": f"{number}\n" for number in range(12)}
    assert started() == []


def test_stopping_early_leaves_no_container(sandbox: Contained, started: Started) -> None:
    running = sandbox.run(job("import time; time.sleep(1)", f"s/{n}") for n in range(50))
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert started() == []


def test_every_limit_holds_here(docker_sandbox: Any) -> None:
    held = docker_sandbox.spec["held"]
    assert {"network", "dns", "memory", "processes", "inodes", "seccomp", "leftovers"} <= set(held)
    assert all(held.values()), held


def test_the_self_test_notices_every_limit_that_is_missing(
    sandbox_image: str, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would say that all is well wherever an engine ignores a flag."""
    strict = settings
    loose: dict[str, Any] = {
        "network_mode": "bridge",
        "read_only": False,
        "tmpfs": {"/work": "rw,exec,mode=1777,size=64m", "/tmp": "mode=1777"},
        "shm_size": 64 << 20,
        "cap_drop": [],
        "security_opt": ["seccomp=unconfined"],
        "mem_limit": 0,
        "memswap_limit": 0,
        "pids_limit": 0,
        "ulimits": [{"Name": "data", "Soft": 1 << 30, "Hard": 1 << 30}],  # else the probe of memory would take all
    }
    monkeypatch.setattr(module, "settings", lambda limits, cores: {**strict(limits, cores), **loose})
    monkeypatch.setattr(module, "USER", "0:0")
    missed = {finding.limit for finding in findings_of(api, sandbox_image) if not finding.held}
    assert missed >= {
        *("network", "root read only", "disk", "inodes", "shared memory", "no execution", "processes", "user"),
        *("capabilities", "no new privileges", "seccomp", "processor time", "memory"),
    }


KILLED = """
import sys
from stand_in import LANGUAGES, job
from bench.sandbox.contained import Contained
for _ in Contained("docker", languages=LANGUAGES).run(job("import time; time.sleep(10)", f"s/{n}") for n in range(9)):
    pass
"""


def test_what_a_killed_process_leaves_is_swept_by_the_next_start(sandbox_image: str, api: Any) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED], env={**os.environ, "PYTHONPATH": _path()})
    try:
        _wait_for(lambda: len(ours(api, process.pid)) >= 3)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    sweep(api)  # another test's start may have been quicker, so how many there were says nothing
    assert ours(api, process.pid) == []


def test_what_waits_for_a_job_ends_by_itself_when_its_owner_is_killed(sandbox_image: str, api: Any) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED], env={**os.environ, "PYTHONPATH": _path()})
    try:
        _wait_for(lambda: len(ours(api, process.pid)) >= 3)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    # one that was created and not started yet when the owner died stays so, and a sweep takes it
    _wait_for(lambda: all(container["State"] != "running" for container in ours(api, process.pid)))
    sweep(api)
    assert ours(api, process.pid) == []


def test_a_sweep_leaves_the_containers_of_the_living(sandbox: Contained, api: Any, started: Started) -> None:
    running = sandbox.run([job("import time; time.sleep(3)")])
    box: list[Execution] = []
    thread = threading.Thread(target=lambda: box.extend(running))
    thread.start()
    _wait_for(lambda: bool(started()))
    sweep(api)
    thread.join()
    assert [done.verdict for done in box] == ["passed"]


def _path() -> str:
    tests = Path(__file__).resolve().parent
    return os.pathsep.join([str(tests.parent / "src"), str(tests)])


def _wait_for(condition: Any, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


# The docker package does not close a socket on which nobody answers.
GONE = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


class Relay:
    """A socket in front of the daemon's, which can go away."""

    def __init__(self, path: Path) -> None:
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(64)
        self._path, self._pairs = path, list[socket.socket]()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            daemon = socket.socket(socket.AF_UNIX)
            daemon.connect(SOCKET)
            self._pairs += [client, daemon]
            for source, target in ((client, daemon), (daemon, client)):
                threading.Thread(target=_copy, args=(source, target), daemon=True).start()

    def vanish(self) -> None:
        self._path.unlink()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for end in self._pairs:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@GONE
def test_a_daemon_that_dies_in_the_middle_is_not_the_codes_failure(
    api: Any, started: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = Relay(tmp_path / "docker.sock")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    monkeypatch.setattr("bench.sandbox.contained.PATIENCE", 1.0)
    sandbox = Contained("docker", languages=LANGUAGES)
    running = sandbox.run(job("import time; time.sleep(0.5)", f"s/{n}") for n in range(30))
    verdicts = [next(running).verdict]
    relay.vanish()
    verdicts += [done.verdict for done in running]
    sandbox.close()
    gc.collect()
    for container in started():
        api.remove_container(container["Id"], force=True)
    assert len(verdicts) == 30
    assert verdicts[0] == "passed"
    assert set(verdicts) == {"passed", "sandbox_error"}
    assert verdicts.count("sandbox_error") > 20


@GONE
def test_without_a_daemon_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(SandboxError, match=r"no docker daemon answers.*apt-get install docker.io.*--sandbox podman"):
        load_sandbox("docker").check()
    with pytest.raises(SandboxError, match=r"no podman daemon answers.*podman.socket"):
        load_sandbox("podman").check()
    gc.collect()
