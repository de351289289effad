"""Prompt templates: text files with fields as `str.format` has them, ours or a folder of the user's own."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from bench.benchmarks.prompting import template_fields
from bench.errors import DataError, UserError, did_you_mean
from bench.jsonl import reason, replace_file, writing

PROMPTS = "prompts"
"""Where a set keeps the templates that it was built with, if they are not ours."""
NATURAL_LANGUAGES = ("en", "zh")
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "screen": ("text", "language", "domains"),
        "statement": ("text", "language", "files"),
        "solution": ("statement", "language", "files", "fence"),
        "tests": (
            *("statement", "solution", "language", "files", "fence"),
            *("count", "ordinary", "corner", "framework", "shape"),
        ),
        "more_tests": (
            *("statement", "missing", "solution", "tests", "language", "fence"),
            *("count", "framework", "shape"),
        ),
        "argue": ("statement", "expected", "observed", "side", "test", "solution", "language"),
        "translate": ("statement", "language"),
        "solve": ("statement", "language", "files", "fence"),
    }
)
"""Of each template, all that it may name; without the first it would ask for nothing, so that one must be there.

`translate` is chosen by the language that is wanted, every other one by that of the request.
"""


@dataclass(frozen=True, slots=True)
class Templates:
    """Every template by its name and natural language.

    Attributes:
        texts: by file name, `screen_en.txt`.
    """

    texts: Mapping[str, str]

    def filled(self, name: str, natural_language: str, values: Mapping[str, object]) -> str:
        """The prompt's text."""
        return self.texts[_file(name, natural_language)].format(**values).strip() + "\n"

    def sha256(self, name: str) -> str:
        """Of a template in all its natural languages."""
        whole = "\0".join(self.texts[_file(name, natural)] for natural in NATURAL_LANGUAGES)
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def hashes(self) -> dict[str, str]:
        """Of every template, by name."""
        return {name: self.sha256(name) for name in FIELDS}


def _file(name: str, natural_language: str) -> str:
    return f"{name}_{natural_language}.txt"


def _names() -> list[str]:
    return [_file(name, natural) for name in FIELDS for natural in NATURAL_LANGUAGES]


def own_templates() -> Templates:
    """Those of this package."""
    folder = files("bench.benchmarks.ncb.construction.prompts")
    return Templates({name: (folder / name).read_text(encoding="utf-8") for name in _names()})


def load_templates(folder: Path | None) -> Templates:
    """Those of a folder, and this package's for whatever is not in it.

    Raises:
        UserError: the folder is not there, or holds a text file that is no template.
        DataError: a template names a field that there is not, or leaves out the one that it is about.
    """
    ours = own_templates()
    if folder is None:
        return ours
    if not folder.is_dir():
        raise UserError(f"--prompts {folder}: no such folder; --write-prompts {folder} writes the templates there")
    given = {path.name: _read(path) for path in sorted(folder.glob("*.txt"))}
    for name, text in given.items():
        _check(folder / name, name, text)
    return Templates({**ours.texts, **given})


def kept_templates(given: Path | None, folder: Path) -> Path | None:
    """The folder of templates of a set: what was given now or at an earlier start, kept with the set; None for ours.

    Raises:
        UserError: as `load_templates`, before anything is kept.
    """
    kept = folder / PROMPTS
    if given is not None and given.resolve() != kept.resolve():
        load_templates(given)
        with writing(kept, "name another folder with --out"):
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            for path in sorted(given.glob("*.txt")):
                shutil.copyfile(path, kept / path.name)
    return kept if kept.is_dir() else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = reason(error) if isinstance(error, OSError) else "not UTF-8"
        raise DataError(what, path=path, remedy="mend or remove it") from None


def _check(path: Path, name: str, text: str) -> None:
    if name not in _names():
        raise DataError(f"no template has this name{did_you_mean(name, _names())}", path=path, remedy="rename it")
    allowed = FIELDS[name.rpartition("_")[0]]
    try:
        found = template_fields(text)
    except ValueError as error:
        raise DataError(str(error), path=path, remedy="write a literal brace twice, and fields as {name}") from None
    for field in sorted(found - set(allowed)):
        there = ", ".join(f"{{{one}}}" for one in allowed)
        raise DataError(
            f"there is no field {{{field}}}", path=path, remedy=f"a literal brace is written twice; {there}"
        )
    if allowed[0] not in found:
        raise DataError(f"the field {{{allowed[0]}}} is missing", path=path, remedy="put it where its text belongs")


def write_templates(folder: Path) -> list[Path]:
    """Write this package's templates out, for a user to change; files that are there already stay.

    Raises:
        RunFolderError: the folder cannot be written.
    """
    with writing(folder, "name another folder"):
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in own_templates().texts.items():
        if not (folder / name).exists():
            replace_file(folder / name, [text])
            written.append(folder / name)
    return written
