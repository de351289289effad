"""Expressions of a Python test whose value depends on nothing else, and what one literal in them may become."""

from __future__ import annotations

import ast
import builtins
import copy
import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from bench.sandbox.choices import Chooser


def named(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


MODULES = frozenset(
    {"np", "numpy", "pd", "pandas", "torch", "math", "datetime", "decimal", "fractions", "pytest", "collections"}
)
"""Names that, in tests, are modules whose functions have no effects."""
FIRST_ARGUMENT = named(
    """approx array asarray matrix tensor FloatTensor LongTensor Tensor DataFrame Series Index Decimal Fraction
    float str list tuple set frozenset dict sorted OrderedDict Counter sqrt float32 float64"""
)
"""Functions without effects that tell any two first arguments apart, if these differ enough."""
EVERY_ARGUMENT = named("datetime date time timedelta full Timestamp complex")
"""The same, of every argument."""
NO_ARGUMENT = named("zeros ones eye empty range zeros_like ones_like identity nan inf")
"""Functions without effects whose arguments are shapes."""
BARE = named(
    """approx Decimal Fraction float str list tuple set frozenset dict sorted OrderedDict Counter range complex
    datetime date timedelta"""
)
"""Those that tests call without a module before them."""
CONSTANTS = named(
    """nan inf pi e float32 float64 int32 int64 float int str object bool int8 uint8 long double newaxis"""
)
LARGEST = 10_000  # of a repetition or an exponent that is worked out here

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.FloorDiv: operator.floordiv,
        ast.Mod: operator.mod,
    }
)
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = MappingProxyType(
    {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_}
)


class Unknown(Exception):
    """The value of an expression cannot be told without running it."""


def is_pure(node: ast.AST | None) -> bool:
    """Whether an expression has no effects and reads nothing that a test or a solution computes."""
    if node is None or isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return False
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id in MODULES and node.attr in CONSTANTS
    if isinstance(node, ast.Call):
        return known_function(node) is not None and all(is_pure(part) for part in _arguments(node))
    if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict | ast.UnaryOp | ast.BinOp | ast.JoinedStr):
        return all(is_pure(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))
    return isinstance(node, ast.FormattedValue) and is_pure(node.value) and is_pure(node.format_spec)


def known_function(node: ast.Call) -> str | None:
    """The name of the called function if it is one of the known ones without effects."""
    name, module = function_name(node.func)
    known = name in FIRST_ARGUMENT or name in EVERY_ARGUMENT or name in NO_ARGUMENT
    if not known or (module is None and name not in BARE) or (module is not None and module not in MODULES):
        return None
    return name


def function_name(node: ast.expr) -> tuple[str | None, str | None]:
    """The last name of a function, and the first of the modules before it."""
    if isinstance(node, ast.Name):
        return (None, None) if hasattr(node, "foreign") else (node.id, None)
    first: ast.expr = node
    while isinstance(first, ast.Attribute):
        first = first.value
    if isinstance(node, ast.Attribute) and isinstance(first, ast.Name):
        return node.attr, first.id
    return None, None


def mark_foreign(tree: ast.Module) -> None:
    """Mark the names of known functions that a test file does not import: those may be the solution's own."""
    imports = (one for one in ast.walk(tree) if isinstance(one, ast.Import | ast.ImportFrom))
    imported = {alias.asname or alias.name for one in imports for alias in one.names}
    for one in ast.walk(tree):
        if isinstance(one, ast.Name) and one.id in BARE - imported and not hasattr(builtins, one.id):
            setattr(one, "foreign", True)  # noqa: B010 - an attribute of ours on a node of Python's


def _arguments(node: ast.Call) -> Iterator[ast.expr]:
    yield from node.args
    for keyword in node.keywords:
        if not (keyword.arg == "dtype" and isinstance(keyword.value, ast.Name)):
            yield keyword.value


def value_of(node: ast.expr) -> Any:
    """What a pure expression stands for: equal for two of them only where the expressions may be equal.

    Raises:
        Unknown: it cannot be told.
    """
    work_out = _VALUES.get(type(node))
    if work_out is None:
        raise Unknown
    return work_out(node)


def plain_value(node: ast.expr) -> Any:
    """The value of a pure expression of plain data alone: numbers, texts, and what holds them.

    Raises:
        Unknown: it is made of something else.
    """
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call | ast.JoinedStr | ast.Attribute)]
    if not all(isinstance(one, ast.Call) and function_name(one.func) == ("set", None) for one in calls):
        raise Unknown
    return value_of(node)


def _sequence(node: Any) -> Any:
    parts = [value_of(part) for part in node.elts]
    return _SEQUENCES[type(node)](parts)


def _unary(node: Any) -> Any:
    if type(node.op) not in _UNARY:
        raise Unknown
    return _applied(_UNARY[type(node.op)], value_of(node.operand))


def _dictionary(node: Any) -> dict[Any, Any]:
    keys = [Unknown if key is None else value_of(key) for key in node.keys]
    if Unknown in keys:
        raise Unknown
    return dict(_applied(lambda: list(zip(map(_key, keys), map(value_of, node.values), strict=True))))


def _key(value: Any) -> Any:
    return _applied(lambda: (hash(value), value)[1])


def _set(parts: list[Any]) -> Any:
    return _applied(lambda: frozenset(parts))


