"""Text metrics: pure functions, one family a file, and `judge`, which looks at a whole row.

Importing this package loads neither jieba nor numpy; jieba's data are read at the first Chinese text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bench.evaluators.classification import classification_score
from bench.evaluators.code_similarity import code_sim_score
from bench.evaluators.judging import EditSimilarity, Judgement, judge
from bench.evaluators.qa import qa_f1_score, qa_f1_zh_score
from bench.evaluators.rouge import rouge_score, rouge_zh_score
from bench.evaluators.synthetic import count_score, retrieval_score, retrieval_zh_score
from bench.protocols import Metric

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "qa_f1_score": qa_f1_score,
        "qa_f1_zh_score": qa_f1_zh_score,
        "rouge_score": rouge_score,
        "rouge_zh_score": rouge_zh_score,
        "classification_score": classification_score,
        "retrieval_score": retrieval_score,
        "retrieval_zh_score": retrieval_zh_score,
        "count_score": count_score,
        "code_sim_score": code_sim_score,
    }
)
"""The authors' nine metrics by the names of their functions in `LongBench/metrics.py`."""

__all__ = ["METRICS", "EditSimilarity", "Judgement", "judge"]
