"""What is known of single problems of the published dev split, and what a run on this machine shows of each problem.

The tables hold facts with their evidence; each was found by running the authors' evaluator with their reference
solutions in their environment, without their input files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from bench.records import Execution, Verdict

Problem = tuple[str, int]
"""Programming language and number; a problem has one number in both natural languages."""


class Status(StrEnum):
    """Whether a problem can tell a right answer from a wrong one here."""

    VALID = "valid"
    NEEDS_FILES = "needs input files"
    VACUOUS = "vacuous"
    NEEDS_LIBRARY = "needs library"
    MISALIGNED = "misaligned"
    REFERENCE_FAILS = "reference fails"
    UNKNOWN = "unknown"  # the gate was not run


def _problems(language: str, numbers: Sequence[int]) -> dict[Problem, str]:
    return dict.fromkeys(((language, number) for number in numbers), "its tests read files of the authors' image")


INPUT_FILES: Mapping[Problem, str] = MappingProxyType(
    {
        **_problems("python", (154, 161, 165, 168, 170, 173, 175, 188, 189)),
        **_problems("java", (141, 160, 185, 189)),
        ("java", 184): "its tests catch the missing file, and pass without having tested anything",
    }
)

LIBRARIES: Mapping[Problem, str] = MappingProxyType(
    {
        ("python", 160): "nltk's tokenizer and tagger data",
        ("java", 156): "fastjson2",
    }
)

MISALIGNED: Mapping[Problem, str] = MappingProxyType(
    {
        ("java", 184): "asks to switch between JDK versions; the tests call CommentRemover, which 185 asks for",
        ("java", 185): "asks to remove comments; the tests call ImageClassifier, which 186 asks for",
        ("java", 186): "asks to sort images by size; the tests call Distance, which 187 asks for",
        ("java", 187): "asks for distance measures; the tests call LabelConverter, which 188 asks for",
        ("java", 188): "asks to convert VOC labels; the tests call UserManager, which 189 asks for",
        ("java", 189): "asks for a class of users; the tests call CopyFile",
        ("java", 190): "asks for k-means; the tests call LongestPath",
        ("java", 191): "asks for a progress bar; the tests call ValidPassword",
        ("java", 195): "asks for a store's shelves; the tests call MaxLCMGCD",
    }
)

SECONDS: Mapping[Problem, float] = MappingProxyType(
    {
        ("python", 183): 23.0,  # it sleeps
        ("python", 174): 3.0,
        **dict.fromkeys((("python", number) for number in (159, 167, 169, 177, 184)), 2.0),  # they load torch
    }
)
"""Problems that take much longer than the others, and how long about; they are started first."""


def status(problem: Problem, *, published: bool, has_files: bool, gate: Sequence[Execution]) -> Status:
    """What the tables and the gate's executions say of a problem.

    Args:
        published: whether this is a problem of the published data, of which the tables speak.
        has_files: whether input files for it are at hand.
        gate: what came of its own solution, as extractor `reference`.
    """
    passed = next((found.verdict == Verdict.PASSED for found in gate if found.extractor == "reference"), None)
    lacks_files = published and problem in INPUT_FILES and not has_files
    rules = (
        (published and problem in MISALIGNED, Status.MISALIGNED),
        (passed is None, Status.UNKNOWN),
        (lacks_files and bool(passed), Status.VACUOUS),
        (lacks_files, Status.NEEDS_FILES),
        (bool(passed), Status.VALID),
        (published and problem in LIBRARIES, Status.NEEDS_LIBRARY),
    )
    return next((found for holds, found in rules if holds), Status.REFERENCE_FAILS)


def trivial_tests(gate: Sequence[Execution]) -> list[str]:
    """The tests that a solution passes which solves nothing."""
    found = next((execution for execution in gate if execution.extractor == "trivial"), None)
    return [] if found is None else [name for name, outcome in found.tests.items() if outcome == "passed"]
