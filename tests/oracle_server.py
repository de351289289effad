"""Answers from the packages whose values the official scores are made of, and from the authors' own scorer.

One line of JSON for each line of JSON. Started by the tests with the Python of an oracle environment: those packages
are GPL, old or in each other's way, and never share a process with ours. Argument: the folder with the authors'
`metrics.py`; where there is none, the packages alone can be asked.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

Answer = dict[str, Any]


def words(text: str) -> list[str]:
    """jieba's words."""
    jieba = importlib.import_module("jieba")
    jieba.setLogLevel(60)
    return list(jieba.cut(text, cut_all=False))


class Words:
    """jieba's words without white space, for rouge-score."""

    def tokenize(self, text: str) -> list[str]:
        """Cut a text."""
        return [word for word in words(text) if not word.isspace()]


def google(prediction: str, reference: str, tokenizer: Words | None = None) -> float:
    """Google's ROUGE-L."""
    module = importlib.import_module("rouge_score.rouge_scorer")
    scorer = module.RougeScorer(["rougeL"], use_stemmer=False, tokenizer=tokenizer)
    return float(scorer.score(reference, prediction)["rougeL"].fmeasure)


def rouge(prediction: str, reference: str) -> float:
    """ROUGE-L of the package `rouge`; 0 where it raises, as the authors count it."""
    try:
        scores = importlib.import_module("rouge").Rouge().get_scores([prediction], [reference], avg=True)
    except (ValueError, RecursionError):
        return 0.0
    return float(scores["rouge-l"]["f"])


def ratio(line: str, reference: str) -> float:
    """fuzzywuzzy's ratio, in hundredths."""
    return float(importlib.import_module("fuzzywuzzy.fuzz").ratio(line, reference) / 100)


PACKAGES: dict[str, Callable[..., Any]] = {
    "segment": words,
    "google": google,
    "google_zh": lambda prediction, reference: google(prediction, reference, Words()),
    "rouge": rouge,
    "rouge_zh": lambda prediction, reference: rouge(" ".join(words(prediction)), " ".join(words(reference))),
    "ratio": ratio,
}


def answer(function: str, arguments: list[Any]) -> Answer:
    """One value. The frame above a metric is as deep as in the authors' eval.py: the script and its scorer."""
    try:
        if function in PACKAGES:
            return {"value": PACKAGES[function](*arguments)}
        prediction, reference, classes = arguments
        return {
            "value": getattr(importlib.import_module("metrics"), function)(prediction, reference, all_classes=classes)
        }
    except (IndexError, TypeError) as error:
        return {"raised": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    for request_line in sys.stdin:
        request = json.loads(request_line)
        sys.stdout.write(json.dumps(answer(request["function"], request["arguments"])) + "\n")
        sys.stdout.flush()
