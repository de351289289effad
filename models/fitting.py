"""One prompt made ready: cut to size, rendered, counted. A function of its options, so that any process can do it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.errors import ModelError
from bench.models.cutting import SHORTEST, Characters, Measured, Tokens, authors_limit, input_limit
from bench.models.rendering import Prepared
from bench.models.templates import Frame, Template
from bench.models.thinking import opens_thought
from bench.models.tokens import Tokenizer
from bench.records import Prompt

_TRIES = 4
"""Tokenised again, a cut text can be some tokens longer; each time the excess comes off."""
_SHRUNK = 0.9  # of what a server refused
_SURROGATES = re.compile(r"[\ud800-\udfff]")
BY_CHARACTERS = "cut by characters, one token for three bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitter:
    """All that a prompt's way to the model depends on; it can be pickled to a worker process.

    Attributes:
        tokenizer: None where there is none.
        template: the one that chat prompts get.
        templated: whether chat prompts get one at all, here or from the server.
        frame: what stands around a text.
        asked: `auto`, `window` or a number of input tokens.
        window: the model's context window in tokens; None where it is not known.
        by_characters: texts are measured by their bytes.
        chat_ids, raw_ids: chat prompts, raw prompts leave as token ids.
    """

    tokenizer: Tokenizer | None
    template: Template
    templated: bool
    frame: Frame
    asked: str
    window: int | None
    by_characters: bool
    chat_ids: bool
    raw_ids: bool

    def prepare(self, prompt: Prompt) -> Prepared:
        """The prompt as it can be sent, or with `error` set."""
        try:
            return self._fitted(*_encodable(prompt))
        except ModelError as error:
            return Prepared(prompt=prompt, error=f"prepare: {error}")

    def shrink(self, prepared: Prepared) -> Prepared | None:
        """The prompt cut by another tenth; None where it must not or cannot be cut, or nothing would be left."""
        try:
            text = self._measured(prepared.prompt.text)
            if text is None or prepared.prompt.truncation is None:
                return None
            shorter = self._sized(prepared.prompt, text, int(text.tokens * _SHRUNK))
        except ModelError:
            return None
        removed = (prepared.truncated_tokens or 0) + (shorter.truncated_tokens or 0)
        whole = replace(shorter, truncated_tokens=removed, remarks=_merged(prepared.remarks, shorter.remarks))
        return None if shorter.error else self._without_estimate(whole)

    def room(self, prompt: Prompt) -> int | None:
        """Tokens that the window leaves for the text beside the new tokens and the template."""
        if self.window is None:
            return None
        return self.window - prompt.max_tokens - self.frame.around(prompt, templated=self.templated)

    def leaves_at_most(self, tokens: int) -> bool:
        """Whether the window leaves no more than this beside a template alone, before any new token."""
        return self.window is not None and self.window - self.frame.template <= tokens

    def narrowed(self, prompt: Prompt) -> bool:
        """Whether the window leaves less than the limit of the benchmark's authors."""
        room = self.room(prompt)
        if room is None or prompt.truncation is None or self.asked != "auto":
            return False
        theirs = authors_limit(prompt.truncation, self.window)
        return theirs is not None and room < theirs

    def text_of(self, prepared: Prepared) -> tuple[str, tuple[int, ...] | None]:
        """What the model is fed as text, with the template where it is known, and the ids where they are."""
        text = prepared.rendered or prepared.prompt.text
        if prepared.messages and self.tokenizer and self.frame.measured:
            text = self.tokenizer.render(prepared.messages, self.template.text, self.template.options)
        ids = prepared.ids
        if ids is None and self.tokenizer and (self.frame.measured or not prepared.messages):
            ids = self._ids(text, rendered=bool(prepared.messages))
        return text, ids

    def _fitted(self, prompt: Prompt, remarks: tuple[str, ...]) -> Prepared:
        # An estimate is good enough to cut by, but not to take new tokens away for.
        unmeasured = self.by_characters and prompt.truncation is None
        text = None if unmeasured else self._measured(prompt.text)
        if text is None:
            return replace(self._built(prompt), remarks=remarks)
        limit = None
        if prompt.truncation is not None:
            limit = input_limit(self.asked, prompt.truncation, self.window, self.room(prompt))
        prepared = self._without_estimate(self._sized(prompt, text, limit))
        return replace(prepared, remarks=_merged(remarks, prepared.remarks))

    def _sized(self, prompt: Prompt, text: Measured, limit: int | None) -> Prepared:
        """The prompt within the limit and, rendered, within the window."""
        remarks: tuple[str, ...] = ()
        for _ in range(_TRIES):
            if limit is not None and limit < SHORTEST:
                break
            prepared = self._cut(prompt, text, limit)
            excess = self._excess(prepared)
            if excess <= 0:
                return replace(prepared, remarks=(*prepared.remarks, *remarks))
            if prompt.truncation is None:
                return self._with_fewer_new_tokens(prepared, excess)
            limit = min(text.tokens, text.tokens if limit is None else limit) - excess
            remarks = ("cut further than the limit: tokenised again it did not fit the window",)
        return self._no_room(prompt)

    def _cut(self, prompt: Prompt, text: Measured, limit: int | None) -> Prepared:
        if prompt.truncation is None or limit is None:
            return self._counted(prompt, text, removed=0)
        cut = text.cut(limit, joined=prompt.truncation.joined)
        if not cut.removed:
            return self._counted(prompt, text, removed=0)
        shorter = self._counted(replace(prompt, text=cut.text), None, removed=cut.removed)
        return replace(shorter, remarks=(BY_CHARACTERS,)) if self.by_characters else shorter

    def _counted(self, prompt: Prompt, text: Measured | None, *, removed: int) -> Prepared:
        """Rendered, with the number of input tokens; the text's own measure is passed on where it was not cut."""
        prepared = replace(self._built(prompt), truncated_tokens=removed)
        if prepared.ids is not None:
            return replace(prepared, input_tokens=len(prepared.ids))
        if text is None:
            text = self._measured(prompt.text)
        assert text is not None
        around = self.frame.around(prompt, templated=self.templated)
        return replace(prepared, input_tokens=text.tokens - self.frame.specials + around)

    def _built(self, prompt: Prompt) -> Prepared:
        """Messages, or token ids, or the text alone: whatever this prompt is sent as."""
        if not (prompt.chat and self.templated):
            ids = self._ids(prompt.text, rendered=False) if self.raw_ids else None
            return Prepared(prompt=prompt, ids=ids)
        messages = self.template.messages(prompt.text)
        if not self.chat_ids:
            return Prepared(prompt=prompt, messages=messages, opens_thought=self.frame.opens_thought)
        assert self.tokenizer is not None
        rendered = self.tokenizer.render(messages, self.template.text, self.template.options)
        ids = self._ids(rendered, rendered=True)
        return Prepared(prompt=prompt, rendered=rendered, ids=ids, opens_thought=opens_thought(rendered))

    def _ids(self, text: str, *, rendered: bool) -> tuple[int, ...]:
        """All that the model is fed, with exactly one beginning-of-sequence token where the tokenizer has one.

        A template may have written it already, and some tokenizers add a second; what closes a sequence has no place
        after the opening of an answer.
        """
        assert self.tokenizer is not None
        opening = self.frame.opening
        ids = self.tokenizer.encode(text, special=not rendered)
        if rendered and tuple(ids[: len(opening)]) != opening:
            return (*opening, *ids)
        return once(ids, opening)

    def _measured(self, text: str) -> Measured | None:
        if self.by_characters:
            return Characters(text)
        return Tokens(text, self.tokenizer) if self.tokenizer else None

    def _excess(self, prepared: Prepared) -> int:
        """Tokens by which input and new tokens are beyond the window."""
        if self.window is None or prepared.input_tokens is None:
            return 0
        return prepared.input_tokens + prepared.prompt.max_tokens - self.window

    def _without_estimate(self, prepared: Prepared) -> Prepared:
        """Without a number of input tokens that nobody counted."""
        return replace(prepared, input_tokens=None) if self.by_characters and prepared.ids is None else prepared

    def _with_fewer_new_tokens(self, prepared: Prepared, excess: int) -> Prepared:
        left = prepared.prompt.max_tokens - excess
        if left < 1:
            error = f"context_length: {prepared.input_tokens:,} input tokens, and the window is {self.window:,}"
            return replace(prepared, error=error)
        remark = f"max_tokens lowered to {left}: the window is {self.window}"
        return replace(prepared, prompt=replace(prepared.prompt, max_tokens=left), remarks=(*prepared.remarks, remark))

    def _no_room(self, prompt: Prompt) -> Prepared:
        error = (
            f"context_length: the window of {self.window} tokens leaves no room for a prompt beside "
            f"{prompt.max_tokens} new ones"
        )
        return Prepared(prompt=prompt, error=error)


def once(ids: Sequence[int], opening: Sequence[int]) -> tuple[int, ...]:
    """Ids that begin with `opening` at most once."""
    size, at = len(opening), 0
    while size and list(ids[at : at + 2 * size]) == [*opening, *opening]:
        at += size
    return tuple(ids[at:])


def _encodable(prompt: Prompt) -> tuple[Prompt, tuple[str, ...]]:
    """The prompt without halves of surrogate pairs, which JSON can carry and neither a tokenizer nor UTF-8 takes."""
    text, count = _SURROGATES.subn("\ufffd", prompt.text)
    if not count:
        return prompt, ()
    return replace(prompt, text=text), (f"{count} unpaired surrogates replaced by U+FFFD",)


def _merged(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
