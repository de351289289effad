"""Would catch an attack on the Python runner or its container that forges a verdict, outlives its job or gets out.

Each program of `evil/python` is one attack, and `evil/python.toml` says what must come of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_jobs import python_job, run_one

from bench.protocols import Sandbox
from bench.records import Execution, Job

EVIL = Path(__file__).parent / "evil"
TABLE: dict[str, dict[str, Any]] = tomllib.loads((EVIL / "python.toml").read_text())
SEEDS = (1, 2)  # the secret of a run must not matter


def _cases(*, local: bool) -> Iterator[Any]:
    """Each program of the table, once for each of its exit codes."""
    for name, row in TABLE.items():
        if local and row.get("container"):
            continue
        marks = [pytest.mark.xfail(strict=True, reason=row["remains"])] if "remains" in row else []
        for code in row.get("codes", [0]):
            yield pytest.param(name, code, id=f"{name}-{code}" if "codes" in row else name, marks=marks)


def _job(base: str, program: str, tests: str = "tests.py") -> Job:
    source = (EVIL / "till" / f"{base}.py").read_text() + "\n\n" + program
    return python_job(source, (EVIL / "till" / tests).read_text(), name="till")


def _evil(name: str, code: int) -> Job:
    row = TABLE[name]
    program = (EVIL / "python" / f"{row.get('program', name)}.py").read_text().replace("__CODE__", str(code))
    return _job(row["base"], program, row.get("tests", "tests.py"))


def _run_in(sandbox: Sandbox, job: Job) -> Execution:
    (execution,) = sandbox.run([job])
    return execution


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("tests", ["tests.py", "obvious_tests.py"])
def test_the_honest_solution_passes(tests: str, seed: int) -> None:
    assert run_one(_job("right", "", tests), seed).verdict == "passed"


@pytest.mark.parametrize("tests", ["tests.py", "obvious_tests.py"])
def test_a_solution_that_knows_nothing_fails(tests: str) -> None:
    assert run_one(_job("wrong", "", tests)).verdict == "failed"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "code"), list(_cases(local=True)))
def test_no_program_forges_a_verdict(name: str, code: int, seed: int) -> None:
    execution = run_one(_evil(name, code), seed)
    assert execution.verdict in TABLE[name]["verdicts"], execution


@pytest.mark.parametrize(("name", "code"), list(_cases(local=False)))
def test_no_program_gets_out_of_its_container(docker_sandbox: Sandbox, name: str, code: int) -> None:
    execution = _run_in(docker_sandbox, _evil(name, code))
    assert execution.verdict in TABLE[name]["verdicts"], execution


def test_the_next_job_is_none_the_worse(docker_sandbox: Sandbox) -> None:
    assert _run_in(docker_sandbox, _job("right", "")).verdict == "passed"


def test_every_program_has_its_line_in_the_table() -> None:
    named = {row.get("program", name) for name, row in TABLE.items()}
    assert named == {path.stem for path in (EVIL / "python").glob("*.py")}
