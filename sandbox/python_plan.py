"""What an assertion of a Python test asks: where its expected value stands, and how the rest is worked out once."""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bench.sandbox.choices import WORD
from bench.sandbox.python_pure import Tolerance, function_name, is_pure

CHOICE = "_choice_"
VALUE = "_value_{}_"


@dataclass(frozen=True, slots=True)
class Near:
    """A function that compares two values.

    Attributes:
        relative, absolute: its tolerance, and the keywords that change it.
        places: whether a number in their place counts decimal places.
        third: what a third positional argument stands for.
    """

    relative: float = 0.0
    absolute: float = 0.0
    keywords: tuple[str, str] = ("rtol", "atol")
    places: str = ""
    third: str = ""


EXACT = Near()
COMPARING: Mapping[str, Near] = MappingProxyType(
    {
        "isclose": Near(1e-5, 1e-8),
        "allclose": Near(1e-5, 1e-8),
        "array_equal": EXACT,
        "equal": EXACT,
        "eq": EXACT,
        "equals": EXACT,
    }
)
"""Functions whose value is true, for all elements, when two arguments are equal."""
PYTHON_ISCLOSE = Near(1e-9, 0.0, ("rel_tol", "abs_tol"))
STATEMENTS: Mapping[str, Near] = MappingProxyType(
    {
        **dict.fromkeys(("assertEqual", "assertEquals", "assertListEqual", "assertDictEqual"), EXACT),
        **dict.fromkeys(("assertTupleEqual", "assertSetEqual", "assertSequenceEqual", "assertCountEqual"), EXACT),
        **dict.fromkeys(("assertMultiLineEqual", "assert_equal", "assert_array_equal", "assert_string_equal"), EXACT),
        "assertAlmostEqual": Near(0.0, 1e-7, ("", "delta"), "places", "places"),
        "assert_almost_equal": Near(0.0, 1e-7, places="decimal", third="decimal"),
        "assert_array_almost_equal": Near(0.0, 1e-6, places="decimal", third="decimal"),
        "assert_allclose": Near(1e-7, 0.0, third="rtol"),
        "assert_close": Near(1e-2, 1e-2),
        **dict.fromkeys(("assert_frame_equal", "assert_series_equal", "assert_index_equal"), Near(1e-5, 1e-8)),
    }
)
"""Calls that stand as a statement and raise where two arguments are not equal."""
THERE = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir", "lexists"})
JOINING = frozenset({"join", "str", "Path", "joinpath", "normpath", "abspath"})
WRAPPERS = frozenset({"all", "bool", "item"})


@dataclass(frozen=True, slots=True)
class Hole:
    """The part of an assertion that says what is expected."""

    node: ast.expr
    tolerance: Tolerance


def find_hole(node: ast.expr) -> Hole | None:
    """Where the expected value stands, in an expression that at most one expected value makes true."""
    if isinstance(node, ast.Compare):
        return _hole_of_comparison(node)
    if not isinstance(node, ast.Call):
        return None
    name, module = function_name(node.func)
    if isinstance(node.func, ast.Attribute) and not node.args and node.func.attr in WRAPPERS:
        return find_hole(node.func.value)
    if name in WRAPPERS and len(node.args) == 1:
        return find_hole(node.args[0])
    if name == "equals" and len(node.args) == 1 and is_pure(node.args[0]):
        return Hole(node.args[0], Tolerance(0, 0))
    near = PYTHON_ISCLOSE if module == "math" else COMPARING.get(name or "")
    return hole_of_call(node, near) if near and module in {"np", "numpy", "torch", "math"} else None


def _hole_of_comparison(node: ast.Compare) -> Hole | None:
    if len(node.ops) != 1:
        return None
    sides, only = [node.left, node.comparators[0]], None
    pure = [side for side in sides if is_pure(side)]
    if len(pure) == 1:
        only = pure[0]
    if only is None or not (isinstance(node.ops[0], ast.Eq) or (isinstance(node.ops[0], ast.Is) and _is_bool(only))):
        return None
    return Hole(only, tolerance_within(only))


