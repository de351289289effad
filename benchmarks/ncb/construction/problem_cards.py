"""The card of a set of problems: what it is called, what it needs besides the sandbox's image, and its canary."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.benchmarks.ncb.problem_set import CARD, JARS, KIND, MARK
from bench.jsonl import replace_file

if TYPE_CHECKING:
    from bench.benchmarks.ncb.construction.work import Settings

VERSION, SPLIT = "1", "private"


def new_canary(name: str) -> str:
    """A text that stands nowhere else, so that a model which knows it has seen these problems."""
    return f"{name} problems must not be in training data; canary {uuid.uuid4()}"


def write_card(folder: Path, settings: Settings, *, tasks: Sequence[str], canary: str) -> None:
    """card.toml, whole or not at all; what a user wrote into licence, version and split stays."""
    kept = _kept(folder / CARD)
    lines = [
        f"name = {_text(settings.name)}",
        f"{MARK} = {_text(KIND)}",
        f"version = {_text(kept.get('version', VERSION))}",
        f"split = {_text(kept.get('split', SPLIT))}",
        f"canary = {_text(canary)}",
        *(f"{key} = {_text(kept[key])}" for key in ("licence", "description", "citation") if key in kept),
        f"tasks = [{', '.join(map(_text, tasks))}]",
    ]
    if settings.python_packages:
        lines.append(f"python_packages = [{', '.join(map(_text, settings.python_packages))}]")
    if settings.jars:
        lines += ["", f"[{JARS}]", *(f"{_text(name)} = {_text(sha256)}" for name, sha256 in settings.jars.items())]
    replace_file(folder / CARD, ["\n".join(lines) + "\n"])


def _kept(path: Path) -> Mapping[str, str]:
    import tomllib

    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _text(value: str) -> str:
    """A TOML string: JSON's rules for basic strings are TOML's."""
    return json.dumps(value, ensure_ascii=False)
