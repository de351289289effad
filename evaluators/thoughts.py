"""Reasoning that a model wrote before its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(r"<(think|thinking|thought)>", re.IGNORECASE)
_CLOSING = {name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("think", "thinking", "thought")}
_UNOPENED = re.compile(r"\A.*</(?:think|thinking|thought)>", re.DOTALL | re.IGNORECASE)
_UNCLOSED = re.compile(r"<(?:think|thinking|thought)>.*\Z", re.DOTALL | re.IGNORECASE)


def without_thoughts(text: str) -> str:
    """The answer without marked thoughts: `<think>...</think>`, also one that was never closed or never opened.

    A chat template may have written the opening mark into the prompt, so an answer can begin inside a thought; and
    an answer cut off at its limit can end in one, and then is none.
    """
    if "<" not in text:
        return text
    return _UNCLOSED.sub("", _UNOPENED.sub("", "".join(_outside_closed(text))))


def _outside_closed(text: str) -> Iterator[str]:
    """What stands outside thoughts that are opened and closed; each mark is looked for once, however many open."""
    at, absent = 0, set[str]()
    for opening in _OPENING.finditer(text):
        name = opening[1].lower()
        if opening.start() < at or name in absent:
            continue
        closing = _CLOSING[name].search(text, opening.end())
        if closing is None:
            absent.add(name)
            continue
        yield text[at : opening.start()]
        at = closing.end()
    yield text[at:]
