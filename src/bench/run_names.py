"""What a run is called on disk: folders of its benchmark and model, then its start and the hash of what it asks."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_RUN_ID = re.compile(r"(?P<stamp>\d{8}T\d{6}Z)-(?:(?P<number>\d{1,3})-)?[0-9a-f]{8}")


def generation_sha256(generation: Mapping[str, Any]) -> str:
    """The hash that tells one run from another."""
    canonical = json.dumps(generation, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def folder_name(model: str) -> str:
    """The model's name as a folder: characters outside [A-Za-z0-9._-] become _."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", model).lstrip(".") or "_"


def by_start(path: Path) -> tuple[str, int, str]:
    """Sorts run folders by their start; of those of one second the unnumbered one is the first."""
    found = _RUN_ID.fullmatch(path.name)
    return (found["stamp"], int(found["number"] or 0), path.name) if found else (path.name, 0, path.name)
