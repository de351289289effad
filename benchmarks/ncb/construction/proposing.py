"""A failing test with the observed value in the expected one's place: text that a person may take, never a change."""

from __future__ import annotations

import ast
import re

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source.assembling import HEADER_LINES
from bench.benchmarks.ncb.construction.source.suites import units

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_FIRST_LITERAL = r"""(?P<call>\bassert\w*\s*\(\s*)(?P<value>{value})(?=\s*,)"""


def where(draft: Draft, test: str, line: int) -> int:
    """The line within a test's own source, counted from 1, of a line of the test file."""
    unit = next((one for one in units(draft.language, draft.tests) if one.name == test), None)
    if unit is None:
        return 0
    return line - HEADER_LINES[draft.language] - draft.tests.count("\n", 0, unit.start)


def fixed(language: str, source: str, line: int, expected: str, observed: str) -> str | None:
    """The test's source with the observed value; None where the expected one is no literal on that line.

    Args:
        line: of the assertion, within the source.
    """
    change = _fixed_python if language == "python" else _fixed_java
    return change(source, line, expected, observed) if source else None


def _fixed_python(source: str, line: int, expected: str, observed: str) -> str | None:
    lines = source.splitlines(keepends=True)
    indent = len(lines[0]) - len(lines[0].lstrip())
    try:
        tree = ast.parse("".join(text[indent:] if text[:indent].isspace() or not indent else text for text in lines))
        ast.literal_eval(observed)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    found = [node for node in ast.walk(tree) if _is_value(node, expected) and _on_line(tree, node, line)]
    if len(found) != 1:
        return None
    return _replaced(lines, found[0], indent, observed)


def _is_value(node: ast.AST, expected: str) -> bool:
    if not isinstance(node, ast.expr):
        return False
    try:
        return repr(ast.literal_eval(node)) == expected
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False


def _on_line(tree: ast.Module, node: ast.AST, line: int) -> bool:
    """Whether the value stands by itself on one side of a comparison, or in a call, of the statement on that line."""
    for parent in ast.walk(tree):
        sides = (
            [parent.left, *parent.comparators]
            if isinstance(parent, ast.Compare)
            else parent.args
            if isinstance(parent, ast.Call) and _is_assertion(parent)
            else []
        )
        if any(side is node for side in sides):
            assert isinstance(parent, ast.Compare | ast.Call)
            return parent.lineno <= line <= (parent.end_lineno or parent.lineno)
    return False


def _is_assertion(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return str(name).lower().startswith("assert")


def _replaced(lines: list[str], node: ast.AST, indent: int, observed: str) -> str:
    assert isinstance(node, ast.expr)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    first, last = lines[node.lineno - 1].encode(), lines[node.end_lineno - 1].encode()
    head, tail = first[: node.col_offset + indent].decode(), last[node.end_col_offset + indent :].decode()
    return "".join([*lines[: node.lineno - 1], head, observed, tail, *lines[node.end_lineno :]])


def _fixed_java(source: str, line: int, expected: str, observed: str) -> str | None:
    lines = source.splitlines(keepends=True)
    if not 0 < line <= len(lines):
        return None
    for old, new in _java_spellings(expected, observed):
        pattern = re.compile(_FIRST_LITERAL.format(value=re.escape(old) + ("[dDfFlL]?" if new == observed else "")))
        found = pattern.findall(lines[line - 1])
        if len(found) == 1:
            changed = pattern.sub(lambda one, new=new: one["call"] + new, lines[line - 1])  # type: ignore[misc]
            return "".join([*lines[: line - 1], changed, *lines[line:]])
    return None


def _java_spellings(expected: str, observed: str) -> list[tuple[str, str]]:
    """How the two values may be written in the source: as text between quotes, as numbers, as truth values."""
    bare = [value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value for value in (expected, observed)]
    quoted = [f'"{_escaped(value)}"' for value in bare]
    plain = all(_NUMBER.fullmatch(value) or value in {"true", "false", "null"} for value in (expected, observed))
    return [(quoted[0], quoted[1]), *([(expected, observed)] if plain else [])]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
