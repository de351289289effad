"""Answers that are told outright: what a value is, held here against what an assertion says of it.

A plain value need not be compared where it was made. The process tells it, and what it should have been never goes
there: there are no choices to guess among. Values are JSON; what JSON has no word for is a list that begins with one.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from bench.sandbox.exam import Contradiction

LIST, TUPLE, SET, DICT, BYTES, FRACTION, ARRAY, COMPLEX = "l", "t", "s", "d", "b", "q", "a", "c"
_NUMBERS = re.compile(r"[<>|=]?[biuf]\d{1,2}")
OPAQUE, LONG = "o", "long"
"""An object that is none of these, and a value too long to be told."""


class Opaque:
    """An object of which nothing is known: equal to nothing that can be written down."""


def told(text: str) -> Any:
    """The value that an answer tells.

    Raises:
        Contradiction: the runner writes no such thing.
    """
    try:
        return _value(json.loads(text))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, ArithmeticError, MemoryError):
        raise Contradiction("an answer that tells no value") from None


def _value(data: Any) -> Any:
    if not isinstance(data, list):
        return data
    kind, *parts = data
    return _READ[kind](parts)


def _array(parts: list[Any]) -> Any:
    import numpy as np

    dtype, nested = parts
    if "c" in dtype:
        real, imaginary = nested
        return np.array(real) + 1j * np.array(imaginary)
    if "O" in dtype:
        return np.array(_value(nested), dtype=object)
    # A width that a stranger chose, as of a text, could ask for all memory there is: only those of numbers are taken.
    return np.array(nested, dtype=dtype if _NUMBERS.fullmatch(dtype) else object)


_READ: Mapping[str, Callable[[list[Any]], Any]] = MappingProxyType(
    {
        LIST: lambda parts: [_value(one) for one in parts],
        TUPLE: lambda parts: tuple(_value(one) for one in parts),
        SET: lambda parts: {_value(one) for one in parts},
        DICT: lambda parts: {_value(key): _value(value) for key, value in parts},
        BYTES: lambda parts: bytes.fromhex(parts[0]),
        FRACTION: lambda parts: Fraction(*map(int, parts)),
        COMPLEX: lambda parts: complex(*parts),
        ARRAY: _array,
        OPAQUE: lambda parts: Opaque(),  # noqa: ARG005 - it has none
        LONG: lambda parts: Opaque(),  # noqa: ARG005 - see above
    }
)

RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "Eq": operator.eq,
        "Lt": operator.lt,
        "LtE": operator.le,
        "Gt": operator.gt,
        "GtE": operator.ge,
        "Is": operator.is_,
        "In": lambda element, container: element in container,
    }
)
"""Python's own, by their names in `ast`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an assertion says of a told value: a predicate on an answer's text.

    Attributes:
        relation: a key of `RELATIONS`, `allclose`, `isclose`, `array_equal` or `all`.
        value: what is written in the test.
        first: whether it stands before the told one.
        positive: whether the relation has to hold, or must not.
        tolerance: relative and absolute, where there is one.
    """

    relation: str
    value: Any
    first: bool = False
    positive: bool = True
    tolerance: tuple[float, float] = (0.0, 0.0)

    def __call__(self, text: str) -> bool:
        """Whether an answer satisfies the assertion.

        Raises:
            Contradiction: it tells no value.
        """
        value = told(text)
        pair = (self.value, value) if self.first else (value, self.value)
        try:
            return self._holds(*pair) is self.positive
        except (TypeError, ValueError, ArithmeticError, RecursionError, MemoryError):
            return False  # it would have raised there too, and the test would have failed

    def _holds(self, left: Any, right: Any) -> bool:
        if self.relation in RELATIONS:
            return bool(RELATIONS[self.relation](left, right))
        if isinstance(left, Opaque) or isinstance(right, Opaque):
            return False
        return _compared_by_numpy(self.relation, left, right, self.tolerance)


def _compared_by_numpy(relation: str, left: Any, right: Any, tolerance: tuple[float, float]) -> bool:
    import numpy as np

    relative, absolute = tolerance
    if relation == "all":
        return bool(np.all(np.asarray(left) == np.asarray(right)))
    if relation == "array_equal":
        return bool(np.array_equal(left, right))
    with np.errstate(all="ignore"):
        close = np.isclose(left, right, rtol=relative, atol=absolute)
    return bool(np.all(close)) if relation == "allclose" else bool(close)
