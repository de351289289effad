"""Run folders as they are: whole, unfinished, of a newer version or damaged; none of these stops a leaderboard."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.differences import SHORT
from bench.errors import RunFolderError, UserError
from bench.leaderboard.mending import mended
from bench.records import RunResult
from bench.runs import RESULT, RUN, RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run.

    Attributes:
        result: None where it is not scored.
        problems: what had to be mended in its result.json, or why there is none, one line each.
    """

    folder: RunFolder
    result: RunResult | None
    problems: tuple[str, ...] = ()

    @property
    def run_id(self) -> str:
        """The folder's name."""
        return self.folder.path.resolve().name

    @property
    def state(self) -> str:
        """See `RunRef.state`."""
        if self.result is None:
            return "unfinished"
        if not self._whole:
            return "partial"
        return "not judged" if self.result.not_judged else "complete"

    @property
    def why_partial(self) -> str | None:
        """Why this is not the whole benchmark; None where it is."""
        if self.result is None or self._whole:
            return None
        if not self.result.tasks:
            return "holds no samples"
        return self.result.partial or self._missing

    @property
    def _whole(self) -> bool:
        """Whether any average could be computed: without one, tasks or rows are missing."""
        assert self.result is not None
        averages = self.result.overall.values()
        return self.result.partial is None and any(entry["score"] is not None for entry in averages)

    @property
    def _missing(self) -> str:
        assert self.result is not None
        expected = self.folder.expected or {}
        held = [task for task in expected if task in self.result.tasks]
        groups = any("part_of" in task for task in self.result.tasks.values())
        if len(held) < len(expected) and not groups:
            return f"{len(held)} of {len(expected)} tasks"
        return next((str(entry["reason"]) for entry in self.result.overall.values() if entry["reason"]), "no average")


def find_runs(paths: Sequence[Path]) -> tuple[list[Run], list[str]]:
    """Every run in some folders, the oldest first, and remarks on what is there and cannot be shown.

    Args:
        paths: run folders, and folders with run folders anywhere below them.

    Raises:
        UserError: a path is not there, or there is no run at all.
    """
    runs: list[Run] = []
    remarks: list[str] = []
    seen: set[Path] = set()
    for path in paths:
        found = [folder for folder in _folders(path) if folder.resolve() not in seen]
        seen.update(folder.resolve() for folder in found)
        if not found and not any(_is_below(folder, path) for folder in seen):
            remarks.append(f"{path}: holds no run")
        for folder in found:
            _read(folder, runs, remarks)
    if not seen:
        named = ", ".join(map(str, paths))
        raise UserError(f"{named}: no run folder there (none with a {RUN}); name one that `bench run` made")
    return sorted(runs, key=lambda run: (run.folder.created, run.run_id)), remarks


def _is_below(folder: Path, path: Path) -> bool:
    return folder.is_relative_to(path.resolve())


def _folders(path: Path) -> Iterator[Path]:
    """The run folders at or below a path, in the order of their names; what lies inside a run is no other run."""
    if not path.is_dir():
        raise UserError(f"{path}: no such folder; name a run folder, or one above run folders")
    for place, below, files in os.walk(path):
        if RUN in files:
            below.clear()
            yield Path(place)
        below.sort()


def _read(path: Path, runs: list[Run], remarks: list[str]) -> None:
    try:
        runs.append(load_run(path))
    except RunFolderError as error:
        remarks.append(str(error))


def load_run(path: Path) -> Run:
    """One run.

    Raises:
        RunFolderError: it is none, is damaged, or a newer version made it.
    """
    folder = RunFolder.open(path)
    _demand_sound(folder)
    return _with_result(folder)


def _demand_sound(folder: RunFolder) -> None:
    """Refuse a run.json that a foreign hand has made into something else."""
    try:
        generation, scoring = folder.spec.generation, folder.spec.scoring
        data, model = generation.get("data", {}), generation.get("model", {})
        parts: Sequence[Any] = (scoring, data, model, data.get("prompts", {}), folder.expected or {})
        sound = all(isinstance(part, Mapping) for part in parts)
        _ = folder.notes, folder.tags, folder.sandbox, folder.partial
    except (TypeError, ValueError, AttributeError):
        sound = False
    if not sound:
        raise RunFolderError(f"{folder.path / RUN}: is damaged (a field is of another kind); restore it from a copy")


def _with_result(folder: RunFolder) -> Run:
    if not (folder.path / RESULT).is_file():
        remedy = f"is not finished or not scored: `bench score {folder.benchmark} FOLDER` scores what is there"
        return Run(folder=folder, result=None, problems=(remedy,))
    try:
        result, problems = mended(folder.result())
        _demand_of(folder, result)
    except RunFolderError as error:
        return Run(folder=folder, result=None, problems=(str(error).replace(f"{folder.path}{os.sep}", ""),))
    return Run(folder=folder, result=result, problems=tuple(problems))


def _demand_of(folder: RunFolder, result: RunResult) -> None:
    """Refuse a result that another run left here; a model may have been given another name since."""
    for name, wanted in {"benchmark": folder.benchmark, "setting": folder.setting}.items():
        if getattr(result, name) != wanted:
            found = str(getattr(result, name))[:SHORT]
            raise RunFolderError(f"{RESULT}: its {name} is {found!r}, that of {RUN} {wanted!r}; score the run again")
