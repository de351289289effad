"""Bugs these catch: a planted fault that is none, one that breaks a test outright, planting that differs by the run.

What the faults are for, and how many of them are found, is measured in `benches`.
"""

from __future__ import annotations

import ast
import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import planting
import pytest
from construction_helpers import sample_drafts
from java_local import LocalCompiler, compilers
from planting import KINDS, SWAPPED

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source import assembling, suites

compiler = pytest.fixture(scope="module")(compilers)
PYTHON, JAVA = list(sample_drafts("python")), list(sample_drafts("java"))


def _failed(draft: Draft, folder: Path) -> set[str]:
    """The tests of a Python problem that fail by an assertion; none may fail otherwise."""
    folder.mkdir()
    if draft.inputs:
        shutil.copytree(draft.inputs, folder, dirs_exist_ok=True)
    for name, text in draft.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "test_it.py").write_text(assembling.test_file(draft), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "-rfE", "test_it.py"]
    environment = {**os.environ, "COLUMNS": "1000", "TZ": "UTC"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    assert all("- assert" in line or "AssertionError" in line or "- Failed" in line for line in lines), lines
    return {line.split(" - ")[0].removeprefix("FAILED test_it.py::") for line in lines}


@pytest.mark.parametrize("draft", PYTHON[:4], ids=lambda draft: draft.id)
def test_wrong_values_fail_and_every_other_fault_passes_when_it_is_planted(tmp_path: Path, draft: Draft) -> None:
    for seed in (1, 2):
        planted, faults = planting.plant("python", draft, KINDS, seed)
        wrong = {fault.test for fault in faults if fault.kind == "wrong_value"}
        assert _failed(planted, tmp_path / str(seed)) == wrong


@pytest.mark.parametrize("kind", KINDS)
def test_planted_java_tests_compile(compiler: LocalCompiler, kind: str) -> None:
    for draft in JAVA[:4]:
        planted, faults = planting.plant("java", draft, [kind], 3)
        assert {fault.kind for fault in faults} <= {kind}
        name = assembling.module_name(planted)
        sources = {**planted.files, f"{name}.java": assembling.test_file(planted)}
        assert compiler.compile(sources, name).error is None, [fault.what for fault in faults]


@pytest.mark.parametrize("draft", [*PYTHON, *JAVA], ids=lambda draft: f"{draft.language}-{draft.id}")
def test_half_of_the_tests_have_one_fault_and_the_others_stay_as_they_were(draft: Draft) -> None:
    planted = planting.planted_in(draft.language, draft, KINDS, 5)
    before = {unit.name: unit.source for unit in suites.units(draft.language, draft.tests)}
    after = {unit.name: unit.source for unit in suites.units(draft.language, planted.draft.tests)}
    touched = {fault.test for fault in planted.planted}
    assert len(touched) + len(planted.left) == round(len(before) / 2)
    assert {name for name in before if after[name] != before[name]} == touched
    if draft.language == "python":
        ast.parse(planted.draft.tests)


def test_a_seed_plants_the_same_and_another_one_something_else() -> None:
    def faults(seed: int) -> list[tuple[str | None, str, str]]:
        planted = planting.planted_set(PYTHON, seed, ["wrong_value", "hidden_name"])
        return [(fault.test, fault.kind, fault.what) for one in planted for fault in one.planted]

    assert faults(1) == faults(1)
    assert faults(1) != faults(2)


def test_a_problem_with_another_text_has_no_other_fault() -> None:
    planted = planting.planted_set(PYTHON, 1)
    swapped = [one for one in planted if any(fault.kind == SWAPPED for fault in one.planted)]
    originals = {draft.id: draft for draft in PYTHON}
    assert len(swapped) == 1
    for one in swapped:
        original = originals[one.draft.id]
        assert len(one.planted) == 1
        assert one.draft.statements != original.statements
        assert dataclasses.replace(one.draft, statements=original.statements) == original


def test_a_hidden_name_is_in_the_solution_and_in_no_text() -> None:
    for draft in [*PYTHON, *JAVA]:
        planted, faults = planting.plant(draft.language, draft, ["hidden_name"], 4)
        for fault in faults:
            name = fault.what.split(" for ")[0].split(" ")[-1].split(".")[-1]
            assert name in "".join(planted.files.values())
            assert name in planted.tests
            assert name not in "".join(draft.statements.values())
