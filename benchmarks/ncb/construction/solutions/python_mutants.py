"""Where a Python solution can be changed: cosmic-ray's operators, and what they lack.

Not all 213 operators of cosmic-ray: one or two replacements for each operator of the language, as PIT has them, are
what ten mutants have room for. Left out are changes that no test of a solution could notice, or that are no fault of
the solution: texts of exceptions, annotations, decorators, imports, docstrings, code that runs only as a script.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from bench.benchmarks.ncb.construction.solutions.sites import NOTHING, Site
from bench.benchmarks.ncb.construction.source.editing import Edit, Places, edited, parsed
from bench.errors import UserError

_ARITHMETIC = "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_Mul Pow_Mul LShift_RShift RShift_LShift"
_BITS = "BitAnd_BitOr BitOr_BitAnd BitXor_BitAnd"
_BOUNDARIES = "Lt_LtE LtE_Lt Gt_GtE GtE_Gt"
_COMPARISONS = "Eq_NotEq NotEq_Eq Lt_Gt Gt_LtE LtE_Gt GtE_Lt Is_IsNot IsNot_Is"


def _each(prefix: str, pairs: str) -> tuple[str, ...]:
    return tuple(f"{prefix}_{pair}" for pair in pairs.split())


COSMIC: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "arithmetic": _each("ReplaceBinaryOperator", f"{_ARITHMETIC} {_BITS}"),
        "boundary": _each("ReplaceComparisonOperator", _BOUNDARIES),
        "comparison": _each("ReplaceComparisonOperator", _COMPARISONS),
        "boolean": (
            "ReplaceAndWithOr",
            "ReplaceOrWithAnd",
            "ReplaceTrueWithFalse",
            "ReplaceFalseWithTrue",
            "AddNot",
            "ReplaceUnaryOperator_Delete_Not",
        ),
        "sign": ("ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Invert"),
        "number": ("NumberReplacer",),
        "loop": ("ZeroIterationForLoop", "ReplaceContinueWithBreak", "ReplaceBreakWithContinue"),
        "exception": ("ExceptionReplacer",),
    }
)
"""Operators of cosmic-ray's provider `core`, by kind."""

