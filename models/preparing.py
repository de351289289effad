"""Prompts in, prepared prompts out, in their order: cut to size and rendered by workers beside generation."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from types import MappingProxyType
from typing import Any

from bench.errors import ModelError, UserError
from bench.models.cutting import SHORTEST, authors_limit
from bench.models.fitting import BY_CHARACTERS, Fitter
from bench.models.placing import Cluster, Preparing
from bench.models.preparing_pool import Processes, ahead_of
from bench.models.rendering import Prepared, Rendering
from bench.models.templates import Frame, Template, measure_frame
from bench.models.thinking import MODES
from bench.models.tokens import Tokenizer
from bench.models.tokens_server import ServerTokenizer
from bench.records import EXCERPT, Prompt, Truncation
from bench.workers import cores

_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "truncate_by": ("tokens", "chars"),
        "generation_config": ("bench", "model"),
        "thinking": MODES,
    }
)
_ALONE = 4  # prompts prepared in this process before others are started: a run of a few needs none
_MOST_WORKERS = 4
_FIRST_TOKENS = 8


class Preparer:
    """Cuts and renders prompts for one model.

    Args:
        rendering: the options.
        tokenizer: None where there is none; then only prompts that must never be cut can be prepared.
        window: the model's context window in tokens; None where it is not known.
        render: put the chat template on here and give token ids; False leaves a template `auto` to the server.
        cluster: machines that help with it; what comes out is the same.

    Attributes:
        spec: rendering, tokenizer, template and window: what of this determines completions.
        notes: what a reader of the result must know; it may grow.
        observed: `first_prompt` and `first_tokens`, see `RunSpec.observed`.

    Raises:
        UserError: an option is out of range, a template cannot be read.
    """

    def __init__(
        self,
        rendering: Rendering,
        tokenizer: Tokenizer | None,
        *,
        window: int | None,
        render: bool,
        cluster: Cluster | None = None,
    ) -> None:
        _check_options(rendering)
        self._rendering = rendering
        self._tokenizer = tokenizer
        self._window = window
        self._template = Template.of(rendering)
        self._render = render
        self._cluster = cluster
        self.spec: Mapping[str, Any] = self._spec()
        self.notes: list[str] = []
        self.observed: dict[str, Any] = {}
        self._fitter: Fitter | None = None
        self._helpers: Preparing | None = None
        self._prepared = 0

    def check(self, truncation: Truncation | None) -> list[str]:
        """Find out whether prompts with this rule can be prepared; lines to say before the first one goes out.

        Raises:
            ModelError: they may have to be cut and there is no tokenizer, or no window is known and none was given.
        """
        self._check_tokenizer(truncation)
        self._check_window(truncation)
        fitter = self._ready()
        lines = []
        if self._render and not fitter.templated and self._template.choice == "auto":
            lines.append("the tokenizer has no chat template: every prompt goes raw")
            self._note(lines[-1])
        if self._template.writes_date(self._tokenizer):
            lines.append("the chat template writes today's date; a date_string in --chat-template-kwargs pins it")
            self._note(lines[-1])
        if truncation is not None:
            lines += self._about_limit(truncation, fitter)
        return lines

    def prepare(self, prompts: Iterable[Prompt]) -> Iterator[Prepared]:
        """Every prompt prepared, in the order given; at most a few are pulled ahead.

        A prompt that cannot be sent comes out with `error` set.
        """
        fitter = self._ready()
        source = iter(prompts)
        alone = map(fitter.prepare, islice(source, max(0, _ALONE - self._prepared)))
        first = True
        for prepared in chain(alone, self._beside(fitter, source)):
            self._prepared += 1
            self._note_cut(fitter, prepared)
            if first and prepared.error is None and (prepared.prompt.step == 0 or not self.observed):
                self._observe(fitter, prepared)
                first = False
            yield prepared

    def shrink(self, prepared: Prepared) -> Prepared | None:
        """The same prompt cut further, after a server said that it is too long; None where it must not be cut."""
        return self._ready().shrink(prepared)

    def close(self) -> None:
        """End the workers."""
        if self._helpers is not None:
            self._helpers.close()
            self._helpers = None

    def _spec(self) -> Mapping[str, Any]:
        """All of it, whatever is asked: the same model has one spec for every benchmark of a command."""
        rendering, template = self._rendering, self._template
        return MappingProxyType(
            {
                "max_input_tokens": rendering.max_input_tokens,
                "truncate_by": rendering.truncate_by,
                "window": self._window,
                "tokenizer": dict(self._tokenizer.spec) if self._tokenizer else None,
                "chat_template": template.choice,
                "chat_template_sha256": template.sha256(self._tokenizer),
                "chat_template_kwargs": dict(template.options),
                "system": template.system,
                "generation_config": rendering.generation_config,
                "thinking": rendering.thinking,
                "no_thinking": rendering.no_thinking,
            }
        )

    def _check_tokenizer(self, truncation: Truncation | None) -> None:
        if self._tokenizer is not None:
            return
        if self._render or self._template.choice == "file":
            raise ModelError("no tokenizer to render prompts with; name a folder or hub id by --tokenizer")
        if truncation is not None and self._rendering.truncate_by == "tokens":
            raise ModelError(
                "prompts may have to be cut and there is no tokenizer to count by; name the model's by --tokenizer, "
                "or cut by an estimate with --truncate-by chars"
            )

    def _check_window(self, truncation: Truncation | None) -> None:
        if truncation is None or self._window is not None or self._rendering.max_input_tokens.isdigit():
            return
        raise ModelError(
            "the model's context window is not known, so neither is the limit of its prompts; give the window by "
            "--max-model-len N or the limit by --max-input-tokens N"
        )

    def _ready(self) -> Fitter:
        """The fitter; what stands around a text is counted once."""
        if self._fitter is None:
            template = self._template
            templated = template.choice == "file" or (template.choice == "auto" and self._has_template())
            if template.system is not None and not templated:
                raise ModelError(
                    "--system needs a chat template, and the tokenizer has none; name one by --chat-template"
                )
            must_render = templated and (self._render or template.choice == "file")
            frame = measure_frame(self._tokenizer, template, must_render=must_render)
            self._fitter = Fitter(
                tokenizer=self._tokenizer,
                template=template,
                templated=templated,
                frame=frame,
                asked=self._rendering.max_input_tokens,
                window=self._window,
                by_characters=self._rendering.truncate_by == "chars",
                chat_ids=must_render or (templated and self._served_unopened(frame)),
                raw_ids=self._render or frame.doubled,
            )
        return self._fitter

    def _served_unopened(self, frame: Frame) -> bool:
        """Whether a server would feed chat prompts without the token that begins a sequence: it gets ids instead."""
        return frame.unopened and isinstance(self._tokenizer, ServerTokenizer) and self._tokenizer.serves_as_rendered

    def _has_template(self) -> bool:
        """Whether a chat prompt gets one where none is named; a server has its own."""
        return not self._render or bool(self._tokenizer and self._tokenizer.template)

    def _about_limit(self, truncation: Truncation, fitter: Fitter) -> list[str]:
        lines = []
        if fitter.by_characters:
            lines.append("prompts that are too long are cut by characters, one token for three bytes")
        if fitter.templated and not fitter.frame.measured:
            lines.append(f"the chat template is not known here: {fitter.frame.template} tokens are set aside for it")
        theirs = authors_limit(truncation, self._window)
        if fitter.asked == "auto" and theirs is not None and fitter.leaves_at_most(theirs):
            lines.append(
                f"the window of {self._window:,} tokens leaves less than the {theirs:,} input tokens of the "
                "benchmark's authors: longer prompts are cut to what it leaves; --max-model-len widens it"
            )
        return lines

    def _beside(self, fitter: Fitter, prompts: Iterator[Prompt]) -> Iterator[Prepared]:
        """The prompts after the first few, by as many workers as help."""
        waiting = next(prompts, None)
        if waiting is None:
            return
        prompts = chain([waiting], prompts)
        if isinstance(self._tokenizer, ServerTokenizer):
            yield from ahead_of(fitter.prepare, prompts, _MOST_WORKERS)
            return
        helpers = self._started(fitter)
        while helpers is None or not helpers.ready:  # loading takes them seconds in which much can be done here
            prompt = next(prompts, None)
            if prompt is None:
                return
            yield fitter.prepare(prompt)
        yield from ahead_of(helpers.prepare, prompts, helpers.workers)

    def _started(self, fitter: Fitter) -> Preparing | None:
        """The workers; None without a tokenizer, where it cannot be sent to one, or where none can start."""
        if self._tokenizer is not None and self._helpers is None:
            with suppress(pickle.PicklingError, AttributeError, TypeError, OSError):
                self._helpers = self._cluster.preparing(fitter) if self._cluster else Processes(fitter, _workers())
        return self._helpers

    def _note_cut(self, fitter: Fitter, prepared: Prepared) -> None:
        """What a reader must know of how prompts were cut, once each."""
        if not prepared.truncated_tokens:
            return
        if BY_CHARACTERS in prepared.remarks:
            self._note("prompts were cut by characters (one token for three bytes), not by the model's tokenizer")
        if fitter.asked != "auto":
            self._note(
                f"prompts were cut by --max-input-tokens {fitter.asked}, not at the limit of the benchmark's authors"
            )
        if fitter.narrowed(prepared.prompt):
            self._note(
                f"prompts were cut to what the window of {fitter.window:,} tokens leaves, which is less than the limit "
                "of the benchmark's authors"
            )

    def _note(self, line: str) -> None:
        if line not in self.notes:
            self.notes.append(line)

    def _observe(self, fitter: Fitter, prepared: Prepared) -> None:
        """What the first prompt came to."""
        try:
            text, ids = fitter.text_of(prepared)
        except ModelError:  # a server that answers no longer: the prompt alone is worth keeping
            text, ids = prepared.prompt.text, None
        excerpt = {"sample_id": prepared.prompt.sample_id, "head": text[:EXCERPT], "tail": text[-EXCERPT:]}
        self.observed["first_prompt"] = excerpt
        self.observed["first_tokens"] = None if ids is None else list(ids[:_FIRST_TOKENS])


def _workers() -> int:
    return min(_MOST_WORKERS, cores())


def _check_options(rendering: Rendering) -> None:
    for name, allowed in _CHOICES.items():
        if getattr(rendering, name) not in allowed:
            raise UserError(
                f"--{name.replace('_', '-')} must be {' or '.join(allowed)}, not {getattr(rendering, name)}"
            )
    most = rendering.max_input_tokens
    if most not in {"auto", "window"} and not (most.isdecimal() and most.isascii() and int(most) >= SHORTEST):
        raise UserError(f"--max-input-tokens must be auto, window or a number from {SHORTEST} up, not {most}")
