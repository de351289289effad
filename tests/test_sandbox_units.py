"""Would catch a verdict reused for another job, or a failure of the sandbox counted as the code's.

Also bytes sorted to the wrong stream, a stranger's container swept, or a stale image taken for the right one; no test
here needs a daemon.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stand_in import LANGUAGES, RUNNER, job

from bench.errors import SandboxError, UserError
from bench.records import Limits, Verdict
from bench.sandbox import load_sandbox
from bench.sandbox.attached import FRAME, KEPT, ContainerChannel, Demultiplexer, Excerpt
from bench.sandbox.building import FASTJSON2, build, missing
from bench.sandbox.compiling import WarmCompiler
from bench.sandbox.containers import ABANDONED, sweep
from bench.sandbox.context import context, given, tag
from bench.sandbox.jobs import job_sha256
from bench.sandbox.languages import Compiled, Language
from bench.sandbox.local import LocalChannel
from bench.sandbox.owner import Owner, is_dead, this_process
from bench.sandbox.running import TRIES, run_jobs
from bench.sandbox.session import Broken, Channel
from bench.sandbox.unsafe import RISK, Unsafe

LOCAL = (sys.executable, "-I", "-c", RUNNER)


class Breaking:
    """A place whose first containers break."""

    identity, languages = "here", LANGUAGES
    compiler: Any = None

    def __init__(self, breaks: int, *, gone: bool = False) -> None:
        self.left, self.started, self.gone = breaks, 0, gone

    def start(self, job: Any) -> Channel:  # noqa: ARG002 - the seam's arguments
        self.started += 1
        if self.left:
            self.left -= 1
            raise Broken("the daemon said no")
        return LocalChannel(LOCAL)

    def is_stale(self, channel: Channel) -> bool:  # noqa: ARG002 - the seam's arguments
        return False

    def recovers(self) -> bool:
        return not self.gone


def test_what_the_sandbox_breaks_is_done_again() -> None:
    place = Breaking(TRIES - 1)
    (done,) = run_jobs(place, [job("print('well')")], 1)
    assert (done.verdict, done.output, place.started) == ("passed", "well\n", TRIES)


def test_what_stays_broken_is_the_sandboxs_failure_and_not_tried_for_ever() -> None:
    place = Breaking(10**6)
    done = list(run_jobs(place, [job(name=f"s/{number}") for number in range(5)], 2))
    assert [(one.verdict, one.reason) for one in done] == [("sandbox_error", "the daemon said no")] * 5
    assert place.started == 5 * TRIES


def test_a_sandbox_that_is_gone_is_asked_once_for_each_job() -> None:
    place = Breaking(10**6, gone=True)
    assert {one.verdict for one in run_jobs(place, [job(name=f"s/{n}") for n in range(5)], 2)} == {"sandbox_error"}
    assert place.started == 5


def test_an_answer_without_code_takes_no_container() -> None:
    place = Breaking(0)
    (done,) = run_jobs(place, [replace(job(), files={})], 1)
    assert (done.verdict, place.started) == ("no_code", 0)


def test_a_job_that_no_paper_can_be_made_of_does_not_take_the_others_along() -> None:
    def stumble(job: Any, rng: Any, compiler: Any) -> Any:
        raise RecursionError("too deep")

    place = Breaking(0)
    place.languages = {**LANGUAGES, "deep": Language(("none",), stumble)}
    jobs = [replace(job(name="s/deep"), language="deep"), job(name="s/well")]
    done = {one.sample_id: one for one in run_jobs(place, jobs, 1)}
    assert done["s/well"].verdict == "passed"
    assert done["s/deep"].verdict == "sandbox_error"
    assert "RecursionError: too deep" in (done["s/deep"].reason or "")


def test_jobs_are_pulled_as_they_are_needed() -> None:
    pulled = 0

    def jobs() -> Iterator[Any]:
        nonlocal pulled
        for pulled in range(1, 1000):
            yield job(name=f"s/{pulled}")

    running = run_jobs(Breaking(0), jobs(), 1)
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert pulled < 12


HASHED: dict[str, Any] = {
    "language": "java",
    "name": "other",
    "files": {"program.py": "other"},
    "tests": "other",
    "limits": Limits(memory_mb=1),
}


@pytest.mark.parametrize("field", HASHED)
def test_a_verdict_is_not_reused_for_a_job_that_differs(field: str) -> None:
    assert job_sha256(job(), "i") != job_sha256(replace(job(), **{field: HASHED[field]}), "i")


def test_the_hash_covers_input_files_and_the_sandbox_but_not_whose_answer_it_is(tmp_path: Path) -> None:
    with_inputs = job(inputs=str(tmp_path))
    (tmp_path / "a.txt").write_text("1")
    first = job_sha256(with_inputs, "i")
    (tmp_path / "a.txt").write_text("2")
    assert job_sha256(with_inputs, "i") != first
    assert job_sha256(job(), "i") != job_sha256(job(), "another image")
    assert job_sha256(job(name="s/2", attempt=3), "i") == job_sha256(job(), "i")


def test_a_lone_surrogate_in_an_answer_can_be_hashed() -> None:
    assert job_sha256(job("'\ud800'"), "i") != job_sha256(job("'?'"), "i")


@pytest.mark.parametrize("size", [1, 3, 7, 8, 9, 1000])
def test_streams_are_told_apart_however_the_bytes_arrive(size: int) -> None:
    frames = [(1, b"abc"), (2, b""), (2, b"error" * 9), (1, b"x")]
    data = b"".join(FRAME.pack(stream, len(content)) + content for stream, content in frames)
    found = {1: b"", 2: b""}
    demultiplexer = Demultiplexer()
    for start in range(0, len(data), size):
        for stream, piece in demultiplexer.feed(data[start : start + size]):
            found[stream] += piece
    assert found == {1: b"abcx", 2: b"error" * 9}


def test_the_start_and_the_end_of_a_long_output_are_kept() -> None:
    kept = Excerpt()
    for piece in (b"start", b"x" * KEPT, b"y" * KEPT, b"end"):
        kept.add(piece)
    text = str(kept)
    assert text.startswith("startxxx")
    assert text.endswith("yyyend")
    assert "... 8 bytes ..." in text


def test_a_process_is_told_from_one_that_had_its_number_before() -> None:
    here = this_process()
    assert Owner.parse(str(here)) == here
    assert not is_dead(here)
    assert is_dead(replace(here, ticks="1"))
    assert not is_dead(replace(here, boot="another machine"))


def test_a_dead_process_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    text = Path(f"/proc/{process.pid}/stat").read_text()
    owner = replace(this_process(), pid=process.pid, ticks=text.rpartition(")")[2].split()[19])
    assert not is_dead(owner)
    process.kill()
    process.wait()
    assert process.stdin
    process.stdin.close()
    assert is_dead(owner)


class Listing:
    """An engine with some containers and images."""

    def __init__(self, *containers: dict[str, Any], images: tuple[str, ...] = ()) -> None:
        self.listed, self.stored, self.removed = containers, images, list[str]()

    def containers(self, **_options: Any) -> Any:
        return self.listed

    def remove_container(self, name: str, **_options: Any) -> None:
        self.removed.append(name)

    def inspect_image(self, name: str) -> Any:
        import docker.errors

        if name not in self.stored:
            raise docker.errors.ImageNotFound(name)
        return {"Id": name}

    def images(self, **_options: Any) -> Any:
        return list(self.stored)


def test_only_the_containers_of_the_dead_and_old_remains_are_swept() -> None:
    def container(name: str, owner: str, state: str = "running", age: float = 2 * ABANDONED) -> dict[str, Any]:
        labels = {"longcode-bench.owner": owner}
        return {"Id": name, "Labels": labels, "State": state, "Created": time.time() - age}

    here = this_process()
    engine = Listing(
        container("ours", str(here)),
        container("dead", str(replace(here, ticks="1"))),
        container("elsewhere", "another machine:1:1"),
        container("remains", "another machine:1:1", "exited"),
        container("just made elsewhere", "another machine:1:1", "created", age=1),
    )
    assert sweep(engine) == 2
    assert engine.removed == ["dead", "remains"]


def test_a_missing_image_and_a_stale_one_are_told_apart() -> None:
    assert "is missing: run `bench sandbox build`" in (missing(Listing()) or "")
    stale = missing(Listing(images=("longcode-bench/sandbox:0123456789ab",)))
    assert "built from other files than this version's: run `bench sandbox build`" in (stale or "")
    assert missing(Listing(images=(tag(),))) is None


def test_the_tag_follows_the_files_that_the_image_is_built_from(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.sandbox import context as module

    before = tag()
    monkeypatch.setattr(module, "context", lambda: {**context(), "Dockerfile": b"FROM scratch"})
    module.context_sha256.cache_clear()
    after = tag()
    monkeypatch.undo()
    module.context_sha256.cache_clear()
    assert before == tag() != after


def test_the_context_holds_what_the_dockerfile_copies_and_nothing_made_by_running() -> None:
    names = set(context())
    assert {"Dockerfile", "requirements.txt", "install.sh", "files/README", "wheels/README"} <= names
    assert not any("__pycache__" in name or name.endswith(".pyc") for name in names)


def test_a_library_that_is_not_the_published_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / FASTJSON2).write_bytes(b"something else")
    (tmp_path / "notes.txt").write_text("passed over")
    (tmp_path / "torch-9-py3-none-any.whl").write_bytes(b"")
    assert set(given(tmp_path)) == {f"files/{FASTJSON2}", "wheels/torch-9-py3-none-any.whl"}
    with pytest.raises(SandboxError, match="is not the published fastjson2"):
        build(Listing(), base=None, arguments={}, folder=tmp_path, say=print)


class Failing(Listing):
    """An engine whose build fails."""

    def build(self, **_options: Any) -> Any:
        yield {"stream": "Step 1/3 : FROM nowhere\n"}
        yield {"error": "manifest unknown"}


def test_a_failed_build_is_one_line_with_the_last_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.sandbox.building.MAVEN", ("no-such-program",))
    with pytest.raises(SandboxError, match=r"cannot be built: manifest unknown.*Step 1/3 : FROM nowhere"):
        build(Failing(), base=None, arguments={}, folder=None, say=print)


COMPILER = """
import json, struct, sys, time
while head := sys.stdin.buffer.read(4):
    source = json.loads(sys.stdin.buffer.read(struct.unpack(">I", head)[0]))["sources"]["A.java"]
    if source == "hang": time.sleep(60)
    if source == "die": sys.exit(1)
    answer = {"error": "line 1"} if source == "bad" else {"classes": {"A.class": "AQID"}}
    body = json.dumps(answer).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.flush()
