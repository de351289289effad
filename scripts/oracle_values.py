"""The authors' values, computed by their own code; run by make_oracle.py inside an oracle environment.

Reads one JSON object from standard input (scripts, models, buckets, cases) and writes one to standard output.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

FIRST_LINE = {"trec", "triviaqa", "samsum", "lsht"}

DEEPER = 2
"""Calls between this script and a metric beyond those in eval.py, whose metrics run out of stack on long sentences."""

Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def row_value(metric: Any, name: str, row: Row) -> float:
    """The best value over a row's references, unrounded, which eval.py only sums up."""
    prediction = row["pred"]
    if name in FIRST_LINE:
        prediction = prediction.lstrip("\n").split("\n")[0]
    best = 0.0
    for reference in row["answers"]:
        best = max(best, metric(prediction, reference, all_classes=row["all_classes"]))
    return best


def model_values(official: Any, folder: Path, buckets: list[str]) -> Row:
    """All of one model's rows, its result and its result by length."""
    values: Row = {"rows": {}, "summary": {}, "buckets": {}}
    for path in sorted(folder.glob("*.jsonl")):
        name, rows = path.stem, read(path)
        predictions, answers = [row["pred"] for row in rows], [row["answers"] for row in rows]
        lengths, classes = [row["length"] for row in rows], rows[-1]["all_classes"]
        values["rows"][name] = []
        for row in rows:
            values["rows"][name].append(row_value(official.dataset2metric[name], name, row))
        values["summary"][name] = official.scorer(name, predictions, answers, classes)
        if name in buckets:
            values["buckets"][name] = official.scorer_e(name, predictions, answers, lengths, classes)
    return values


def case_value(metrics: Any, case: Row) -> float:
    """One awkward input."""
    metric = getattr(metrics, case["metric"])
    return float(metric(case["prediction"], case["reference"], all_classes=case.get("all_classes")))


def main() -> None:
    """Answer the request on standard input."""
    request = json.load(sys.stdin)
    sys.path.insert(0, request["scripts"])
    metrics, official = importlib.import_module("metrics"), importlib.import_module("eval")
    metrics.jieba.setLogLevel(60)
    sys.setrecursionlimit(sys.getrecursionlimit() + DEEPER)
    models = {}
    for model, folder in request["models"].items():
        models[model] = model_values(official, Path(folder), request["buckets"])
    cases = [{**case, "score": case_value(metrics, case)} for case in read(Path(request["cases"]))]
    json.dump({"models": models, "cases": cases}, sys.stdout)


if __name__ == "__main__":
    main()
