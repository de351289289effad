"""Bugs these catch: two mutants that are one, that do not compile, or that no test can see; a choice that changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from construction_helpers import JAVA, PYTHON, real_drafts
from java_local import LocalCompiler, compilers

from bench.benchmarks.ncb.construction.solutions.mutants import Mutant, mutants

compiler = pytest.fixture(scope="module")(compilers)
FILES = {"python": {"total.py": PYTHON}, "java": {"Total.java": JAVA}}


def _made(language: str, most: int = 1000, seed: int = 0, lines: set[str] | None = None) -> tuple[Mutant, ...]:
    return mutants(language, FILES[language], most=most, lines=lines, seed=seed)


@pytest.mark.parametrize("language", FILES)
def test_each_mutant_is_one_change_and_another_one(language: str) -> None:
    made = _made(language)
    texts = [next(iter(mutant.files.values())) for mutant in made]
    assert len(set(texts)) == len(made) > 10
    assert all(mutant.before != mutant.after for mutant in made)
    original = next(iter(FILES[language].values())).split("\n")
    assert all(original[mutant.line - 1].strip() == mutant.before for mutant in made)


@pytest.mark.parametrize("language", FILES)
def test_the_choice_is_the_same_for_a_seed_and_another_for_another(language: str) -> None:
    first = _made(language, most=6)
    assert first == _made(language, most=6)
    assert [one.after for one in first] != [one.after for one in _made(language, most=6, seed=1)]
    assert [one.name for one in first] == [f"mutant-{number:02}" for number in range(1, 7)]


def test_a_few_mutants_are_spread_over_functions_and_operators() -> None:
    lines = [mutant.line for mutant in _made("java", most=5)]
    bodies = [range(7, 10), range(11, 17), range(18, 19), range(20, 27), range(28, 31), range(32, 35), range(37, 40)]
    assert len({next(at for at, body in enumerate(bodies) if line in body) for line in lines}) == 5
    assert len({mutant.operator for mutant in _made("python", most=6)}) >= 4


@pytest.mark.parametrize("language", FILES)
def test_only_the_lines_that_are_asked_for_are_changed(language: str) -> None:
    line, file = (17, "total.py") if language == "python" else (15, "Total.java")
    made = _made(language, lines={f"{file}:{line}"})
    assert made
    assert {mutant.line for mutant in made} == {line}


@pytest.mark.parametrize("language", FILES)
def test_texts_of_exceptions_docstrings_and_main_are_left_alone(language: str) -> None:
    for mutant in _made(language):
        assert "below 5" not in mutant.before
        assert "Adds up" not in mutant.before
        assert "__name__" not in mutant.before
        assert "System.out" not in mutant.before
        assert "import" not in mutant.before


def test_a_denied_comparison_is_made_once() -> None:
    files = {"a.py": "def f(x, y):\n    if x in y:\n        return 1\n"}
    after = [one.after for one in mutants("python", files, most=100, lines={"a.py:2"})]
    assert len(after) == 1


def test_java_mutants_compile(compiler: LocalCompiler) -> None:
    for mutant in _made("java"):
        assert compiler.compile(dict(mutant.files), "Total").error is None, mutant.after


def test_a_source_that_cannot_be_parsed_has_no_mutants() -> None:
    assert mutants("python", {"a.py": "def f(:"}, most=5) == ()
    assert mutants("java", {"A.java": "class A { void f() {"}, most=5) == ()


def test_published_solutions_have_mutants(ncb: Path) -> None:
    drafts = [draft for language in ("python", "java") for draft in list(real_drafts(ncb, language))[::12]]
    made = {(draft.language, draft.id): mutants(draft.language, draft.files, most=3) for draft in drafts}
    assert sum(len(one) for one in made.values()) > 2.5 * len(drafts)
