"""Constant expressions of Java read from their tokens."""

from __future__ import annotations

import math
import operator
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bench.sandbox.java_collections import MOST, checked, filled, made
from bench.sandbox.java_constants import (
    BOXES,
    NULL,
    WHOLE,
    Constant,
    Leaf,
    Node,
    Value,
    is_sound,
    unboxed,
    wrapped,
)
from bench.sandbox.java_literals import number, unescaped
from bench.sandbox.java_source import NotUnderstood, Token, closing, past_type_arguments, split

_NAMED: Mapping[str, Leaf] = MappingProxyType(
    {
        **{
            f"{BOXES[kind]}.{name}": Leaf(kind, value)
            for kind, bits in WHOLE.items()
            for name, value in (("MAX_VALUE", 2 ** (bits - 1) - 1), ("MIN_VALUE", -(2 ** (bits - 1))))
        },
        "Double.MAX_VALUE": Leaf("double", 1.7976931348623157e308),
        "Double.MIN_VALUE": Leaf("double", 5e-324),
        "Math.PI": Leaf("double", math.pi),
        "Math.E": Leaf("double", math.e),
        "BigInteger.ZERO": Leaf("BigInteger", "0"),
        "BigInteger.ONE": Leaf("BigInteger", "1"),
        "BigInteger.TEN": Leaf("BigInteger", "10"),
        "Boolean.TRUE": Leaf("Boolean", True),  # noqa: FBT003 - a value, not an option
        "Boolean.FALSE": Leaf("Boolean", False),  # noqa: FBT003
    }
)


def constant_of(tokens: Sequence[Token], declared: Sequence[Token] = ()) -> Constant | None:
    """What an expression is worth; None where that cannot be told surely.

    Args:
        declared: the type of the variable that it is assigned to, if it is.
    """
    reader = _Reader(tokens)
    kind = "".join(token.text for token in declared)
    try:
        if kind.endswith("[]") and tokens and tokens[0].text == "{":
            found = reader.array(kind, 0, len(tokens))
        else:
            found = assigned(kind, reader.whole())
        if _letters(found) > LETTERS:
            return None
    except (NotUnderstood, ValueError, IndexError, OverflowError, ZeroDivisionError, struct.error):
        return None
    return found if is_sound(found) else None


def _letters(constant: Constant) -> int:
    if isinstance(constant, Leaf):
        return len(str(constant.value))
    return sum(map(_letters, constant.children))


_COLLECTIONS = frozenset(
    {"List", "ArrayList", "LinkedList", "Collection", "Set", "HashSet", "LinkedHashSet", "Map", "HashMap"}
)
_WIDENS: Mapping[str, int] = MappingProxyType({name: at for at, name in enumerate(("int", "long", "float", "double"))})


def assigned(kind: str, found: Constant) -> Constant:
    """A value as a variable of this type holds it.

    Raises:
        NotUnderstood: it is not known how.
    """
    if kind in {"", "var", "Object"} or kind.partition("<")[0] in _COLLECTIONS:
        return (
            Leaf(BOXES.get(found.kind, found.kind), found.value)
            if kind == "Object" and isinstance(found, Leaf)
            else found
        )
    if isinstance(found, Node) or unboxed(kind) == found.kind:
        if isinstance(found, Node) and found.kind != kind:
            raise NotUnderstood
        return found if isinstance(found, Node) else Leaf(kind, found.value)
    if kind in _WIDENS and found.kind in _WIDENS and _WIDENS[found.kind] < _WIDENS[kind]:
        return Leaf(kind, float(found.value or 0) if kind in {"float", "double"} else found.value)
    if kind in WHOLE and found.kind == "int":
        return Leaf(kind, found.value)
    if found.kind == "null" or kind != found.kind:
        raise NotUnderstood
    return found


_LISTS = frozenset({"Arrays.asList", "List.of", "Collections.singletonList", "Collections.emptyList"})
_SETS = frozenset({"Set.of", "Collections.singleton", "Collections.emptySet"})
_MAPS = frozenset({"Map.of", "Collections.emptyMap", "Collections.singletonMap"})
_CALLS: Mapping[str, str] = MappingProxyType(
    {**dict.fromkeys(_LISTS, "list"), **dict.fromkeys(_SETS, "set"), **dict.fromkeys(_MAPS, "map")}
)
_TEXTS = frozenset({"String.valueOf", "Integer.toString", "Long.toString"})
_DEFAULTS: Mapping[str, Value] = MappingProxyType(
    {"int": 0, "long": 0, "short": 0, "byte": 0, "double": 0.0, "float": 0.0, "boolean": False, "char": 0}
)
LETTERS = 8000
"""Letters of one constant beyond which it is left alone: a class file holds no more than 65,535 bytes of one text."""


