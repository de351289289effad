"""Where a fault is planted, and what comes of it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source.names import names_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A test of a problem."""

    draft: Draft
    name: str

    def is_free(self, name: str) -> bool:
        """Whether a name stands neither in the problem's texts, nor in its solution or tests."""
        texts = [*self.draft.statements.values(), *self.draft.files.values(), self.draft.tests]
        return not any(name in names_shown(text) for text in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The problem with the fault.

    Attributes:
        files: the solution, where it was changed.
    """

    tests: str
    what: str
    files: Mapping[str, str] | None = None


Planter = Callable[[Spot, random.Random], Change | None]


def other_number(value: float, rng: random.Random) -> int | float:
    """A number of the same type, farther away than any tolerance."""
    step = max(1, 10 ** (len(str(int(abs(value)))) - 1)) if abs(value) < 1e300 else value
    far = rng.choice([1, 2, 3, 5, -1, -2]) * step
    return value + far


def other_text(text: str, rng: random.Random) -> str:
    """A text with one letter or digit more, less or exchanged."""
    places = [at for at, one in enumerate(text) if one.isalnum()]
    if not places:
        return text + rng.choice("xyz")
    at = rng.choice(places)
    new = rng.choice([one for one in "aemo379" if one != text[at]])
    return rng.choice([text[:at] + text[at + 1 :], text[:at] + new + text[at + 1 :], text[:at] + new + text[at:]])


LATEST_HOUR = 20


def clock_forms(forms: Collection[str], now: dt.datetime) -> list[str]:
    """The forms that can be planted now: one about the hour would soon not hold any more late in the day."""
    return [form for form in forms if form != "hour" or now.hour < LATEST_HOUR]


NEW_NAMES: Collection[str] = ("compute", "process", "handle", "build", "evaluate", "perform", "resolve")


def new_name(spot: Spot, old: str, rng: random.Random, *, camel: bool) -> str | None:
    """A plausible name for what another name stands for."""
    verbs = list(NEW_NAMES)
    rng.shuffle(verbs)
    for verb in verbs:
        upper = old[:1].upper() + old[1:]
        made = rng.choice([f"{verb}{upper}", f"{old}Value", f"{old}Internal"] if camel else _snake(verb, old))
        if old[:1].isupper():
            made = rng.choice([f"{old}Base", f"Default{old}", f"{old}Core", f"Simple{old}"])
        if spot.is_free(made):
            return made
    return None


def _snake(verb: str, old: str) -> list[str]:
    return [f"{verb}_{old}", f"{old}_value", f"{old}_impl", f"{old}_from_args"]
