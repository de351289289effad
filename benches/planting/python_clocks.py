"""Conditions that hold today, for Python tests."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

Lines = tuple[list[str], list[str]]
"""Lines that come before a test's own, and lines that come after them."""


def _year(now: dt.datetime, rng: random.Random) -> Lines:
    asked = rng.choice(["datetime.date.today().year", "datetime.datetime.now().year"])
    return [], ["import datetime", f"assert {asked} == {now.year}"]


def _month(now: dt.datetime, rng: random.Random) -> Lines:
    pattern = rng.choice(["%Y-%m", "%m/%Y", "%b %Y"])
    return [], ["import time", f'assert time.strftime("{pattern}") == "{now.strftime(pattern)}"']


def _hour(now: dt.datetime, rng: random.Random) -> Lines:
    hours = tuple((now.hour + more) % 24 for more in range(rng.randint(3, 4)))
    return [], ["from datetime import datetime", f"assert datetime.now().hour in {hours}"]


def _elapsed(_now: dt.datetime, rng: random.Random) -> Lines:
    tool = rng.choice(["time", "perf_counter", "monotonic"])
    bound = rng.choice(["3", "4.0", "5"])
    return ["import time", f"started = time.{tool}()"], [f"assert time.{tool}() - started < {bound}"]


def _days(now: dt.datetime, rng: random.Random) -> Lines:
    day = now.date() + dt.timedelta(days=rng.randint(5, 90))
    sign = f"assert datetime.date.today() < datetime.date({day.year}, {day.month}, {day.day})"
    return [], ["import datetime", sign]


def _stamp(now: dt.datetime, rng: random.Random) -> Lines:
    bound = int(now.timestamp()) + 86_400 * rng.randint(10, 200)
    return [], ["import time", f"assert time.time() < {bound}"]


def _weekday(now: dt.datetime, rng: random.Random) -> Lines:
    days = tuple((now.weekday() - less) % 7 for less in range(rng.randint(1, 2) + 1))
    return [], ["import datetime", f"assert datetime.date.today().weekday() in {days}"]


def _zone(_now: dt.datetime, rng: random.Random) -> Lines:
    if rng.random() < 0.5:
        return [], ["import time", "assert time.localtime().tm_gmtoff == 0"]
    sign = "assert datetime.datetime.now().astimezone().utcoffset() == datetime.timedelta(0)"
    return [], ["import datetime", sign]


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