class _Reader:
    """Reads one expression, by precedence: sum, product, sign, value."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def whole(self) -> Constant:
        found = self._sum()
        if self._at != len(self._tokens):
            raise NotUnderstood
        return found

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _sum(self) -> Constant:
        found = self._product()
        while self._peek() in {"+", "-"}:
            found = _combined(self._take().text, found, self._product())
        return found

    def _product(self) -> Constant:
        found = self._signed()
        while self._peek() == "*":
            found = _combined(self._take().text, found, self._signed())
        return found

    def _signed(self) -> Constant:
        if self._peek() not in {"-", "+"}:
            return self._value()
        sign = self._take().text
        found = self._signed()
        if not isinstance(found, Leaf) or found.kind not in _WIDENS or not isinstance(found.value, int | float):
            raise NotUnderstood
        return Leaf(found.kind, -found.value) if sign == "-" else found

    def _value(self) -> Constant:
        token = self._take()
        if token.kind == "number":
            return number(token.text)
        if token.kind == "string":
            return self._repeated(Leaf("String", unescaped(token.text[1:-1])))
        if token.kind == "char":
            return Leaf("char", ord(unescaped(token.text[1:-1])))
        if token.text == "(":
            return self._bracket()
        if token.text == "new":
            return self._new()
        return self._named(token)

    def _repeated(self, leaf: Leaf) -> Leaf:
        while self._peek() == ".":
            times = self._arguments_of("repeat")
            if len(times) != 1 or times[0].kind != "int" or not isinstance(times[0], Leaf):
                raise NotUnderstood
            leaf = Leaf("String", str(leaf.value) * min(int(times[0].value or 0), 2 * LETTERS))
        return leaf

    def _arguments_of(self, name: str) -> list[Constant]:
        self._take()
        if self._take().text != name or self._peek() != "(":
            raise NotUnderstood
        return self._arguments()

    def _inside(self) -> Sequence[Token]:
        """The tokens of the bracket that begins here."""
        stop = closing(self._tokens, self._at)
        inside = self._tokens[self._at + 1 : stop]
        self._at = stop + 1
        return inside

    def _arguments(self) -> list[Constant]:
        parts = split(self._inside())
        if len(parts) > MOST:
            raise NotUnderstood
        return [_Reader(part).whole() for part in parts]

    def _bracket(self) -> Constant:
        """An expression in brackets, or a cast."""
        self._at -= 1
        inside = self._inside()
        kind = inside[0].text if len(inside) == 1 else ""
        if kind in BOXES or kind in BOXES.values() or kind in {"Object", "String"}:
            return _cast(kind, self._signed())
        return _Reader(inside).whole()

    def _named(self, token: Token) -> Constant:
        if token.text in {"true", "false", "null"}:
            return NULL if token.text == "null" else Leaf("boolean", token.text == "true")
        name = token.text
        while self._peek() == "." and self._tokens[self._at + 1].kind in {"word", "sign"}:
            self._at = (
                (past_type_arguments(self._tokens, self._at + 1) or self._at + 1)
                if self._is_generic()
                else self._at + 1
            )
            name += "." + self._take().text
        name = re.sub(r"^java\.(util|lang|math)\.", "", name)
        return (
            _called(name, self._arguments()) if self._peek() == "(" else _NAMED[name] if name in _NAMED else _unknown()
        )

    def _is_generic(self) -> bool:
        return self._tokens[self._at + 1].text == "<"

    def _new(self) -> Constant:
        kind = self._take().text
        while self._peek() == ".":
            self._take()
            kind = self._take().text
        if self._peek() == "<":
            self._at = past_type_arguments(self._tokens, self._at) or len(self._tokens)
        if self._peek() == "[":
            return self._new_array(kind)
        arguments = self._arguments()
        if self._peek() == "{":
            return filled(made(kind, arguments), _Reader(self._inside()).added())
        return made(kind, arguments)

    def added(self) -> list[Constant]:
        """The arguments of the `add(...)` or `put(...)` calls of an instance initialiser, `{ add(1); add(2); }`."""
        reader, found = _Reader(self._inside()), []
        if self._at != len(self._tokens):
            raise NotUnderstood
        while reader._at < len(reader._tokens):
            if reader._take().text not in {"add", "put"} or reader._peek() != "(":
                raise NotUnderstood
            found += reader._arguments()
            if reader._take().text != ";":
                raise NotUnderstood
        return found

    def _new_array(self, kind: str) -> Constant:
        sizes = []
        while self._peek() == "[":
            sizes.append(self._inside())
        kind += "[]" * len(sizes)
        if self._peek() == "{":
            stop = closing(self._tokens, self._at)
            found, self._at = self.array(kind, self._at, stop + 1), stop + 1
            return found
        size = _Reader(sizes[0]).whole() if len(sizes) == 1 else NULL
        if size.kind != "int" or not isinstance(size, Leaf) or not isinstance(size.value, int) or size.value > MOST:
            raise NotUnderstood
        item = Leaf(kind[:-2], _DEFAULTS[kind[:-2]]) if kind[:-2] in _DEFAULTS else NULL
        return Node(kind, (item,) * size.value)

    def array(self, kind: str, start: int, end: int) -> Constant:
        """`{a, b}` as an array of this type."""
        if closing(self._tokens, start) != end - 1:
            raise NotUnderstood
        parts = [part for part in split(self._tokens[start + 1 : end - 1]) if part]
        if len(parts) > MOST:
            raise NotUnderstood
        return Node(kind, tuple(_item(kind[:-2], part) for part in parts))


def _item(kind: str, tokens: Sequence[Token]) -> Constant:
    reader = _Reader(tokens)
    if kind.endswith("[]") and tokens[0].text == "{":
        return reader.array(kind, 0, len(tokens))
    found = reader.whole()
    if found.kind == "null" and kind not in BOXES:
        return found
    if kind in BOXES.values() and found.kind == unboxed(kind):
        return found
    return assigned(kind, found)


def _unknown() -> Constant:
    raise NotUnderstood


_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"+": operator.add, "-": operator.sub, "*": operator.mul}
)


def _combined(sign: str, left: Constant, right: Constant) -> Constant:
    """Two values added, subtracted or multiplied as Java does it."""
    if isinstance(left, Node) or isinstance(right, Node):
        raise NotUnderstood
    if sign == "+" and "String" in {left.kind, right.kind}:
        return Leaf("String", _as_text(left) + _as_text(right))
    kinds = {left.kind, right.kind}
    if not kinds <= {"int", "long", "double"}:
        raise NotUnderstood
    kind = next(name for name in ("double", "long", "int") if name in kinds)
    value = _SIGNS[sign](left.value, right.value)
    return Leaf(kind, float(value) if kind == "double" else wrapped(kind, value))


def _as_text(leaf: Leaf) -> str:
    """What joining to a text makes of a value."""
    if leaf.kind == "char":
        return chr(int(leaf.value or 0))
    if leaf.kind not in {"String", "int", "long", "boolean"}:
        raise NotUnderstood
    return str(leaf.value).lower() if leaf.kind == "boolean" else str(leaf.value)


def _cast(kind: str, found: Constant) -> Constant:
    if not isinstance(found, Leaf):
        raise NotUnderstood
    if kind == "Object":
        return NULL if found.kind == "null" else Leaf(BOXES.get(found.kind, found.kind), found.value)
    if found.kind == "char" and kind in {"int", "long"}:
        return Leaf(kind, found.value)
    if kind == "char" and found.kind == "int":
        return Leaf(kind, int(found.value or 0) & 0xFFFF)
    return assigned(kind, found)


def _called(name: str, arguments: Sequence[Constant]) -> Constant:
    if name in _CALLS:
        return checked(_CALLS[name], arguments)
    only = arguments[0] if len(arguments) == 1 else NULL
    if name in _TEXTS and isinstance(only, Leaf) and only.kind in {"int", "long", "boolean", "char"}:
        return Leaf("String", _as_text(only))
    box, _, method = name.partition(".")
    if method == "valueOf" and box in BOXES.values() and only.kind == unboxed(box) and isinstance(only, Leaf):
        return Leaf(box, only.value)
    if name == "BigInteger.valueOf" and isinstance(only, Leaf) and only.kind in {"int", "long"}:
        return Leaf("BigInteger", str(only.value))
    raise NotUnderstood
