"""A run without documents beside the full run of the same model: what is known by heart, as the paper tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.comparing.differences import intervals
from bench.comparing.values import read_run, values_of
from bench.errors import RunFolderError, UserError
from bench.records import RunResult
from bench.run_names import by_start
from bench.runs import RUN, RunFolder

WITHOUT, FULL = "no-context", "zero-shot"
NO_FULL_RUN = (
    "no finished zero-shot run of this model over the same data lies beside this one: "
    "make it, then score this run again to see what the documents add"
)
_OF_DATA = ("files", "prompts", "tasks")  # what a full run may have more of, or otherwise


def against_full(folder: RunFolder, tables: Mapping[str, Any]) -> dict[str, Any]:
    """`against` of result.json: the newest full run, and by task and average its score and the difference.

    Args:
        tables: `tasks` and `overall` of the run without documents.

    Returns:
        `run` (its id), `setting`, `tasks` and `overall`, each by name `full` and `delta`, which is full less without,
        and `delta_ci95`, its interval over the same samples; per cent. Empty where the run has its documents, or where
        there is no full run of it.
    """
    if folder.setting != WITHOUT:
        return {}
    full = next(_full_runs(folder), None)
    if full is None:
        return {}
    found, result = full
    known = _intervals(folder, tables, found)
    differences = {name: _differences(tables[name], getattr(result, name), known[name]) for name in known}
    return {"run": found.path.name, "setting": result.setting, **differences}


def _intervals(
    folder: RunFolder, tables: Mapping[str, Any], full: RunFolder
) -> Mapping[str, Mapping[str, list[float]]]:
    """By task and average, of those that can be paired sample by sample."""
    try:
        return intervals(values_of(folder, tables["tasks"], tables["overall"]), read_run(full.path))
    except UserError:
        return {"tasks": {}, "overall": {}}


def remarks_on_full(folder: RunFolder, against: Mapping[str, Any]) -> list[str]:
    """What a reader must know of the comparison, or of why there is none."""
    if folder.setting != WITHOUT or "shard" in folder.spec.generation.get("data", {}):
        return []
    if not against:
        return [NO_FULL_RUN]
    return [f"full and delta are of the zero-shot run {against['run']}; delta is full less this run"]


def _full_runs(folder: RunFolder) -> Iterator[tuple[RunFolder, RunResult]]:
    """The finished full runs of the same model over the same data that lie beside a run, the newest first."""
    beside = sorted((path.parent for path in folder.path.resolve().parent.glob(f"*/{RUN}")), key=by_start, reverse=True)
    for path in beside:
        try:
            found = RunFolder.open(path)
            if found.setting == FULL and _alike(found, folder) and found.finished:
                yield found, found.result()
        except RunFolderError:
            continue  # of another version, or damaged: nothing to compare with


def _alike(full: RunFolder, without: RunFolder) -> bool:
    """Whether two runs differ in nothing but the documents and the tasks."""
    return (
        (full.name, full.benchmark) == (without.name, without.benchmark)
        and full.spec.scoring.get("score_version") == without.spec.scoring.get("score_version")
        and _asked(full) == _asked(without)
        and _same_data(full.spec.generation.get("data", {}), without.spec.generation.get("data", {}))
    )


def _asked(folder: RunFolder) -> dict[str, Any]:
    """The model and how it was asked."""
    return {name: value for name, value in folder.spec.generation.items() if name not in {"setting", "data"}}


def _same_data(full: Mapping[str, Any], without: Mapping[str, Any]) -> bool:
    """Whether every file of the one is in the other, and the same samples of it are asked."""
    if "shard" in full or "shard" in without:
        return False  # cut by what each of them asks: not the same samples
    files = without.get("files", {})
    if not files or any(full.get("files", {}).get(name) != sha256 for name, sha256 in files.items()):
        return False
    if "sample" in without and full.get("tasks") != without.get("tasks"):
        return False  # N samples spread over other tasks are other samples
    rest = [{name: value for name, value in data.items() if name not in _OF_DATA} for data in (full, without)]
    return rest[0] == rest[1]


def _differences(
    these: Mapping[str, Any], full: Mapping[str, Any], known: Mapping[str, list[float]]
) -> dict[str, dict[str, Any]]:
    both = ((name, full.get(name, {}).get("score"), entry["score"]) for name, entry in these.items())
    return {
        name: {"full": whole, "delta": whole - own, "delta_ci95": known.get(name)}
        for name, whole, own in both
        if whole is not None and own is not None
    }
