"""Which tests a Python test file holds, as pytest finds them, and what is known of the values they share."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.sandbox.python_pure import function_name

Function = ast.FunctionDef | ast.AsyncFunctionDef
FIXED = frozenset({"setup_method", "setUp", "setup", "setup_class", "setUpClass"})


@dataclass(frozen=True, slots=True)
class Test:
    """A test.

    Attributes:
        function: where it is written; None where that is another test's place already, as for an inherited one.
        owner: its class.
    """

    function: Function | None
    owner: ast.ClassDef | None


def tests_of(tree: ast.Module) -> dict[str, Test]:
    """The tests of a module by name."""
    return dict(_within(tree.body, "", None, {}))


def _within(
    body: Sequence[ast.stmt], prefix: str, owner: ast.ClassDef | None, classes: Mapping[str, ast.ClassDef]
) -> Iterator[tuple[str, Test]]:
    """Those of a module or a class; of two with one name the later counts."""
    last = {one.name: one for one in body if isinstance(one, ast.ClassDef | Function)}
    known = {**classes, **{name: one for name, one in last.items() if isinstance(one, ast.ClassDef)}}
    for name, one in last.items():
        if isinstance(one, Function):
            if _is_test(one):
                yield prefix + name, Test(one, owner)
        elif _is_collected(one, known):
            yield from _within(one.body, f"{prefix}{name}::", one, known)
            yield from _inherited(one, f"{prefix}{name}::", known)


def _is_test(node: Function) -> bool:
    return node.name.startswith("test") and not any("fixture" in ast.unparse(one) for one in node.decorator_list)


def _is_collected(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> bool:
    family = [node, *_bases(node, known)]
    if any(function_name(base)[0] in {"TestCase", "IsolatedAsyncioTestCase"} for one in family for base in one.bases):
        return True
    made = {one.name for each in family for one in each.body if isinstance(one, Function)}
    return node.name.startswith("Test") and not made & {"__init__", "__new__"}


def _bases(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in known and known[base.id] is not node:
            yield known[base.id]
            yield from _bases(known[base.id], {name: one for name, one in known.items() if name != base.id})


def _inherited(node: ast.ClassDef, prefix: str, known: Mapping[str, ast.ClassDef]) -> Iterator[tuple[str, Test]]:
    own = {one.name for one in node.body if isinstance(one, Function)}
    for base in _bases(node, known):
        for one in base.body:
            if isinstance(one, Function) and _is_test(one) and one.name not in own:
                yield prefix + one.name, Test(None, node)


def filled_attributes(owner: ast.ClassDef | None) -> frozenset[str]:
    """The attributes of `self` that are set in one place, before each test, to something that is not empty."""
    if owner is None:
        return frozenset()
    made = [(one.name, *pair) for one in owner.body if isinstance(one, Function) for pair in _set_attributes(one)]
    names = [name for _, name, _ in made]
    return frozenset(
        name
        for place, name, value in made
        if place in FIXED and names.count(name) == 1 and is_entered(value, frozenset())
    )


def _set_attributes(function: Function) -> Iterator[tuple[str, ast.expr]]:
    for part in ast.walk(function):
        if isinstance(part, ast.Assign):
            for target in part.targets:
                if isinstance(target, ast.Attribute):
                    yield target.attr, part.value


def is_entered(node: ast.expr, attributes: frozenset[str]) -> bool:
    """Whether a loop over this expression is surely entered.

    Args:
        attributes: those of `self` that are not empty.
    """
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return any(not isinstance(part, ast.Starred) for part in node.elts)
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in attributes
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        bounds = (node.slice.lower is None, node.slice.step is None, _is_positive(node.slice.upper))
        return all(bounds) and is_entered(node.value, attributes)
    if isinstance(node, ast.ListComp):
        only = node.generators[0]
        return len(node.generators) == 1 and not only.ifs and is_entered(only.iter, attributes)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) >= 1:
        return _call_is_entered(node, node.func.id, attributes)
    return False


def _call_is_entered(node: ast.Call, name: str, attributes: frozenset[str]) -> bool:
    if name == "range":
        return len(node.args) == 1 and _is_positive(node.args[0])
    if name in {"zip", "enumerate"}:
        within = node.args if name == "zip" else node.args[:1]
        return all(is_entered(one, attributes) for one in within)
    return False


def _is_positive(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value > 0
