"""Names of the solution that tests use and the text does not show: nobody could know them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source.names import names_shown, names_used, solution_names

Used = Mapping[str, Sequence[str]]
"""Names of a solution, each with the tests that use it."""

_ACCESSOR = re.compile(r"(?:get|set|is|has)_?([A-Z_]\w*)")
_SPECIAL = re.compile(r"__\w+__")


def called_names(draft: Draft) -> Used:
    """Names that the solution defines and the tests use; none where the tests cannot be read."""
    try:
        return names_used(draft.language, draft.tests, solution_names(draft.language, draft.files))
    except SyntaxError:
        return {}


def hidden_in(used: Used, text: str) -> Mapping[str, tuple[str, ...]]:
    """Those that a text does not show."""
    shown = names_shown(text)
    return {name: tuple(tests) for name, tests in used.items() if not guessable(name, shown)}


def hidden_in_all(draft: Draft) -> Mapping[str, tuple[str, ...]]:
    """Those that no text of the problem shows."""
    used = called_names(draft)
    found = [hidden_in(used, text) for text in draft.statements.values()]
    return {name: tuple(tests) for name, tests in used.items() if found and all(name in one for one in found)}


def guessable(name: str, shown: Collection[str]) -> bool:
    """Whether the text shows the name, or one from which everybody would make it: `getPrice` of `price`."""
    if name in shown or _SPECIAL.fullmatch(name):
        return True
    found = _ACCESSOR.fullmatch(name)
    return found is not None and found.group(1).lstrip("_").lower() in {one.lower() for one in shown}
