"""Java tests that check next to nothing, by their source: no assertion, constants, a value compared with itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bench.benchmarks.ncb.java_text import blank

_CALL = re.compile(r"\b(assert\w*|fail|verify\w*|check\w*|expect\w*)\s*\(")
_NAME = re.compile(r"\b[A-Za-z_]\w*\b")
_LITERAL = frozenset(
    {"true", "false", "null", "new", "int", "double", "long", "float", "char", "boolean", "byte", "short", "String"}
    | {"List", "Arrays", "asList", "of", "Integer", "Double"}
)
_OF_ONE = frozenset({"assertTrue", "assertFalse", "assertNull", "assertNotNull"})
_NOT_NULL = re.compile(r"(.+?)!=\s*null|null\s*!=(.+)", re.DOTALL)
_KIND = re.compile(r".+\binstanceof\s+(?:final\s+)?[\w.<>?\[\]]+(?:\s+\w+)?", re.DOTALL)
_SIZE = re.compile(r".+\.\s*(?:size\(\)|length\(\)|length)\s*(?:>=\s*0|>\s*-\s*1)", re.DOTALL)
_SILENT = re.compile(r"\b(?:Throwable|Error|AssertionError|AssertionFailedError)\b")
_CATCH = re.compile(r"\s*catch\s*\(([^)]*)\)\s*\{")
_THROWN = re.compile(r"\bthrow\s+new\b")
_TRY = re.compile(r"\btry\b[^{;]*\{")
_EXPECTED = re.compile(r"@Test\s*\([^)]*\bexpected\s*=")
_RAISES = re.compile(rf"\bassertThrows(?:Exactly)?\s*\(|\bfail\s*\(|{_EXPECTED.pattern}")
_EITHER = re.compile(r"\|\|")


@dataclass(frozen=True, slots=True)
class Check:
    """An assertion's name, its arguments as they are written, and where it stands."""

    name: str
    given: tuple[str, ...]
    start: int


def java_weakness(source: str, solution: Collection[str] = ()) -> str | None:
    """Why a test cannot find much, in words that go on after "it "; None where nothing is seen.

    Args:
        solution: names of the solution: what is called so is no assertion, though it may sound like one.
    """
    blanked = blank(source)
    checks = [check for check in assertions(source, blanked) if check.name not in solution]
    if not checks:
        return None if _EXPECTED.search(blanked) or _THROWN.search(blanked) else "asserts nothing"
    if all(_weak(check) for check in checks):
        first = f"{checks[0].name}({', '.join(checks[0].given)})"
        return f"asserts only what holds for nearly every result: {' '.join(first.split())[:100]}"
    swallowed = list(_swallowed(blanked))
    if all(any(start < check.start < end for start, end in swallowed) for check in checks):
        return "catches what its own assertions raise"
    return None


def java_expects_exception(source: str) -> bool:
    """Whether the test wants something to be thrown."""
    return _RAISES.search(blank(source)) is not None


def assertions(source: str, blanked: str) -> Iterator[Check]:
    """Calls of what sounds like an assertion; `blanked` is the source without comments and literals."""
    for found in _CALL.finditer(blanked):
        end = _closing(blanked, found.end() - 1)
        if not re.match(r"\s*(?:throws[\w\s,.]*)?\{", blanked[end:]):  # not the head of a method of that name
            yield Check(found.group(1), tuple(_arguments(source, blanked, found.end(), end - 1)), found.start())


def _closing(blanked: str, start: int) -> int:
    """The place after the bracket that closes the one at `start`."""
    depth = 0
    for place in range(start, len(blanked)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(blanked[place], 0)
        if depth == 0:
            return place + 1
    return len(blanked)


def _arguments(source: str, blanked: str, start: int, end: int) -> Iterator[str]:
    depth, begun = 0, start
    for place in range(start, end):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(blanked[place], 0)
        if depth == 0 and blanked[place] == ",":
            yield source[begun:place].strip()
            begun = place + 1
    if source[begun:end].strip():
        yield source[begun:end].strip()


def _weak(check: Check) -> bool:
    given = check.given[1:] if _has_message_first(check) else check.given
    if check.name in {"assertNotNull", "assertInstanceOf"}:
        return True
    if not check.name.startswith("assert"):
        return False
    if all(_constant(one) for one in given):
        return True
    if check.name in {"assertEquals", "assertSame", "assertArrayEquals", "assertIterableEquals"} and len(given) > 1:
        return "".join(given[0].split()) == "".join(given[1].split())
    return check.name == "assertTrue" and _holds_anyway(given[0])


def _has_message_first(check: Check) -> bool:
    """JUnit 4's order, where the message may come before the condition."""
    most = 1 if check.name in _OF_ONE else 2
    return len(check.given) > most and check.given[0].startswith('"')


def _holds_anyway(condition: str) -> bool:
    parts = [part.strip() for part in _EITHER.split(condition)]
    if len(parts) > 1:
        return any(_holds_anyway(part) for part in parts) or _complementary(parts)
    if _SIZE.fullmatch(condition) or _KIND.fullmatch(condition) or _NOT_NULL.fullmatch(condition):
        return "&&" not in blank(condition)
    left, found, right = condition.partition("==")
    if found and "".join(left.split()) == "".join(right.split()):
        return True
    same = re.fullmatch(r"(.+)\.equals\((.+)\)", condition, re.DOTALL)
    return _constant(condition) or (same is not None and same.group(1).strip() == same.group(2).strip())


def _complementary(parts: list[str]) -> bool:
    """`x || !x`, `x == null || x != null`."""
    written = {"".join(part.split()) for part in parts}
    return any(f"!{one}" in written or one.replace("==", "!=") in written - {one} for one in written)


def _constant(text: str) -> bool:
    return all(name in _LITERAL for name in _NAME.findall(blank(text)))


def _swallowed(blanked: str) -> Iterator[tuple[int, int]]:
    """Where `try` blocks stand whose handlers catch failing assertions, and neither throw nor assert."""
    for found in _TRY.finditer(blanked):
        start, place = found.start(), _closing(blanked, found.end() - 1)
        while handler := _CATCH.match(blanked, place):
            end = _closing(blanked, handler.end() - 1)
            body = blanked[handler.end() : end]
            if _SILENT.search(handler.group(1)) and not _CALL.search(body) and "throw " not in body:
                yield start, place
            place = end
