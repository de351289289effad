"""Python tests that check next to nothing, by their source: no assertion, constants, a value compared with itself."""

from __future__ import annotations

import ast
import builtins
import textwrap
import warnings
from collections.abc import Collection, Iterator

_CHECKS = ("assert", "check", "verify", "expect", "raises", "warns", "fail", "deprecated_call")
_KINDS = frozenset({"isinstance", "hasattr", "callable", "issubclass"})
_CATCHES_ASSERTIONS = frozenset({"AssertionError", "Exception", "BaseException"})
_EXPECTS = frozenset({"raises", "warns", "assertRaises", "assertRaisesRegex", "assertWarns", "fail", "deprecated_call"})


def python_weakness(source: str, solution: Collection[str] = ()) -> str | None:
    """Why a test cannot find much, in words that go on after "it "; None where nothing is seen.

    Args:
        solution: names of the solution: what is called so is no assertion, though it may sound like one.
    """
    body = parsed(source)
    if body is None:
        return None
    checks = [node for node in ast.walk(body) if _is_check(node, solution)]
    if not checks:
        return "asserts nothing"
    if all(_weak(check) for check in checks):
        return _reason(checks)
    swallowed = {id(node) for node in _swallowed(body)}
    return "catches what its own assertions raise" if all(id(check) in swallowed for check in checks) else None


def python_expects_exception(source: str) -> bool:
    """Whether the test wants something to be raised."""
    body = parsed(source)
    return body is not None and any(_wants_exception(node) for node in ast.walk(body))


def _wants_exception(node: ast.AST) -> bool:
    return _is_refusal(node) or (isinstance(node, ast.Call) and _name(node.func) in _EXPECTS)


def parsed(source: str) -> ast.Module | None:
    """A test's source as it stands in a class or on its own; None where it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(textwrap.dedent(source))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _is_check(node: ast.AST, solution: Collection[str] = ()) -> bool:
    """An `assert`, a call of something that sounds like one, or a `raise`."""
    if isinstance(node, ast.Call):
        name = _name(node.func)
        return name not in solution and name.lower().lstrip("_").startswith(_CHECKS)
    return isinstance(node, ast.Assert | ast.Raise)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _weak(check: ast.AST) -> bool:
    if isinstance(check, ast.Assert):
        return _holds_anyway(check.test) and not _is_refusal(check)
    if not isinstance(check, ast.Call):
        return False
    name, given = _name(check.func), check.args
    if name in {"assertTrue", "assertIsNotNone"} and given:
        return name == "assertIsNotNone" or _holds_anyway(given[0])
    return name == "assertIsInstance" or (name == "assertEqual" and len(given) > 1 and _same(given[0], given[1]))


def _is_refusal(node: ast.AST) -> bool:
    """`assert False`: this place must not be reached."""
    return isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant) and not node.test.value


def _holds_anyway(node: ast.expr) -> bool:
    """Whether nearly every result makes this true."""
    if isinstance(node, ast.BoolOp):
        each = [_holds_anyway(value) for value in node.values]
        return _complementary(node) or (any(each) if isinstance(node.op, ast.Or) else all(each))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _constant(node)
    if isinstance(node, ast.Call) and _name(node.func) in _KINDS:
        return True
    if isinstance(node, ast.Call) and _name(node.func) == "bool" and isinstance(node.func, ast.Name) and node.args:
        return _constant(node)
    return _constant(node) or (isinstance(node, ast.Compare) and _empty_comparison(node))


def _complementary(node: ast.BoolOp) -> bool:
    """`x or not x`, `x is None or x is not None`, `x == 1 or x != 1`."""
    if not isinstance(node.op, ast.Or):
        return False
    written = {ast.unparse(value) for value in node.values}
    return any(ast.unparse(_negated(value)) in written for value in node.values)


_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot, ast.Eq: ast.NotEq, ast.In: ast.NotIn, ast.Lt: ast.GtE, ast.Gt: ast.LtE,
    ast.IsNot: ast.Is, ast.NotEq: ast.Eq, ast.NotIn: ast.In, ast.GtE: ast.Lt, ast.LtE: ast.Gt,
}  # fmt: skip


def _negated(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _OPPOSITE:
        return ast.Compare(left=node.left, ops=[_OPPOSITE[type(node.ops[0])]()], comparators=node.comparators)
    return ast.UnaryOp(op=ast.Not(), operand=node)


def _empty_comparison(node: ast.Compare) -> bool:
    if len(node.ops) != 1:
        return False
    left, right, operator = node.left, node.comparators[0], node.ops[0]
    if _same(left, right):
        return isinstance(operator, ast.Eq | ast.Is | ast.LtE | ast.GtE)
    if isinstance(operator, ast.IsNot | ast.NotEq):
        return isinstance(right, ast.Constant) and right.value is None
    return isinstance(operator, ast.GtE) and _is_size(left) and ast.unparse(right) == "0"


def _is_size(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) in {"len", "abs"}


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.unparse(one) == ast.unparse(other)


def _constant(node: ast.expr) -> bool:
    """Whether it speaks of nothing but literals and built-in names."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names <= set(dir(builtins)) and not any(isinstance(part, ast.Await) for part in ast.walk(node))


def _reason(checks: list[ast.AST]) -> str:
    first = ast.unparse(checks[0]).split("\n", maxsplit=1)[0]
    return f"asserts only what holds for nearly every result: {first[:100]}"


def _swallowed(body: ast.Module) -> Iterator[ast.AST]:
    """What stands in a `try` whose handlers catch failing assertions and neither raise nor assert."""
    for node in ast.walk(body):
        if isinstance(node, ast.Try) and any(_silent(handler) for handler in node.handlers):
            for statement in node.body:
                yield from ast.walk(statement)


def _silent(handler: ast.ExceptHandler) -> bool:
    caught = {_name(part) for part in ast.walk(handler.type)} if handler.type else _CATCHES_ASSERTIONS
    inner = [node for statement in handler.body for node in ast.walk(statement)]
    return bool(caught & _CATCHES_ASSERTIONS) and not any(_is_check(node) for node in inner)
