"""Names of a Python solution, and the use of them in tests. See `names`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping

from bench.benchmarks.ncb.construction.source.editing import parsed
from bench.sandbox.python_collect import tests_of
from bench.sandbox.python_pure import named

Function = ast.FunctionDef | ast.AsyncFunctionDef

COMMON = named(
    """append extend insert remove pop clear index count sort reverse copy get items keys values update add discard
    split strip join replace format lower upper startswith endswith find encode decode read write close readline
    readlines exists mkdir name parent text out err tolist shape dtype mean sum min max size iloc loc columns head
    value year month day args msg start end group cwd path stdout returncode"""
)
"""Attributes that a test more likely finds at a value of the standard library's than at the solution's."""


def solution_names(files: Mapping[str, str]) -> frozenset[str]:
    """See `names.solution_names`; names that begin with an underscore are nobody else's."""
    found: set[str] = set()
    for source in files.values():
        try:
            tree = parsed(source)
        except SyntaxError:
            continue
        found.update(_top(tree))
        for one in ast.walk(tree):
            if isinstance(one, ast.ClassDef):
                found.update(_members(one))
    return frozenset(name for name in found if not name.startswith("_"))


def _top(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from (
                one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            )


def _members(owner: ast.ClassDef) -> Iterator[str]:
    """Methods, class attributes and the attributes of `self`."""
    for node in owner.body:
        if isinstance(node, Function | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name))
    for one in ast.walk(owner):
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) and getattr(one.value, "id", "") == "self":
            yield one.attr


def used(tests: str, solution: Collection[str]) -> Mapping[str, frozenset[str]]:
    """For each test the names of the solution in it; keyword arguments of calls of the solution's count as names."""
    tree, known = parsed(tests), frozenset(solution)
    own = _own_names(tree)
    functions = {name: test.function for name, test in tests_of(tree).items() if test.function is not None}
    inside = {id(one) for function in functions.values() for one in ast.walk(function)}
    shared = frozenset(_used(tree, known, own, skipped=inside))
    return {
        name: (frozenset(_used(function, known, own, skipped=set())) | shared) for name, function in functions.items()
    }


def _own_names(tree: ast.Module) -> frozenset[str]:
    """What the test file itself defines or imports at the top, and what every program has."""
    found = set(dir(builtins))
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update((one.asname or one.name).split(".")[0] for one in node.names if one.name != "*")
        elif isinstance(node, ast.Assign):
            found.update(one.id for one in node.targets if isinstance(one, ast.Name))
    return frozenset(found)


def _used(root: ast.AST, known: frozenset[str], own: frozenset[str], skipped: set[int]) -> Iterator[str]:
    stored = {one.id for one in ast.walk(root) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
    imported = {one.name: one.asname for one in ast.walk(root) if isinstance(one, ast.alias)}
    local = own | (stored if isinstance(root, Function) else frozenset()) | set(imported)
    for one in ast.walk(root):
        if id(one) in skipped:
            continue
        if isinstance(one, ast.Name) and one.id in known and one.id not in local:
            yield one.id
        elif isinstance(one, ast.Attribute) and one.attr in known and not _is_foreign(one, own):
            yield one.attr
        elif isinstance(one, ast.Call) and _called(one) in known:
            yield from (keyword.arg for keyword in one.keywords if keyword.arg)


def _is_foreign(node: ast.Attribute, own: frozenset[str]) -> bool:
    """Whether an attribute is a module's of the test file, or as likely that of a common type."""
    root: ast.expr = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    imported = isinstance(root, ast.Name) and root.id in own and root.id != "self"
    return imported or node.attr in COMMON


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))
