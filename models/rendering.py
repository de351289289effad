"""What prompts go through between the benchmark and a model with a tokenizer: the options, and what comes out.

Three backends share it, `vllm`, `openai` and `hf`, so that the same run gives the same token ids wherever it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Self

from bench.records import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """The options of `bench run` that say how a prompt becomes what a model is fed.

    Attributes:
        max_input_tokens: `auto` for the limit of the benchmark's authors, `window` for all that the window
            leaves, or a number.
        truncate_by: `tokens`, or `chars` where no tokenizer can be had.
        tokenizer: a folder or a hub id, in place of the model's own.
        chat_template: `auto` for the tokenizer's, `none` for none, or the path of a file.
        chat_template_kwargs: handed to the template.
        system: a system message before the user's, under a chat template alone.
        generation_config: `bench` sends every sampling field itself, `model` leaves to the model's generation_config
            what the benchmark does not set.
        thinking: `auto` sets apart what a server calls reasoning and a text that opens with a thought, `strip` a
            thought anywhere, `keep` none.
        no_thinking: pass the template the switches that turn thinking off.
    """

    max_input_tokens: str = "auto"
    truncate_by: str = "tokens"
    tokenizer: str | None = None
    chat_template: str = "auto"
    chat_template_kwargs: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    system: str | None = None
    generation_config: str = "bench"
    thinking: str = "auto"
    no_thinking: bool = False

    @classmethod
    def take(cls, options: dict[str, Any]) -> Self:
        """The rendering of a backend's options; what belongs to it is taken out of them."""
        own = [item.name for item in fields(cls) if item.name in options]
        return cls(**{name: options.pop(name) for name in own})


RENDERING_OPTIONS: tuple[str, ...] = tuple(item.name for item in fields(Rendering))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A prompt as it can be sent.

    Attributes:
        prompt: with its text cut to size and its `max_tokens` lowered to what the window leaves.
        messages: for a server that puts its own chat template on; empty where the text or the ids are sent raw.
        rendered: the text with the chat template on it, where that is done here; else None.
        ids: token ids of all that the model is fed, with exactly one beginning-of-sequence token; None where the server
            tokenises.
        input_tokens: their number, template included where it is known; None where nobody counted.
        truncated_tokens: how many the middle truncation took out; None where nobody counted.
        opens_thought: the template ends inside a thought, so that the answer begins there.
        remarks: what a reader of the answer must know, see `Completion.remarks`.
        error: why this prompt cannot be sent at all; None where it can.
    """

    prompt: Prompt
    messages: tuple[Mapping[str, str], ...] = ()
    rendered: str | None = None
    ids: tuple[int, ...] | None = None
    input_tokens: int | None = None
    truncated_tokens: int | None = None
    opens_thought: bool = False
    remarks: tuple[str, ...] = ()
    error: str | None = None
