"""From an answer to source files, in two ways: as the authors' evaluator does it, and as a reader would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The code of one answer.

    Attributes:
        files: source files by name; empty where there is no code.
        raised: the exception with which the authors' evaluator stops on this answer, all of its set lost.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    raised: str | None = None


Extractor = Callable[[str, str], Extracted]
"""Takes an answer and the problem's number."""


def _official_python(text: str, number: str) -> Extracted:
    from bench.benchmarks.ncb.extraction.official_python import files_of

    return files_of(text, number)


def _official_java(text: str, number: str) -> Extracted:
    from bench.benchmarks.ncb.extraction.official_java import files_of

    return files_of(text, number)


def _robust_python(text: str, number: str) -> Extracted:
    from bench.benchmarks.ncb.extraction.robust import python_files

    return python_files(text, number)


def _robust_java(text: str, number: str) -> Extracted:
    from bench.benchmarks.ncb.extraction.robust import java_files

    return java_files(text, number)


OFFICIAL: Mapping[str, Extractor] = MappingProxyType({"python": _official_python, "java": _official_java})
ROBUST: Mapping[str, Extractor] = MappingProxyType({"python": _robust_python, "java": _robust_java})
