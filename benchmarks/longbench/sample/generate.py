"""Rows of sample data for the 21 tasks of LongBench v1, at any length."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bench.benchmarks.longbench.sample import fewshot, multi, program, single, summary, synthetic
from bench.benchmarks.longbench.sample.order import Maker, Order
from bench.benchmarks.longbench.tasks import TASKS, Category, Task
from bench.errors import UserError

Row = dict[str, Any]

KEYS = ("input", "context", "answers", "length", "dataset", "language", "all_classes", "_id")
SHORTEST = 300
WORDS_PER_CHARACTER = 0.6  # a Chinese text of 1,000 characters takes about the tokens of 600 English words
E_WORDS = (2_000, 2_000, 6_000, 6_000, 9_000, 9_000)  # two rows in each of LongBench-E's three buckets

MAKERS: Mapping[str, Maker] = MappingProxyType({
    **single.MAKERS, **multi.MAKERS, **summary.MAKERS, **fewshot.MAKERS, **synthetic.MAKERS, **program.MAKERS
})  # fmt: skip


def generate(task: str, *, count: int, words: int, seed: int = 0) -> Iterator[Row]:
    """Rows of one task with the official eight keys, made one at a time.

    A row depends on `task`, `words`, `seed` and its number alone: not on `count`, on other tasks, on the platform or
    on PYTHONHASHSEED.

    Args:
        task: a name of `TASKS`.
        count: how many rows.
        words: length of context and input in words between white space; for the Chinese tasks words / 0.6 characters,
            which is about as many tokens. The length comes out within 15 per cent.
        seed: another seed, other samples.

    Raises:
        UserError: the task is unknown, or `words` is below 300.
    """
    return sized(task, [words] * count, seed=seed)


def sized(task: str, sizes: Sequence[int], *, seed: int = 0) -> Iterator[Row]:
    """Like `generate`, with a number of words for each row."""
    if task not in MAKERS:
        raise UserError(f"no sample data for task {task!r}; there is {', '.join(MAKERS)}")
    if min(sizes, default=SHORTEST) < SHORTEST:
        raise UserError(f"samples of {min(sizes)} words are too short for the tasks; ask for at least {SHORTEST}")
    return (_row(TASKS[task], number, words, seed) for number, words in enumerate(sizes))


def _row(task: Task, number: int, words: int, seed: int) -> Row:
    chinese = task.language == "zh"
    order = Order(
        task=task.name,
        row=number,
        size=round(words / WORDS_PER_CHARACTER) if chinese else words,
        seed=seed,
        chinese=chinese,
        shared=_shares_documents(task),
    )
    sheet = MAKERS[task.name](order)
    values = (
        sheet.input,
        sheet.context,
        sheet.answers,
        order.measure(sheet.context) + order.measure(sheet.input),
        task.name,
        sheet.language,
        sheet.all_classes,
        hashlib.sha256(f"{seed}/{task.name}/{words}/{number}".encode()).hexdigest()[:48],
    )
    return dict(zip(KEYS, values, strict=True))


def _shares_documents(task: Task) -> bool:
    return task.category in (Category.SINGLE_DOC_QA, Category.MULTI_DOC_QA) or task.name == "qmsum"
