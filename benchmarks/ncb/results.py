"""From scores to the tables of result.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bench.benchmarks.averaging import Table, Whole, mean_per_cent, per_cent, plain
from bench.benchmarks.ncb.gathered import TaskRows
from bench.benchmarks.ncb.problems import Status, remark_on_inputs
from bench.benchmarks.ncb.tasks import LANGUAGES, METRIC, NATURAL_LANGUAGES, TASKS
from bench.protocols import Row
from bench.statistics import EMPTY, Estimate, average, clustered_mean, pass_at_k

NAMED_ROWS = 5  # ids that a list in result.json names
ALWAYS, SOMETIMES = 10, frozenset({20, 50, 100})  # values of k that pass@k is given for, and the largest there is

Places = Mapping[str, Sequence[int]]
"""Problems of each task, by their place in it."""


def aggregate(rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None) -> Table:
    """`tasks`, `categories` and `overall` of result.json; see `Benchmark.aggregate`."""
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
    return {"tasks": tables, "categories": _categories(present, whole), "overall": _overall(present, whole)}


def _task(name: str, rows: TaskRows) -> Table:
    """One entry of `tasks`, per cent."""
    task = TASKS[name]
    return {
        **per_cent(rows.estimate(name)),
        "n": len(rows.values),
        "not_judged": len(rows.values) - len(rows.judged),
        "score_judged": mean_per_cent(rows.judged),
        "official_score": mean_per_cent(rows.official),
        "official_denominator": len(rows.official),
        "also": {"robust": mean_per_cent(rows.robust)},
        "raised": {"rows": len(rows.raised), "first": rows.raised[:NAMED_ROWS]},
        "pass@k": _pass_at(rows.passes),
        **_valid(name, rows),
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


def _valid(name: str, rows: TaskRows) -> Table:
    """The same on the problems on which a verdict says something."""
    places = rows.valid
    estimate = rows.estimate(f"{name}/valid", places)
    return {
        "pass@k_valid": _pass_at([rows.passes[i] for i in places]),
        "valid": {**per_cent(estimate), "n": len(places)},
    }


def _pass_at(passes: Sequence[tuple[int, int]]) -> dict[str, float | None]:
    """pass@k for every k that each problem has attempts enough for; the authors leave out the others too."""
    most = min((attempts for attempts, _ in passes), default=0)
    ks = [k for k in range(1, most + 1) if k <= ALWAYS or k in SOMETIMES or k == most]
    return {str(k): mean_per_cent([pass_at_k(n, c, k) for n, c in passes]) for k in ks}


def _by_domain(rows: TaskRows) -> Table:
    return {
        domain: {"score": mean_per_cent([rows.values[i] for i in places]), "n": len(places)}
        for domain, places in rows.domain_places.items()
    }


def _overall(present: Mapping[str, TaskRows], whole: Whole) -> Table:
    """Named averages: means of tasks. Their intervals take both natural languages of a problem together."""
    every: Places = {name: range(len(rows.values)) for name, rows in present.items()}
    wanted = {
        "all": list(TASKS),
        **{language: [task.name for task in TASKS.values() if task.language == language] for language in LANGUAGES},
        **{natural: _asked_in(natural) for natural in NATURAL_LANGUAGES},
    }
    valid = {name: rows.valid for name, rows in present.items()}
    return {
        **{name: _average(name, tasks, present, every, whole) for name, tasks in wanted.items()},
        "all_valid": _average("all_valid", list(TASKS), present, valid, whole, what="valid problems in "),
    }


def _asked_in(natural: str) -> list[str]:
    return [task.name for task in TASKS.values() if task.natural_language == natural]


def _average(
    name: str, tasks: Sequence[str], present: Mapping[str, TaskRows], places: Places, whole: Whole, what: str = ""
) -> Table:
    """The mean of tasks, or null with the reason."""
    estimates = {task: rows.estimate(task, places[task]) for task, rows in present.items()}
    reason = whole.missing(plain(name, tasks), estimates, what)
    parts = [] if reason else [_of_language(name, of, present, places, estimates) for of in _by_language(tasks)]
    return {**per_cent(average(parts)), "reason": reason}


def _by_language(tasks: Sequence[str]) -> list[list[str]]:
    groups = [[task for task in tasks if TASKS[task].language == language] for language in LANGUAGES]
    return [group for group in groups if group]


def _of_language(
    name: str, tasks: Sequence[str], present: Mapping[str, TaskRows], places: Places, estimates: Mapping[str, Estimate]
) -> Estimate:
    """Tasks of one size hold the same problems in two natural languages, and are resampled together."""
    if len({len(places[task]) for task in tasks}) > 1:
        return average([estimates[task] for task in tasks])
    return _pooled(f"{name}/{tasks[0]}", present, {task: places[task] for task in tasks})


def _pooled(name: str, present: Mapping[str, TaskRows], places: Places) -> Estimate:
    values = [present[task].values[i] for task, chosen in places.items() for i in chosen]
    clusters = [present[task].clusters[i] for task, chosen in places.items() for i in chosen]
    return clustered_mean(values, clusters, name=name)


def _categories(present: Mapping[str, TaskRows], whole: Whole) -> Table:
    """By natural language and domain, over the problems of both programming languages."""
    return {natural: _domains(natural, present, whole) for natural in NATURAL_LANGUAGES}


def _domains(natural: str, present: Mapping[str, TaskRows], whole: Whole) -> Table:
    tasks = _asked_in(natural)
    reason = whole.missing(plain(natural, tasks), {name: rows.estimate(name) for name, rows in present.items()})
    inside = {name: present[name].domain_places for name in tasks if name in present}
    table = {}
    for domain in sorted({domain for domains in inside.values() for domain in domains}):
        places = {name: domains.get(domain, []) for name, domains in inside.items()}
        estimate = EMPTY if reason else _pooled(f"{natural}/{domain}", present, places)
        table[domain] = {**per_cent(estimate), "n": sum(map(len, places.values())), "reason": reason}
    return table


def remarks(tasks: Mapping[str, Table]) -> list[str]:
    """What a reader of the table must know, one line each: problems that could not be solved here, and why."""
    counts: Counter[str] = Counter()
    for table in tasks.values():
        counts.update(table.get("statuses", {}))
    asked = sum(table["n"] for table in tasks.values())
    lines = remark_on_inputs(asked, counts[Status.NEEDS_INPUTS])
    for status, what in _REMARKED.items():
        lines += [f"{counts[status]} of {asked} problems {what}"] if counts[status] else []
    return lines


_REMARKED = {
    Status.NEEDS_LIBRARY: "cannot pass here: the sandbox image lacks a library that their own solution needs",
    Status.REFERENCE_FAILS: "cannot pass here: their own solution does not",
    Status.VACUOUS: "pass with a solution that does nothing, or without the files that they read",
    Status.UNKNOWN: "were not looked at: their own solutions did not run",
}
