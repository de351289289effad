"""The published averages of LongBench.

Source: the README's tables. Overall (English) is the mean of the six category means over the English tasks and the two
code tasks; Overall (Chinese) the same over the Chinese tasks and the same two code tasks. `all` is the mean over the
categories of each category's mean over all its tasks, both languages together. `mean_16_en`, the plain mean of the 14
English and 2 code tasks, is what most compression papers print; `mean_21` is over all. For LongBench-E the plain mean
over its 13 tasks, and one for each length bucket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bench.benchmarks.longbench.tasks import TASKS, TASKS_E, Category
from bench.statistics import Estimate, average

_FIRST, _SECOND = 4000, 8000  # words, the borders in the authors' eval.py
BUCKETS: Mapping[str, Callable[[float], bool]] = MappingProxyType(
    {
        "0-4k": lambda length: length < _FIRST,
        "4-8k": lambda length: _FIRST <= length < _SECOND,
        "8k+": lambda length: length >= _SECOND,
    }
)


def bucket_of(length: float) -> str:
    """The length bucket of LongBench-E (`scorer_e` in the authors' eval.py)."""
    return next(name for name, holds in BUCKETS.items() if holds(length))


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """A named average: the mean over groups of the mean over each group's tasks."""

    name: str
    groups: tuple[tuple[str, ...], ...]

    @property
    def tasks(self) -> tuple[str, ...]:
        """Every task that takes part."""
        return tuple(task for group in self.groups for task in group)


def category_tasks(category: Category, languages: Sequence[str]) -> tuple[str, ...]:
    """The tasks of a category in the given languages."""
    return tuple(t.name for t in TASKS.values() if t.category is category and t.language in languages)


def _by_category(name: str, languages: Sequence[str]) -> Average:
    return Average(name=name, groups=tuple(category_tasks(category, languages) for category in Category))


def plain(name: str, tasks: Iterable[str]) -> Average:
    """The plain mean over tasks."""
    return Average(name=name, groups=tuple((task,) for task in tasks))


def _of_languages(languages: Sequence[str]) -> list[str]:
    return [task.name for task in TASKS.values() if task.language in languages]


LANGUAGES: Mapping[str, tuple[str, ...]] = MappingProxyType({"en": ("en", "code"), "zh": ("zh", "code")})
EVERY = ("en", "zh", "code")

AVERAGES: tuple[Average, ...] = (
    _by_category("en", LANGUAGES["en"]),
    _by_category("zh", LANGUAGES["zh"]),
    _by_category("all", EVERY),
    plain("mean_16_en", _of_languages(LANGUAGES["en"])),
    plain("mean_21", TASKS),
)
MEAN_13 = plain("mean_13", TASKS_E)


def evaluate(wanted: Average, estimates: Mapping[str, Estimate]) -> Estimate:
    """The average with its interval; every task of it must be in `estimates`."""
    return average([average([estimates[task] for task in group]) for group in wanted.groups])
