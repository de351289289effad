"""The page of a review: one document that holds its words, styles and scripts; questions are fetched by it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

from bench.pages.inline import data_text, joined, policy, source
from bench.pages.wording import words_of

PACKAGE = "bench.benchmarks.ncb.construction.review"
STYLES = ("base.css", "review.css", "evidence.css")
SCRIPTS = ("words.js", "untrusted.js", "code.js", "clock.js", "server.js", "evidence.js", "editor.js", "review.js")
"""Files of `assets/`, in the order in which the page holds them."""

POLICY: Mapping[str, Sequence[str]] = {
    "default-src": ("'none'",),
    "img-src": ("data:",),
    "connect-src": ("'self'",),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
    "frame-ancestors": ("'none'",),
    "require-trusted-types-for": ("'script'",),
    "trusted-types": ("'none'",),
}

_PLACE = re.compile(r"\{\{ (\w+) \}\}")


def render_page(*, language: str | None = None) -> tuple[str, str]:
    """The document, and the Content-Security-Policy that it must be sent with.

    Args:
        language: `en` or `zh`; None for the browser's own.
    """
    style, script = joined(STYLES, PACKAGE), joined(SCRIPTS, PACKAGE)
    parts = {
        "language": language or "",
        "style": style,
        "words": data_text(words_of(PACKAGE).by_language()),
        "script": script,
    }
    template = (files(PACKAGE) / "assets" / "review.html").read_text(encoding="utf-8")
    directives = {**POLICY, "style-src": (source(style),)}
    return _PLACE.sub(lambda place: parts[place[1]], template), policy(directives, script)