def _binary(node: Any) -> Any:
    if type(node.op) not in _BINARY:
        raise Unknown
    left, right = value_of(node.left), value_of(node.right)
    if any(isinstance(side, int) and abs(side) > LARGEST for side in (left, right)) and not _numbers(left, right):
        raise Unknown
    return _applied(_BINARY[type(node.op)], left, right)


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _applied(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except (TypeError, ValueError, ArithmeticError):
        raise Unknown from None


class _Opaque:
    """A call that is not made here: equal to the same call, and to what it does with a number."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Opaque) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(repr(self.parts))

    def _with(self, other: Any) -> _Opaque:
        if self.parts[0] == "zeros" or not _numbers(other):
            raise Unknown
        return _Opaque(*self.parts, other)

    __mul__ = __rmul__ = __add__ = __radd__ = _with


def _call(node: Any) -> Any:
    name = known_function(node)
    if name in {"set", "frozenset"}:
        return _set(list(value_of(node.args[0]))) if node.args else frozenset()
    keywords = sorted((one.arg or "", ast.dump(one.value)) for one in node.keywords)
    return _Opaque(name, [value_of(one) for one in node.args], keywords)


_SEQUENCES: Mapping[type[ast.AST], Callable[[list[Any]], Any]] = MappingProxyType(
    {ast.Tuple: tuple, ast.List: list, ast.Set: _set}
)
_VALUES: Mapping[type[ast.AST], Callable[[Any], Any]] = MappingProxyType(
    {
        ast.Constant: lambda node: node.value,
        ast.Dict: _dictionary,
        **dict.fromkeys((ast.Tuple, ast.List, ast.Set), _sequence),
        ast.UnaryOp: _unary,
        ast.BinOp: _binary,
        ast.Call: _call,
        **dict.fromkeys((ast.JoinedStr, ast.Attribute), lambda node: ("expression", ast.dump(node))),
    }
)

Path = tuple[Any, ...]
"""The way from an expression to a part of it: names of fields and places in lists."""


def literals(node: ast.AST, way: Path = ()) -> Iterator[Path]:
    """The ways to the literals that may be exchanged."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, int | float | str):
            yield way
        return
    for field, child in ast.iter_fields(node):
        if field not in _SKIPPED.get(type(node), ()):
            yield from _within(node, field, child, way)


_SKIPPED: Mapping[type[ast.AST], tuple[str, ...]] = MappingProxyType(
    {ast.Call: ("func", "keywords"), ast.FormattedValue: ("format_spec", "value"), ast.Attribute: ("value",)}
)


def _within(node: ast.AST, field: str, child: Any, way: Path) -> Iterator[Path]:
    if isinstance(child, list):
        for place, part in enumerate(child):
            if isinstance(part, ast.AST) and not _is_shape(node, field, place):
                yield from literals(part, (*way, field, place))
    elif isinstance(child, ast.AST):
        yield from literals(child, (*way, field))


def _is_shape(node: ast.AST, field: str, place: int) -> bool:
    if not isinstance(node, ast.Call) or field != "args":
        return False
    name = known_function(node)
    return name in NO_ARGUMENT or (name in FIRST_ARGUMENT and place > 0)


def part_at(node: ast.AST, way: Path) -> Any:
    """The part of an expression that a way leads to."""
    found: Any = node
    for step in way:
        found = found[step] if isinstance(step, int) else getattr(found, step)
    return found


def exchanged(node: ast.expr, way: Path, value: Any) -> ast.expr:
    """The expression with another literal in that place."""
    if not way:
        return ast.Constant(value)
    changed = copy.deepcopy(node)
    holder = part_at(changed, way[:-1])
    if isinstance(way[-1], int):
        holder[way[-1]] = ast.Constant(value)
    else:
        setattr(holder, way[-1], ast.Constant(value))
    return changed


def variants(node: ast.expr, chooser: Chooser, tolerance: Tolerance) -> list[ast.expr]:
    """Ways to write a pure expression with other values in the place of one literal, itself among them.

    No two are equal, and none is closer to another than the tolerance of what compares them. Empty where it has no such
    literal.
    """
    best: list[ast.expr] = []
    for way in chooser.mixed(ast.dump(node), list(literals(node))):
        value = part_at(node, way).value
        step = 0.0 if isinstance(value, str | bool) else tolerance.step(value)
        cell = (True, False) if isinstance(value, bool) else chooser.of(value, step=step)
        found = [exchanged(node, way, one) for one in cell]
        if len(found) > len(best) and are_distinct(found):
            best = found
        if len(best) > 2:
            break
    return best


def are_distinct(nodes: list[ast.expr]) -> bool:
    """Whether no two of the expressions can be equal."""
    try:
        values = [value_of(node) for node in nodes]
        return not any(bool(one == other) for one, other in itertools.combinations(values, 2))
    except (Unknown, RecursionError, TypeError):
        return False


class Tolerance:
    """How far apart two numbers may be and still be taken for equal."""

    def __init__(self, relative: float, absolute: float, largest: float = 0.0) -> None:
        self._relative, self._absolute, self._largest = relative, absolute, largest

    def step(self, value: float) -> float:
        """Two numbers of about this size that differ by more are never both taken for equal to a third."""
        if math.isinf(self._absolute):
            return math.inf
        return 4 * (self._absolute + self._relative * (abs(value) * 10 + self._largest))
