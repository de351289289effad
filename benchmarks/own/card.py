"""The card of a data set of one's own: a TOML file that says where the data lie, what is asked and how it is scored."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from bench.benchmarks.longbench.tasks import TRUNCATION
from bench.benchmarks.own import CARD
from bench.benchmarks.own.problems import Problem
from bench.benchmarks.prompting import template_fields
from bench.errors import did_you_mean
from bench.evaluators import METRICS
from bench.jsonl import reason
from bench.records import Kind, Truncation

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask:
    """One task of a card.

    Attributes:
        data: its JSONL file, relative to the card; several tasks may share one.
        prompt: the template, filled by `str.format` with the fields of a sample's `input`.
        metric: a key of `bench.evaluators.METRICS`, or `FILE.py:function`, the file relative to the card.
        category: tasks of one category are averaged together.
        language: of samples that do not say their own.
        kind: what is asked for; models without weights go by it.
        chat: under the model's chat template.
        first_line: only the first line of an answer is scored, after leading newlines are dropped.
        stop: generation ends here, after at least one token.
        sha256: of the data file; None where any will do.
    """

    name: str
    data: str
    prompt: str
    metric: str
    category: str = "Own data"
    language: str = "en"
    kind: Kind = Kind.QA
    max_new_tokens: int = 128
    chat: bool = True
    first_line: bool = False
    stop: tuple[str, ...] = ()
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card, read and found to be whole.

    Attributes:
        path: of the card itself.
        truncation: how prompts that are too long are cut: LongBench's rule, or None where they must not be.
    """

    path: Path
    name: str
    tasks: Mapping[str, OwnTask]
    truncation: Truncation | None = TRUNCATION
    description: str = ""
    licence: str = ""
    citation: str = ""


class Key(NamedTuple):
    """What a key of a card may be."""

    holds: Callable[[Any], bool]
    what: str


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_metric(value: object) -> bool:
    if not isinstance(value, str):
        return False
    file, _, function = value.rpartition(":")
    return value in METRICS or (file.endswith(".py") and function.isidentifier())


_TEXT, _TRUTH = Key(_is_text, "some text"), Key(lambda value: isinstance(value, bool), "true or false")
TASK_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "data": Key(_is_text, "the name of a JSONL file"),
        "prompt": _TEXT,
        "prompt_file": Key(_is_text, "the name of a text file"),
        "metric": Key(_is_metric, f"FILE.py:function or one of {', '.join(METRICS)}"),
        "category": _TEXT,
        "language": Key(_is_text, "a language's short name, en or zh for example"),
        "kind": Key(lambda value: value in list(Kind), f"one of {', '.join(Kind)}"),
        "max_new_tokens": Key(_is_count, "a whole number above 0"),
        "chat": _TRUTH,
        "first_line": _TRUTH,
        "stop": Key(_is_texts, "a list of strings"),
        "sha256": Key(lambda value: bool(_SHA256.fullmatch(str(value))), "64 hex digits"),
    }
)
"""Of a task; one that stands at the top of the card counts for every task that does not say otherwise."""
TRUNCATIONS: Mapping[str, Truncation | None] = MappingProxyType({"middle": TRUNCATION, "none": None})
CARD_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "name": Key(
            lambda value: isinstance(value, str) and bool(_NAME.fullmatch(value)), "letters, digits, . _ and -"
        ),
        "description": _TEXT,
        "licence": _TEXT,
        "citation": _TEXT,
        "truncation": Key(lambda value: value in TRUNCATIONS, f"one of {', '.join(TRUNCATIONS)}"),
        "tasks": Key(lambda value: isinstance(value, dict) and bool(value), "tables, [tasks.NAME]"),
    }
)
NEEDED = ("data", "prompt", "metric")


def read_card(path: Path) -> Card:
    """The card at a path, or in a folder.

    Raises:
        DataError: naming the first thing that is wrong with it.
    """
    card, problems = inspect_card(path)
    for problem in problems:
        raise problem.error
    assert card is not None
    return card


def inspect_card(path: Path) -> tuple[Card | None, list[Problem]]:
    """The card, or everything that is wrong with it."""
    path = path / CARD if path.is_dir() else path
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return None, [Problem(path, reason(error), f"name a {CARD}, or the folder that holds one")]
    except ValueError as error:
        return None, [Problem(path, f"not valid TOML ({error})", "mend it there")]
    problems = [Problem(path, what, remedy) for what, remedy in _problems(path, data)]
    return (None, problems) if problems else (_card(path, data), [])


