"""The prompt texts: part of LongBench's data, verified by hash, never retyped here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.benchmarks.longbench.sources import PROMPTS, Source
from bench.benchmarks.prompting import template_fields
from bench.errors import DataError, UserError
from bench.hub.cards import pinned

FIELDS = frozenset({"input", "context"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTexts:
    """One template a task, with the hash of the file they came from."""

    templates: Mapping[str, str]
    sha256: str

    @property
    def official(self) -> bool:
        """Whether these are the authors' own, byte for byte."""
        return self.sha256 == pinned("longbench", f"config/{PROMPTS}")


def load_texts(source: Source, given: Path | None, tasks: Sequence[str]) -> PromptTexts:
    """Read and check the prompt texts of the given tasks.

    Args:
        given: `--prompts FILE`, or a folder that holds the file; None for the one beside the data.

    Raises:
        DataError: the file is missing, not JSON, lacks a task or names a field that the data does not have.
    """
    path, raw = _given(given) if given is not None else _beside(source)
    try:
        templates = json.loads(raw)
    except ValueError as error:
        raise DataError(f"not valid JSON ({error})", path=path, remedy="restore the file") from None
    if not isinstance(templates, dict):
        raise DataError("not a JSON object", path=path, remedy="it maps each task to its prompt text")
    for task in tasks:
        _check(path, task, templates.get(task))
    return PromptTexts(templates=templates, sha256=hashlib.sha256(raw).hexdigest())


def _given(path: Path) -> tuple[Path, bytes]:
    path = path / PROMPTS if path.is_dir() else path
    try:
        return path, path.read_bytes()
    except OSError as error:
        raise DataError(error.strerror or str(error), path=path, remedy="name a readable file with --prompts") from None


def _beside(source: Source) -> tuple[Path, bytes]:
    found = source.prompts()
    if found is None:
        where = "beside the data or in config/"
        raise UserError(
            f"{PROMPTS} is not {where}; take it from the authors' LongBench/config, or name it with --prompts"
        )
    return found


def _check(path: Path, task: str, template: object) -> None:
    if not isinstance(template, str):
        raise DataError(f"no prompt text for {task}", path=path, remedy="add it, or choose other --tasks")
    try:
        fields = template_fields(template)
    except ValueError as error:
        raise DataError(
            f"the prompt text of {task}: {error}", path=path, remedy="write a literal brace twice"
        ) from None
    if fields - FIELDS:
        unknown = min(fields - FIELDS)
        raise DataError(f"{task} names the field {{{unknown}}}", path=path, remedy="only {input} and {context} exist")
