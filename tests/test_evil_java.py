"""Would catch an attack on the Java runner, its compiler or its container that forges a verdict or gets out.

Each program of `evil/java` is one attack, and `evil/java.toml` says what must come of it.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from java_local import LocalCompiler, built, compilers, java_job, run_local

from bench.protocols import Sandbox
from bench.records import Job, Limits

EVIL = Path(__file__).parent / "evil"
TABLE: dict[str, dict[str, Any]] = tomllib.loads((EVIL / "java.toml").read_text())
LIMITS = Limits(wall_seconds=45, cpu_seconds=15, memory_mb=1536, disk_mb=64, inodes=2_000, output_mb=8)
SHORT = 5.0  # seconds for what never ends
SEEDS = (1, 2)  # the secret of a run must not matter


@pytest.fixture(scope="module")
def compiler() -> Iterator[LocalCompiler]:
    yield from compilers()


def _cases(*, here: bool) -> list[Any]:
    names = [name for name, row in TABLE.items() if row.get("here") or not here]
    remains = {name: TABLE[name].get("remains") for name in names}
    marks = {name: [pytest.mark.xfail(strict=True, reason=why)] if why else [] for name, why in remains.items()}
    return [pytest.param(name, id=name, marks=marks[name]) for name in names]


def _files(source: str) -> dict[str, str]:
    """The files that one program consists of."""
    first, *others = re.split(r"^//// (.+)\n", source, flags=re.MULTILINE)
    right = (EVIL / "solver" / "Right.java").read_text()
    return {"Right.java": right, "Solver.java": first, **dict(zip(others[::2], others[1::2], strict=True))}


def _job(path: Path, tests: str = "Test_java_1.java") -> Job:
    job = java_job(_files(path.read_text()), (EVIL / "solver" / tests).read_text())
    return dataclasses.replace(job, limits=LIMITS)


def _evil(name: str) -> Job:
    row = TABLE[name]
    job = _job(EVIL / "java" / f"{row.get('program', name)}.java", row.get("tests", "Test_java_1.java"))
    ends = row["verdicts"] != ["timeout"]
    return job if ends else dataclasses.replace(job, limits=dataclasses.replace(LIMITS, wall_seconds=SHORT))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_honest_solution_passes(compiler: LocalCompiler, seed: int) -> None:
    assert run_local(built(), compiler, _job(EVIL / "solver" / "Solver.java"), seed).verdict == "passed"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", _cases(here=True))
def test_no_program_forges_a_verdict(compiler: LocalCompiler, name: str, seed: int) -> None:
    execution = run_local(built(), compiler, _evil(name), seed)
    assert execution.verdict in TABLE[name]["verdicts"], execution


@pytest.mark.parametrize("name", _cases(here=False))
def test_no_program_gets_out_of_its_container(docker_sandbox: Sandbox, name: str) -> None:
    (execution,) = docker_sandbox.run([_evil(name)])
    assert execution.verdict in TABLE[name]["verdicts"], execution


def test_the_next_job_is_none_the_worse(docker_sandbox: Sandbox) -> None:
    (execution,) = docker_sandbox.run([_job(EVIL / "solver" / "Solver.java")])
    assert execution.verdict == "passed"


def test_every_program_has_its_line_in_the_table() -> None:
    named = {row.get("program", name) for name, row in TABLE.items()}
    assert named == {path.stem for path in (EVIL / "java").glob("*.java")}
