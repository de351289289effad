"""Answers from the authors' own scorer and the packages it calls, one line of JSON for each line of JSON.

Started by the tests with the Python of an oracle environment: those packages are GPL, old or in each other's way,
and never share a process with ours. Arguments: the folder with the authors' `metrics.py`.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

Answer = dict[str, Any]


class Words:
    """jieba's words without white space, for rouge-score."""

    def tokenize(self, text: str) -> list[str]:
        """Cut a text."""
        jieba = importlib.import_module("jieba")
        return [word for word in jieba.cut(text, cut_all=False) if not word.isspace()]


def google(prediction: str, reference: str, tokenizer: Words | None = None) -> float:
    module = importlib.import_module("rouge_score.rouge_scorer")
    scorer = module.RougeScorer(["rougeL"], use_stemmer=False, tokenizer=tokenizer)
    return float(scorer.score(reference, prediction)["rougeL"].fmeasure)


def answer(metrics: Any, function: str, arguments: list[Any]) -> Answer:
    """One value. The frame above a metric is as deep as in eval.py: the script and its scorer."""
    try:
        if function == "segment":
            return {"value": list(metrics.jieba.cut(arguments[0], cut_all=False))}
        if function == "google":
            return {"value": google(arguments[0], arguments[1])}
        if function == "google_zh":
            return {"value": google(arguments[0], arguments[1], Words())}
        prediction, reference, classes = arguments
        return {"value": getattr(metrics, function)(prediction, reference, all_classes=classes)}
    except (IndexError, TypeError) as error:
        return {"raised": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    official = importlib.import_module("metrics")
    official.jieba.setLogLevel(60)
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(json.dumps(answer(official, request["function"], request["arguments"])) + "\n")
        sys.stdout.flush()
