"""What a server's reply says, read with suspicion: servers leave fields out, send null, or send a page of HTML."""

from __future__ import annotations

from typing import Any

from bench.records import Usage


class BadResponse(Exception):
    """The server said 200 and gave no answer."""


def read_chat(reply: Any) -> dict[str, Any]:
    """Text, thought, finish reason and usage of a chat completion, as fields of `Completion`.

    Raises:
        BadResponse: there is no answer in it.
    """
    choice = _choice(reply)
    message = getattr(choice, "message", None)
    thought = getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None)
    text = getattr(message, "content", None)
    if text is None and thought and getattr(choice, "finish_reason", None) == "length":
        text = ""  # it thought until its tokens ran out: that is the model's answer, not a failure of the server
    return _fields(reply, choice, text) | {"thought": _valid(thought) if isinstance(thought, str) else None}


def read_text(reply: Any) -> dict[str, Any]:
    """The same of a raw completion.

    Raises:
        BadResponse: there is no answer in it.
    """
    choice = _choice(reply)
    return _fields(reply, choice, getattr(choice, "text", None))


def said(error: BaseException) -> str:
    """The server's own message where its error has one, else the exception's text."""
    body = getattr(error, "body", None)
    nested = body.get("error", body) if isinstance(body, dict) else None
    message = nested.get("message") or nested.get("detail") if isinstance(nested, dict) else nested
    return str(message or str(error) or type(error).__name__)


def _choice(reply: Any) -> Any:
    choices = getattr(reply, "choices", None)
    if not isinstance(choices, list) or not choices:
        start = f", it begins {reply[:80]!r}" if isinstance(reply, str) else ""
        raise BadResponse(f"the reply has no choices{start}")
    return choices[0]


def _fields(reply: Any, choice: Any, text: Any) -> dict[str, Any]:
    reason = getattr(choice, "finish_reason", None)
    if not isinstance(text, str):
        raise BadResponse(f"the answer is {text!r:.40} instead of text (finish_reason {reason!r:.40})")
    return {
        "text": _valid(text),
        "finish_reason": reason if isinstance(reason, str) else None,
        "usage": _usage(getattr(reply, "usage", None)),
    }


def _valid(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can carry and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _usage(usage: Any) -> Usage:
    return Usage(
        input_tokens=_count(usage, "prompt_tokens"),
        output_tokens=_count(usage, "completion_tokens"),
        cached_tokens=_count(getattr(usage, "prompt_tokens_details", None), "cached_tokens"),
        thought_tokens=_count(getattr(usage, "completion_tokens_details", None), "reasoning_tokens"),
    )


def _count(holder: Any, name: str) -> int | None:
    value = getattr(holder, name, None)
    return value if isinstance(value, int) else None
