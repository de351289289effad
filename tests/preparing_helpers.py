"""Prompts, preparers and a tokenizer of no weight for the tests of the way of prompts to the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.errors import ModelError
from bench.models.placing import Cluster
from bench.models.preparing import Preparer
from bench.models.rendering import Rendering
from bench.models.tokens import Tokenizer
from bench.records import Kind, Parts, Prompt, Truncation

V1 = Truncation(limits=((4096, 3500), (8192, 7500)))
V2 = Truncation(most=3000, joined=True)
LONG = "The café of 文学 opens at 7.\n" * 800


def prompt(text: str = LONG, *, number: int = 0, **other: Any) -> Prompt:
    fields: dict[str, Any] = {
        "sample_id": f"t/{number}",
        "parts": Parts(context=text),
        "kind": Kind.QA,
        "language": "en",
        "max_tokens": 64,
        "truncation": V1,
    }
    return Prompt(text=text, **fields | other)


def preparer(
    tokenizer: Tokenizer | None,
    *,
    window: int | None = 4096,
    render: bool = True,
    cluster: Cluster | None = None,
    **options: Any,
) -> Preparer:
    return Preparer(Rendering(**options), tokenizer, window=window, render=render, cluster=cluster)


def questions(count: int) -> list[Prompt]:
    return [
        replace(prompt(f"Question {number}? " * (1 + number % 5)), sample_id=f"t/{number}") for number in range(count)
    ]


class Swelling:
    """One token a character; every decoded text ends with a mark that costs one more when it is encoded again."""

    spec: Mapping[str, Any] = {"made": "for a test"}
    window: int | None = None
    template: str | None = None

    def encode(self, text: str, *, special: bool = True) -> list[int]:
        return [ord(one) for one in text] + ([0] * text.count("~") if special else [])

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(chr(one) for one in ids if one) + "~"

    def render(self, *arguments: object) -> str:
        raise ModelError(f"no template for {arguments}")
