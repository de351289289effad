"""Solutions that solve nothing: every signature is there, every body empty. A test that one passes tests nothing."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from bench.benchmarks.ncb.java_text import Block, blank, blocks

Files = Mapping[str, str]


def trivial_python(files: Files) -> Files | None:
    """Every function returns None; None where the source cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {name: ast.unparse(_Emptied().visit(ast.parse(text))) for name, text in files.items()}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Emptied(ast.NodeTransformer):
    """Puts `return None` in the place of every function's body."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function."""
        node.body = [ast.Return(value=ast.Constant(value=None))]
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """A coroutine."""
        node.body = [ast.Return(value=ast.Constant(value=None))]
        return node


_TYPE = re.compile(r"\b(?:class|interface|enum|record)\s+\w+")
_METHOD = re.compile(r"([\w.\]>]+)\s+(\w+)\s*\([^{};]*\Z")
_NOT_A_METHOD = re.compile(r"=|\bnew\b|->")
_VISIBLE = frozenset({"public", "private", "protected"})
_NOTHING: Mapping[str, str] = MappingProxyType(
    {"void": "", "boolean": "return false;", "char": "return '0';"}
    | dict.fromkeys(("byte", "short", "int", "long", "float", "double"), "return 0;")
)


def trivial_java(files: Files) -> Files | None:
    """Every method returns null, 0 or false; constructors stay, since fields may need them. None without any method."""
    emptied = {name: _emptied(text) for name, text in files.items()}
    return None if emptied == dict(files) else emptied


def _emptied(text: str) -> str:
    blanked, pieces, place = blank(text), [], 0
    for block, body in _bodies(blanked, 0, len(text)):
        pieces += [text[place : block.start], "{ ", body, " }"]
        place = block.end
    return "".join([*pieces, text[place:]])


def _bodies(blanked: str, start: int, end: int) -> Iterator[tuple[Block, str]]:
    """Bodies of methods with what comes in their place, from left to right."""
    for block in blocks(blanked, start, end):
        header = blanked[block.header : block.start]
        if _TYPE.search(header):
            yield from _bodies(blanked, block.start + 1, block.end - 1)
        elif (returned := _returned(header)) is not None:
            yield block, _NOTHING.get(returned, "return null;")


def _returned(header: str) -> str | None:
    """The last word of a method's return type; None where the header is no method's, or a constructor's."""
    found = None if _NOT_A_METHOD.search(header) else _METHOD.search(header)
    return None if found is None or found.group(1) in _VISIBLE else found.group(1)


TRIVIAL: Mapping[str, Callable[[Files], Files | None]] = MappingProxyType(
    {"python": trivial_python, "java": trivial_java}
)
