"""Constants of Java as values, and as source.

A constant is kept as what it is worth, so that two of them can be told apart, and it is written out in one way only, so
that nobody can see by its spelling which of several its author wrote.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value.

    Attributes:
        kind: `int`, `long`, `double`, `float`, `short`, `byte`, `char`, `boolean`, `String`, a class that boxes one,
            `BigInteger`, `BigDecimal` or `null`.
        value: a char as its code unit's number, big numbers as their text.
    """

    kind: str
    value: Value


@dataclass(frozen=True, slots=True)
class Node:
    """Several constants together.

    Attributes:
        kind: `list`, `set`, `map` (keys and values in turn), or an array's type, `int[][]`.
    """

    kind: str
    children: tuple[Constant, ...]


Constant = Leaf | Node

NULL = Leaf("null", None)
BOXES: Mapping[str, str] = MappingProxyType(
    {
        "int": "Integer",
        "long": "Long",
        "double": "Double",
        "float": "Float",
        "short": "Short",
        "byte": "Byte",
        "char": "Character",
        "boolean": "Boolean",
    }
)
WHOLE: Mapping[str, int] = MappingProxyType({"byte": 8, "short": 16, "int": 32, "long": 64})
"""Bits of the whole numbers."""


def key_of(constant: Constant) -> object:
    """What tells two constants apart; equal for those that the same value equals."""
    if isinstance(constant, Leaf):
        return constant.kind, repr(constant.value)
    keys = [key_of(child) for child in constant.children]
    if constant.kind == "set":
        return constant.kind, frozenset(keys)
    if constant.kind == "map":
        return constant.kind, frozenset(zip(keys[::2], keys[1::2], strict=True))
    return constant.kind, tuple(keys)


def is_sound(constant: Constant) -> bool:
    """Whether this constant can stand in a source: numbers in range, no key twice."""
    if isinstance(constant, Leaf):
        return _in_range(constant)
    keys = [key_of(child) for child in constant.children]
    unique = keys[::2] if constant.kind == "map" else keys if constant.kind == "set" else []
    return len(set(unique)) == len(unique) and all(is_sound(child) for child in constant.children)


def _in_range(leaf: Leaf) -> bool:
    value = leaf.value
    if isinstance(value, float):
        return math.isfinite(value) and not (value == 0 and math.copysign(1, value) < 0)
    bits = WHOLE.get(unboxed(leaf.kind))
    return bits is None or (isinstance(value, int) and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1))


def unboxed(kind: str) -> str:
    """The primitive type inside a class that boxes one; any other name as it is."""
    return next((primitive for primitive, box in BOXES.items() if box == kind), kind)


def wrapped(kind: str, value: int) -> int:
    """A whole number as its type holds it after overflow."""
    half = 1 << (WHOLE[kind] - 1)
    return (value + half) % (2 * half) - half


# Writing


def written(constant: Constant) -> str:
    """A constant as source; collections come from the exam's own methods, so that it needs no imports."""
    if isinstance(constant, Node):
        return _collected(constant)
    plain = unboxed(constant.kind)
    text = _WRITERS.get(plain, _exact)(constant.value)
    if plain in {"short", "byte"}:
        text = f"({plain}) {text}"
    return f"BenchExam.box({text})" if plain != constant.kind else text


def _collected(node: Node) -> str:
    if node.kind.endswith("]"):
        return (
            f"new {node.kind} {{{', '.join('null' if child == NULL else written(child) for child in node.children)}}}"
        )
    return f"BenchExam.{node.kind}({', '.join(map(written, node.children))})"


def _exact(value: Value) -> str:
    return f"({value})" if str(value).startswith("-") else str(value)


_ESCAPES = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _letter(letter: str) -> str:
    return _ESCAPES.get(letter) or (letter if letter.isprintable() and ord(letter) < 0xFFFF else _units(letter))


def _units(letter: str) -> str:
    """A letter that cannot stand as it is; octal where a Unicode escape would end the line."""
    units = struct.unpack("<" + "H" * (len(data := letter.encode("utf-16-le", "surrogatepass")) // 2), data)
    return "".join(f"\\{unit:03o}" if unit < 0x100 else f"\\u{unit:04x}" for unit in units)


def _string(value: Value) -> str:
    return '"' + "".join(map(_letter, str(value))) + '"'


_WRITERS: Mapping[str, Callable[[Value], str]] = MappingProxyType(
    {
        "long": lambda value: _exact(value).replace(")", "") + ("L)" if str(value).startswith("-") else "L"),
        "float": lambda value: f"(float) {_exact(value)}",
        "boolean": lambda value: "true" if value else "false",
        "char": lambda value: f"'{_letter(chr(int(value or 0)))}'",
        "String": _string,
        "BigInteger": lambda value: f"BenchExam.bigInteger({_string(value)})",
        "BigDecimal": lambda value: f"BenchExam.bigDecimal({_string(value)})",
        "null": lambda value: "(Object) null",  # noqa: ARG005 - a table of one kind of function
    }
)
