"""From scores to the tables of result.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bench.benchmarks.averaging import Table, Whole, mean_per_cent, named, per_cent, plain
from bench.benchmarks.ncb.gathered import TaskRows
from bench.benchmarks.ncb.problems import Status
from bench.benchmarks.ncb.tasks import LANGUAGES, METRIC, NATURAL_LANGUAGES, TASKS
from bench.protocols import Row
from bench.statistics import EMPTY, Estimate, clustered_mean, pass_at_k

NAMED_ROWS = 5  # ids that a list in result.json names
ALWAYS, SOMETIMES = 10, frozenset({20, 50, 100})  # values of k that pass@k is given for, and the largest there is

Places = Mapping[str, Sequence[int]]
"""Problems of each task, by their place in it."""


def aggregate(
    rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None, tasks: Sequence[str] = tuple(TASKS)
) -> Table:
    """`tasks`, `categories` and `overall` of result.json; see `Benchmark.aggregate`.

    Args:
        tasks: over which averages go; problems of one's own may be fewer than four sets.
    """
    gathered: dict[str, TaskRows] = {}
    for row in rows:
        gathered.setdefault(row.task, TaskRows()).add(row)
    present = {name: gathered[name] for name in TASKS if name in gathered}
    counts = {name: len(found.values) for name, found in present.items()}
    whole = Whole(partial=partial, expected=expected, counts=counts)
    tables = {name: _task(name, found) for name, found in present.items()}
    for name, table in tables.items():
        if expected is not None and partial is None:
            table["missing"] = max(0, expected.get(name, 0) - counts[name])
    return {
        "tasks": tables,
        "categories": _categories(present, whole, tasks),
        "overall": _overall(present, whole, tasks),
        "remarks": remarks(tables),
    }


def _task(name: str, rows: TaskRows) -> Table:
    """One entry of `tasks`, per cent."""
    task = TASKS[name]
    return {
        **per_cent(rows.estimate()),
        "n": len(rows.values),
        "not_judged": len(rows.values) - len(rows.judged),
        "score_judged": mean_per_cent(rows.judged),
        "official_score": mean_per_cent(rows.official),
        "official_denominator": len(rows.official),
        "also": {"robust": mean_per_cent(rows.robust)},
        "raised": {"rows": len(rows.raised), "first": rows.raised[:NAMED_ROWS]},
        "pass@k": _pass_at(rows.passes),
        "pass@k_ci95": _intervals(rows),
        **_valid(rows),
        "verdicts": dict(sorted(rows.verdicts.items())),
        "statuses": dict(sorted(Counter(rows.statuses).items())),
        "lost_to_format": rows.lost,
        "answers_cut": rows.cut,
        "classifications": _by_domain(rows),
        "trivial_tests": rows.trivial,
        "cluster": "problem",
        "metric": METRIC,
        "category": "Code Synthesis",
        "language": task.natural_language,
        "programming_language": task.language,
    }


def _valid(rows: TaskRows) -> Table:
    """The same on the problems on which a verdict says something."""
    places = rows.valid
    estimate = rows.estimate(places)
    return {
        "pass@k_valid": _pass_at([rows.passes[i] for i in places]),
        "valid": {**per_cent(estimate), "n": len(places)},
    }


def _pass_at(passes: Sequence[tuple[int, int]]) -> dict[str, float | None]:
    """pass@k for every k that each problem has attempts enough for; the authors leave out the others too."""
    return {str(k): mean_per_cent([pass_at_k(n, c, k) for n, c in passes]) for k in _ks(passes)}


def _ks(passes: Sequence[tuple[int, int]]) -> list[int]:
    most = min((attempts for attempts, _ in passes), default=0)
    return [k for k in range(1, most + 1) if k <= ALWAYS or k in SOMETIMES or k == most]


def _intervals(rows: TaskRows) -> dict[str, list[float] | None]:
    """The 95 % interval of each pass@k, over problems as they are resampled with all their attempts."""
    values = {k: [pass_at_k(n, c, k) for n, c in rows.passes] for k in _ks(rows.passes)}
    return {str(k): per_cent(clustered_mean(found, rows.clusters))["ci95"] for k, found in values.items()}


def _by_domain(rows: TaskRows) -> Table:
    return {
        domain: {"score": mean_per_cent([rows.values[i] for i in places]), "n": len(places)}
        for domain, places in rows.domain_places.items()
    }


def _overall(present: Mapping[str, TaskRows], whole: Whole, tasks: Sequence[str]) -> Table:
    """Named averages: means of tasks. Both natural languages of a problem are one cluster, resampled together."""
    wanted = {
        "all": list(tasks),
        **{language: [name for name in tasks if TASKS[name].language == language] for language in LANGUAGES},
        **{natural: _asked_in(natural, tasks) for natural in NATURAL_LANGUAGES},
    }
    wanted = {name: found for name, found in wanted.items() if found}
    every = {name: rows.estimate() for name, rows in present.items()}
    valid = {name: rows.estimate(rows.valid) for name, rows in present.items()}
    return {
        **{name: named(plain(name, tasks), every, whole) for name, tasks in wanted.items()},
        "all_valid": named(plain("all_valid", tasks), valid, whole, rows="valid problems"),
    }


def _asked_in(natural: str, tasks: Sequence[str]) -> list[str]:
    return [name for name in tasks if TASKS[name].natural_language == natural]


def _categories(present: Mapping[str, TaskRows], whole: Whole, tasks: Sequence[str]) -> Table:
    """By natural language and domain, over the problems of both programming languages."""
    asked = {natural: _asked_in(natural, tasks) for natural in NATURAL_LANGUAGES}
    return {natural: _domains(found, present, whole) for natural, found in asked.items() if found}


def _domains(tasks: Sequence[str], present: Mapping[str, TaskRows], whole: Whole) -> Table:
    reason = whole.missing(plain("domains", tasks), {name: rows.estimate() for name, rows in present.items()})
    inside = {name: present[name].domain_places for name in tasks if name in present}
    table = {}
    for domain in sorted({domain for domains in inside.values() for domain in domains}):
        places = {name: domains.get(domain, []) for name, domains in inside.items()}
        estimate = EMPTY if reason else _pooled(present, places)
        table[domain] = {**per_cent(estimate), "n": sum(map(len, places.values())), "reason": reason}
    return table


def _pooled(present: Mapping[str, TaskRows], places: Places) -> Estimate:
    """The mean over problems of several tasks."""
    values = [present[task].values[i] for task, chosen in places.items() for i in chosen]
    clusters = [present[task].clusters[i] for task, chosen in places.items() for i in chosen]
    return clustered_mean(values, clusters)


def remarks(tasks: Mapping[str, Table]) -> list[str]:
    """What a reader of the table must know, one line each: problems that cannot tell right from wrong, answers lost."""
    counts: Counter[str] = Counter()
    for table in tasks.values():
        counts.update(table.get("statuses", {}))
    asked = sum(table["n"] for table in tasks.values())
    lines = [f"{counts[status]} of {asked} problems {what}" for status, what in _REMARKED.items() if counts[status]]
    lines += (
        [f"{lost} right answers are lost to their format alone: see robust"]
        if (lost := _sum(tasks, "lost_to_format"))
        else []
    )
    return (
        [*lines, f"{cut} answers were cut at the limit of new tokens"] if (cut := _sum(tasks, "answers_cut")) else lines
    )


def _sum(tasks: Mapping[str, Table], name: str) -> int:
    return sum(table[name] for table in tasks.values())


_REMARKED = {
    Status.NEEDS_LIBRARY: "cannot pass here: the sandbox image lacks a library that their own solution needs",
    Status.REFERENCE_FAILS: "cannot pass here: their own solution does not",
    Status.VACUOUS: "test nothing: a solution that does nothing passes, or their input files are missing",
    Status.MISALIGNED: "ask for one thing and test another",
    Status.UNKNOWN: "were not looked at: their own solutions did not run",
}
