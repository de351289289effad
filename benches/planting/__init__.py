"""Faults that are planted in tests, so that what finds faults can be measured; written without a look at that.

In a random half of a problem's tests one fault each, of a kind drawn among those that can be planted there; in a tenth
of the problems the text of another one, and nothing else. What cannot be planted in is left alone and counted.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source import suites
from planting import java_plants, python_plants
from planting.spots import Planter, Spot

KINDS: tuple[str, ...] = ("wrong_value", "vacuous", "clock", "hidden_name")
"""Kinds of faults in a test."""
SWAPPED = "swapped_text"
"""The fault of a whole problem."""
SHARE, SWAPPED_SHARE = 0.5, 0.1

_PLANTERS: Mapping[str, Mapping[str, Planter]] = MappingProxyType(
    {"python": python_plants.PLANTERS, "java": java_plants.PLANTERS}
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One fault.

    Attributes:
        test: None where the whole problem has it.
        kind: one of `KINDS`, or `SWAPPED`.
        what: what was done, in one line.
    """

    test: str | None
    kind: str
    what: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlantedProblem:
    """A problem with its faults.

    Attributes:
        left: tests that were drawn, but in which nothing could be planted.
    """

    draft: Draft
    planted: tuple[Planted, ...]
    left: tuple[str, ...] = ()


def plant(language: str, draft: Draft, kinds: Collection[str], seed: int) -> tuple[Draft, tuple[Planted, ...]]:
    """A problem with one fault in each of a random half of its tests; another text for each seed."""
    found = planted_in(language, draft, kinds, seed)
    return found.draft, found.planted


def planted_in(language: str, draft: Draft, kinds: Collection[str], seed: int) -> PlantedProblem:
    """As `plant`, with the tests that were drawn in vain."""
    rng = _rng(seed, draft)
    names = [unit.name for unit in suites.units(language, draft.tests)]
    drawn = rng.sample(names, round(len(names) * SHARE))
    planted: list[Planted] = []
    for name in drawn:
        draft, fault = _in_test(language, draft, name, kinds, rng)
        planted += [fault] if fault else []
    done = {fault.test for fault in planted}
    return PlantedProblem(draft=draft, planted=tuple(planted), left=tuple(name for name in drawn if name not in done))


def planted_set(
    drafts: Sequence[Draft], seed: int, kinds: Collection[str] = KINDS, *, swap: bool = True
) -> list[PlantedProblem]:
    """A set of problems with faults, in their order; a tenth of each language have another one's text."""
    texts = dict(_swapped(drafts, seed)) if swap else {}
    return [
        _with_text(draft, texts[draft.id, draft.language])
        if (draft.id, draft.language) in texts
        else planted_in(draft.language, draft, kinds, seed)
        for draft in drafts
    ]


def _with_text(draft: Draft, other: Draft) -> PlantedProblem:
    fault = Planted(test=None, kind=SWAPPED, what=f"the text is that of {other.id}")
    return PlantedProblem(draft=dataclasses.replace(draft, statements=other.statements), planted=(fault,))


def _swapped(drafts: Sequence[Draft], seed: int) -> list[tuple[tuple[str, str], Draft]]:
    found = []
    for language in sorted({draft.language for draft in drafts}):
        rng = random.Random(f"{seed} {language} texts")
        same = [draft for draft in drafts if draft.language == language]
        count = min(max(1, round(len(same) * SWAPPED_SHARE)), len(same) - 1)
        for draft in rng.sample(same, max(count, 0)):
            others = [one for one in same if one.statements != draft.statements]
            found += [((draft.id, language), rng.choice(others))] if others else []
    return found


def _rng(seed: int, draft: Draft) -> random.Random:
    return random.Random(f"{seed} {draft.language} {draft.id}")


def _in_test(
    language: str, draft: Draft, name: str, kinds: Collection[str], rng: random.Random
) -> tuple[Draft, Planted | None]:
    order = [kind for kind in KINDS if kind in kinds]
    rng.shuffle(order)
    for kind in order:
        change = _PLANTERS[language][kind](Spot(draft=draft, name=name), rng)
        if change is not None:
            changed = dataclasses.replace(draft, tests=change.tests, files=change.files or draft.files)
            return changed, Planted(test=name, kind=kind, what=change.what)
    return draft, None


__all__ = ["KINDS", "SWAPPED", "Planted", "PlantedProblem", "plant", "planted_in", "planted_set"]