"""


@pytest.fixture
def compiler() -> Iterator[tuple[WarmCompiler, list[int]]]:
    starts: list[int] = []

    def start() -> Channel:
        starts.append(1)
        return LocalChannel([sys.executable, "-c", COMPILER])

    made = WarmCompiler(start, patience=3.0)
    yield made, starts
    made.close()


def test_one_compiler_serves_many_jobs(compiler: tuple[WarmCompiler, list[int]]) -> None:
    warm, starts = compiler
    assert warm.compile({"A.java": "good"}, "A") == Compiled({"A.class": b"\1\2\3"})
    assert warm.compile({"A.java": "bad"}, "A") == Compiled({}, "line 1")
    assert len(starts) == 1


@pytest.mark.parametrize(("source", "error"), [("hang", "took more than 3 s"), ("die", "died of it")])
def test_a_source_that_the_compiler_chokes_on_does_not_compile_and_the_next_one_does(
    compiler: tuple[WarmCompiler, list[int]], source: str, error: str
) -> None:
    warm, _ = compiler
    assert error in (warm.compile({"A.java": source}, "A").error or "")
    assert warm.compile({"A.java": "good"}, "A").error is None


def test_a_compiler_that_cannot_be_started_is_not_the_sources_fault() -> None:
    with pytest.raises(Broken, match="cannot be started"):
        WarmCompiler(lambda: LocalChannel(["/no/such/compiler"])).compile({"A.java": ""}, "A")


def test_without_isolation_code_runs_and_the_result_says_so() -> None:
    sandbox = Unsafe(languages={"stand-in": Language(LOCAL, LANGUAGES["stand-in"].paper)}, workers=2)
    done = list(sandbox.run(job(f"print({number})", f"s/{number}") for number in range(4)))
    sandbox.close()
    assert {one.verdict for one in done} == {Verdict.PASSED}
    assert sandbox.notes == (RISK,)
    assert sandbox.spec["isolation"] == "none"


def test_java_without_a_jdk_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(Broken, match=r"Java cannot be run here without .*javac"):
        Unsafe().compiler.compile({}, "A")


def test_an_unknown_sandbox_is_named_with_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean docker"):
        load_sandbox("dokcer")


def test_nothing_is_started_and_no_client_loaded_before_it_is_needed() -> None:
    code = "import sys; from bench.sandbox import load_sandbox; load_sandbox('docker'); print('docker' in sys.modules)"
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "False\n"


class _Stream:
    """An attached stream that takes its time to be let go of."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - a socket's own
        """As a socket's."""

    def shutdown(self, how: int) -> None:  # noqa: ARG002 - a socket's own
        self.asked.set()
        assert self.go.wait(60)

    def close(self) -> None:
        """As a socket's."""


def test_a_container_that_two_threads_let_go_of_at_once_is_removed_once() -> None:
    stream, removed = _Stream(), list[str]()
    channel = ContainerChannel(None, "one", stream, 1, removed.append)
    first = threading.Thread(target=channel.destroy)
    first.start()
    assert stream.asked.wait(60)

    channel.destroy()
    stream.go.set()
    first.join(60)

    assert removed == ["one"]
