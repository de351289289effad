"""The card of a set of problems of one's own: a TOML file beside files in NaturalCodeBench's format.

It says what the set is called and what it needs besides the sandbox's image. `bench build-tests` writes one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bench.benchmarks.ncb.sources import Source
from bench.benchmarks.ncb.tasks import TASKS
from bench.errors import DataError, did_you_mean
from bench.jsonl import reason

if TYPE_CHECKING:
    from bench.sandbox.layers import Layer

CARD, MARK, KIND = "card.toml", "problems", "ncb"
"""A card with the key `problems` is one of these; its value says which format they have."""
JARS = "jars"
PACKAGE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9._,-]+\])?==[A-Za-z0-9][A-Za-z0-9.!+_-]*(?: --hash=sha256:[0-9a-f]{64})*"
)
JAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.jar")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSet:
    """A card of this kind, read and found to be whole.

    Attributes:
        path: of the card; the problems lie beside it.
        canary: a text that stands here and beside where each problem comes from, by which training on the set shows.
        python_packages: lines of a requirements.txt, each with an exact version.
        jars: sha256 by file name; the files lie in `jars/`.
    """

    path: Path
    name: str
    version: str = "1"
    split: str = ""
    canary: str = ""
    licence: str = ""
    description: str = ""
    python_packages: tuple[str, ...] = ()
    jars: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where its problems lie."""
        return self.path.parent

    @property
    def layer(self) -> Layer | None:
        """What is needed besides the sandbox's image; None for nothing."""
        from bench.sandbox.layers import Layer

        if not self.python_packages and not self.jars:
            return None
        return Layer(name=self.name, folder=self.folder, packages=self.python_packages, jars=self.jars)

    @property
    def tasks(self) -> tuple[str, ...]:
        """Those whose problems are there."""
        return tuple(Source(self.folder).tasks())


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _is_packages(value: object) -> bool:
    return isinstance(value, list) and all(_matches(PACKAGE)(one) for one in value)


def _is_jars(value: object) -> bool:
    return isinstance(value, dict) and all(
        JAR.fullmatch(name) and _matches(_SHA256)(one) for name, one in value.items()
    )


def _is_tasks(value: object) -> bool:
    return isinstance(value, list) and all(name in TASKS for name in value)


KEYS: Mapping[str, tuple[Callable[[object], bool], str]] = MappingProxyType(
    {
        "name": (_matches(_NAME), "letters, digits, . _ and -"),
        MARK: (lambda value: value == KIND, f'"{KIND}", the only format that there is'),
        "version": (_is_text, "some text"),
        "split": (_is_text, "some text"),
        "canary": (_is_text, "some text"),
        "licence": (_is_text, "some text"),
        "description": (_is_text, "some text"),
        "citation": (_is_text, "some text"),
        "tasks": (_is_tasks, f"a list of {', '.join(TASKS)}"),
        "python_packages": (_is_packages, "a list of NAME==VERSION, each perhaps with ` --hash=sha256:...`"),
        JARS: (_is_jars, "a table of FILE.jar and its sha256"),
    }
)


def problem_card(path: Path) -> Mapping[str, Any] | None:
    """What a card of problems says; None where the file is another kind of card, or cannot be read."""
    path = path / CARD if path.is_dir() else path
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if MARK in data else None


def read_problem_set(path: Path) -> ProblemSet:
    """The card at a path, or in a folder, with its problems.

    Raises:
        DataError: naming the first thing that is wrong with it.
    """
    found = read_needs(path)
    if not found.tasks:
        remedy = f"decide what is open with `bench review`, then `bench build-tests --out {found.folder}`"
        raise DataError("no problems lie beside it", path=found.path, remedy=remedy)
    return found


def read_needs(path: Path) -> ProblemSet:
    """The same where no problems are published yet, for what they need.

    Raises:
        DataError: naming the first thing that is wrong with the card.
    """
    path = path / CARD if path.is_dir() else path
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(reason(error), path=path, remedy=f"name a {CARD}, or the folder that holds one") from None
    except ValueError as error:
        raise DataError(f"not valid TOML ({error})", path=path, remedy="mend it there") from None
    for what, remedy in _problems(path, data):
        raise DataError(what, path=path, remedy=remedy)
    texts = {key: data[key] for key in ("version", "split", "canary", "licence", "description") if key in data}
    packages, jars = tuple(data.get("python_packages", ())), dict(data.get(JARS, {}))
    return ProblemSet(path=path, name=data["name"], python_packages=packages, jars=jars, **texts)


def _problems(path: Path, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong, each with its remedy."""
    for name, value in data.items():
        if name not in KEYS:
            yield f"there is no key {name}{did_you_mean(name, KEYS)}", "mend or remove it"
        elif not KEYS[name][0](value):
            yield f"{name} is {str(value)[:60]!r}", f"it must be {KEYS[name][1]}"
    if "name" not in data:
        yield "has no 'name'", 'write name = "...": what tables and run folders call it'
    missing = next((name for name in data.get("tasks", ()) if not (path.parent / TASKS[name].file).is_file()), None)
    if missing is not None:
        yield f"tasks names {missing}, but there is no {TASKS[missing].file}", "add the file, or take the task out"
