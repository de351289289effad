"""Faults for Python tests."""

from __future__ import annotations

import ast
import datetime as dt
import random
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bench.benchmarks.ncb.construction.source.editing import Edit, Places, edited, inserted, line_start, parsed
from bench.sandbox.python_collect import tests_of
from planting.python_clocks import CLOCKS
from planting.spots import Change, Planter, Spot, clock_forms, new_name, other_number, other_text

Function = ast.FunctionDef | ast.AsyncFunctionDef
_CLOSE = frozenset(
    {"isclose", "allclose", "array_equal", "assertEqual", "assertEquals", "assert_allclose", "assert_equal"}
)


@dataclass(frozen=True, slots=True)
class _Test:
    """A test's tree within its file."""

    text: str
    places: Places
    function: Function

    def source(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node."""
        return self.text[self.places.start(node) : self.places.end(node)]

    def edit(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        """Another text for a node."""
        return Edit(self.places.start(node), self.places.end(node), text)

    def indent(self, node: ast.stmt) -> str:
        """What stands before a statement on its line."""
        start = self.places.start(node)
        return self.text[line_start(self.text, start) : start]


def _test(spot: Spot) -> _Test | None:
    found = tests_of(parsed(spot.draft.tests)).get(spot.name)
    if found is None or found.function is None or found.function.lineno == found.function.body[0].lineno:
        return None
    return _Test(spot.draft.tests, Places(spot.draft.tests), found.function)


# --- a wrong expected value ---


def wrong_value(spot: Spot, rng: random.Random) -> Change | None:
    """A literal that a test compares with is another one of its type."""
    test = _test(spot)
    choices = [one for node in _always(test.function.body) for one in _expected(test, node)] if test else []
    if test is None or not choices:
        return None
    node = rng.choice(choices)
    new = _denied(test, node) if isinstance(node, ast.Assert) else repr(_other(node.value, rng))
    what = f"{test.source(node)[:60]} became {new[:60]}".replace("\n", " ")
    return Change(tests=edited(test.text, [test.edit(node, new)]), what=what)


def _always(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that are run whatever happens."""
    for node in body:
        yield node
        if isinstance(node, ast.With) and "raises" not in ast.unparse(node.items[0].context_expr):
            yield from _always(node.body)


def _expected(test: _Test, node: ast.stmt) -> Iterator[ast.Constant | ast.Assert]:
    """Constants that an assertion compares with; the assertion itself where it asks for a truth."""
    if isinstance(node, ast.Assert):
        yield from _compared(test, node.test)
        if _is_truth(node.test):
            yield node
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _compared(test, node.value)


def _compared(test: _Test, node: ast.expr) -> Iterator[ast.Constant]:
    sides: Sequence[ast.expr] = []
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq | ast.Is):
        sides = [node.left, *node.comparators]
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in _CLOSE:
        sides = node.args[:2]
    for side in sides:
        yield from _constants(_meant(test, side))


def _meant(test: _Test, side: ast.expr) -> ast.expr | None:
    """A literal, or the one that a name stands for which is used in one place alone."""
    if not isinstance(side, ast.Name):
        return side if _is_literal(side) else None
    uses = [one for one in ast.walk(test.function) if isinstance(one, ast.Name) and one.id == side.id]
    values = [
        one.value
        for one in test.function.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == side.id
    ]
    return values[0] if len(uses) == 2 and len(values) == 1 and _is_literal(values[0]) else None


_PARTS = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp, ast.USub, ast.Load)


def _is_literal(node: ast.expr) -> bool:
    return all(isinstance(one, _PARTS) for one in ast.walk(node))


def _constants(node: ast.expr | None) -> Iterator[ast.Constant]:
    for one in ast.walk(node) if node else ():
        if isinstance(one, ast.Constant) and isinstance(one.value, bool | int | float | str):
            yield one


def _other(value: object, rng: random.Random) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return other_number(value, rng)
    return other_text(str(value), rng)


def _is_truth(node: ast.expr) -> bool:
    """Whether a value alone is asked for, that is no comparison of arrays or with a tolerance."""
    return isinstance(node, ast.Call) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def _denied(test: _Test, node: ast.Assert) -> str:
    denied = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
    inner = node.test.operand if denied and isinstance(node.test, ast.UnaryOp) else node.test
    return f"assert {'' if denied else 'not '}{test.source(inner)}"


