"""Records as plain JSON data, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from bench.records.answered import Usage
from bench.records.results import RunSpec

Json = dict[str, Any]
Record = TypeVar("Record")

_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a record; looked up once, since every line of every file asks."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(item.name for item in dataclasses.fields(kind))
    return _NAMES[kind]


_NESTED: Mapping[str, type] = {"usage": Usage, "spec": RunSpec}
_AS_IT_IS = frozenset({str, int, float, bool, type(None), tuple})
_NEITHER = _AS_IT_IS - {tuple}  # types of values that are neither a list nor a record


def to_json(record: object) -> Json:
    """The record as plain JSON data; fields at their default are kept, so that every line of a file has one shape."""
    fields = ((name, getattr(record, name)) for name in _names(type(record)))
    return {name: value if type(value) in _AS_IT_IS else _plain(value) for name, value in fields}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return to_json(value) if dataclasses.is_dataclass(value) else value


def from_json(record: type[Record], data: Mapping[str, Any]) -> Record:
    """The record that `to_json` wrote; keys of a later version are passed over.

    Raises:
        TypeError: a field without a default is not there.
    """
    names = _names(record)
    known = ((key, value) for key, value in data.items() if key in names)
    return record(**{key: value if type(value) in _NEITHER else _restored(key, value) for key, value in known})


def _restored(name: str, value: Any) -> object:
    if type(value) is list:
        return tuple(value)
    return from_json(_NESTED[name], value) if name in _NESTED else value