def _tables(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each task's keys, with those that count for all; a card without `tasks` is one task of its own name."""
    common = {key: value for key, value in data.items() if key in TASK_KEYS}
    own = data.get("tasks") or {data.get("name", "task"): {}}
    return {name: _merged(common, table) for name, table in own.items()}


def _merged(common: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """What a task says itself replaces what the card says for all, and either spelling of a prompt the other."""
    hidden = {"prompt", "prompt_file"} if {"prompt", "prompt_file"} & set(table) else set()
    hidden |= {"sha256"} if "data" in table else set()
    return {**{key: value for key, value in common.items() if key not in hidden}, **table}


def _problems(path: Path, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong, each with its remedy."""
    yield from _wrong_keys("", data, {**CARD_KEYS, **TASK_KEYS})
    if "name" not in data:
        yield "has no 'name'", 'write name = "...": what tables and run folders call it'
    tasks = data.get("tasks", {})
    if not isinstance(tasks, dict) or not all(isinstance(table, dict) for table in tasks.values()):
        return
    for name, table in _tables(data).items():
        where = f"tasks.{name}." if tasks else ""
        if not _NAME.fullmatch(str(name)):
            yield f"tasks.{name!r} is no name for a task", "use letters, digits, . _ and -"
        if tasks:
            yield from _wrong_keys(where, tasks[name], TASK_KEYS)
        yield from _missing(where, table)
        yield from _wrong_prompt(path, where, table)
        yield from _wrong_metric(path, where, table)


def _wrong_keys(where: str, table: Mapping[str, Any], keys: Mapping[str, Key]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if name not in keys:
            yield f"there is no key {where}{name}{did_you_mean(name, keys)}", "mend or remove it"
        elif not keys[name].holds(value):
            yield f"{where}{name} is {_short(value)}", f"it must be {keys[name].what}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _missing(where: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in NEEDED:
        if key not in table and not (key == "prompt" and "prompt_file" in table):
            also = ", or prompt_file" if key == "prompt" else ""
            yield f"has no '{where}{key}'", f"it must be {TASK_KEYS[key].what}{also}"


def _wrong_prompt(path: Path, where: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "prompt" in table and "prompt_file" in table:
        yield f"{where}prompt and {where}prompt_file are both there", "keep one of them"
        return
    try:
        template = _prompt(path, table)
        _try_to_fill(template)
    except OSError as error:
        yield f"{where}prompt_file {table['prompt_file']}: {reason(error)}", "name a readable file beside the card"
    except ValueError as error:
        yield f"{where}prompt: {error}", "write a literal brace twice, and fields as {name}"


def _try_to_fill(template: str) -> None:
    """Fill every field with nothing.

    Raises:
        ValueError: a field is no plain name, or is written with a format that a text does not have.
    """
    fields = template_fields(template)
    for name in fields:
        if not name.isidentifier():
            raise ValueError(f"{{{name}}} is no field's name")
    template.format(**dict.fromkeys(fields, ""))


def _wrong_metric(path: Path, where: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    metric = table.get("metric")
    if isinstance(metric, str) and _is_metric(metric) and metric not in METRICS:
        file = metric.rpartition(":")[0]
        if not (path.parent / file).is_file():
            yield f"{where}metric: there is no file {file}", "it lies beside the card"


def _prompt(path: Path, table: Mapping[str, Any]) -> str:
    if "prompt_file" in table:
        return (path.parent / str(table["prompt_file"])).read_text(encoding="utf-8")
    return str(table.get("prompt", ""))


def _card(path: Path, data: Mapping[str, Any]) -> Card:
    about = {key: data[key] for key in ("description", "licence", "citation") if key in data}
    tasks = {name: _task(path, name, table) for name, table in _tables(data).items()}
    truncation = TRUNCATIONS[data.get("truncation", "middle")]
    return Card(path=path, name=data["name"], tasks=tasks, truncation=truncation, **about)


def _task(path: Path, name: str, table: Mapping[str, Any]) -> OwnTask:
    given = {key: value for key, value in table.items() if key not in {"prompt", "prompt_file"}}
    if "kind" in given:
        given["kind"] = Kind(given["kind"])
    if "stop" in given:
        given["stop"] = tuple(given["stop"])
    return OwnTask(name=name, prompt=_prompt(path, table), **given)
