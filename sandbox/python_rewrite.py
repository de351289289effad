"""Rewrites a Python test file: assertions become questions, and what would tell their answers is taken out."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bench.sandbox.choices import Chooser
from bench.sandbox.exam import Question
from bench.sandbox.python_collect import filled_attributes, is_entered, tests_of
from bench.sandbox.python_plan import STATEMENTS, find_hole, find_word, holds_and_values, hole_of_call, is_made
from bench.sandbox.python_pure import Tolerance, function_name, is_pure, named, variants
from bench.sandbox.python_telling import find_telling, text_names

NO_ARGUMENTS = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
TEXT = 160  # characters of an assertion that its question keeps
KINDS = (
    ("ValueError", "TypeError", "ZeroDivisionError", "AttributeError"),
    ("KeyError", "IndexError", "FileNotFoundError", "RuntimeError"),
    ("NotImplementedError", "PermissionError", "OverflowError", "SystemExit"),
)
"""Exception types of which no two are caught by one clause, in groups that are put as choices together."""
ENTERED = named(
    """open ZipFile TarFile patch object TemporaryDirectory NamedTemporaryFile TemporaryFile redirect_stdout
    redirect_stderr catch_warnings no_grad errstate warns as_cwd Image connect"""
)
"""Context managers that let exceptions through: what stands in their block is come by."""
ENDING = frozenset({"skip", "xfail", "exit", "fail", "importorskip", "skipTest", "_exit"})
NEGATED = {ast.NotEq: ast.Eq, ast.NotIn: ast.In, ast.IsNot: ast.Is}
TRUTHS = {"assertTrue": True, "assert_": True, "assertFalse": False}
EQUALITIES = named("assertEqual assertEquals assertListEqual assertDictEqual assertTupleEqual assertSetEqual")
NOTHINGS = {"assertIsNone": True, "assertIsNotNone": False}
RELATIONS: Mapping[str, type[ast.cmpop]] = MappingProxyType(
    {
        "assertIn": ast.In,
        "assertNotIn": ast.NotIn,
        "assertIs": ast.Is,
        "assertIsNot": ast.IsNot,
        "assertNotEqual": ast.NotEq,
        "assertGreater": ast.Gt,
        "assertGreaterEqual": ast.GtE,
        "assertLess": ast.Lt,
        "assertLessEqual": ast.LtE,
    }
)


class Sheet:
    """The questions of one run."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.chooser = Chooser(rng)
        self.questions: dict[str, Question] = {}
        self.vocabulary = f"ask_{rng.getrandbits(64):016x}"
        self._count = 0

    def name(self) -> str:
        """A name for the next question."""
        self._count += 1
        return f"q{self._count}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a test an assertion stands, and how its choices are judged; see `Question`."""

    test: str
    required: bool
    most: int = 1
    positive: bool = True


def rewrite(tree: ast.Module, sheet: Sheet) -> tuple[str, ...]:
    """Rewrite a test file in place; the names of its tests, as pytest finds them."""
    tests = tests_of(tree)
    for name, test in tests.items():
        if isinstance(test.function, ast.FunctionDef):
            _Function(test.function, name, sheet, filled_attributes(test.owner)).rewrite()
    _import(tree, sheet.vocabulary)
    return tuple(tests)


def _import(tree: ast.Module, name: str) -> None:
    first = next((at for at, one in enumerate(tree.body) if not _must_be_first(one)), len(tree.body))
    tree.body.insert(first, ast.Import([ast.alias(name)]))


def _must_be_first(node: ast.stmt) -> bool:
    return _is_text(node) or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


