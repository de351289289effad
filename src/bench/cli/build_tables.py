"""What `bench build-tests` shows at its end: a line for each problem, and in words what is left to do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from bench.cli.cells import NOTHING, new_table, number
from bench.cli.output import printable

if TYPE_CHECKING:
    from bench.benchmarks.ncb.construction.building import Built
    from bench.benchmarks.ncb.construction.foreseeing import Forecast
    from bench.benchmarks.ncb.construction.publishing import Ready
    from bench.benchmarks.ncb.construction.records import Repaired

COLUMNS = ("branches", "mutants", "smallest", "open", "published")
SHOWN = 20  # reasons that are told one by one


def show_built(built: Built, *, as_json: bool) -> None:
    """The problems as a table or as JSON on stdout, and what is left to do on stderr."""
    if as_json:
        click.echo(json.dumps(_as_json(built), ensure_ascii=False, indent=2))
    elif built.repaired:
        _print(built)
    for line in _remarks(built):
        click.echo(printable(line), err=True)


def _rows(built: Built) -> Iterator[dict[str, Any]]:
    pending = Counter(question.problem for question in built.pending)
    ready = {one.draft.id: one for one in built.published.ready} if built.published is not None else {}
    for row in built.repaired:
        counts = dict(built.counts(row))
        marks = {name: count for name, count in counts.items() if name not in {"tests", "kept"}}
        yield {
            "id": row.id,
            "language": row.draft.language,
            "tests": counts["tests"],
            "kept": counts["kept"],
            "marks": marks,
            **_measures(row),
            "smallest": len(row.measured.smallest),
            "pending": pending[row.id],
            "published": None if built.published is None else _published(ready.get(row.id)),
        }


def _published(ready: Ready | None) -> int:
    """Tests of a problem as it was published, with the one that is shown."""
    return 0 if ready is None else len(ready.hidden) + 1


def _measures(row: Repaired) -> dict[str, float | None]:
    measured = row.measured
    return {name: getattr(measured, name) for name in ("line_coverage", "branch_coverage", "mutation_score")}


def _print(built: Built) -> None:
    from bench.cli.tables import console

    table = new_table("problem", "tests", "marks", *COLUMNS, texts=3)
    for row in _rows(built):
        marks = ", ".join(f"{count} {name}" for name, count in row["marks"].items())
        measures = (number(row[name]) for name in ("branch_coverage", "mutation_score"))
        published = NOTHING if row["published"] is None else str(row["published"] or "no")
        kept = f"{row['kept']} of {row['tests']}"
        counts = (str(row["smallest"]), str(row["pending"]), published)
        table.add_row(printable(row["id"]), kept, marks or NOTHING, *measures, *counts)
    console().print(table)


def _remarks(built: Built) -> Iterator[str]:
    """What did not become a problem and why, and what to do next."""
    yield from _some("dropped", [f"{one.id}: {one.reason}" for one in built.screened if not one.keep])
    yield from _some("not drafted", [f"{one.id}: {one.reason}" for one in built.undrafted])
    if built.published is not None:
        left_out = built.published.left_out
        yield from _some("left out", [f"{name}: {reason}" for name, reason in left_out.items()])
    if built.failures:
        yield f"{built.failures} prompts or trials failed; the same command does them again"
    if built.pending:
        count, problems = len(built.pending), len({question.problem for question in built.pending})
        yield (
            f"{count} questions about {problems} problems are open: `bench review {built.folder}`, "
            f"then `bench build-tests --out {built.folder}`"
        )
    if built.published is not None:
        parts = ", ".join(f"{count} in {task}" for task, count in built.published.tasks.items()) or "none"
        yield f"{len(built.published.ready)} problems published: {parts}"


def _some(what: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (f"{what}: {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"and {len(lines) - SHOWN} more {what}"


def _as_json(built: Built) -> dict[str, Any]:
    published = built.published
    return {
        "folder": str(built.folder),
        "problems": list(_rows(built)),
        "dropped": {one.id: one.reason for one in built.screened if not one.keep},
        "not_drafted": {one.id: one.reason for one in built.undrafted},
        "left_out": {} if published is None else dict(published.left_out),
        "published": None if published is None else dict(published.tasks),
        "pending": [question.id for question in built.pending],
        "failures": built.failures,
        "finished": built.finished,
    }


def show_forecast(forecast: Forecast, *, as_json: bool) -> None:
    """What a build would take."""
    from dataclasses import asdict

    if as_json:
        click.echo(json.dumps(asdict(forecast), indent=2))
        return
    click.echo(
        f"{forecast.requests} requests, {forecast.dropped} dropped by rules; at most {forecast.prompts} prompts, about "
        f"{forecast.tokens_in:,} tokens in and {forecast.tokens_out:,} out; at most {forecast.trials} trials in "
        f"containers of their own, about {forecast.minutes:.0f} minutes on two cores"
    )
