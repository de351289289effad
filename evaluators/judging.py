"""The verdict on one row: the official value, what was compared, other values beside it, and why a zero is a zero.

One answer meets all its references here, so that it is cut into words once. The official value is the greatest over
the references and at least 0, as in the authors' `LongBench/eval.py`; the first-line rule is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from re import Pattern
from types import MappingProxyType
from typing import Literal

from bench.evaluators import classification, code_similarity, corrected, qa, rouge, synthetic
from bench.evaluators.segmentation import segment
from bench.evaluators.text import chinese_words, english_words

EditSimilarity = Literal["difflib", "indel"]

ANSWER_LENGTH = 2000
"""Characters of the extracted answer that are kept."""

NAMED_IN_REASON = 8
"""Numbers or classes that a reason lists before it stops."""

NO_CLASSES = "TypeError: 'NoneType' object is not iterable"
NO_PARAGRAPH = "IndexError: list index out of range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on one prediction.

    Attributes:
        value: the official value in [0, 1]; None where the authors' eval.py would stop with an exception.
        answer: what was extracted and compared, at most 2,000 characters: the picked line of code, the classes named
            joined by ", ", the numbers found, otherwise the prediction itself.
        also: other values in [0, 1], each the best over the references: `corrected`, `edit_difflib`, `edit_indel`,
            `rouge_l_google`.
        reason: why the value is 0 or None, in one sentence; None when it is neither.
        raised: the exception that the authors' code meets on this row, also one that it swallows and counts as 0.
    """

    value: float | None
    answer: str
    also: Mapping[str, float] = field(default_factory=dict)
    reason: str | None = None
    raised: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What there is to judge."""

    prediction: str
    references: Sequence[str]
    all_classes: Sequence[str] | None
    edit_similarity: EditSimilarity


def judge(
    metric: str,
    prediction: str,
    references: Sequence[str],
    all_classes: Sequence[str] | None,
    *,
    edit_similarity: EditSimilarity = "difflib",
) -> Judgement:
    """Judge one prediction against its references by an official metric.

    Args:
        metric: a key of `METRICS`.
        prediction: the answer, its first line alone where the authors' eval.py takes that.
        references: the accepted answers; none at all gives 0.
        all_classes: the task's class names; needed by `classification_score` only.
        edit_similarity: what `code_sim_score` is.

    Raises:
        KeyError: no metric has this name.
        DataError: a Chinese text is to be cut and the installed jieba is not 0.42.1.
    """
    return JUDGES[metric](Row(prediction, references, all_classes, edit_similarity))


def _english_qa(row: Row) -> Judgement:
    words = english_words(row.prediction)
    value = _best(qa.f1(words, english_words(reference)) for reference in row.references)
    return _qa(row, value, words, corrected.qa(row.prediction, row.references))


def _chinese_qa(row: Row) -> Judgement:
    words = chinese_words(segment(row.prediction))
    value = _best(qa.f1(words, chinese_words(segment(reference))) for reference in row.references)
    return _qa(row, value, words, corrected.qa_zh(row.prediction, row.references))


def _qa(row: Row, value: float, words: Sequence[str], other: float) -> Judgement:
    lost = "nothing but punctuation and articles in the answer" if not words else "no word in common with any reference"
    return _verdict(row, value, row.prediction, lost, also={"corrected": other})


def _english_rouge(row: Row) -> Judgement:
    summaries = [rouge.Summary(text) for text in (row.prediction, *row.references)]
    tokens = [rouge.google_tokens(text) for text in (row.prediction, *row.references)]
    return _rouge(row, summaries, tokens, rouge.STEPS_ENGLISH)


def _chinese_rouge(row: Row) -> Judgement:
    summaries = [rouge.chinese_summary(text) for text in (row.prediction, *row.references)]
    tokens = [rouge.chinese_tokens(text) for text in (row.prediction, *row.references)]
    return _rouge(row, summaries, tokens, rouge.STEPS_CHINESE)


def _rouge(row: Row, summaries: list[rouge.Summary], tokens: list[list[str]], most_steps: int) -> Judgement:
    answer, *references = summaries
    outcomes = [rouge.compare(answer, reference, most_steps) for reference in references]
    value = _best(outcome.official for outcome in outcomes)
    raised = next((outcome.raised for outcome in outcomes if outcome.raised), None)
    also = {"rouge_l_google": rouge.google_rouge_l(tokens[0], tokens[1:])}
    if any(outcome.raised == rouge.TOO_DEEP for outcome in outcomes):
        also["corrected"] = _best(outcome.value for outcome in outcomes)
    lost = ROUGE_REASONS.get(raised or "", "no word in common with any reference")
    return _verdict(row, value, row.prediction, lost, also=also, raised=raised)


def _code(row: Row) -> Judgement:
    line = code_similarity.picked_line(row.prediction)
    also = {
        "edit_difflib": _best(code_similarity.edit_difflib(line, reference) for reference in row.references),
        "edit_indel": _best(code_similarity.edit_indel(line, reference) for reference in row.references),
    }
    lost = "nothing in common with the reference line" if line else "no line of code without a comment or a fence"
    return _verdict(row, also[f"edit_{row.edit_similarity}"], line, lost, also=also)


def _classification(row: Row) -> Judgement:
    classes = row.all_classes
    if classes is None:
        return _stopped(row, row.prediction, NO_CLASSES, "the row has no list of classes")
    found = [classification.matched_classes(row.prediction, reference, classes) for reference in row.references]
    pairs = zip(found, row.references, strict=True)
    value = _best(1.0 / len(names) if reference in names else 0.0 for names, reference in pairs)
    named = [name for name in classes if any(name in names for names in found)]
    other = corrected.classification(row.prediction, row.references, classes)
    lost = f"names {_listed(named)}, not {_listed(row.references)}" if named else "no class of the list in the answer"
    return _verdict(row, value, ", ".join(named), lost, also={"corrected": other})


def _count(row: Row) -> Judgement:
    return _numbers(row, row.references)


def _english_retrieval(row: Row) -> Judgement:
    return _retrieval(row, synthetic.PARAGRAPH)


def _chinese_retrieval(row: Row) -> Judgement:
    return _retrieval(row, synthetic.PARAGRAPH_ZH)


def _retrieval(row: Row, pattern: Pattern[str]) -> Judgement:
    try:
        rights = [synthetic.paragraph_number(reference, pattern) for reference in row.references]
    except IndexError:
        found = ", ".join(synthetic.numbers(row.prediction))
        return _stopped(row, found, NO_PARAGRAPH, "a reference names no paragraph")
    return _numbers(row, rights)


def _numbers(row: Row, rights: Sequence[str]) -> Judgement:
    found = synthetic.numbers(row.prediction)
    value = _best(synthetic.share_right(found, right) for right in rights)
    lost = f"numbers {_listed(found)}; none is {_listed(rights)}" if found else "no number in the answer"
    return _verdict(row, value, ", ".join(found), lost, also={"corrected": corrected.number(row.prediction, rights)})


def _best(values: Iterable[float]) -> float:
    return max(values, default=0.0)


def _verdict(
    row: Row, value: float, answer: str, lost: str, *, also: Mapping[str, float], raised: str | None = None
) -> Judgement:
    """A judged row; a zero has its reason, the most general that is true."""
    reason = None if value else _reason(row, lost)
    return Judgement(value=value, answer=answer[:ANSWER_LENGTH], also=also, reason=reason, raised=raised)


def _reason(row: Row, lost: str) -> str:
    if not row.references:
        return "no reference to compare with"
    return lost if row.prediction.strip() else "empty answer"


def _stopped(row: Row, answer: str, raised: str, reason: str) -> Judgement:
    """A row at which the authors' script ends; without references it never comes to that."""
    if not row.references:
        return _verdict(row, 0.0, answer, reason, also={})
    return Judgement(value=None, answer=answer[:ANSWER_LENGTH], reason=reason, raised=raised)


def _listed(names: Sequence[str]) -> str:
    """The names without repetition, the first few of them."""
    different = list(dict.fromkeys(names))
    return ", ".join(different[:NAMED_IN_REASON]) + (", ..." if len(different) > NAMED_IN_REASON else "")


ROUGE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        rouge.NO_ANSWER: "no sentence in the answer",
        rouge.NO_REFERENCE: "no sentence in the reference",
        rouge.TOO_DEEP: "a sentence is so long that the authors' scorer gives up",
    }
)

JUDGES: Mapping[str, Callable[[Row], Judgement]] = MappingProxyType(
    {
        "qa_f1_score": _english_qa,
        "qa_f1_zh_score": _chinese_qa,
        "rouge_score": _english_rouge,
        "rouge_zh_score": _chinese_rouge,
        "classification_score": _classification,
        "retrieval_score": _english_retrieval,
        "retrieval_zh_score": _chinese_retrieval,
        "count_score": _count,
        "code_sim_score": _code,
    }
)
