"""Python test files as rows of tests."""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from bench.benchmarks.ncb.construction.source.editing import Places, edited, inserted, lead, line_end, parsed
from bench.benchmarks.ncb.construction.source.spans import Span, Unit
from bench.sandbox.python_collect import tests_of

Function = ast.FunctionDef | ast.AsyncFunctionDef


def spans(text: str) -> list[Span]:
    """See `suites.units`."""
    tree = parsed(text)
    running = {name: test.function for name, test in tests_of(tree).items() if test.function is not None}
    return list(_spans(text, Places(text), tree, "", running))


def _spans(
    text: str, places: Places, owner: ast.Module | ast.ClassDef, prefix: str, running: Mapping[str, Function]
) -> Iterator[Span]:
    for number, node in enumerate(owner.body):
        if isinstance(node, ast.ClassDef):
            yield from _spans(text, places, node, f"{prefix}{node.name}::", running)
        elif isinstance(node, Function) and prefix + node.name in running:
            floor = places.end(owner.body[number - 1]) if number else _header_end(places, owner)
            unit = _unit(text, places, node, prefix, floor)
            first = places.start(owner.body[0])
            yield Span(unit, first, len(owner.body), hidden=running[prefix + node.name] is not node)


def _header_end(places: Places, owner: ast.Module | ast.ClassDef) -> int:
    """Behind what a class's head names; comments that follow on its line belong to nothing."""
    if isinstance(owner, ast.Module):
        return 0
    heads = [*owner.bases, *(keyword.value for keyword in owner.keywords)]
    return max([places.start(owner) + len("class") + len(owner.name), *(places.end(node) for node in heads)])


def _unit(text: str, places: Places, node: Function, prefix: str, floor: int) -> Unit:
    decorator = node.decorator_list[0] if node.decorator_list else None
    begins = places.at(decorator.lineno, 0) if decorator else places.start(node)
    start, end = lead(text, floor, begins), line_end(text, places.end(node))
    return Unit(prefix + node.name, start, end, text[start:end])


def with_units(tests: str, more: str) -> tuple[str, tuple[str, ...]]:
    """See `suites.with_units`: everything at the other file's top level comes, but what is there already."""
    here, there = parsed(tests), parsed(more)
    imports, rest = _apart(there.body)
    names = _renamed(here, rest)
    told = {ast.unparse(node) for node in here.body}
    wanted = [line for line in map(ast.unparse, imports) if line not in told]
    pieces = [_piece(more, node, names) for node in rest if ast.unparse(node) not in told]
    top = "".join(f"{line}\n" for line in wanted)
    body = "\n\n".join([_ended(edited(tests, [inserted(_after_imports(tests, here), top)])), *pieces])
    return body, tuple(_added(pieces))


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"


_GIVEN = ("pytest",)


def _apart(body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """Imports, without those that the head of every test file has, and the rest without the file's docstring."""
    imports: list[ast.stmt] = [
        node for node in body if isinstance(node, ast.Import | ast.ImportFrom) and not _is_given(node)
    ]
    rest = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)]
    return imports, rest


def _is_given(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__" or (node.module or "").startswith(("python_", "solution")) or node.level > 0
    return [(one.name, one.asname) for one in node.names] == [(name, None) for name in _GIVEN]


def _after_imports(text: str, tree: ast.Module) -> int:
    """Behind the imports that the file begins with."""
    place, places = 0, Places(text)
    for number, node in enumerate(tree.body):
        docstring = number == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not docstring and not isinstance(node, ast.Import | ast.ImportFrom):
            break
        place = line_end(text, places.end(node))
    return place


def _renamed(here: ast.Module, rest: Sequence[ast.stmt]) -> Mapping[str, str]:
    """New names for what the other file defines under a name that is taken, unless both are the same."""
    taken = {name: ast.unparse(node) for node in here.body for name in _defined(node)}
    names: dict[str, str] = {}
    for node in rest:
        for name in _defined(node):
            if name in taken and taken[name] != ast.unparse(node):
                names[name] = _free(name, {*taken, *names.values()})
    return names


def _free(name: str, taken: set[str]) -> str:
    return next(new for number in range(2, len(taken) + 3) if (new := f"{name}_{number}") not in taken)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | Function):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _piece(text: str, node: ast.stmt, names: Mapping[str, str]) -> str:
    """A statement's own text, or its tree's where a name in it changes."""
    if not any(getattr(one, "id", getattr(one, "name", None)) in names for one in ast.walk(node)):
        decorators = getattr(node, "decorator_list", [])
        places = Places(text)
        start = places.at(decorators[0].lineno, 0) if decorators else places.start(node)
        return _ended(text[start : places.end(node)])
    renamed = _Renamer(names, skip_attributes=True).visit(copy.deepcopy(node))
    return _ended(ast.unparse(ast.fix_missing_locations(renamed)))


def _added(pieces: Sequence[str]) -> Iterator[str]:
    for piece in pieces:
        yield from tests_of(parsed(piece))


class _Renamer(ast.NodeTransformer):
    """Other names for names; at a file's top level for what is defined there too."""

    def __init__(self, names: Mapping[str, str], *, skip_attributes: bool) -> None:
        self._names, self._top = names, skip_attributes

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A name that is read or written."""
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class; one within another keeps its name."""
        return self._definition(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function; a method keeps its name."""
        return self._definition(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """A coroutine."""
        return self._definition(node)

    def _definition(self, node: ast.ClassDef | Function) -> ast.AST:
        if self._top:
            node.name = self._names.get(node.name, node.name)
        top, self._top = self._top, False
        self.generic_visit(node)
        self._top = top
        return node


def normal_form(source: str) -> str:
    """See `suites.normal_form`."""
    tree = parsed(textwrap.dedent(source))
    for node in ast.walk(tree):
        if isinstance(node, Function):
            node.body = _told(node.body)
        if isinstance(node, ast.Assert):
            node.msg = None
    for function in [node for node in tree.body if isinstance(node, Function)]:
        function.name = "test"
        function.decorator_list = [one for one in function.decorator_list if "staticmethod" not in ast.unparse(one)]
    stored = dict.fromkeys(_stored(tree))
    names = {name: f"local_{number}" for number, name in enumerate(stored)}
    return ast.dump(_Renamer(names, skip_attributes=False).visit(tree))


def _told(body: list[ast.stmt]) -> list[ast.stmt]:
    """A body without what only tells: texts that nobody reads, and `pass`."""
    told = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    return [one for one in told if not isinstance(one, ast.Pass)] or [ast.Pass()]


def _stored(tree: ast.AST) -> Iterator[str]:
    """Names that are written, in the order in which they stand."""
    names = [one for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    yield from (one.id for one in sorted(names, key=lambda one: (one.lineno, one.col_offset)))
