"""Python tests that assert something of the clock: of today's date, or of how long something took."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from bench.benchmarks.ncb.construction.evidence.weak_python import parsed

_READS = frozenset(
    {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "perf_counter", "perf_counter_ns", "monotonic"}
    | {"monotonic_ns", "process_time", "ctime", "asctime", "strftime", "default_timer"}
)
_ZONE = frozenset({"tzname", "timezone", "altzone", "daylight"})
_MODULES = frozenset(
    {"datetime", "time", "date", "dt", "timeit", "calendar", "timedelta", "timezone", "tz", "zoneinfo"}
)
_WITHOUT_ARGUMENTS = frozenset({"ctime", "asctime", "localtime", "gmtime"})


def python_reads_clock(source: str) -> str | None:
    """The first assertion that compares what the clock shows with something fixed, as source; None without any."""
    body = parsed(source)
    if body is None:
        return None
    reader = _Reader(body)
    return next((ast.unparse(node) for node in _asserted(body) if reader.about_clock(node)), None)


def _asserted(body: ast.AST) -> Iterator[ast.expr]:
    """Conditions of `assert`, and arguments of unittest's methods as one."""
    for node in ast.walk(body):
        if isinstance(node, ast.Assert):
            yield node.test
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assert")
        ):
            yield ast.Tuple(elts=node.args, ctx=ast.Load())


class _Reader:
    """Tells whether an expression of a test speaks of the clock, and of nothing that the solution gave."""

    def __init__(self, body: ast.AST) -> None:
        assigned = list(_assignments(body))
        self._own = {name for name, _ in assigned}
        self._known = _imported(body) | _MODULES | frozenset(dir(builtins))
        self._clocked: set[str] = set()
        for _ in range(3):  # a name may be made of one that is assigned further down, in a loop
            self._clocked |= {name for name, value in assigned if self.about_clock(value)}

    def about_clock(self, node: ast.expr) -> bool:
        """Whether a clock is read or a name made of one is used, and no other name."""
        calls = [root for part in ast.walk(node) if (root := self._read(part)) is not None]
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        if not calls and not names & self._clocked:
            return False
        return names <= self._clocked | self._known | set(calls)

    def _read(self, node: ast.AST) -> str | None:
        """The module or class by which a clock is read, under whatever name: `_dt` in `_dt.datetime.now()`."""
        chain = _chain(node.func) if isinstance(node, ast.Call) else _chain(node)
        if not chain or chain[0] in self._own:
            return None
        if not isinstance(node, ast.Call):
            return chain[0] if chain[-2:-1] == ["time"] and chain[-1] in _ZONE else None
        if chain[-1] == "strftime":
            return chain[0] if chain[-2:-1] == ["time"] and len(node.args) == 1 else None
        return chain[0] if chain[-1] in _READS and not (chain[-1] in _WITHOUT_ARGUMENTS and node.args) else None


def _chain(node: ast.AST) -> list[str]:
    """`["datetime", "date", "today"]` of `datetime.date.today`; empty where something else is in it."""
    if isinstance(node, ast.Name):
        return [node.id]
    inner = _chain(node.value) if isinstance(node, ast.Attribute) else []
    return [*inner, node.attr] if inner and isinstance(node, ast.Attribute) else []


def _assignments(body: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((target.id, node.value) for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.NamedExpr):
            yield node.target.id, node.value


def _imported(body: ast.AST) -> frozenset[str]:
    """Names that the test itself imports."""
    imports = [node for node in ast.walk(body) if isinstance(node, ast.Import | ast.ImportFrom)]
    return frozenset((alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names)
