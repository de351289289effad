"""Would catch a letter that the authors' code would not have taken, or one that no reader would take."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from v2_helpers import real

from bench.benchmarks.longbench.v2.extraction import corrected, official

CHOICES = {"A": "red", "B": "red brick", "C": "A large dog", "D": "It is 4."}


def by_the_authors(response: str) -> str | None:
    """`extract_answer` of pred.py, written down once more, with the strip that comes before it."""
    response = response.strip().replace("*", "")
    found = re.search(r"The correct answer is \(([A-D])\)", response)
    if found is None:
        found = re.search(r"The correct answer is ([A-D])", response)
    return found.group(1) if found else None


def test_the_letter_is_the_authors_on_every_real_response(shared: Path) -> None:
    path = real(shared, "predictions_exaone-3.5-instruct.jsonl")
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert len(rows) == 502
    assert [row["_id"] for row in rows if official(row["response"]) != row["pred"]] == []


def test_the_letter_is_the_authors_on_made_up_responses() -> None:
    rng = random.Random(5)
    pieces = [
        "The correct answer is ",
        "the correct answer is ",
        "(A)",
        "B",
        "*",
        "**C**",
        "(",
        ")",
        "D",
        "\n",
        " ",
        "E",
    ]
    for _ in range(20_000):
        text = "".join(rng.choice(pieces) for _ in range(rng.randrange(8)))
        assert official(text) == by_the_authors(text), text


@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("The correct answer is (A)", "A"),
        ("The **correct** answer is **(B)**.", "B"),
        ("**Answer: B**", "B"),
        ("answer: (c)", None),
        ("Answer is D", "D"),
        ("Final answer:\nC", "C"),
        ("The correct answer is option B.", "B"),
        ("The correct choice is: (D) It is 4.", "D"),
        ("The most likely answer would be “C”", "C"),
        ("the answer is \\boxed{B}", "B"),
        ("The answer is $\\boxed{\\text{D}}$", "D"),
        ("Thus \\boxed{C}.", "C"),
        ("$$\\boxed{\\text{red brick}}$$", "B"),
        ("Answer: red brick", "B"),
        ("B", "B"),
        ("(B)", "B"),
        ("**B**", "B"),
        ("B.", "B"),
        ("(B) red brick", "B"),
        ("C) because of that", "C"),
        ("I read it all.\n\nD", "D"),
        ("A\nor rather\nB", "A"),
        ("first\nA\nB\n", None),
        ("Option C is the correct answer.", "C"),
        ("The correct answer is (A). No, wait: the correct answer is (C).", "C"),
        ("The correct answer is not A but something else", None),
        ("The correct answer is either A or B", None),
        ("The correct answer is A or B", None),
        ("The correct answer is (A) and (B)", None),
        ("The correct answer is (cannot be determined)", None),
        ("The correct answer is (abe).", None),
        ("The correct answer is All of the above", None),
        ("The correct answer is Dover", None),
        ("The correct answer is A because it says so", "A"),
        ("The correct answer is A large dog", "C"),
        ("The correct answer is red brick", "B"),
        ("The correct answer is red.", "A"),
        ("Red brick", "B"),
        ("It is 4", "D"),
        ("reddish", None),
        ("A dog is large, the text says.", None),
        ("", None),
        ("I cannot tell.", None),
    ],
)
def test_a_reader_takes_the_letter_that_is_named_and_no_other(response: str, letter: str | None) -> None:
    assert corrected(response, CHOICES) == letter


def test_a_reader_takes_what_the_authors_take_on_all_real_responses_but_one(shared: Path) -> None:
    path = real(shared, "predictions_exaone-3.5-instruct.jsonl")
    differing = []
    for line in path.read_bytes().splitlines():
        row = json.loads(line)
        choices = {letter: row[f"choice_{letter}"] for letter in "ABCD"}
        if corrected(row["response"], choices) != row["pred"]:
            differing.append((row["pred"], corrected(row["response"], choices), row["response"]))
    assert differing == [(None, "D", "The correct answer is (abe).")]  # choice D is "abe"
