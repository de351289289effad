"""The published averages of LongBench.

Source: the README's tables. Overall (English) is the mean of the six category means over the English tasks and the two
code tasks; Overall (Chinese) the same over the Chinese tasks and the same two code tasks. `all` is the mean over the
categories of each category's mean over all its tasks, both languages together. `mean_16_en`, the plain mean of the 14
English and 2 code tasks, is what most compression papers print; `mean_21` is over all. For LongBench-E the plain mean
over its 13 tasks, and one for each length bucket. `mean_8_qa` and, of E, `mean_4_qa` are plain means over the QA tasks:
what the settings that ask these alone are compared by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from bench.benchmarks.averaging import Average, plain
from bench.benchmarks.longbench.tasks import QA_TASKS, TASKS, TASKS_E, Category

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


def category_tasks(category: Category, languages: Sequence[str]) -> tuple[str, ...]:
    """The tasks of a category in the given languages."""
    return tuple(t.name for t in TASKS.values() if t.category is category and t.language in languages)


def _by_category(name: str, languages: Sequence[str]) -> Average:
    return Average(name=name, groups=tuple(category_tasks(category, languages) for category in Category))


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
    plain("mean_8_qa", QA_TASKS),
)
MEAN_13 = plain("mean_13", TASKS_E)
MEAN_4_QA = plain("mean_4_qa", [task for task in QA_TASKS if task in TASKS_E])
