"""Reasoning that a model wrote before its answer."""

from __future__ import annotations

import re

_CLOSED = re.compile(r"<(think|thinking|thought)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_UNOPENED = re.compile(r"\A.*</(?:think|thinking|thought)>", re.DOTALL | re.IGNORECASE)
_UNCLOSED = re.compile(r"<(?:think|thinking|thought)>.*\Z", re.DOTALL | re.IGNORECASE)


def without_thoughts(text: str) -> str:
    """The answer without marked thoughts: `<think>...</think>`, also one that was never closed or never opened.

    A chat template may have written the opening mark into the prompt, so an answer can begin inside a thought; and
    an answer cut off at its limit can end in one, and then is none.
    """
    if "<" not in text:
        return text
    for thought in (_CLOSED, _UNOPENED, _UNCLOSED):
        text = thought.sub("", text)
    return text
