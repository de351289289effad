"""A solution that solves nothing: the reference's own classes and functions, with nothing in them.

Tests that it passes say little about an answer that passes them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

_METHOD = re.compile(
    r"(?P<type>void|boolean|byte|short|int|long|float|double|char|[A-Za-z_][\w.]*(?:\s*<[^;{}()]*>)?(?:\s*\[\s*\])*)\s+"
    r"(?P<name>[A-Za-z_]\w*)\s*\([^(){};]*\)\s*(?:throws\s+[\w.,\s]+)?$"
)
_NOTHING: Mapping[str, str] = {
    "void": "return;",
    "boolean": "return false;",
    **dict.fromkeys(("byte", "short", "int", "long", "float", "double", "char"), "return 0;"),
}
_STATEMENTS = frozenset({"new", "return", "else", "throw", "case", "class", "interface", "enum", "record"})
_MODIFIERS = frozenset({"public", "private", "protected", "static", "final", "abstract"})  # before a constructor's name
_SKIPPED = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*[\s\S]*?\*/')


def trivial_python(source: str) -> str | None:
    """The source with `return None` for every function's body; None where it is no Python or has no function."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    emptied = _Emptied()
    tree = emptied.visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree)) if emptied.count else None


class _Emptied(ast.NodeTransformer):
    """Empties functions; `__init__` keeps its body, without which no object could be made."""

    def __init__(self) -> None:
        self.count = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """One function."""
        if node.name != "__init__":
            self.count += 1
            node.body = [ast.Return(ast.Constant(None))]
        return node


def trivial_java(files: Mapping[str, str]) -> dict[str, str] | None:
    """The files with `return null`, `false` or `0` for every method's body; None where there is no method.

    Constructors keep their bodies, without which no object could be made.
    """
    emptied = {name: _without_bodies(source) for name, source in files.items()}
    return emptied if emptied != dict(files) else None


def _without_bodies(source: str) -> str:
    """A method's body is a block whose head reads like a method's, in a block that is no method's."""
    plain = _SKIPPED.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), source)
    pieces: list[str] = []
    at = 0
    for start, end, nothing in _bodies(plain):
        pieces += [source[at : start + 1], f" {nothing} "]
        at = end
    return "".join([*pieces, source[at:]])


def _bodies(plain: str) -> Iterator[tuple[int, int, str]]:
    """Places of a method's opening and closing brace, and what stands for its body; none inside another."""
    at = head = 0
    while (at := _next(plain, at)) < len(plain):
        method = _METHOD.search(plain[head:at].rstrip()) if plain[at] == "{" else None
        if method is not None and method["type"] not in _STATEMENTS | _MODIFIERS:
            end = _closing(plain, at)
            yield at, end, _NOTHING.get(method["type"], "return null;")
            at = end
        at += 1
        head = at


def _next(plain: str, at: int) -> int:
    found = re.compile(r"[{};]").search(plain, at)
    return found.start() if found else len(plain)


def _closing(plain: str, at: int) -> int:
    """The place of the brace that closes the one at `at`."""
    depth = 0
    for place in range(at, len(plain)):
        depth += {"{": 1, "}": -1}.get(plain[place], 0)
        if depth == 0:
            return place
    return len(plain)
