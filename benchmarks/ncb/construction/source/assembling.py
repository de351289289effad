"""A problem that is being built as the files that run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.jobs import solution_name, test_text

HEADER_LINES: Mapping[str, int] = MappingProxyType({"python": 2, "java": 0})
"""Lines of the test file before the first one of `Draft.tests`."""


def module_name(draft: Draft) -> str:
    """The module of the solution (Python), or the class of the tests (Java)."""
    return solution_name(draft.language, draft.id)


def test_file(draft: Draft) -> str:
    """The test file as `bench run` makes it of the published problem."""
    return test_text(draft.language, draft.id, draft.tests, draft.setup)
