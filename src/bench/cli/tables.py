"""Results as tables for a terminal, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.cli.cells import interval, new_table, number
from bench.cli.code_tables import code_tables, is_code
from bench.cli.output import printable
from bench.leaderboard.marks import marks
from bench.records import RunResult

ABSENT: Mapping[str, Any] = MappingProxyType({"score": None, "ci95": None})
LANGUAGE_NAMES = {"en": "English", "zh": "Chinese"}
MORE: Mapping[str, Callable[[Mapping[str, Any]], float | None]] = MappingProxyType(
    {
        "compensated": lambda task: task.get("compensated"),
        "corrected": lambda task: task["also"].get("corrected") if "compensated" in task else None,
    }
)
"""Columns that tables of four-choice questions have besides the score."""
MINIMUM_WIDTH = 100  # columns of a table that goes to a file or a pipe


class Screen(Console):
    """Standard output as plain text: a model's name is no markup, and a reader that went away is no failure."""

    def __init__(self, width: int | None = None) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, width=width)

    def on_broken_pipe(self) -> None:
        """Leave it to the entry point, which ends with 0; rich would end with 1."""
        raise BrokenPipeError


def console() -> Console:
    """Standard output; piped output is as wide as a table needs, not as narrow as a forgotten terminal."""
    made = Screen()
    return made if made.is_terminal else Screen(width=max(MINIMUM_WIDTH, made.width))


def print_result(result: RunResult) -> None:
    """The tasks by category, the category averages and the overall averages of one run, with every mark it carries."""
    screen = console()
    screen.print()
    screen.print(Text(result.benchmark, "bold"), printable(f" · {result.model} · {result.setting}"), sep="", end="\n\n")
    for table in code_tables(result) if is_code(result) else [_task_table(result)]:
        screen.print(table)
    for table in _category_tables(result):
        screen.print(table)
    if _any_score(result.overall):
        screen.print(_overall_table(result))
    for mark in marks(result):
        screen.print(Text("• ", "yellow"), printable(mark), sep="", soft_wrap=True)


def _task_table(result: RunResult) -> Table:
    buckets = list(dict.fromkeys(name for task in result.tasks.values() for name in task.get("buckets", {})))
    more = [name for name, find in MORE.items() if any(find(task) is not None for task in result.tasks.values())]
    table = new_table("task", "score", "95 % interval", "n", *_compared_columns(result), *buckets, *more)
    category = None
    for name, task in result.tasks.items():
        if task["category"] != category:
            category = task["category"]
            table.add_row(Text(category, "dim"))
        cells = [number(task.get("buckets", {}).get(bucket, {}).get("score")) for bucket in buckets]
        cells += [number(MORE[column](task)) for column in more]
        compared = _compared(result, "tasks", name)
        table.add_row(f"  {name}", Text(number(task["score"]), "bold"), interval(task), _n(task), *compared, *cells)
    return table


def _compared_columns(result: RunResult) -> tuple[str, ...]:
    return AGAINST if result.against else ()


def _compared(result: RunResult, kind: str, name: str) -> list[str]:
    """The cells of those columns."""
    found = result.against.get(kind, {}).get(name, {})
    return [number(found.get(column)) for column in _compared_columns(result)]


def _n(task: Mapping[str, Any]) -> str:
    return f"{task['n']} ({task['not_judged']} not judged)" if task["not_judged"] else str(task["n"])


def _category_tables(result: RunResult) -> Iterator[Table]:
    """The categories side by side by language, or a table for each way of sorting the questions."""
    known = {name: found for name, found in result.categories.items() if _any_score(found)}
    if not any("n" in entry for found in known.values() for entry in found.values()):
        yield from [_category_table(result)] if known else []
        return
    for name, found in known.items():
        table = new_table(name.replace("_", "-"), "score", "95 % interval", "n")
        for category, entry in found.items():
            table.add_row(category, number(entry["score"]), interval(entry), str(entry["n"]))
        yield table


def _any_score(entries: Mapping[str, Any]) -> bool:
    return any(entry["score"] is not None for entry in entries.values())


def _category_table(result: RunResult) -> Table:
    languages = list(result.categories)
    heads = [head for language in languages for head in (LANGUAGE_NAMES.get(language, language), "95 % interval")]
    table = new_table("category", *heads)
    for category in dict.fromkeys(name for found in result.categories.values() for name in found):
        found = [result.categories[language].get(category, ABSENT) for language in languages]
        if any(entry["score"] is not None for entry in found):
            table.add_row(category, *[cell for entry in found for cell in (number(entry["score"]), interval(entry))])
    return table


def _overall_table(result: RunResult) -> Table:
    table = new_table("overall", "score", "95 % interval", *_compared_columns(result))
    for name, entry in result.overall.items():
        if entry["score"] is not None:
            cells = [interval(entry), *_compared(result, "overall", name)]
            table.add_row(LANGUAGE_NAMES.get(name, name), Text(number(entry["score"]), "bold"), *cells)
    return table


CSV_COLUMNS = (  # those of the first version, then what came later
    "benchmark",
    "model",
    "setting",
    "kind",
    "name",
    "score",
    "low",
    "high",
    "n",
    "not_judged",
    "official_score",
    "truncated",
    "cut_in_thought",
    "cut_by_length",
    "amount",
    "full",
    "delta",
)
AGAINST = ("full", "delta")  # what a run without documents is compared by
COUNTED = ("n", "not_judged", "official_score", "truncated", "cut_in_thought", "cut_by_length", "amount", *AGAINST)


def as_csv(results: Sequence[RunResult]) -> str:
    """Tasks, categories, averages and what it all took, one a line; numbers unrounded, empty where there is none."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for result in results:
        for kind, name, entry in _entries(result):
            low, high = entry["ci95"] or (None, None)
            head = [result.benchmark, result.model, result.setting, kind, name]
            writer.writerow([*head, entry["score"], low, high, *[entry.get(key) for key in COUNTED]])
    return stream.getvalue()


def _entries(result: RunResult) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name, entry in result.tasks.items():
        yield "task", name, {**entry, **result.against.get("tasks", {}).get(name, {})}
        for bucket, found in entry.get("buckets", {}).items():
            yield "bucket", f"{name}/{bucket}", {"ci95": None, **found}
    for language, categories in result.categories.items():
        for name, entry in categories.items():
            yield "category", f"{language}/{name}", entry
    for name, entry in result.overall.items():
        yield "overall", name, {**entry, **result.against.get("overall", {}).get(name, {})}
    for name, amount in _amounts(result).items():
        yield "accounting", name, {**ABSENT, "amount": amount}


def _amounts(result: RunResult) -> Mapping[str, Any]:
    """What the answers took; what nobody knows is left out."""
    tokens = {f"{name}_tokens": count for name, count in result.tokens.items()}
    named = ("requests", "retries", "tokens_per_second", "cached_share", "from_cache")
    counts = {name: result.accounting.get(name) for name in named}
    cost = {"cost_usd": (result.accounting.get("cost") or {}).get("total")}
    together = {**tokens, "seconds": result.seconds, **counts, **cost}
    return {name: amount for name, amount in together.items() if amount is not None}
