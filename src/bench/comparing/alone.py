"""What one run says of the differences that its benchmark can show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.errors import UserError
from bench.runs import RunFolder
from bench.statistics import detectable


def detectable_alone(path: Path) -> dict[str, dict[str, float | int | None]]:
    """By task and average: `n`, `stderr`, and the `detectable` difference of two independent runs with such errors.

    Their difference has the standard error of one times the root of 2. Runs over the same samples show smaller ones.

    Raises:
        RunFolderError: this is no scored run.
        UserError: nothing of it has a standard error.
    """
    result = RunFolder.open(path).result()
    found = {name: _entry(entry) for table in (result.tasks, result.overall) for name, entry in table.items()}
    known = {name: entry for name, entry in found.items() if entry["stderr"]}
    if not known:
        raise UserError(
            f"{path}: no task has a standard error, since none has two documents that differ; run more samples"
        )
    return known


def _entry(entry: Mapping[str, Any]) -> dict[str, float | int | None]:
    stderr = entry["stderr"]
    two = None if stderr is None else math.sqrt(2) * stderr
    return {"n": entry.get("n"), "stderr": stderr, "detectable": detectable(two)}