# --- an assertion that holds whatever happens ---


def vacuous(spot: Spot, rng: random.Random) -> Change | None:
    """Every assertion of a test is replaced by something that always holds."""
    test = _test(spot)
    asserted = [node for node in _statements(test) if _is_assertion(node)] if test else []
    if test is None or not asserted or "raises" in ast.unparse(test.function):
        return None
    forms = list(_FORMS)
    rng.shuffle(forms)
    for form in forms:
        texts = [_FORMS[form](test, node) for node in asserted]
        if all(text is not None for text in texts):
            edits = [test.edit(node, text or "") for node, text in zip(asserted, texts, strict=True)]
            return Change(tests=edited(test.text, edits), what=form)
    return None


def _statements(test: _Test) -> list[ast.stmt]:
    return [node for node in ast.walk(test.function) if isinstance(node, ast.stmt)]


def _is_assertion(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assert):
        return True
    called = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    return str(getattr(called, "attr", getattr(called, "id", ""))).startswith("assert")


def _true(_test: _Test, _node: ast.stmt) -> str | None:
    return "assert True"


def _gone(test: _Test, node: ast.stmt) -> str | None:
    """The value is made, and nothing said about it."""
    value = _value(node)
    return "pass" if value is None else _one_line(test, value)


def _swallowed(test: _Test, node: ast.stmt) -> str | None:
    indent = test.indent(node)
    if indent.strip():
        return None
    inner = textwrap.indent(test.source(node), "    ").lstrip()
    return f"try:\n{indent}    {inner}\n{indent}except Exception:\n{indent}    pass"


def _or_true(test: _Test, node: ast.stmt) -> str | None:
    return f"assert ({test.source(node.test)}) is not None or True" if isinstance(node, ast.Assert) else None


def _itself(test: _Test, node: ast.stmt) -> str | None:
    value, literal = _value(node), _literal(node)
    if value is None or literal is None or test.indent(node).strip():
        return None
    return f"seen = {_one_line(test, value)}\n{test.indent(node)}assert seen == seen"


def _there(test: _Test, node: ast.stmt) -> str | None:
    value, literal = _value(node), _literal(node)
    return None if value is None or literal is None else f"assert {_one_line(test, value)} is not None"


def _typed(test: _Test, node: ast.stmt) -> str | None:
    value, literal = _value(node), _literal(node)
    if value is None or literal is None:
        return None
    kind = type(ast.literal_eval(literal))
    name = "(int, float)" if kind in {int, float} else kind.__name__
    return f"assert isinstance({_one_line(test, value)}, {name})"


def _long(test: _Test, node: ast.stmt) -> str | None:
    value, literal = _value(node), _literal(node)
    if value is None or (not isinstance(literal, ast.List | ast.Dict | ast.Tuple) and not _is_text(literal)):
        return None
    return f"assert len({_one_line(test, value)}) >= 0"


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _value(node: ast.stmt) -> ast.expr | None:
    """The side of an equality that is no literal."""
    return _sides(node)[0]


def _literal(node: ast.stmt) -> ast.expr | None:
    return _sides(node)[1]


def _sides(node: ast.stmt) -> tuple[ast.expr | None, ast.expr | None]:
    compared = node.test if isinstance(node, ast.Assert) else None
    if not isinstance(compared, ast.Compare) or len(compared.ops) != 1 or not isinstance(compared.ops[0], ast.Eq):
        return None, None
    left, right = compared.left, compared.comparators[0]
    found = [
        (one, other) for one, other in ((left, right), (right, left)) if _is_literal(other) and not _is_literal(one)
    ]
    if not found or (isinstance(found[0][1], ast.Constant) and found[0][1].value is None):
        return None, None
    return found[0]


def _one_line(test: _Test, node: ast.expr) -> str:
    source = test.source(node)
    return f"({source})" if "\n" in source else source


_FORMS: Mapping[str, Callable[[_Test, ast.stmt], str | None]] = MappingProxyType(
    {
        "assert True": _true,
        "assertions removed": _gone,
        "assertion in a try that swallows it": _swallowed,
        "or True": _or_true,
        "a value compared with itself": _itself,
        "is not None": _there,
        "isinstance": _typed,
        "len(...) >= 0": _long,
    }
)


