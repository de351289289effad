"""Where two pieces of JSON data differ, told for a message of one line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

SHORT = 60  # characters of a value that a message shows


def differences(there: object, here: object, name: str = "") -> Iterator[str]:
    """What differs between two values, field by field: where, and what either says."""
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        for key in sorted({*there, *here}):
            yield from differences(there.get(key), here.get(key), f"{name}.{key}" if name else str(key))
    elif json.dumps(there) != json.dumps(here):
        yield f"{name} is {_short(there)} there and {_short(here)} here"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHORT else text[: SHORT - 3] + "..."
