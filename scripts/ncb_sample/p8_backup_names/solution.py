import re
from datetime import date, timedelta

NAME = re.compile(r"(.+)-(\d{4})(\d{2})(\d{2})\.tar\.gz")


def _parsed(name):
    found = NAME.fullmatch(name)
    if not found:
        return None
    try:
        return found[1], date(int(found[2]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def backup_name(machine, day):
    return f"{machine}-{day.replace('-', '')}.tar.gz"


def day_of(name):
    found = _parsed(name)
    return found[1].isoformat() if found else None


def next_name(name):
    machine, day = _parsed(name)
    return backup_name(machine, (day + timedelta(days=1)).isoformat())


def expired(names, today, days):
    first = date.fromisoformat(today) - timedelta(days=days)
    found = [(parsed[1], name) for name in names if (parsed := _parsed(name))]
    return [name for day, name in sorted(found) if day < first]