def find_word(node: ast.expr) -> ast.Constant | None:
    """The text in an expression that is true of what is there: an element, a part of an output, a file."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.In):
        return _text_within(node.left)
    if not isinstance(node, ast.Call) or node.keywords:
        return None
    name, _ = function_name(node.func)
    if name in THERE and len(node.args) == 1:
        return _text_within(node.args[0])
    if isinstance(node.func, ast.Attribute) and node.func.attr in THERE and not node.args:
        return _text_within(node.func.value)
    return None


def _text_within(node: ast.expr) -> ast.Constant | None:
    """The last text that a path or a longer text is put together of."""
    if isinstance(node, ast.Constant):
        return node if isinstance(node.value, str) and WORD.search(node.value) else None
    parts = _put_together(node)
    found = (_text_within(part) for part in reversed(parts))
    return next((one for one in found if one is not None), None)


def _put_together(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
        return [node.left, node.right]
    if isinstance(node, ast.JoinedStr):
        return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    if isinstance(node, ast.Call) and not node.keywords and function_name(node.func)[0] in JOINING:
        return node.args
    return []


def _is_bool(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def hole_of_call(node: ast.Call, near: Near) -> Hole | None:
    """The one of the first two arguments that says what is expected."""
    pure = [argument for argument in node.args[:2] if is_pure(argument)]
    if len(pure) != 1 or len(node.args) < 2:
        return None
    return Hole(pure[0], _tolerance(node, near, _largest(pure[0])))


def tolerance_within(node: ast.expr) -> Tolerance:
    """The widest tolerance that `approx` gives a part of an expected value."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call) and function_name(part.func)[0] == "approx"]
    if not calls:
        return Tolerance(0, 0)
    return _tolerance(calls[0], Near(1e-6, 1e-12, ("rel", "abs")), _largest(node) if len(calls) == 1 else math.inf)


def _tolerance(node: ast.Call, near: Near, largest: float) -> Tolerance:
    given = {keyword.arg: number_of(keyword.value) for keyword in node.keywords}
    if near.third and len(node.args) > 2:
        given[near.third] = number_of(node.args[2])
    elif len(node.args) > 2 and near is not STATEMENTS["assertEqual"]:
        return Tolerance(0, math.inf)
    relative = given.get(near.keywords[0], near.relative)
    absolute = given.get(near.keywords[1], near.absolute)
    if near.places in given:
        absolute = 2 * 10.0 ** -given[near.places]
    return Tolerance(relative, absolute, largest if relative else 0.0)


def number_of(node: ast.expr) -> float:
    """A number as it is written; infinite where it is not written out, so that nothing is exchanged under it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    return math.inf


def _largest(node: ast.expr) -> float:
    numbers = (
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, int | float)
    )
    return max((abs(float(one)) for one in numbers), default=0.0)


def is_made(node: ast.AST) -> bool:
    """Whether an expected value is made by a call, which for some choices may raise."""
    return any(isinstance(part, ast.Call) for part in ast.walk(node))


class _Hoist(ast.NodeTransformer):
    """Takes out everything that must be worked out once, in the order in which it would be."""

    def __init__(self, hole: ast.expr) -> None:
        self._hole = hole
        self.values: list[ast.expr] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._hole:
            choice = ast.Name(CHOICE, ast.Load())
            return ast.Call(choice, [], []) if is_made(node) else choice
        if not isinstance(node, ast.expr):
            return self.generic_visit(node) if isinstance(node, ast.keyword) else node
        if is_pure(node):
            return node
        if not any(part is self._hole for part in ast.walk(node)):
            self.values.append(node)
            return ast.Name(VALUE.format(len(self.values)), ast.Load())
        return self._around(node)

    def _around(self, node: ast.expr) -> ast.AST:
        """Keep the operator or the function that the hole is an operand of."""
        if isinstance(node, ast.Call) and not any(part is self._hole for part in ast.walk(node.func)):
            node.args = [self._operand(one) for one in node.args]
            node.keywords = [ast.keyword(one.arg, self._operand(one.value)) for one in node.keywords]
            return node
        return self.generic_visit(node)

    def _operand(self, node: ast.expr) -> ast.expr:
        found = self.visit(node)
        assert isinstance(found, ast.expr)
        return found


def holds_and_values(node: ast.expr, hole: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
    """The assertion as a function of its values and one choice, and the values.

    Args:
        hole: the part of `node` that the choices are put in place of.
    """
    way = next(number for number, part in enumerate(ast.walk(node)) if part is hole)
    changed = copy.deepcopy(node)
    hoist = _Hoist(
        next(part for number, part in enumerate(ast.walk(changed)) if number == way and isinstance(part, ast.expr))
    )
    body = hoist.visit(changed)
    assert isinstance(body, ast.expr)
    names = [VALUE.format(number + 1) for number in range(len(hoist.values))] + [CHOICE]
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(name) for name in names], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.Lambda(arguments, body), hoist.values
