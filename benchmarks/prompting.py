"""From a template and a sample's fields to a prompt."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Protocol

from bench.records import Kind, Parts, Prompt, Sample, Sampling, Truncation

CONTEXT = "context"
"""The field that holds the document."""


class AskedTask(Protocol):
    """What of a task determines how it is asked."""

    @property
    def language(self) -> str:
        """`zh`, or anything else for words with spaces between them."""

    @property
    def kind(self) -> Kind:
        """What is asked for."""

    @property
    def max_new_tokens(self) -> int:
        """Of an answer."""

    @property
    def stop(self) -> tuple[str, ...]:
        """Generation ends here, after at least one token."""

    @property
    def chat(self) -> bool:
        """Under the model's chat template."""


def template_fields(template: str) -> frozenset[str]:
    """The fields that a template names, those inside a field's format too.

    Raises:
        ValueError: it cannot be filled by `str.format`.
    """
    found: set[str] = set()
    for _, name, form, _ in string.Formatter().parse(template):
        found |= {name} if name is not None else set()
        found |= template_fields(form) if form else set()
    return frozenset(found)


def make_prompt(task: AskedTask, sample: Sample, template: str, truncation: Truncation | None) -> Prompt:
    """The prompt of one sample: the template filled by `str.format`, as in LongBench's pred.py."""
    return Prompt(
        sample_id=sample.id,
        text=template.format(**sample.input),
        parts=_parts(task.kind, sample.input),
        kind=task.kind,
        language="zh" if task.language == "zh" else "en",
        max_tokens=task.max_new_tokens,
        stop=task.stop,
        chat=task.chat,
        truncation=truncation,
        # The authors' generate() has min_length = prompt + 1 where it has a stop.
        sampling=Sampling(min_tokens=1 if task.stop else 0),
    )


def _parts(kind: Kind, fields: Mapping[str, str]) -> Parts:
    context = fields.get(CONTEXT, "")
    question = "\n".join(text for name, text in fields.items() if name != CONTEXT)
    if kind is Kind.FEW_SHOT:
        return Parts(examples=context, question=question)
    return Parts(context=context, question=question)
