"""Other versions of a Python solution: `altered` and `idle`, see `variants`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files as package_files

from bench.benchmarks.ncb.construction.source.editing import parsed

Files = Mapping[str, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef
_PRINTS = re.compile(r"\bprint\s*\(|\bstdout\b")


def altered(files: Files) -> Files | None:
    """Every module with the text of `altering` behind its own, in one line; None where one cannot be parsed."""
    text = _altering()
    try:
        return {name: source + _footer(text, source) for name, source in files.items()}
    except SyntaxError:
        return None


_IMPORT = re.compile(r"^from bench\..*\n", re.MULTILINE)


def _altering() -> str:
    """The two modules as one text."""
    folder = package_files("bench.benchmarks.ncb.construction.solutions")
    texts = [(folder / name).read_text(encoding="utf-8") for name in ("altered_values.py", "altering.py")]
    return _IMPORT.sub("", "\n".join(texts))


def _footer(text: str, source: str) -> str:
    """In a namespace of its own, so that nothing of it is seen from the module."""
    gives = sorted(_giving(parsed(source), ""))
    call = f"_bench['alter'](globals(), {gives!r}, {bool(_PRINTS.search(source))!r})"
    return f"\n_bench = {{'__name__': 'bench_altering'}}\nexec({text!r}, _bench)\n{call}\ndel _bench\n"


def _giving(node: ast.AST, prefix: str) -> Iterator[str]:
    """Qualified names of the functions that return a value somewhere."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            if any(_is_value(one.value) for one in _own(child) if isinstance(one, ast.Return)):
                yield prefix + child.name
            yield from _giving(child, f"{prefix}{child.name}.<locals>.")
        elif isinstance(child, ast.ClassDef):
            yield from _giving(child, f"{prefix}{child.name}.")
        else:
            yield from _giving(child, prefix)


def _is_value(node: ast.expr | None) -> bool:
    return node is not None and not (isinstance(node, ast.Constant) and node.value is None)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions and classes in it."""
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield from _own(child)


CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__"})


def idle(files: Files) -> Files | None:
    """Functions that return nothing do nothing, and nothing is raised; None where a file cannot be parsed.

    Constructors stay, and so does what they call: an object without its attributes would raise, and that shows nothing.
    """
    try:
        return {name: _idle(source) for name, source in files.items()}
    except SyntaxError:
        return None


def _idle(source: str) -> str:
    tree = parsed(source)
    before = ast.dump(tree)
    kept = CONSTRUCTORS | {name for one in ast.walk(tree) if _is_constructor(one) for name in _called(one)}
    made = _Idle(kept).visit(tree)
    return source if ast.dump(made) == before else ast.unparse(ast.fix_missing_locations(made))


def _is_constructor(node: ast.AST) -> bool:
    return isinstance(node, Function) and node.name in CONSTRUCTORS


def _called(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            yield getattr(one.func, "attr", getattr(one.func, "id", ""))


class _Idle(ast.NodeTransformer):
    """Empties what returns nothing, and passes where something is raised."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function."""
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """A coroutine."""
        return self._function(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """What raises does nothing."""
        return ast.copy_location(ast.Pass(), node)

    def _function(self, node: Function) -> ast.AST:
        own = list(_own(node))
        gives = any(isinstance(one, ast.Return) and _is_value(one.value) for one in own)
        if gives or node.name in self._kept or any(isinstance(one, ast.Yield | ast.YieldFrom) for one in own):
            return self.generic_visit(node)
        node.body = [ast.Pass()]
        return node
