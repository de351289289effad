"""Rows of sample data for LongBench v2."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.benchmarks.longbench.sample import generate as generate_v1
from bench.benchmarks.longbench.sample.draw import Draw
from bench.benchmarks.longbench.sample.generate import SHORTEST
from bench.benchmarks.longbench.v2.groups import NAMES
from bench.benchmarks.longbench.v2.rows import CHOICES

Row = dict[str, Any]

_OTHERS = 12  # rows whose answers wrong choices are taken from


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of question.

    Attributes:
        task: of v1, whose documents and questions these are.
        ask: the question; `{input}` is v1's.
    """

    task: str
    domain: str
    sub_domain: str
    ask: str = "{input}"


KINDS: Sequence[Kind] = (
    Kind(task="narrativeqa", domain="Single-Document QA", sub_domain="Literary"),
    Kind(task="hotpotqa", domain="Multi-Document QA", sub_domain="Academic"),
    Kind(
        task="trec",
        domain="Long In-context Learning",
        sub_domain="Many-shot learning",
        ask="Which type does this one have?\n{input}",
    ),
    Kind(task="qmsum", domain="Long-dialogue History Understanding", sub_domain="Dialogue history QA"),
    Kind(
        task="repobench-p",
        domain="Code Repository Understanding",
        sub_domain="Code repo QA",
        ask="Which line comes next, behind these?\n{input}",
    ),
    Kind(
        task="passage_retrieval_en",
        domain="Long Structured Data Understanding",
        sub_domain="Table QA",
        ask="Which of the numbered entries is this about? {input}",
    ),
)


def generate(*, count: int, words: int, seed: int = 0) -> Iterator[Row]:
    """Rows with the published twelve keys, made one at a time: every kind of question in turn.

    `length` says which third of the range up to `words` a document has; real documents are longer.

    Args:
        count: how many rows; 12 have every kind, difficulty and length.
        words: length of the longest documents.
        seed: another seed, other rows.

    Raises:
        UserError: `words` leaves no room for the shortest documents.
    """
    return (_row(number, words, seed) for number in range(count))


def _row(number: int, words: int, seed: int) -> Row:
    kind, turn = KINDS[number % len(KINDS)], number // len(KINDS)
    third = (number + turn) % len(NAMES["length"])
    size = max(SHORTEST, words * (third + 1) // len(NAMES["length"]))
    *_, made = generate_v1(kind.task, count=turn + 1, words=size, seed=seed)
    draw = Draw(f"{seed}/v2/{number}")
    answer = made["answers"][0].strip()
    choices = draw.shuffled([answer, *draw.several(_wrong(kind, made, answer, seed), len(CHOICES) - 1)])
    return {
        "_id": hashlib.sha256(f"{seed}/v2/{words}/{number}".encode()).hexdigest()[:24],
        "domain": kind.domain,
        "sub_domain": kind.sub_domain,
        "difficulty": NAMES["difficulty"][(number + turn) % len(NAMES["difficulty"])],
        "length": NAMES["length"][third],
        "question": kind.ask.format(input=made["input"].strip()),
        **dict(zip(CHOICES.values(), choices, strict=True)),
        "answer": dict(zip(choices, CHOICES, strict=True))[answer],
        "context": made["context"],
    }


def _wrong(kind: Kind, made: Row, answer: str, seed: int) -> list[str]:
    """Answers to other questions of the kind, each once; a yes or a no would stand out."""
    others = made["all_classes"]
    if others is None:
        rows = generate_v1(kind.task, count=_OTHERS, words=SHORTEST, seed=seed + 1)
        others = [row["answers"][0].strip() for row in rows]
    return [other for other in dict.fromkeys(others) if other not in {answer, "yes", "no"}]