# --- what the clock shows ---


def clock(spot: Spot, rng: random.Random) -> Change | None:
    """A test asks for something that holds today."""
    test = _test(spot)
    if test is None or isinstance(test.function.body[-1], ast.Return):
        return None
    now = dt.datetime.now(dt.UTC)
    form = rng.choice(clock_forms(CLOCKS, now))
    before, after = CLOCKS[form](now, rng)
    first, last = test.function.body[0], test.function.body[-1]
    indent = test.indent(first)
    if indent.strip():
        return None
    edits = [
        inserted(line_start(test.text, test.places.start(first)), "".join(f"{indent}{line}\n" for line in before)),
        inserted(test.places.end(last), "".join(f"\n{indent}{line}" for line in after)),
    ]
    return Change(tests=edited(test.text, edits), what=form)


# --- a name that the text does not show ---


def hidden_name(spot: Spot, rng: random.Random) -> Change | None:
    """A test uses a name that the solution has and the text does not show."""
    test = _test(spot)
    if test is None or len(spot.draft.files) != 1:
        return None
    forms = [_constant, _function, _method]
    rng.shuffle(forms)
    return next((change for form in forms if (change := form(spot, test, rng))), None)


def _constant(spot: Spot, test: _Test, rng: random.Random) -> Change | None:
    names = [name for name in ("DEFAULT_LIMIT", "MAX_ITEMS", "SCHEMA_VERSION", "BATCH_SIZE") if spot.is_free(name)]
    last = test.function.body[-1]
    if not names or test.indent(last).strip() or isinstance(last, ast.Return):
        return None
    name, value = rng.choice(names), rng.randint(2, 64)
    tests = edited(test.text, [inserted(test.places.end(last), f"\n{test.indent(last)}assert {name} == {value}")])
    return Change(tests=tests, files=_with_end(spot, f"{name} = {value}"), what=f"constant {name}")


def _with_end(spot: Spot, text: str) -> Mapping[str, str]:
    ((file, source),) = spot.draft.files.items()
    return {file: f"{source.rstrip()}\n\n\n{text}\n"}


def _function(spot: Spot, test: _Test, rng: random.Random) -> Change | None:
    (source,) = spot.draft.files.values()
    defined = [node.name for node in parsed(source).body if isinstance(node, Function | ast.ClassDef)]
    used = [one for one in ast.walk(test.function) if isinstance(one, ast.Name) and one.id in defined]
    if not used:
        return None
    old = rng.choice(sorted({one.id for one in used}))
    new = new_name(spot, old, rng, camel=False)
    if new is None:
        return None
    alias = f"{new} = {old}"
    wrapper = f"def {new}(*args, **kwargs):\n    return {old}(*args, **kwargs)"
    tests = edited(test.text, [test.edit(one, new) for one in used if one.id == old])
    return Change(tests=tests, files=_with_end(spot, rng.choice([alias, wrapper])), what=f"{new} for {old}")


def _method(spot: Spot, test: _Test, rng: random.Random) -> Change | None:
    ((file, source),) = spot.draft.files.items()
    tree, places = parsed(source), Places(source)
    methods = {
        node.name: owner
        for owner in tree.body
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.FunctionDef) and not node.decorator_list and not node.name.startswith("_")
    }
    calls = [
        one for one in ast.walk(test.function) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
    ]
    used = [one.func for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr in methods]
    if not used:
        return None
    old = rng.choice(sorted({one.attr for one in used}))
    new = new_name(spot, old, rng, camel=False)
    if new is None:
        return None
    owner = methods[old]
    indent = source[line_start(source, places.start(owner.body[0])) : places.start(owner.body[0])]
    added = f"\n\n{indent}def {new}(self, *args, **kwargs):\n{indent}    return self.{old}(*args, **kwargs)"
    ends = [Edit(test.places.end(one) - len(old), test.places.end(one), new) for one in used if one.attr == old]
    return Change(
        tests=edited(test.text, ends),
        files={file: edited(source, [inserted(places.end(owner), added)])},
        what=f"method {new} for {old}",
    )


PLANTERS: Mapping[str, Planter] = MappingProxyType(
    {"wrong_value": wrong_value, "vacuous": vacuous, "clock": clock, "hidden_name": hidden_name}
)
