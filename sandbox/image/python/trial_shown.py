"""What a failing assertion shows: its line, and the two values that it compared."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

TEXT, VALUE = 2_000, 12_000  # characters

# function below the test -> operator, and the names of its arguments in the order in which a test writes them
ASSERTIONS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        # unittest
        **dict.fromkeys(
            ("assertEqual", "assertAlmostEqual", "assertDictEqual", "assertMultiLineEqual"), ("==", "first", "second")
        ),
        "assertListEqual": ("==", "list1", "list2"),
        "assertTupleEqual": ("==", "tuple1", "tuple2"),
        "assertSetEqual": ("==", "set1", "set2"),
        "assertSequenceEqual": ("==", "seq1", "seq2"),
        "assertCountEqual": ("==", "first", "second"),
        **dict.fromkeys(("assertNotEqual", "assertNotAlmostEqual"), ("!=", "first", "second")),
        "assertIn": ("in", "member", "container"),
        "assertNotIn": ("not in", "member", "container"),
        "assertIs": ("is", "expr1", "expr2"),
        "assertIsNot": ("is not", "expr1", "expr2"),
        "assertLess": ("<", "a", "b"),
        "assertLessEqual": ("<=", "a", "b"),
        "assertGreater": (">", "a", "b"),
        "assertGreaterEqual": (">=", "a", "b"),
        # numpy.testing
        **dict.fromkeys(("assert_allclose", "assert_equal", "assert_almost_equal"), ("==", "actual", "desired")),
        **dict.fromkeys(("assert_array_equal", "assert_array_almost_equal"), ("==", "x", "y")),
        # pandas.testing
        **dict.fromkeys(("assert_frame_equal", "assert_series_equal", "assert_index_equal"), ("==", "left", "right")),
    }
)


@dataclass(frozen=True)
class Compared:
    """A comparison and the line of the test file in which it stands."""

    line: int | None
    operator: str
    left: str
    right: str


class Source:
    """The test file.

    Args:
        path: as frames name it.
    """

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        text = path.read_text(encoding="utf-8", errors="surrogatepass")
        asserts = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assert))
        self._plain = {node.lineno for node in asserts if _is_plain(node.test)}

    def line(self, error: BaseException) -> int | None:
        """Where it was raised, as far as that is in this file: the last place that is."""
        lines = [trace.tb_lineno for trace in _traces(error) if trace.tb_frame.f_code.co_filename == self._path]
        return lines[-1] if lines else None

    def compared(self, operator: str, left: object, right: object) -> Compared:
        """A comparison that pytest is showing now."""
        frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001 - there is no other way to it
        while frame is not None and frame.f_code.co_filename != self._path:
            frame = frame.f_back
        return Compared(None if frame is None else frame.f_lineno, operator, shown(left), shown(right))

    def is_plain(self, line: int | None) -> bool:
        """Whether the assertion on this line fails exactly where the comparison shown last does."""
        return line in self._plain


def _is_plain(test: ast.expr) -> bool:
    """`a == b`, or several of these joined by `and`; not what stands below `not` and `or`."""
    if isinstance(test, ast.BoolOp):
        return isinstance(test.op, ast.And) and all(isinstance(one, ast.Compare) for one in test.values)
    return isinstance(test, ast.Compare)


def failure(error: BaseException, source: Source, compared: Compared | None) -> dict[str, Any]:
    """What is told about an exception that ended a test."""
    line = source.line(error)
    values = _values(error, source, line, compared) if isinstance(error, AssertionError) else {}
    return {"raised": type(error).__name__, "message": _message(error), "line": line, **values}


def _values(error: BaseException, source: Source, line: int | None, compared: Compared | None) -> dict[str, str]:
    if compared is not None and compared.line == line and source.is_plain(line):
        return {"operator": compared.operator, "left": compared.left, "right": compared.right}
    for trace in _traces(error):
        known, held = ASSERTIONS.get(trace.tb_frame.f_code.co_name), trace.tb_frame.f_locals
        if known is not None and known[1] in held and known[2] in held:
            return {"operator": known[0], "left": shown(held[known[1]]), "right": shown(held[known[2]])}
    return {}


def _traces(error: BaseException) -> Iterator[types.TracebackType]:
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _message(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())[:TEXT]
    except Exception:  # noqa: BLE001 - an exception class of the solution's
        return ""


def shown(value: object) -> str:
    """`repr` of a value, or as much of it as is sensible."""
    try:
        return repr(value)[:VALUE]
    except Exception as error:  # noqa: BLE001 - whatever a solution's objects raise
        return f"<{type(value).__name__} without a repr: {type(error).__name__}>"
