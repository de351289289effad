"""A test file as a row of tests that can be taken out, put in and exchanged, the rest byte for byte as it was.

Python tests are the body of a test file, `testcases` of NaturalCodeBench's format; Java's are a whole file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bench.benchmarks.ncb.construction.source import java_suites, python_suites
from bench.benchmarks.ncb.construction.source.editing import Edit, blank_above, edited
from bench.benchmarks.ncb.construction.source.spans import Span, Unit

__all__ = ["Unit", "normal_form", "only", "replaced", "units", "with_units", "without"]


@dataclass(frozen=True, slots=True)
class _Way:
    """How one language does it.

    Attributes:
        spans: every test in the order of the source, those that another one of the same name hides too.
        added: see `with_units`.
        normal: see `normal_form`.
        emptied: what is put in the place of a class body's only content.
    """

    spans: Callable[[str], list[Span]]
    added: Callable[[str, str], tuple[str, tuple[str, ...]]]
    normal: Callable[[str], str]
    filler: str = ""


_WAYS: Mapping[str, _Way] = MappingProxyType(
    {
        "python": _Way(python_suites.spans, python_suites.with_units, python_suites.normal_form, "pass\n"),
        "java": _Way(java_suites.spans, java_suites.with_units, java_suites.normal_form),
    }
)


def units(language: str, tests: str) -> tuple[Unit, ...]:
    """The tests of a file, in the order of the source; those that a class inherits have no place of their own.

    Of several tests with one name the last one runs, so that one is meant.

    Raises:
        SyntaxError: Python that cannot be parsed. Java that cannot be read has no tests.
    """
    return tuple(span.unit for span in _WAYS[language].spans(tests) if not span.hidden)


def without(language: str, tests: str, names: Collection[str]) -> str:
    """The file without these tests.

    Raises:
        SyntaxError: see `units`.
    """
    way = _WAYS[language]
    spans = way.spans(tests)
    gone = [span for span in spans if span.unit.name in set(names)]
    return edited(tests, [*(_removal(tests, span, gone, way.filler) for span in gone)])


def only(language: str, tests: str, names: Collection[str]) -> str:
    """The file with no other tests than these.

    Raises:
        SyntaxError: see `units`.
    """
    return without(language, tests, {unit.name for unit in units(language, tests)} - set(names))


def with_units(language: str, tests: str, more: str) -> tuple[str, tuple[str, ...]]:
    """The file with the tests of another one, with its imports and helpers, renamed where names clash.

    Returns:
        The text, and the names of the tests that were added.

    Raises:
        SyntaxError: see `units`.
    """
    return _WAYS[language].added(tests, more)


def replaced(language: str, tests: str, name: str, source: str) -> str:
    """The file with another text in the place of one test; as it was where there is no such test.

    Raises:
        SyntaxError: see `units`.
    """
    found = next((unit for unit in units(language, tests) if unit.name == name), None)
    if found is None:
        return tests
    end = "\n" if found.source.endswith("\n") and not source.endswith("\n") else ""
    return edited(tests, [Edit(found.start, found.end, source + end)])


def normal_form(language: str, source: str) -> str:
    """A test without what does not matter to what it checks: its name, names of locals, comments, messages, spacing.

    Two tests of one form check the same. What cannot be parsed is its own form.
    """
    try:
        return _WAYS[language].normal(source)
    except SyntaxError:
        return source


def _removal(text: str, span: Span, gone: Collection[Span], filler: str) -> Edit:
    """Blank lines above go too; the first of a body that loses everything leaves what the language wants there."""
    same = [one for one in gone if one.body == span.body]
    emptied = filler and len(same) == span.siblings and same[0] is span
    if emptied:
        indent = span.unit.source[: len(span.unit.source) - len(span.unit.source.lstrip(" \t"))]
        return Edit(span.unit.start, span.unit.end, indent + filler)
    return Edit(blank_above(text, span.unit.start), span.unit.end)
