"""Parts of a page that stand within it: styles, scripts and data, and the policy that lets no others in."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib.resources import files

SHARED = "bench.pages"


def joined(names: Sequence[str], package: str) -> str:
    """Files of `assets/` of a package or, where it has none of this name, of those that pages share."""
    return "\n".join(_asset(name, package).strip("\n") for name in names) + "\n"


def _asset(name: str, package: str) -> str:
    own = files(package) / "assets" / name
    found = own if own.is_file() else files(SHARED) / "assets" / name
    return found.read_text(encoding="utf-8")


def policy(directives: Mapping[str, Sequence[str]], *scripts: str, more: Sequence[str] = ()) -> str:
    """A Content-Security-Policy: of all scripts these alone run, and those from `more`."""
    whole = {**directives, "script-src": (*map(source, scripts), *more)}
    return "; ".join(f"{name} {' '.join(values)}" for name, values in whole.items())


def source(text: str) -> str:
    """What a policy calls a script or a style with this text."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def data_text(value: object) -> str:
    """JSON for a script element: nothing in it can end the element or a line of the script."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
