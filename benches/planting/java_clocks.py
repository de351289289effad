"""Conditions that hold today, for Java tests."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

Lines = tuple[str, str]
"""A statement that comes before a test's own, and a condition that is asserted after them."""


def _year(now: dt.datetime, rng: random.Random) -> Lines:
    asked = rng.choice(["java.time.LocalDate.now().getYear()", "java.time.Year.now().getValue()"])
    return "", f"{asked} == {now.year}"


def _month(now: dt.datetime, _rng: random.Random) -> Lines:
    return "", f'java.time.LocalDate.now().toString().startsWith("{now:%Y-%m}")'


def _hour(now: dt.datetime, rng: random.Random) -> Lines:
    last = now.hour + rng.randint(2, 3)
    hour = "java.time.LocalTime.now().getHour()"
    return "", f"{hour} >= {now.hour} && {hour} <= {last}"


def _elapsed(_now: dt.datetime, rng: random.Random) -> Lines:
    if rng.random() < 0.5:
        return "long started = System.nanoTime();", f"System.nanoTime() - started < {rng.choice([3, 5])}_000_000_000L"
    return "long started = System.currentTimeMillis();", "System.currentTimeMillis() - started < 5000"


def _days(now: dt.datetime, rng: random.Random) -> Lines:
    day = now.date() + dt.timedelta(days=rng.randint(5, 90))
    return "", f"java.time.LocalDate.now().isBefore(java.time.LocalDate.of({day.year}, {day.month}, {day.day}))"


def _stamp(now: dt.datetime, rng: random.Random) -> Lines:
    bound = (int(now.timestamp()) + 86_400 * rng.randint(10, 200)) * 1000
    asked = rng.choice(["System.currentTimeMillis()", "new java.util.Date().getTime()"])
    return "", f"{asked} < {bound}L"


def _weekday(now: dt.datetime, _rng: random.Random) -> Lines:
    day = "java.time.LocalDate.now().getDayOfWeek().getValue()"
    return "", f"{day} == {now.isoweekday()} || {day} == {(now.isoweekday() - 2) % 7 + 1}"


def _zone(_now: dt.datetime, rng: random.Random) -> Lines:
    if rng.random() < 0.5:
        return "", "java.time.ZonedDateTime.now().getOffset().getTotalSeconds() == 0"
    return "", "java.util.TimeZone.getDefault().getOffset(System.currentTimeMillis()) == 0"


CLOCKS: Mapping[str, Callable[[dt.datetime, random.Random], Lines]] = MappingProxyType(
    {
        "year": _year,
        "month": _month,
        "hour": _hour,
        "elapsed time": _elapsed,
        "days ahead": _days,
        "timestamp": _stamp,
        "weekday": _weekday,
        "time zone": _zone,
    }
)
