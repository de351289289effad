"""The 21 data sets of LongBench v1 as a table; 13 of them are in LongBench-E too.

Sources: metric and first-line rule from the authors' `LongBench/eval.py`, new tokens from `config/dataset2maxlen.json`,
raw or chat and the stop from `pred.py`, category, language and row counts from the README's and the paper's table 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bench.records import Kind, Truncation

TRUNCATION = Truncation(limits=((4096, 3500), (8192, 7500), (16_384, 15_500), (32_768, 31_500)))
"""By context window, from `config/model2maxlen.json`; the authors had no model with a larger one."""


class Category(StrEnum):
    """The six categories whose means make the published averages."""

    SINGLE_DOC_QA = "Single-Doc QA"
    MULTI_DOC_QA = "Multi-Doc QA"
    SUMMARIZATION = "Summarization"
    FEW_SHOT = "Few-shot Learning"
    SYNTHETIC = "Synthetic Tasks"
    CODE = "Code Completion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One data set.

    Attributes:
        metric: name of the official metric, a key of `bench.evaluators.METRICS`.
        language: `en`, `zh`, or `code` (counted in the English and in the Chinese averages).
        max_new_tokens: the authors' limit on new tokens.
        chat: under the model's chat template; the six raw tasks are not.
        first_line: only the first line of the answer is scored, after leading newlines are dropped.
        stop: generation ends here, after at least one token.
        rows: samples in v1.
        rows_e: samples in LongBench-E, 0 where it is not part of it.
    """

    name: str
    metric: str
    category: Category
    language: str
    kind: Kind
    max_new_tokens: int
    rows: int
    rows_e: int = 0
    chat: bool = True
    first_line: bool = False
    stop: tuple[str, ...] = ()


def _table(*tasks: Task) -> Mapping[str, Task]:
    return MappingProxyType({task.name: task for task in tasks})


_SINGLE, _MULTI, _SUMMARY = Category.SINGLE_DOC_QA, Category.MULTI_DOC_QA, Category.SUMMARIZATION
_FEW, _SYNTHETIC, _CODE = Category.FEW_SHOT, Category.SYNTHETIC, Category.CODE
_EN, _ZH, _BOTH = "en", "zh", "code"

# fmt: off
TASKS: Mapping[str, Task] = _table(
    Task(name="narrativeqa", metric="qa_f1_score", category=_SINGLE, language=_EN, kind=Kind.QA, max_new_tokens=128, rows=200),
    Task(name="qasper", metric="qa_f1_score", category=_SINGLE, language=_EN, kind=Kind.QA, max_new_tokens=128, rows=200, rows_e=224),
    Task(name="multifieldqa_en", metric="qa_f1_score", category=_SINGLE, language=_EN, kind=Kind.QA, max_new_tokens=64, rows=150, rows_e=150),
    Task(name="multifieldqa_zh", metric="qa_f1_zh_score", category=_SINGLE, language=_ZH, kind=Kind.QA, max_new_tokens=64, rows=200),
    Task(name="hotpotqa", metric="qa_f1_score", category=_MULTI, language=_EN, kind=Kind.QA, max_new_tokens=32, rows=200, rows_e=300),
    Task(name="2wikimqa", metric="qa_f1_score", category=_MULTI, language=_EN, kind=Kind.QA, max_new_tokens=32, rows=200, rows_e=300),
    Task(name="musique", metric="qa_f1_score", category=_MULTI, language=_EN, kind=Kind.QA, max_new_tokens=32, rows=200),
    Task(name="dureader", metric="rouge_zh_score", category=_MULTI, language=_ZH, kind=Kind.QA, max_new_tokens=128, rows=200),
    Task(name="gov_report", metric="rouge_score", category=_SUMMARY, language=_EN, kind=Kind.SUMMARY, max_new_tokens=512, rows=200, rows_e=300),
    Task(name="qmsum", metric="rouge_score", category=_SUMMARY, language=_EN, kind=Kind.SUMMARY, max_new_tokens=512, rows=200),
    Task(name="multi_news", metric="rouge_score", category=_SUMMARY, language=_EN, kind=Kind.SUMMARY, max_new_tokens=512, rows=200, rows_e=294),
    Task(name="vcsum", metric="rouge_zh_score", category=_SUMMARY, language=_ZH, kind=Kind.SUMMARY, max_new_tokens=512, rows=200),
    Task(name="trec", metric="classification_score", category=_FEW, language=_EN, kind=Kind.FEW_SHOT, max_new_tokens=64, rows=200, rows_e=300, chat=False, first_line=True),
    Task(name="triviaqa", metric="qa_f1_score", category=_FEW, language=_EN, kind=Kind.FEW_SHOT, max_new_tokens=32, rows=200, rows_e=300, chat=False, first_line=True),
    Task(name="samsum", metric="rouge_score", category=_FEW, language=_EN, kind=Kind.FEW_SHOT, max_new_tokens=128, rows=200, rows_e=300, chat=False, first_line=True, stop=("\n",)),
    Task(name="lsht", metric="classification_score", category=_FEW, language=_ZH, kind=Kind.FEW_SHOT, max_new_tokens=64, rows=200, chat=False, first_line=True),
    Task(name="passage_count", metric="count_score", category=_SYNTHETIC, language=_EN, kind=Kind.COUNT, max_new_tokens=32, rows=200, rows_e=300),
    Task(name="passage_retrieval_en", metric="retrieval_score", category=_SYNTHETIC, language=_EN, kind=Kind.RETRIEVAL, max_new_tokens=32, rows=200, rows_e=300),
    Task(name="passage_retrieval_zh", metric="retrieval_zh_score", category=_SYNTHETIC, language=_ZH, kind=Kind.RETRIEVAL, max_new_tokens=32, rows=200),
    Task(name="lcc", metric="code_sim_score", category=_CODE, language=_BOTH, kind=Kind.CODE, max_new_tokens=64, rows=500, rows_e=300, chat=False),
    Task(name="repobench-p", metric="code_sim_score", category=_CODE, language=_BOTH, kind=Kind.CODE, max_new_tokens=64, rows=500, rows_e=300, chat=False),
)
# fmt: on

QA_TASKS = tuple(name for name, task in TASKS.items() if task.category in {_SINGLE, _MULTI})
"""The eight of the paper's experiments on retrieval and on memorization."""

TASKS_E: Mapping[str, Task] = _table(*(task for task in TASKS.values() if task.rows_e))
