"""Java tests that assert something of the clock: of today's date, or of how long something took."""

from __future__ import annotations

import re

from bench.benchmarks.ncb.construction.evidence.weak_java import assertions
from bench.benchmarks.ncb.java_text import blank

_READS = re.compile(
    r"\bSystem\s*\.\s*(?:currentTimeMillis|nanoTime)\s*\(\s*\)|\bnew\s+(?:[\w.]+\.)?(?:Date|GregorianCalendar)\s*\(\s*\)"
    r"|\b(?:Instant|Year|YearMonth|MonthDay|\w*(?:Date|Time|DateTime))\s*\.\s*now\s*\(|\bCalendar\s*\.\s*getInstance\s*\("
    r"|\bTimeZone\s*\.\s*getDefault\s*\(|\bZoneId\s*\.\s*systemDefault\s*\(|\bClock\s*\.\s*system\w*\s*\("
)
_ASSIGNED = re.compile(r"\b(\w+)\s*=(?!=)\s*([^;]*);")
_OWN_NAME = re.compile(r"(?<![\w.])(?:(?:new\s+)?([a-z]\w*))\b(?!\s*\()")
_WORDS = frozenset(
    {"new", "null", "true", "false", "int", "long", "double", "float", "instanceof", "java", "return", "final", "var"}
)


def java_reads_clock(source: str) -> str | None:
    """The first assertion that compares what the clock shows with something fixed; None without any."""
    blanked = blank(source)
    clocked = _clocked_names(blanked)
    for check in assertions(source, blanked):
        written = ", ".join(check.given)
        if check.name != "assertTimeout" and _about_clock(blank(written), clocked):
            return " ".join(f"{check.name}({written})".split())
    return None


def _clocked_names(blanked: str) -> set[str]:
    """Variables whose values come of the clock alone, by one assignment or by several."""
    clocked: set[str] = set()
    for _ in range(3):
        clocked |= {name for name, value in _ASSIGNED.findall(blanked) if _about_clock(value, clocked)}
    return clocked


def _about_clock(code: str, clocked: set[str]) -> bool:
    """Whether it speaks of the clock, and of nothing that the solution gave."""
    names = {name for name in _OWN_NAME.findall(code) if name not in _WORDS}
    if not _READS.search(code) and not names & clocked:
        return False
    rest = _READS.sub(" ", code)
    return names <= clocked and not _foreign(rest)


_LIBRARY = re.compile(
    r"\b(?:Duration|ChronoUnit|ChronoField|Math|Instant|Year|Month|DayOfWeek|ZoneOffset|ZoneId|TimeUnit|Calendar|TimeZone"
    r"|YearMonth|MonthDay|\w*Date|\w*Time|\w*DateTime|DateTimeFormatter|SimpleDateFormat|Long|Integer|String|Objects)\b"
)
_TYPE_CALL = re.compile(r"(?<![\w.])(?:new\s+)?([A-Z]\w*)\s*[.(]")


def _foreign(code: str) -> bool:
    """Whether a class that is not Java's own is used, or a function is called by its bare name."""
    return any(not _LIBRARY.fullmatch(name) for name in _TYPE_CALL.findall(code))
