"""Every number of many runs as one pandas DataFrame, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bench.errors import UserError
from bench.leaderboard.badges import badges_of, protocol_of
from bench.leaderboard.cells import NATURAL
from bench.leaderboard.found import Run, find_runs

if TYPE_CHECKING:
    import pandas as pd

DTYPES: Mapping[str, str] = MappingProxyType(
    {
        "benchmark": "string",
        "model": "string",
        "setting": "string",
        "run": "string",
        "created": "datetime64[ns, UTC]",
        "state": "string",
        "partial": "string",
        "protocol": "string",
        "edit_similarity": "string",
        "score_version": "Int64",
        "kind": "string",
        "name": "string",
        "language": "string",
        "category": "string",
        "score": "float64",
        "low": "float64",
        "high": "float64",
        "stderr": "float64",
        "n": "Int64",
        "not_judged": "Int64",
        "official_score": "float64",
        "official_n": "Int64",
        "reason": "string",
    }
)
"""The columns in their order; `tag.<name>` of every tag follow, as strings."""

Line = dict[str, Any]


def results(*paths: str | PathLike[str]) -> pd.DataFrame:
    """Every run in some folders, as `bench.results`.

    Args:
        paths: run folders, or folders above them; `runs` where none is given.

    Returns:
        A line for each task, category, average and length bucket of each run, the oldest run first; columns and dtypes
        as in `DTYPES`. Scores, errors and intervals are per cent, NaN where there is none and `reason` says why. `kind`
        is `task`, `category`, `overall` or `bucket`; a run that is not scored has one line without a kind. `partial` is
        why a run is not the whole benchmark. What cannot be read is warned of.

    Raises:
        UserError: a path is not there, there is no run, or pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise UserError("pandas is not installed; install it: pip install 'longcode-bench[leaderboard]'") from None
    import warnings

    runs, remarks = find_runs([Path(path) for path in paths or ("runs",)])
    for remark in remarks:
        warnings.warn(remark, stacklevel=2)
    lines = [line for run in runs for line in _lines(run, runs)]
    tags = dict.fromkeys(name for line in lines for name in line if name.startswith("tag."))
    frame = pd.DataFrame(lines, columns=[*DTYPES, *tags])
    frame["created"] = pd.to_datetime(frame["created"], utc=True, errors="coerce")
    return frame.astype({**DTYPES, **dict.fromkeys(tags, "string")})


def _lines(run: Run, runs: Sequence[Run]) -> Iterator[Line]:
    made = _made(run, runs)
    if run.result is None:
        yield {**made, "reason": "; ".join(run.problems)}
        return
    for kind, name, entry, more in _entries(run):
        low, high = entry.get("ci95") or (None, None)
        numbers = {key: entry.get(key) for key in ("score", "stderr", "n", "not_judged", "official_score", "reason")}
        own = {"kind": kind, "name": name, "low": low, "high": high, "official_n": entry.get("official_denominator")}
        yield made | numbers | more | own


def _made(run: Run, runs: Sequence[Run]) -> Line:
    """What every line of a run says."""
    beside = [other.folder.spec.scoring for other in runs if other.folder.benchmark == run.folder.benchmark]
    badges = badges_of(run, [scoring.get("score_version") for scoring in beside])
    scoring = run.folder.spec.scoring
    version = scoring.get("score_version")
    return {
        "benchmark": run.folder.benchmark,
        "model": run.folder.name,
        "setting": run.folder.setting,
        "run": run.run_id,
        "created": run.folder.created or None,
        "state": run.state,
        "partial": run.why_partial,
        "protocol": protocol_of(badges),
        "edit_similarity": scoring.get("edit_similarity"),
        "score_version": version if isinstance(version, int) else None,
        **{f"tag.{name}": str(value) for name, value in run.folder.tags.items()},
    }


def _entries(run: Run) -> Iterator[tuple[str, str, Mapping[str, Any], Line]]:
    """Kind, name, the entry of result.json, and what is known of it besides."""
    assert run.result is not None
    for name, entry in run.result.tasks.items():
        about = {"language": entry["language"], "category": entry["category"]}
        yield "task", name, entry, about
        for bucket, found in entry.get("buckets", {}).items():
            yield "bucket", f"{name}/{bucket}", found, about
    for language, categories in run.result.categories.items():
        for name, entry in categories.items():
            yield "category", f"{language}/{name}", entry, _of_category(language, name)
    for name, entry in run.result.overall.items():
        yield "overall", name, entry, {}


def _of_category(language: str, name: str) -> Line:
    return {"language": language if language in NATURAL else None, "category": name}
