"""Other versions of a solution: one that does nothing, one that gives wrong values, one without effects.

| variant | what it is | what a test that still passes does not look at |
|---|---|---|
| `empty` | signatures without bodies | anything at all |
| `altered` | what the outermost call gives, prints or holds is another value of the same kind | values |
| `idle` | functions that return nothing do nothing, no exception is raised; constructors stay | effects, exceptions |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bench.benchmarks.ncb.construction.solutions import java_variants, python_variants
from bench.benchmarks.ncb.trivial import TRIVIAL

Files = Mapping[str, str]
Way = Callable[[Files], Files | None]

VARIANTS: tuple[str, ...] = ("empty", "altered", "idle")

_WAYS: Mapping[str, Mapping[str, Way]] = MappingProxyType(
    {
        "python": {
            "empty": TRIVIAL["python"],
            "altered": python_variants.altered,
            "idle": python_variants.idle,
        },
        "java": {
            "empty": TRIVIAL["java"],
            "altered": java_variants.altered,
            "idle": java_variants.idle,
        },
    }
)


def variant(language: str, name: str, files: Files) -> Files | None:
    """The source files of one of `VARIANTS`; None where it would be the solution itself, or cannot be made."""
    made = _WAYS[language][name](files)
    return None if made is None or dict(made) == dict(files) else made
