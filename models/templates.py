"""Which chat template goes on a prompt, and what it puts around it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.errors import ModelError, UserError
from bench.models.rendering import Rendering
from bench.models.thinking import opens_thought
from bench.models.tokens import Tokenizer
from bench.records import Prompt

Messages = tuple[Mapping[str, str], ...]
NO_THINKING: Mapping[str, bool] = {"enable_thinking": False, "thinking": False}
"""The switches that chat templates know: Qwen's and most others', DeepSeek's and Granite's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How chat prompts are rendered.

    Attributes:
        choice: `auto`, `none` or `file`.
        text: in place of the tokenizer's own; None for that.
        options: variables handed to it.
        system: the system message before the user's.
    """

    choice: str
    text: str | None
    options: Mapping[str, Any]
    system: str | None

    @classmethod
    def of(cls, rendering: Rendering) -> Template:
        """The template that the options ask for.

        Raises:
            UserError: its file cannot be read, or a system message has no template to stand in.
        """
        choice = rendering.chat_template if rendering.chat_template in {"auto", "none"} else "file"
        if choice == "none" and rendering.system is not None:
            raise UserError("--system needs a chat template; leave out --chat-template none, or --system")
        switches = NO_THINKING if rendering.no_thinking else {}
        return cls(
            choice=choice,
            text=_read(rendering.chat_template) if choice == "file" else None,
            options={**switches, **rendering.chat_template_kwargs},
            system=rendering.system,
        )

    def messages(self, text: str) -> Messages:
        """A prompt's text as the user's message, after the system's."""
        user = {"role": "user", "content": text}
        return (user,) if self.system is None else ({"role": "system", "content": self.system}, user)

    def sha256(self, tokenizer: Tokenizer | None) -> str | None:
        """Of the template that is used; None where there is none or only the server knows it."""
        used = self._used(tokenizer)
        return hashlib.sha256(used.encode()).hexdigest() if used else None

    def writes_date(self, tokenizer: Tokenizer | None) -> bool:
        """Whether it writes the day of the run into every prompt, as Llama 3's does, so that no two days are alike."""
        return "strftime_now" in (self._used(tokenizer) or "") and "date_string" not in self.options

    def _used(self, tokenizer: Tokenizer | None) -> str | None:
        own = tokenizer.template if tokenizer and self.choice == "auto" else None
        return self.text or own


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UserError(f"--chat-template {path}: {reason}; write auto, none or the path of a Jinja file") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a prompt's text once it is rendered and tokenised.

    Attributes:
        opening: ids with which the tokenizer begins every text: the beginning-of-sequence token, or nothing.
        specials: how many special tokens it puts around a raw text.
        template: tokens of the rendered template around an empty message, the system message included.
        measured: whether the template is known, so that `template` was counted and is no allowance.
        opens_thought: the template ends inside a thought.
        doubled: the tokenizer writes its opening twice before a raw text.
        unopened: the template leaves the opening out, which the tokenizer would write.
    """

    opening: tuple[int, ...] = ()
    specials: int = 0
    template: int = 0
    measured: bool = True
    opens_thought: bool = False
    doubled: bool = False
    unopened: bool = False

    def around(self, prompt: Prompt, *, templated: bool) -> int:
        """Tokens that come to a prompt's own."""
        return self.template if prompt.chat and templated else self.specials


ALLOWANCE = 64
"""Tokens set aside for a template that only the server knows; the longest common ones take about 40."""


def measure_frame(tokenizer: Tokenizer | None, template: Template, *, must_render: bool) -> Frame:
    """Count what the tokenizer and the template put around a text.

    Args:
        must_render: the template is put on here, so that one which fails is an error and not the server's affair.

    Raises:
        ModelError: the template must be rendered and cannot be.
    """
    if tokenizer is None:
        return Frame(template=_allowance(template), measured=False)
    raw = _raw_frame(tokenizer)
    if template.choice == "none":
        return raw
    try:
        rendered = tokenizer.render(template.messages(""), template.text, template.options)
    except ModelError:
        if must_render:
            raise
        return replace(raw, template=_allowance(template), measured=False)
    ids = tuple(tokenizer.encode(rendered, special=False))
    unopened = ids[: len(raw.opening)] != raw.opening
    size = len(ids) + unopened * len(raw.opening)
    return replace(raw, template=size, opens_thought=opens_thought(rendered), unopened=unopened)


def _allowance(template: Template) -> int:
    return ALLOWANCE + len((template.system or "").encode())


def _raw_frame(tokenizer: Tokenizer) -> Frame:
    """What the tokenizer alone puts around a text, seen by comparing one with and without."""
    bare, whole = tokenizer.encode("a", special=False), tokenizer.encode("a")
    for at in range(len(whole) - len(bare) + 1):
        if whole[at : at + len(bare)] == bare:
            opening = tuple(dict.fromkeys(whole[:at]))
            return Frame(opening=opening, specials=len(whole) - len(bare), doubled=len(opening) < at)
    return Frame()
