"""Other values of the same kind, for a Python solution that is to give wrong ones.

The text of this module runs in the sandbox, in front of that of `altering`, so it imports nothing of this package. What
a value is changed to never makes the code that reads it raise, as far as that can be foreseen: numbers stay numbers,
texts keep their shape, tuples their length, dictionaries their keys.
"""

import copy
import enum
import json
import math
import os
import re
from typing import Any


def other(value: Any) -> Any:
    """Another value for what a function gives that gives something: None is not always one."""
    return 1 if value is None else altered(value)


def altered(value: Any) -> Any:
    """Another value of the same kind; the same where none is known."""
    try:
        return changed(value)
    except Exception:  # noqa: BLE001 - whatever a foreign object does when it is copied
        return value


def changed(value: Any) -> Any:
    """See `altered`.

    Raises:
        Exception: whatever the value raises.
    """
    kind = type(value)
    if value is None or isinstance(value, type):
        return value
    for family, change in FAMILIES:
        if isinstance(value, family):
            return change(value)
    foreign = FOREIGN.get(kind.__module__.split(".")[0])
    return foreign(value) if foreign else value


def of_bool(value: Any) -> Any:
    """The other one."""
    return not value


def of_enum(value: Any) -> Any:
    """The next member."""
    members: list[Any] = [*type(value).__members__.values()]
    return members[(members.index(value) + 1) % len(members)]


def of_int(value: Any) -> Any:
    """One more."""
    return value + 1


def of_float(value: Any) -> Any:
    """Farther from zero than any rounding."""
    if math.isnan(value) or value in {float("inf"), float("-inf")}:
        return type(value)(1.0)
    return type(value)(value * 1.5 + 1)


def of_complex(value: Any) -> Any:
    """One more."""
    return value * 1.5 + 1


LAST_TWO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?|\d\d:\d\d(?::\d\d)?")


def of_str(value: Any) -> Any:
    """A text of the same shape and one character more; JSON stays JSON, a date a date, a path that is there a path."""
    if value[:1] in {"{", "["} and value[-1:] in {"}", "]"}:
        try:
            return json.dumps(altered(json.loads(value)), ensure_ascii=False)
        except ValueError:
            pass
    if LAST_TWO.fullmatch(value):
        return f"{value[:-2]}{int(value[-2:]) % 28 + 1:02}"
    if len(value) < 4096 and any(mark in value for mark in "./") and os.path.exists(value):
        return value
    text = shifted(value)
    if text[-1:].isalnum():
        return text + text[-1]
    return text if text != value else text + "x"


TAG = re.compile(r"(<[A-Za-z/!?][^<>]*>)")


def shifted(text: Any) -> Any:
    """Letters and digits by one farther, everything else as it is, tags too."""
    parts = TAG.split(text)
    parts[::2] = ["".join(next_of(one) if one.isalnum() else one for one in part) for part in parts[::2]]
    return "".join(parts)


def next_of(one: Any) -> Any:
    """The letter or digit after this one; the first one after the last."""
    for first, last in ("09", "az", "AZ"):
        if first <= one <= last:
            return first if one == last else chr(ord(one) + 1)
    following = chr(ord(one) + 1)
    return following if following.isalnum() else one


def of_bytes(value: Any) -> Any:
    """Every letter and digit by one farther, and one more."""
    return type(value)(
        bytes(ord(next_of(chr(one))) if chr(one).isalnum() and one < 128 else one for one in value) + b"x"
    )


def of_tuple(value: Any) -> Any:
    """As many values, all of them changed; one in the place of an empty one."""
    parts = [other(one) for one in value]
    make = getattr(type(value), "_make", None)
    if make:
        return make(parts)
    return type(value)(parts) if parts else type(value)((1,))


def of_list(value: Any) -> Any:
    """Every value changed, and one more like the last."""
    parts = [altered(one) for one in value]
    fresh = copy.copy(value)
    fresh[:] = [*parts, altered(parts[-1]) if parts else 1]
    return fresh


def of_deque(value: Any) -> Any:
    """As a list."""
    fresh = copy.copy(value)
    fresh.clear()
    fresh.extend(of_list(list(value)))
    return fresh


def of_set(value: Any) -> Any:
    """Every value changed, or one less where that gives the same set."""
    parts = type(value)(altered(one) for one in value)
    if parts != value:
        return parts
    return type(value)(list(parts)[1:]) if parts else type(value)({1})


def of_dict(value: Any) -> Any:
    """Every value changed, and one key more."""
    fresh = copy.copy(value)
    for key, one in value.items():
        fresh[key] = altered(one)
    last = next(reversed(list(value)), None)
    new = altered(last)
    fresh["x" if last is None or new in value else new] = next(iter(fresh.values()), 1)
    return fresh


def of_numpy(value: Any) -> Any:
    """Numbers and truths; the shape and the type of the elements stay."""
    import numpy

    if isinstance(value, numpy.bool_):
        return ~value
    if not isinstance(value, numpy.ndarray | numpy.number):
        return value
    return of_numbers(value, value.dtype.kind)


def of_numbers(value: Any, kind: Any) -> Any:
    """An array or a number by the letter of its type."""
    if kind == "b":
        return ~value
    if kind in "iu":
        return value + 1
    if kind == "U":
        import numpy

        return numpy.char.add(value, "x")
    if kind not in "fc":
        return value
    import numpy

    whole = numpy.isfinite(value)
    return type(value)(1.0) if not whole.all() and not numpy.ndim(value) else numpy.where(whole, value * 1.5 + 1, 1.0)


def of_torch(value: Any) -> Any:
    """Tensors; the shape and the type of the elements stay."""
    import torch

    if not isinstance(value, torch.Tensor):
        return value
    if value.dtype == torch.bool:
        return ~value
    if not value.dtype.is_floating_point:
        return value + 1
    return torch.where(torch.isfinite(value), value * 1.5 + 1, torch.ones_like(value))


def of_pandas(value: Any) -> Any:
    """The columns of a table by their type; index and names stay."""
    import pandas

    if isinstance(value, pandas.DataFrame):
        fresh = value.copy()
        for column in range(fresh.shape[1]):
            fresh.isetitem(column, of_series(fresh.iloc[:, column]))
        return fresh
    return of_series(value) if isinstance(value, pandas.Series | pandas.Index) else value


def of_series(values: Any) -> Any:
    """One column."""
    if values.dtype.kind in "iufb":
        return ~values if values.dtype.kind == "b" else values * 2 + 1
    return values.map(altered)


def of_time(value: Any) -> Any:
    """A day, or a second where it holds no days."""
    import datetime

    if isinstance(value, datetime.time):
        return value.replace(second=(value.second + 1) % 60)
    return value + datetime.timedelta(days=1)


def of_decimal(value: Any) -> Any:
    """One more."""
    return value + 1


FOREIGN = {
    "numpy": of_numpy,
    "torch": of_torch,
    "pandas": of_pandas,
    "datetime": of_time,
    "decimal": of_decimal,
    "fractions": of_decimal,
    "collections": of_deque,
}
FAMILIES = (
    (bool, of_bool),
    (enum.Enum, of_enum),
    (int, of_int),
    (float, of_float),
    (complex, of_complex),
    (str, of_str),
    (bytes | bytearray, of_bytes),
    (tuple, of_tuple),
    (list, of_list),
    (set | frozenset, of_set),
    (dict, of_dict),
)
