"""What can go wrong with a request, by name, and what follows from it."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

MOST_PAUSE = 300.0
"""Seconds that a server may ask to be left alone; more would look like a hang."""

_PASSING = frozenset({408, 409, 425, 429})
_CROWDED = frozenset({429, 503})
_KEY_REFUSED = frozenset({401, 403})
_QUOTA = "insufficient_quota"

_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size"
    r"|maximum context length"  # OpenAI, vLLM, OpenRouter
    r"|longer than the (maximum )?model('s context)? length"  # SGLang, older vLLM
    r"|exceeds? the (available )?context (size|length|window)"  # llama.cpp, Ollama
    r"|exceed context window"  # llama-cpp-python
    r"|context ?window ?exceeded"  # LiteLLM
    r"|inputs. ?tokens ?. ?.max_new_tokens. must be <="  # TGI
    r"|prompt is too long"  # Anthropic
    r"|input token count.{0,40}exceeds the maximum",  # Gemini
    re.IGNORECASE,
)
_NO_TEMPLATE = re.compile(
    r"(no|default|provide a|define a|missing|have a|without a) chat[ _]template\b"
    r"|template not found|chat template is not (set|defined|available)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request has no answer. It is returned, not raised: a traceback would keep whole prompts in memory.

    Attributes:
        name: `http_429`, `timeout`, `connection`, `bad_response`, `context_length`, `auth`.
        detail: the server's own words, on one line.
        status: of the reply; None where there was none.
        param: the field that the server blames, where it says so in a field of its own.
        said: all that the server said, for tables of wordings to look at.
        passing: the same request may go well later.
        crowded: the server has too much to do.
        unreachable: no connection came about, so that nothing was asked.
        pause: seconds that the server asks to be left alone.
        final: every other request would end the same way.
    """

    name: str
    detail: str
    status: int | None = None
    param: str | None = None
    said: str = ""
    passing: bool = False
    crowded: bool = False
    unreachable: bool = False
    pause: float | None = None
    final: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}"

    @property
    def no_template(self) -> bool:
        """Whether the server has no chat template to put a message under."""
        return self.status is not None and _NO_TEMPLATE.search(self.said) is not None


def of_status(status: int, body: object, headers: Mapping[str, str], detail: str) -> Fault:
    """The fault of a reply that is not 2xx.

    Args:
        body: as the client read it; JSON data or None.
        detail: what may be shown of it.
    """
    error = nested(body)
    code, said = str(error.get("code") or error.get("type") or ""), message(body) or detail
    return Fault(
        name=_name(status, f"{code} {said}"),
        detail=f"HTTP {status}: {detail}" if status in _KEY_REFUSED else detail,
        status=status,
        param=error["param"] if isinstance(error.get("param"), str) else None,
        said=said,
        passing=(status in _PASSING or status >= 500) and code != _QUOTA,
        crowded=status in _CROWDED,
        pause=pause_of(headers) if status in _PASSING or status >= 500 else None,
        final=status in _KEY_REFUSED or status == 404 or code == _QUOTA,
    )


def _name(status: int, said: str) -> str:
    if status != 429 and _TOO_LONG.search(said):
        return "context_length"
    return "auth" if status in _KEY_REFUSED else f"http_{status}"


def nested(body: object) -> Mapping[str, Any]:
    """The object in an error's body that says what is wrong; empty where there is none."""
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, Mapping):
        return {}
    inner = body.get("error", body)
    return inner if isinstance(inner, Mapping) else body


def message(body: object) -> str:
    """A server's own words, whichever of the usual shapes its error has; empty where it has none of them."""
    error = nested(body)
    found = error.get("message") or error.get("detail") or error.get("error")
    if isinstance(found, Mapping):
        found = found.get("detail") or found.get("message")
    if isinstance(found, list):
        return "; ".join(map(_complaint, found))
    return str(found or (body if isinstance(body, str) else ""))


def _complaint(item: object) -> str:
    """One item of what pydantic says; the input that it echoes may be a whole prompt and is left out."""
    if not isinstance(item, Mapping):
        return str(item)
    where = item.get("loc")
    return f"{json.dumps(where)}: {item.get('msg')}" if where else str(item.get("msg"))


def pause_of(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds that Retry-After asks for, given in seconds or as a date; None where it says nothing that makes sense."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        seconds = _until(text, time.time() if now is None else now)
    return min(seconds, MOST_PAUSE) if seconds >= 0 else None


def _until(date: str, now: float) -> float:
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - now)
    except (ValueError, IndexError, OverflowError):
        return math.nan
