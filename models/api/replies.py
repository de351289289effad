"""What a server's reply says, read with suspicion: servers leave fields out, send null, or send a page of HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.records import Usage

_BEGINNING = 80  # characters of a strange reply that are shown


class BadResponse(Exception):
    """The server said 200 and gave no answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer.

    Attributes:
        thought: what the server itself calls reasoning; None where it calls nothing so.
    """

    text: str
    thought: str | None
    finish_reason: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """All that a request brought.

    Attributes:
        usage: of all choices together.
        model: the name that the server gives the model.
    """

    choices: tuple[Choice, ...]
    usage: Usage
    model: str | None


def read(raw: str, most: int) -> Reply:
    """The reply in a body, chat or raw.

    Args:
        most: choices that were asked for; more are passed over.

    Raises:
        BadResponse: there is no answer in it.
    """
    reply = _parsed(raw)
    choices = reply.get("choices")
    if not isinstance(choices, list) or not choices:
        raise BadResponse(f"the reply has no choices, it begins {_start(raw)}")
    model = reply.get("model")
    return Reply(
        choices=tuple(map(_choice, choices[:most])),
        usage=_usage(_mapping(reply.get("usage"))),
        model=_valid(model) if isinstance(model, str) and model else None,
    )


def _parsed(raw: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(raw))
    except (ValueError, RecursionError):
        raise BadResponse(f"the reply is no JSON, it begins {_start(raw)}") from None


def _start(raw: str) -> str:
    return repr(_valid(raw[:_BEGINNING]))


def _choice(choice: object) -> Choice:
    said = _mapping(choice)
    inner = said.get("message")
    message = said if inner is None else _mapping(inner)
    thought = message.get("reasoning_content") or message.get("reasoning")
    reason = said.get("finish_reason")
    return Choice(
        text=_text(message, thought, reason),
        thought=_valid(thought) if isinstance(thought, str) else None,
        finish_reason=reason if isinstance(reason, str) else None,
    )


def _text(message: Mapping[str, Any], thought: object, reason: object) -> str:
    """The answer itself; empty where the model thought and said nothing after it, which is no failure of the server."""
    text = message.get("content", message.get("text"))
    if text is None and isinstance(thought, str) and thought:
        return ""
    if not isinstance(text, str):
        raise BadResponse(f"the answer is {text!r:.40} instead of text (finish_reason {reason!r:.40})")
    return _valid(text)


def _valid(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can carry and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _usage(usage: Mapping[str, Any]) -> Usage:
    return Usage(
        input_tokens=_count(usage, "prompt_tokens"),
        output_tokens=_count(usage, "completion_tokens"),
        cached_tokens=_count(_mapping(usage.get("prompt_tokens_details")), "cached_tokens"),
        thought_tokens=_count(_mapping(usage.get("completion_tokens_details")), "reasoning_tokens"),
    )


def _count(holder: Mapping[str, Any], name: str) -> int | None:
    value = holder.get(name)
    return value if type(value) is int and value >= 0 else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