OWN: Mapping[str, str] = MappingProxyType(
    {
        "text": "a text constant has one character more",
        "return": "a function returns None",
        "call": "a call whose value nobody takes is left out",
        "membership": "`in` becomes `not in`, and the other way round",
        "assignment": "`+=` becomes `-=` and the other way round, `*=` becomes `/=`",
    }
)
"""What cosmic-ray has no operator for, by kind."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def form(text: str) -> str | None:
    """The tree of a source, its denied comparisons turned round; None where it does not compile."""
    try:
        compile(text, "<mutant>", "exec", dont_inherit=True)
        return ast.dump(_Turned().visit(parsed(text)))
    except (SyntaxError, ValueError, RecursionError):
        return None


_OPPOSITES: Sequence[tuple[type[ast.cmpop], type[ast.cmpop]]] = (
    (ast.In, ast.NotIn),
    (ast.Eq, ast.NotEq),
    (ast.Is, ast.IsNot),
    (ast.Lt, ast.GtE),
    (ast.Gt, ast.LtE),
)


class _Turned(ast.NodeTransformer):
    """`not a in b` is `a not in b`, and two denials are none."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """A sign before a value."""
        self.generic_visit(node)
        inner = node.operand
        if not isinstance(node.op, ast.Not):
            return node
        if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.Not):
            return inner.operand
        if isinstance(inner, ast.Compare) and len(inner.ops) == 1:
            pairs = [*_OPPOSITES, *((other, one) for one, other in _OPPOSITES)]
            inner.ops = [next(other() for one, other in pairs if isinstance(inner.ops[0], one))]
            return inner
        return node


def sites(name: str, source: str) -> list[Site]:
    """Every place of a file where it can be changed, in the order of the operators.

    Raises:
        UserError: cosmic-ray is not installed.
    """
    try:
        tree = parsed(source)
    except SyntaxError:
        return []
    ground = _Ground(name, source, tree)
    return [*_cosmic(ground), *_own(ground)]


class _Ground:
    """A file, and which parts of it may be changed."""

    def __init__(self, name: str, source: str, tree: ast.Module) -> None:
        self.name, self.source, self.tree = name, source, tree
        self.places = Places(source)
        self._barred = [self._span(node) for node in _barred(tree)]
        self._scopes = [(self._span(node), scope) for node, scope in _scopes(tree, "")]
        self._statements = [(self._span(node), node.lineno) for node in ast.walk(tree) if isinstance(node, ast.stmt)]

    def _span(self, node: ast.stmt | ast.expr | ast.excepthandler) -> tuple[int, int]:
        return self.places.start(node), self.places.end(node)

    def site(self, kind: str, operator: str, start: int, make: Callable[[], str | None]) -> Iterator[Site]:
        """The site at a character; nothing where that is barred."""
        if any(low <= start < high for low, high in self._barred):
            return
        line = self.source.count("\n", 0, start) + 1
        inner = max(((low, scope) for (low, high), scope in self._scopes if low <= start < high), default=(0, ""))
        first = max(((low, at) for (low, high), at in self._statements if low <= start < high), default=(0, line))
        yield Site(
            kind=kind,
            operator=operator,
            file=self.name,
            line=line,
            first_line=first[1],
            scope=inner[1],
            make=make,
        )

    def edit(self, kind: str, node: ast.stmt | ast.expr, text: str, operator: str = "") -> Iterator[Site]:
        """The site where a node has another text."""
        start, end = self._span(node)
        yield from self.site(kind, operator or kind, start, partial(edited, self.source, [Edit(start, end, text)]))


def _scopes(node: ast.AST, prefix: str) -> Iterator[tuple[Function | ast.ClassDef, str]]:
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, Function | ast.ClassDef)
        if isinstance(child, Function | ast.ClassDef):
            yield child, prefix + child.name
        yield from _scopes(child, f"{prefix}{child.name}." if named else prefix)  # type: ignore[attr-defined]


def _barred(tree: ast.Module) -> Iterator[ast.stmt | ast.expr | ast.excepthandler]:
    """What is not changed."""
    yield from (node for node in tree.body if not _may_change(node))
    for one in ast.walk(tree):
        if isinstance(one, Function | ast.ClassDef):
            yield from one.decorator_list
        if isinstance(one, Function) and one.returns:
            yield one.returns
        if isinstance(one, ast.arg | ast.AnnAssign) and one.annotation:
            yield one.annotation
        if isinstance(one, ast.Raise | ast.Import | ast.ImportFrom):
            yield one
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
            yield one


def _may_change(node: ast.stmt) -> bool:
    """At the top level: what defines something, and assignments to names."""
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) for target in node.targets)
    return isinstance(node, Function | ast.ClassDef | ast.AnnAssign)


def _cosmic(ground: _Ground) -> Iterator[Site]:
    try:
        from cosmic_ray.ast import ast_nodes, get_ast
        from cosmic_ray.plugins import get_operator
    except ImportError as error:
        raise UserError("mutants need cosmic-ray: pip install 'longcode-bench[build-tests]'") from error
    nodes = list(ast_nodes(get_ast(ground.source)))
    for kind, operators in COSMIC.items():
        for operator in operators:
            tool = get_operator(f"core/{operator}")()
            found = (place for node in nodes for place in tool.mutation_positions(node))
            for number, (start, _) in enumerate(found):
                at = _character(ground.source, *start)
                yield from ground.site(kind, operator, at, partial(_mutated, ground.source, operator, number))


def _character(source: str, line: int, column: int) -> int:
    """Where a line, counted from 1, and a column in characters lie; parso's lines end as Python's do."""
    return sum(len(one) for one in source.splitlines(keepends=True)[: line - 1]) + column


def _mutated(source: str, operator: str, occurrence: int) -> str | None:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    text: str | None = mutate_code(source, get_operator(f"core/{operator}")(), occurrence)
    return text


def _own(ground: _Ground) -> Iterator[Site]:
    formatted = {id(part) for one in ast.walk(ground.tree) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)}
    for node in ast.walk(ground.tree):
        if id(node) in formatted:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ground.edit("text", node, repr(node.value + "x"))
        elif isinstance(node, ast.Return) and node.value and not _is_none(node.value):
            yield from ground.edit("return", node, "return None", operator=NOTHING)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from ground.edit("call", node, "pass")
        elif isinstance(node, ast.Compare):
            yield from _membership(ground, node)
        elif isinstance(node, ast.AugAssign):
            yield from _assignment(ground, node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _membership(ground: _Ground, node: ast.Compare) -> Iterator[Site]:
    if len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
        sign = "not in" if isinstance(node.ops[0], ast.In) else "in"
        left, right = ast.unparse(node.left), ast.unparse(node.comparators[0])
        yield from ground.edit("membership", node, f"(({left}) {sign} ({right}))")


_SIGNS: Sequence[tuple[type[ast.operator], str]] = ((ast.Add, "-="), (ast.Sub, "+="), (ast.Mult, "/="), (ast.Div, "*="))


def _assignment(ground: _Ground, node: ast.AugAssign) -> Iterator[Site]:
    sign = next((sign for kind, sign in _SIGNS if isinstance(node.op, kind)), None)
    if sign:
        yield from ground.edit("assignment", node, f"{ast.unparse(node.target)} {sign} {ast.unparse(node.value)}")
