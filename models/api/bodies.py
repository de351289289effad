"""What is sent for a prompt, and how that is adapted, once for a whole run, to a server that refuses a field of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bench.models.api.faults import Fault
from bench.models.rendering import Prepared, Rendering
from bench.models.templates import NO_THINKING
from bench.records import Prompt

Body = dict[str, Any]


class Endpoint(StrEnum):
    """Where a prompt can go."""

    CHAT = "/chat/completions"
    RAW = "/completions"


PENALTIES: Mapping[str, float] = MappingProxyType({"presence_penalty": 0, "frequency_penalty": 0})
"""Of OpenAI's protocol, at the values that do nothing."""

EXTENSIONS: Mapping[str, float] = MappingProxyType({"top_k": -1, "min_p": 0, "repetition_penalty": 1.0})
"""What others added to it, at the values that do nothing: vLLM takes a generation_config's for any that is not sent."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is done where a server refuses a field.

    Attributes:
        instead: the name that it goes by instead; None where it is not sent at all.
        idle: at the value that is sent it does nothing, so that any complaint about it is reason to drop it.
        short: an ordinary word, which counts as the field's name only where it is quoted or stands after a colon.
        note: what the reader of a result is told.
    """

    note: str
    instead: str | None = None
    idle: bool = False
    short: bool = False


def _dropped(field: str, *, idle: bool = False, short: bool = False) -> Remedy:
    return Remedy(f"the server does not take {field}: not sent", idle=idle, short=short)


REMEDIES: Mapping[str, Remedy] = MappingProxyType(
    {
        "max_tokens": Remedy(
            "the server does not take max_tokens: sent as max_completion_tokens", instead="max_completion_tokens"
        ),
        "temperature": _dropped("temperature"),
        "top_p": _dropped("top_p"),
        "seed": _dropped("seed", short=True),
        "stop": _dropped("stop", short=True),
        "n": Remedy("the server does not take n: each attempt is a request of its own", short=True),
        **{field: _dropped(field, idle=True) for field in (*PENALTIES, *EXTENSIONS)},
    }
)

_UNSUPPORTED = re.compile(
    r"unsupported|un(re|der)cogni[sz]ed|unknown|unexpected|not (currently )?support|not allowed|not permitted"
    r"|does not (accept|take)|extra inputs|extraneous|additional propert",
    re.IGNORECASE,
)


def _spelling(field: str) -> re.Pattern[str]:
    """How a server's words name a field: with underscores or in camel case."""
    name = field.replace("_", "_?")
    quoted = rf"(['\"`\[]|: ?){name}(['\"`\],.:;]|$|\s)"
    return re.compile(quoted if REMEDIES[field].short else rf"(?<![A-Za-z_]){name}(?![A-Za-z_])", re.IGNORECASE)


_SPELLINGS: Mapping[str, re.Pattern[str]] = MappingProxyType({field: _spelling(field) for field in REMEDIES})


class Dialect:
    """What the servers of a run take; it is learnt from their refusals.

    Args:
        tell: told what the reader of a result must know, once for each field.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._refused: set[str] = set()

    def takes(self, field: str) -> bool:
        """Whether no server has refused it yet."""
        return field not in self._refused

    def adapted(self, body: Body, endpoint: Endpoint) -> Body:
        """The body without what is known to be refused."""
        kept = {}
        for field, value in body.items():
            name = self._name(field, endpoint)
            if name is not None:
                kept[name] = value
        return kept

    def learn(self, fault: Fault, sent: Body, endpoint: Endpoint) -> bool:
        """Whether the fault is a refusal of fields that were sent, so that a request without them may go well.

        Each answer of yes takes a field away or renames it, so that no request can go on like this for ever.
        """
        if fault.status not in {400, 422} or fault.name == "context_length":
            return False
        refused = [field for field in _blamed(fault) if field in sent and not _needed(field, endpoint)]
        for field in refused:
            self.refuse(field, REMEDIES[field].note)
        return bool(refused)

    def refuse(self, field: str, note: str) -> None:
        """Do without a field from now on."""
        if field not in self._refused:
            self._refused.add(field)
            self._tell(note)

    def _name(self, field: str, endpoint: Endpoint) -> str | None:
        refused = field in self._refused and not _needed(field, endpoint)
        return REMEDIES[field].instead if refused else field


def _needed(field: str, endpoint: Endpoint) -> bool:
    """Whether a field has no other name: raw completions know the old names alone."""
    return REMEDIES[field].instead is not None and endpoint is Endpoint.RAW


def _blamed(fault: Fault) -> list[str]:
    """The fields that a refusal is about."""
    unsupported = _UNSUPPORTED.search(fault.said) is not None
    blamed = (
        [fault.param] if fault.param in REMEDIES else [f for f, name in _SPELLINGS.items() if name.search(fault.said)]
    )
    return [field for field in blamed if field and (unsupported or REMEDIES[field].idle)]


def chat_body(model: str, prepared: Prepared, rendering: Rendering, *, extended: bool) -> Body:
    """A chat completion's: the messages as they were prepared; without any, the text as one user message."""
    messages = [dict(message) for message in prepared.messages] or [{"role": "user", "content": prepared.prompt.text}]
    body = {"model": model, "messages": messages, **_sampling(prepared.prompt, rendering, extended=extended)}
    switches = {**(NO_THINKING if rendering.no_thinking else {}), **rendering.chat_template_kwargs}
    return {**body, "chat_template_kwargs": switches} if switches else body


def raw_body(model: str, prepared: Prepared, rendering: Rendering, *, extended: bool) -> Body:
    """A raw completion's: the token ids where they are known, else the text."""
    prompt = prepared.prompt.text if prepared.ids is None else list(prepared.ids)
    return {"model": model, "prompt": prompt, **_sampling(prepared.prompt, rendering, extended=extended)}


def _sampling(prompt: Prompt, rendering: Rendering, *, extended: bool) -> Body:
    """The sampling fields; all of them, unless the model's own configuration is asked for.

    The protocol has no minimum of new tokens, so a stop that holds only after some tokens cannot be said: it is
    not sent. The tasks that ask for it score the first line alone, which comes out the same.
    """
    sampling = prompt.sampling
    fields: Body = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": sampling.seed,
        "max_tokens": prompt.max_tokens,
    }
    if prompt.stop and not sampling.min_tokens:
        fields["stop"] = list(prompt.stop)
    if rendering.generation_config == "bench":
        fields |= {**PENALTIES, **(EXTENSIONS if extended else {})}
    return fields
