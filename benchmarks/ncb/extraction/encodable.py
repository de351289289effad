"""Answers that cannot be written to a file at all."""

from __future__ import annotations


def why_not_encodable(text: str) -> str | None:
    """The exception that writing this text as UTF-8 raises: a model's output can hold lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"UnicodeEncodeError: {error.reason} at character {error.start}"
    return None
