"""The published problems as drafts, as if a pipeline had just made them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.benchmarks.ncb import NATURAL_CODE_BENCH
from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source.names import names_used, solution_names
from bench.benchmarks.ncb.data import reference_response
from bench.benchmarks.ncb.extraction import OFFICIAL
from bench.benchmarks.ncb.problems import MISALIGNED
from bench.protocols import Selection
from bench.records import Sample

LANGUAGES = ("python", "java")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Material:
    """A published problem.

    Attributes:
        draft: its text is the whole prompt, demo test included: names are shown there alone.
        problem: the text without the demo test.
        response: its solution as a model would answer.
        misaligned: whether request and tests are known to belong to two different tasks.
    """

    draft: Draft
    problem: str
    response: str
    misaligned: bool


def materials(data: Path, natural_language: str = "en") -> list[Material]:
    """Every problem of a folder, in one natural language."""
    tasks = tuple(f"{language}_{natural_language}" for language in LANGUAGES)
    found = NATURAL_CODE_BENCH.load(Selection(data=str(data), tasks=tasks))
    return [_material(found.read(entry)) for entry in found.entries]


def _material(sample: Sample) -> Material:
    number, response = sample.metadata["problem"], reference_response(sample) or ""
    name = f"{sample.language}{number}"
    draft = Draft(
        id=name,
        language=sample.language,
        natural_language=sample.metadata["natural_language"],
        statements={sample.metadata["natural_language"]: sample.input["prompt"]},
        files=solution_files(sample.language, response, name),
        tests=sample.metadata["testcases"],
        setup=sample.metadata["setup_code"],
    )
    misaligned = f"{sample.language}/{number}" in MISALIGNED
    return Material(draft, sample.input["problem"], response, misaligned)


def solution_files(language: str, response: str, name: str) -> Mapping[str, str]:
    """A solution's files under a problem's name."""
    return OFFICIAL[language](response, name).files


def hidden_upstream(draft: Draft) -> Mapping[str, Sequence[str]]:
    """Tests that use a name of the solution which stands nowhere in the prompt as a word, with these names."""
    shown = {word for text in draft.statements.values() for word in _WORD.findall(text)}
    used = names_used(draft.language, draft.tests, solution_names(draft.language, draft.files))
    found: dict[str, list[str]] = {}
    for name, tests in used.items():
        for test in tests if name not in shown else ():
            found.setdefault(test, []).append(name)
    return found