class _Function:
    """One test function."""

    def __init__(self, node: ast.FunctionDef, test: str, sheet: Sheet, attributes: frozenset[str]) -> None:
        self._node, self._test, self._sheet, self._attributes = node, test, sheet, attributes
        self._known: dict[str, ast.expr] = {}
        self._fixed: dict[str, ast.expr] = {}
        self._questions: dict[str, Question] = {}

    def rewrite(self) -> None:
        """Rewrite the body. A constant is written into the assertions that name it only if nothing else names it."""
        original = self._node.body
        self._known = _constants(self._node)
        self._fixed = {name: value for name, value in self._known.items() if _never_changes(value)}
        while True:
            self._questions = {}
            body = list(self._block(copy.deepcopy(original), Place(self._test, required=True)))
            still = _names(body) & set(self._known)
            if not still:
                break
            self._known = {name: value for name, value in self._known.items() if name not in still}
        self._node.body = body or [ast.Pass()]
        self._sheet.questions.update(self._questions)

    def _block(self, body: Iterable[ast.stmt], place: Place) -> Iterator[ast.stmt]:
        for statement in body:
            if _is_text(statement) or self._is_constant(statement):
                continue
            yield from self._statement(statement, place)
            if _may_end(statement):
                place = replace(place, required=False)

    def _is_constant(self, node: ast.stmt) -> bool:
        return (
            isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in self._known
        )

    def _statement(self, node: ast.stmt, place: Place) -> Iterator[ast.stmt]:
        if isinstance(node, ast.Assert):
            yield from self._truth(node.test, place, positive=True, otherwise=node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from self._call(node, node.value, place)
        elif isinstance(node, ast.With):
            yield self._with(node, place)
        elif isinstance(node, ast.If | ast.For | ast.While):
            runs = isinstance(node, ast.For) and is_entered(self._filled(node.iter), self._attributes)
            yield self._branches(node, replace(place, required=place.required and runs))
        elif isinstance(node, ast.Try):
            yield self._try(node, replace(place, required=False))
        else:
            yield node

    def _branches(self, node: ast.If | ast.For | ast.While, place: Place) -> ast.stmt:
        node.body = list(self._block(node.body, place)) or [ast.Pass()]
        node.orelse = list(self._block(node.orelse, replace(place, required=False)))
        return node

    def _try(self, node: ast.Try, place: Place) -> ast.stmt:
        """What a handler could catch stays as it is: there an assertion that fails decides what happens next."""
        if not node.handlers:
            node.body = list(self._block(node.body, place)) or [ast.Pass()]
        for handler in node.handlers:
            handler.body = list(self._block(handler.body, place)) or [ast.Pass()]
        node.orelse = list(self._block(node.orelse, place))
        node.finalbody = list(self._block(node.finalbody, place)) or ([ast.Pass()] if node.finalbody else [])
        return node

    def _with(self, node: ast.With, place: Place) -> ast.stmt:
        context = node.items[0].context_expr
        name = function_name(context.func)[0] if isinstance(context, ast.Call) else None
        catches = name in {"raises", "assertRaises", "assertRaisesRegex"}
        enters = all(_is_entered(item.context_expr) for item in node.items)
        inner = replace(place, required=place.required and enters)
        node.body = list(self._block(node.body, inner)) or [ast.Pass()]
        if catches and len(node.items) == 1 and isinstance(context, ast.Call):
            asked = self._raises(context, int(name == "assertRaisesRegex"), node, place)
            node.items[0].context_expr = asked or context
        return node

    def _raises(self, call: ast.Call, patterns: int, node: ast.stmt, place: Place) -> ast.expr | None:
        match = [one.value for one in call.keywords if one.arg == "match"] + call.args[1 : 1 + patterns]
        others = [one for one in call.keywords if one.arg not in {"match", "expected_exception"}]
        if len(call.args) != 1 + patterns or others:
            return None
        name, choices = self._put_type(call.args[0], node, place)
        return self._asking("raises", ast.Constant(name), choices, *match)

    def _put_type(self, expected: ast.expr, node: ast.stmt, place: Place) -> tuple[str, ast.expr]:
        name = expected.id if isinstance(expected, ast.Name) else ""
        group = next((group for group in KINDS if name in group), None)
        if group is None:
            nothing = ast.Attribute(ast.Name(self._sheet.vocabulary, ast.Load()), "Nothing", ast.Load())
            choices: list[ast.expr] = [expected, nothing]
        else:
            choices = [ast.Name(one, ast.Load()) for one in group]
        shuffled = self._sheet.rng.sample(choices, len(choices))
        right = next(at for at, one in enumerate(shuffled) if ast.dump(one) == ast.dump(expected))
        return self._put(len(shuffled), right, node, place), ast.Tuple(shuffled, ast.Load())

    def _call(self, node: ast.Expr, call: ast.Call, place: Place) -> Iterator[ast.stmt]:
        """A statement that is a call: unittest's and numpy's assertions are."""
        name = function_name(call.func)[0] or ""
        if name in TRUTHS and call.args:
            yield from self._truth(call.args[0], place, positive=TRUTHS[name], otherwise=node)
        elif name in NOTHINGS and call.args:
            comparison = ast.Compare(call.args[0], [ast.Is()], [ast.Constant(None)])
            yield from self._truth(comparison, place, positive=NOTHINGS[name], otherwise=node)
        elif name in EQUALITIES and len(call.args) >= 2 and is_pure(call.args[0]) is not is_pure(call.args[1]):
            comparison = ast.Compare(call.args[0], [ast.Eq()], [call.args[1]])
            yield from self._truth(comparison, place, positive=True, otherwise=node)
        elif name in STATEMENTS:
            yield self._statement_call(node, call, name, place)
        elif name in RELATIONS and len(call.args) >= 2:
            comparison = ast.Compare(call.args[0], [RELATIONS[name]()], [call.args[1]])
            yield from self._truth(comparison, place, positive=True, otherwise=node)
        else:
            yield node

    def _statement_call(self, node: ast.Expr, call: ast.Call, name: str, place: Place) -> ast.stmt:
        filled = self._filled(call)
        assert isinstance(filled, ast.Call)
        hole = hole_of_call(filled, STATEMENTS[name])
        asked = hole and self._choices(
            ast.Compare(filled, [ast.Is()], [ast.Constant(None)]), hole.node, hole.tolerance, node, place
        )
        return asked or node

    def _truth(self, test: ast.expr, place: Place, *, positive: bool, otherwise: ast.stmt) -> Iterator[ast.stmt]:
        """An expression that has to be true, or false where it is not positive."""
        test, positive = _without_not(test, positive=positive)
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is positive:
            for part in test.values:
                yield from self._truth(part, place, positive=positive, otherwise=ast.Expr(part))
        elif is_pure(test):
            yield otherwise
        else:
            yield self._asked(test, place, positive=positive)

    def _asked(self, test: ast.expr, place: Place, *, positive: bool) -> ast.stmt:
        filled = self._filled(test)
        told = _Fill(self._fixed).visit(copy.deepcopy(filled))
        telling = find_telling(told, text_names(self._node.body), positive=positive)
        if telling is not None:
            name = self._put(telling.choices, 0, test, place, telling.expected)
            return ast.Expr(self._asking(telling.function, ast.Constant(name), telling.value))
        hole = find_hole(filled) if positive else None
        asked = hole and self._choices(filled, hole.node, hole.tolerance, test, place)
        word = find_word(filled)
        if word is not None:
            asked = self._words(filled, word, test, replace(place, positive=positive))
        return asked or self._polarity(test, place, positive=positive)

    def _filled(self, node: ast.expr) -> ast.expr:
        """The expression with the constants that it names written out."""
        filled = _Fill(self._known).visit(copy.deepcopy(node))
        assert isinstance(filled, ast.expr)
        return filled

    def _choices(
        self, test: ast.expr, hole: ast.expr, tolerance: Tolerance, node: ast.AST, place: Place
    ) -> ast.stmt | None:
        found = variants(hole, self._sheet.chooser, tolerance)
        if len(found) < 2:
            return None
        return self._put_choices("ask", test, hole, found, node, place)

    def _words(self, test: ast.expr, word: ast.Constant, node: ast.AST, place: Place) -> ast.stmt | None:
        """Texts, of which the right one must be there, or must not be."""
        found = self._sheet.chooser.unlike(str(word.value))
        if len(found) < 2:
            return None
        place = replace(place, most=2)
        return self._put_choices("find", test, word, [ast.Constant(one) for one in found], node, place)

    def _put_choices(
        self, function: str, test: ast.expr, hole: ast.expr, found: Sequence[ast.expr], node: ast.AST, place: Place
    ) -> ast.stmt:
        shuffled = self._sheet.rng.sample(found, len(found))
        right = next(at for at, one in enumerate(shuffled) if ast.dump(one) == ast.dump(hole))
        name = self._put(len(shuffled), right, node, place)
        holds, values = holds_and_values(test, hole)
        given = [ast.Lambda(NO_ARGUMENTS, one) for one in shuffled] if is_made(hole) else shuffled
        groups = [ast.Tuple(list(group), ast.Load()) for group in (values, given)]
        return ast.Expr(self._asking(function, ast.Constant(name), holds, *groups))

    def _polarity(self, test: ast.expr, place: Place, *, positive: bool) -> ast.stmt:
        """Whether it is true is reported; whether it should be, and which way round it is asked, is not told."""
        turned = bool(self._sheet.rng.getrandbits(1))
        name = self._put(2, int(positive is turned), test, place)
        asked = ast.UnaryOp(ast.Not(), test) if turned else test
        return ast.Expr(self._asking("truth", ast.Constant(name), asked))

    def _put(
        self, choices: int, right: int, node: ast.AST, place: Place, accepts: Callable[[str], bool] | None = None
    ) -> str:
        name = self._sheet.name()
        text = ast.unparse(node).partition("\n")[0][:TEXT]
        self._questions[name] = Question(
            test=place.test,
            choices=choices,
            right=right,
            required=place.required,
            text=text,
            most=place.most,
            holds=place.positive,
            accepts=accepts,
        )
        return name

    def _asking(self, function: str, *arguments: ast.expr) -> ast.Call:
        asked = ast.Attribute(ast.Name(self._sheet.vocabulary, ast.Load()), function, ast.Load())
        return ast.Call(asked, list(arguments), [])


def _without_not(test: ast.expr, *, positive: bool) -> tuple[ast.expr, bool]:
    """The expression without its negation, so that it does not show whether there was one."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, positive = test.operand, not positive
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in NEGATED:
        negated = NEGATED[type(test.ops[0])]
        return ast.Compare(test.left, [negated()], test.comparators), not positive
    return test, positive


def _is_entered(context: ast.expr) -> bool:
    return isinstance(context, ast.Call) and function_name(context.func)[0] in ENTERED


def _may_end(statement: ast.stmt) -> bool:
    """Whether a test may be over after this statement without having failed."""
    for part in ast.walk(statement):
        if isinstance(part, ast.Return | ast.Yield | ast.YieldFrom | ast.Break | ast.Continue):
            return True
        if isinstance(part, ast.Call) and function_name(part.func)[0] in ENDING:
            return True
    return False


def _constants(node: ast.FunctionDef) -> dict[str, ast.expr]:
    """The local names that are assigned once, at the top of a test, and pure."""
    stored = [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)]
    told = {name for one in ast.walk(node) if isinstance(one, ast.Global | ast.Nonlocal) for name in one.names}
    found: dict[str, ast.expr] = {}
    for one in _straight(node.body):
        if isinstance(one, ast.Assign) and len(one.targets) == 1 and isinstance(one.targets[0], ast.Name):
            name, value = one.targets[0].id, _Fill(found).visit(copy.deepcopy(one.value))
            if stored.count(name) == 1 and name not in told and is_pure(value):
                found[name] = value
    return found


def _never_changes(node: ast.expr) -> bool:
    """Whether whoever gets hold of the value cannot change it."""
    kinds = ast.Constant | ast.UnaryOp | ast.BinOp | ast.Tuple
    return all(isinstance(one, kinds) for one in ast.walk(node) if isinstance(one, ast.expr))


def _straight(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for one in body:
        yield one
        if isinstance(one, ast.With):
            yield from _straight(one.body)


def _names(body: Sequence[ast.stmt]) -> set[str]:
    return {one.id for statement in body for one in ast.walk(statement) if isinstance(one, ast.Name)}


class _Fill(ast.NodeTransformer):
    """Writes constants out where they are named."""

    def __init__(self, known: dict[str, ast.expr]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        known = self._known.get(node.id) if isinstance(node.ctx, ast.Load) else None
        return copy.deepcopy(known) if known is not None else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return node
