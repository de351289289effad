import re
from collections import Counter
from datetime import datetime

LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([A-Z]+) ([\w-]+): (.*)")


def _lines(text):
    return [found.groups() for found in map(LINE.fullmatch, text.splitlines()) if found]


def count_levels(text):
    return dict(Counter(level for _, level, _, _ in _lines(text)))


def messages_of(text, source):
    return [message for _, _, name, message in _lines(text) if name == source]


def longest_silence(text):
    times = [datetime.strptime(time, "%Y-%m-%d %H:%M:%S") for time, _, _, _ in _lines(text)]
    gaps = [int((later - sooner).total_seconds()) for sooner, later in zip(times, times[1:])]
    return max(gaps, default=0)
