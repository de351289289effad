"""The code that the authors' evaluator takes out of a Python answer (`extract_python_code` in their ncb/test_setup.py).

Their regular expressions are lazy searches that begin anew at every opening mark, so text that opens often and closes
never costs them the square of its length. What such a search finds first is decided by the first opening alone, which
is how it is looked for here.
"""

from __future__ import annotations

import re

from bench.benchmarks.ncb.extraction import Extracted
from bench.benchmarks.ncb.extraction.encodable import why_not_encodable

NOTHING = "NaN"
"""What the authors' code calls an answer without code, and writes into the module."""

HEADER = (
    "import pytest\nimport sys\nwith open('stdin.txt', 'w') as f:\n    for i in range(1000):\n"
    '        f.write("1\\n")\nsys.stdin = open("stdin.txt")\n'
)
"""What they write before every solution: its standard input is a thousand lines `1`."""

_OPEN, _CLOSE = "[Python]", "[/Python]"
CLOSING = re.compile(r"[\n\r]```")
_BARE = {word: re.compile(rf"{word}\s(.*)", re.DOTALL) for word in ("def", "class", "import", "from")}


def files_of(text: str, number: str) -> Extracted:
    """The module that the authors would import; no file for an empty answer, which they drop."""
    raised = why_not_encodable(text)
    if not text or raised:
        return Extracted(raised=raised)
    return Extracted(files={f"python_{number}.py": module(extract(text))})


def module(code: str) -> str:
    """The module's text around the code of an answer."""
    return f"{HEADER}import pytest\n{code}\n"


def extract(text: str) -> str:
    """The code, `NaN` where they find none."""
    found = _extract(text)
    return NOTHING if found is None else found


def _extract(text: str) -> str | None:
    tagged = between(text, _OPEN, _CLOSE)
    if tagged is not None and "```" not in tagged:
        return tagged
    if tagged is None and _OPEN in text and "```python" not in text:
        return _half_tagged(text)
    if "```python" in text:
        return fenced(text, "```python")
    if "```" in text:
        return fenced(text, "```")
    return _bare(text)


def _half_tagged(text: str) -> str | None:
    """After an opening tag that nothing closes: up to a fence; without one the pattern matches the empty string."""
    return between(text, _OPEN, "```") if "```" in text[text.find(_OPEN) :] else ""


def _bare(text: str) -> str | None:
    word = _first_word(text)
    found = _BARE[word].search(text) if word else None
    return found.group() if found else None


def _first_word(text: str) -> str | None:
    imports = [word for word in ("import", "from") if f"{word} " in text]
    if len(imports) == 2:
        return min(imports, key=text.find)
    return next((word for word in (*imports, "class", "def") if f"{word} " in text), None)


def between(text: str, opening: str, closing: str) -> str | None:
    """What stands between the first `opening` and the next `closing`; None where either is missing."""
    start = text.find(opening)
    if start < 0:
        return None
    start += len(opening)
    end = text.find(closing, start)
    return None if end < 0 else text[start:end]


def fenced(text: str, opening: str) -> str | None:
    """The first block that opens with `opening` and a line end and closes with a line end and three backticks."""
    start = re.compile(re.escape(opening) + r"[\n\r]").search(text)
    end = CLOSING.search(text, start.end()) if start else None
    return text[start.end() : end.start()] if start and end else None
