"""Names: those that a solution has for others, those that tests use of them, those that a text shows.

By name, not by type: a test that calls `.total()` uses the solution's method `total`, unless the name is as likely a
library's, see `COMMON`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from bench.benchmarks.ncb.construction.source import java_names, python_names

Files = Mapping[str, str]

_SOLUTION: Mapping[str, Callable[[Files], frozenset[str]]] = MappingProxyType(
    {"python": python_names.solution_names, "java": java_names.solution_names}
)
_USED: Mapping[str, Callable[[str, Collection[str]], Mapping[str, frozenset[str]]]] = MappingProxyType(
    {"python": python_names.used, "java": java_names.used}
)


def solution_names(language: str, files: Files) -> frozenset[str]:
    """Types, functions, methods, fields and constants that a solution defines and others can name.

    What a language or a framework gives its name to is none of these: constructors, `__len__`, `compareTo`, `main`.
    """
    return _SOLUTION[language](files)


def names_used(language: str, tests: str, solution: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The solution's names that tests use, each with the tests that use it, in the order of the source.

    Names that fixtures, helpers and shared fields use count for every test of the file.

    Raises:
        SyntaxError: Python that cannot be parsed.
    """
    by_test = _USED[language](tests, solution)
    names = sorted({name for used in by_test.values() for name in used})
    return {name: tuple(test for test, used in by_test.items() if name in used) for name in names}


_WORD = re.compile(r"[^\W\d]\w*")
_ASCII = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def names_shown(text: str) -> frozenset[str]:
    """Every word of a text that could be a name, as it is written: in prose, in code, among Chinese characters."""
    return frozenset(_WORD.findall(text)) | frozenset(_ASCII.findall(text))
