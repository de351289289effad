"""Records that hold records, as plain JSON data and back, by the types that their fields are annotated with.

`to_json` and `from_json` are for the lines of which a run writes a hundred thousand, and look no deeper than they must.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def to_plain(value: object) -> Any:
    """A record as JSON data: tuples become lists, mappings objects, records objects of their fields."""
    if dataclasses.is_dataclass(value):
        return {item.name: to_plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(one) for key, one in value.items()}
    return [to_plain(one) for one in value] if isinstance(value, tuple | list) else value


def from_plain(record: type[Record], data: Mapping[str, Any]) -> Record:
    """The record that `to_plain` wrote; keys of a later version are passed over.

    Raises:
        TypeError: a field without a default is not there, or a record's place holds something else.
    """
    if not isinstance(data, Mapping):
        raise TypeError(f"{record.__name__}: not a JSON object")
    hints = _hints(cast("Any", record))
    return record(**{name: _restored(hints[name], value) for name, value in data.items() if name in hints})


@cache
def _hints(record: Any) -> dict[str, Any]:
    named = get_type_hints(record)
    return {item.name: named[item.name] for item in dataclasses.fields(record)}


def _restored(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    kind, inner = get_origin(hint), get_args(hint)
    if kind in {Union, types.UnionType}:
        return _restored(next(one for one in inner if one is not type(None)), value)
    if kind is tuple:
        each = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_restored(one, part) for one, part in zip(each, value, strict=True))
    if inner and isinstance(value, Mapping):
        return {key: _restored(inner[-1], one) for key, one in value.items()}
    return from_plain(cast("type[Any]", hint), value) if dataclasses.is_dataclass(hint) else value
