"""Which assertions of a Python test can be answered by telling a value: those that compare it with plain data."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.sandbox.python_plan import COMPARING, EXACT, Near, number_of
from bench.sandbox.python_pure import Unknown, function_name, is_pure, named, plain_value
from bench.sandbox.python_told import RELATIONS, Expected


@dataclass(frozen=True, slots=True)
class Telling:
    """An assertion whose value is told.

    Attributes:
        function: of the runner, `tell` or `array`.
        value: the expression that is worked out and told.
        expected: what it is held against.
        choices: how many values a guesser would have to choose among, about.
    """

    function: str
    value: ast.expr
    expected: Expected
    choices: int


TEXTS = named("out err stdout stderr text output read getvalue read_text readouterr decode str strip join")
FEW, SOME, MANY = 2, 16, 256


def find_telling(node: ast.expr, texts: frozenset[str], *, positive: bool) -> Telling | None:
    """How an expression can be told, if what it is compared with is plain.

    Args:
        texts: local names that stand for texts.
        positive: whether the expression has to be true.
    """
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _telling_of_comparison(node, texts, positive=positive)
    if not isinstance(node, ast.Call):
        return None
    there = _telling_of_a_file(node, positive=positive)
    if there is not None or not positive:
        return there
    name, module = function_name(node.func)
    inner = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if module not in NUMPY:
        return None
    if name == "all" and isinstance(inner, ast.Compare) and len(inner.ops) == 1 and isinstance(inner.ops[0], ast.Eq):
        return _telling_of_arrays("all", [inner.left, inner.comparators[0]], EXACT, [])
    near = COMPARING.get(name or "")
    return _telling_of_arrays(name or "", node.args, near, node.keywords) if near and name in NUMPY_RELATIONS else None


NUMPY = frozenset({"np", "numpy"})
NUMPY_RELATIONS = frozenset({"allclose", "isclose", "array_equal"})


def _telling_of_comparison(node: ast.Compare, texts: frozenset[str], *, positive: bool) -> Telling | None:
    relation = type(node.ops[0]).__name__
    sides = [node.left, node.comparators[0]]
    pure = [side for side in sides if is_pure(side)]
    if relation not in RELATIONS or len(pure) != 1:
        return None
    first = pure[0] is node.left
    if relation == "In" and not (first and _is_text(sides[1], texts)):
        return None
    try:
        value = plain_value(pure[0])
    except Unknown:
        return None
    if relation == "Is" and value is not None:
        return None  # numpy's true is told as Python's, but is not it
    expected = Expected(relation=relation, value=value, first=first, positive=positive)
    return Telling("tell", sides[1] if first else sides[0], expected, _choices(relation, value))


def _choices(relation: str, value: object) -> int:
    if value is None or isinstance(value, bool) or relation not in {"Eq", "In"}:
        return FEW
    return SOME if relation == "In" or not value else MANY


def _is_text(node: ast.expr, texts: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in texts
    called = node.func if isinstance(node, ast.Call) else node
    name = called.attr if isinstance(called, ast.Attribute) else function_name(called)[0]
    return name in TEXTS


def text_names(body: Sequence[ast.stmt]) -> frozenset[str]:
    """The names that a function assigns texts to, and nothing else."""
    kinds: dict[str, bool] = {}
    for one in (part for statement in body for part in ast.walk(statement)):
        if isinstance(one, ast.Assign):
            names = [part.id for target in one.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            kinds |= {name: kinds.get(name, True) and _is_text(one.value, frozenset()) for name in names}
    return frozenset(name for name, text in kinds.items() if text)


def _telling_of_arrays(
    relation: str, pair: Sequence[ast.expr], near: Near, keywords: Sequence[ast.keyword]
) -> Telling | None:
    pure = [side for side in pair if is_pure(side)]
    given = {keyword.arg: number_of(keyword.value) for keyword in keywords}
    if len(pair) != 2 or len(pure) != 1 or set(given) - {"rtol", "atol"} or math.inf in given.values():
        return None
    if relation == "all" and not _is_array(pure[0]):
        return None
    try:
        value = plain_value(_within_array(pure[0]))
    except Unknown:
        return None
    tolerance = (given.get("rtol", near.relative), given.get("atol", near.absolute))
    first = pure[0] is pair[0]
    expected = Expected(relation=relation, value=value, first=first, tolerance=tolerance)
    return Telling("array", pair[1] if first else pair[0], expected, MANY)


def _is_array(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and function_name(node.func)[0] in {"array", "asarray"} and len(node.args) == 1


def _within_array(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Call) and _is_array(node) and not node.keywords:
        return node.args[0]
    return node


PREDICATES = {"exists": "exists", "isfile": "isfile", "isdir": "isdir", "is_file": "isfile", "is_dir": "isdir"}


def _telling_of_a_file(node: ast.Call, *, positive: bool) -> Telling | None:
    """Whether a file is there: its name is not said, all that lies in its folder is told."""
    name, module = function_name(node.func)
    if name not in PREDICATES or node.keywords:
        if not (isinstance(node.func, ast.Attribute) and node.func.attr in PREDICATES and not node.keywords):
            return None
        name, module = node.func.attr, None
    if module == "os" and len(node.args) == 1:
        found = _folder(node.args[0])
    elif isinstance(node.func, ast.Attribute) and not node.args and isinstance(node.func.value, ast.BinOp):
        found = _folder(node.func.value)
    else:
        return None
    if found is None:
        return None
    folder, base = found
    told = ast.Tuple([ast.Constant(PREDICATES[name]), folder], ast.Load())
    return Telling("folder", told, Expected(relation="In", value=base, first=True, positive=positive), SOME)


def _folder(path: ast.expr) -> tuple[ast.expr, str] | None:
    """A path as the folder it lies in and its last name, where that is written out."""
    if isinstance(path, ast.Call) and function_name(path.func)[0] in {"str", "Path", "fspath"} and len(path.args) == 1:
        return _folder(path.args[0])
    if isinstance(path, ast.Constant) and isinstance(path.value, str):
        front, base = _parted(path.value)
        return (ast.Constant(front or "."), base) if base else None
    if isinstance(path, ast.BinOp) and isinstance(path.right, ast.Constant) and isinstance(path.right.value, str):
        return _folder_of_sum(path, *_parted(path.right.value))
    if (
        isinstance(path, ast.Call)
        and function_name(path.func)[0] == "join"
        and len(path.args) > 1
        and not path.keywords
    ):
        return _folder_of_join(path)
    return None


def _folder_of_sum(path: ast.BinOp, front: str, base: str) -> tuple[ast.expr, str] | None:
    """`folder / "name"`, or `folder + "/name"`, where the name has to be whole."""
    if not base or not isinstance(path.op, ast.Add | ast.Div) or (isinstance(path.op, ast.Add) and not front):
        return None
    return (ast.BinOp(path.left, path.op, ast.Constant(front)) if front else path.left), base


def _folder_of_join(path: ast.Call) -> tuple[ast.expr, str] | None:
    last = path.args[-1]
    if not isinstance(last, ast.Constant) or not isinstance(last.value, str) or function_name(path.func)[1] != "os":
        return None
    front, base = _parted(last.value)
    parts = [*path.args[:-1], *([ast.Constant(front)] if front else [])]
    return (ast.Call(path.func, parts, []), base) if base else None


def _parted(text: str) -> tuple[str, str]:
    """A path up to its last slash, and the name behind it, empty if there is none that a listing could hold."""
    front, slash, base = text.rpartition("/")
    return front + slash, "" if base in {".", ".."} else base
