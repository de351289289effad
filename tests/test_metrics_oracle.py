"""Generated texts against the authors' scorer and its packages, each in an environment of its own.

Would catch a difference that no answer of a real model has shown yet: a tie in a table, a character that one side
counts as a letter, a word that jieba cuts elsewhere.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.evaluators import METRICS, judge
from bench.evaluators.code_similarity import picked_line
from bench.evaluators.rouge import STEPS_CHINESE, STEPS_ENGLISH, TOO_DEEP
from bench.evaluators.segmentation import segment

SERVER = Path(__file__).with_name("oracle_server.py")
EXAMPLES = settings(
    max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# fmt: off
ENGLISH_WORDS = [
    "a", "an", "the", "The", "cat", "sat", "on", "mat",
    "Mat.", "dog,", ".", "..", "b", "c", "d", "it's", "U.S.A.", "3.5",
    "Paris\n", "—", "naïve", "İ", "ß", "#x", "//", "`y`", "x=1", "\t", "",
]
CHINESE_WORDS = [
    "北京", "大学", "北京大学",
    "生", "大学生", "的", "了", "。", "，《", "》", "是", "在", "我们", "中国", "人民", "银行",
       "行长", "3.5%", "GPT-4", "段落", "12", "王小明", "说", "\n", "\u3000", "魑魅", "乒乓", "．", "T恤", "B超", " ",
]
# fmt: on
CLASSES = ["Food", "Group", "Group or organization", "or", "Date", "Food", "文学", "文学、艺术"]

english = st.lists(st.sampled_from(ENGLISH_WORDS), max_size=40).map(" ".join)
chinese = st.lists(
    st.sampled_from(CHINESE_WORDS) | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5), max_size=40
).map("".join)
anything = st.text(max_size=40)
mixed = st.lists(english | chinese | anything, max_size=4).map("".join)
code = st.text(alphabet="abxy =()#`/\n\t.", max_size=300)
named = st.lists(st.sampled_from([*CLASSES, " ", ",", "is", "food"]), max_size=8).map(" ".join)
numbers = st.lists(
    st.sampled_from(["1", "01", "12", "段落12", "Paragraph 12", "٣", "３", " ", ".", "\n"]), max_size=8
).map("".join)


class Oracle:
    """The authors' scorer behind a pipe."""

    def __init__(self, python: Path, scripts: Path, folder: Path) -> None:
        self._process = subprocess.Popen(
            [python, "-W", "ignore", SERVER, scripts],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            # jieba writes its cache there; one that lies in /tmp already must not decide the test
            env={"TMPDIR": str(folder), "PYTHONUTF8": "1"},
        )

    def ask(self, function: str, *arguments: Any) -> dict[str, Any]:
        """One request, one answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"function": function, "arguments": arguments}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process by ending its input."""
        assert self._process.stdout
        self._process.communicate(timeout=10)


def serve(oracle: Path, environment: str, folder: Path) -> Iterator[Oracle]:
    server = Oracle(oracle / environment / "bin" / "python", oracle / "LongBench", folder)
    yield server
    server.close()


@pytest.fixture(scope="module")
def difflib_oracle(oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    yield from serve(oracle, "without-levenshtein", tmp_path_factory.mktemp("without"))


@pytest.fixture(scope="module")
def indel_oracle(oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    yield from serve(oracle, "with-levenshtein", tmp_path_factory.mktemp("with"))


@pytest.fixture(scope="module")
def authors(authors_scripts: Path, difflib_oracle: Oracle) -> Oracle:
    """The same oracle, where it has the authors' own functions."""
    assert authors_scripts.is_dir()
    return difflib_oracle


def same_rouge(oracle: Oracle, function: str, prediction: str, reference: str) -> None:
    judgement = judge(f"{function}_score", prediction, [reference], None)
    assert judgement.value == pytest.approx(oracle.ask(function, prediction, reference)["value"], abs=1e-12)


def same(oracle: Oracle, metric: str, prediction: str, reference: str) -> None:
    expected = oracle.ask(metric, prediction, reference, CLASSES)
    judgement = judge(metric, prediction, [reference], CLASSES)
    if "raised" in expected:
        assert judgement.value is None
        assert judgement.raised == expected["raised"]
    else:
        assert judgement.value == pytest.approx(expected["value"], abs=1e-12)
        assert METRICS[metric](prediction, reference, CLASSES) == judgement.value


@EXAMPLES
@given(prediction=english | mixed, reference=english | mixed)
def test_english_qa_agrees(authors: Oracle, prediction: str, reference: str) -> None:
    same(authors, "qa_f1_score", prediction, reference)


@EXAMPLES
@given(prediction=chinese | mixed, reference=chinese | mixed)
def test_chinese_qa_agrees(authors: Oracle, prediction: str, reference: str) -> None:
    same(authors, "qa_f1_zh_score", prediction, reference)


@EXAMPLES
@given(prediction=english | mixed, reference=english | mixed)
def test_english_rouge_agrees(difflib_oracle: Oracle, prediction: str, reference: str) -> None:
    same_rouge(difflib_oracle, "rouge", prediction, reference)


@EXAMPLES
@given(
    words=st.lists(st.sampled_from("abcdef."), max_size=60), others=st.lists(st.sampled_from("abcdef."), max_size=60)
)
def test_rouge_agrees_where_tables_are_full_of_ties(
    difflib_oracle: Oracle, words: list[str], others: list[str]
) -> None:
    same_rouge(difflib_oracle, "rouge", " ".join(words), " ".join(others))


@EXAMPLES
@given(prediction=chinese | mixed, reference=chinese | mixed)
def test_chinese_rouge_agrees(difflib_oracle: Oracle, prediction: str, reference: str) -> None:
    same_rouge(difflib_oracle, "rouge_zh", prediction, reference)


@EXAMPLES
@given(prediction=named, reference=st.sampled_from([*CLASSES, "Other"]))
def test_classification_agrees(authors: Oracle, prediction: str, reference: str) -> None:
    same(authors, "classification_score", prediction, reference)


@EXAMPLES
@given(prediction=numbers, reference=numbers)
@pytest.mark.parametrize("metric", ["count_score", "retrieval_score", "retrieval_zh_score"])
def test_numbers_agree(authors: Oracle, metric: str, prediction: str, reference: str) -> None:
    same(authors, metric, prediction, reference)


@EXAMPLES
@given(prediction=code | mixed, reference=code | mixed)
def test_both_edit_similarities_agree(
    difflib_oracle: Oracle, indel_oracle: Oracle, prediction: str, reference: str
) -> None:
    also = judge("code_sim_score", prediction, [reference], None).also
    for name, server in (("edit_difflib", difflib_oracle), ("edit_indel", indel_oracle)):
        assert also[name] == server.ask("ratio", picked_line(prediction), reference)["value"]


@EXAMPLES
@given(text=chinese | mixed)
def test_words_are_cut_where_jieba_cuts_them(difflib_oracle: Oracle, text: str) -> None:
    assert list(segment(text)) == difflib_oracle.ask("segment", text)["value"]


def test_long_documents_are_cut_where_jieba_cuts_them(difflib_oracle: Oracle, longbench: Path) -> None:
    with (longbench / "samples" / "multifieldqa_zh.jsonl").open(encoding="utf-8") as lines:
        for _, line in zip(range(20), lines, strict=False):
            context = json.loads(line)["context"][:4000]
            assert list(segment(context)) == difflib_oracle.ask("segment", context)["value"]


@EXAMPLES
@given(prediction=english | mixed, reference=english | mixed)
def test_google_rouge_agrees_with_rouge_score(difflib_oracle: Oracle, prediction: str, reference: str) -> None:
    ours = judge("rouge_score", prediction, [reference], None).also["rouge_l_google"]
    assert ours == pytest.approx(difflib_oracle.ask("google", prediction, reference)["value"], abs=1e-12)


@EXAMPLES
@given(prediction=chinese | mixed, reference=chinese | mixed)
def test_google_rouge_agrees_on_chinese_words(difflib_oracle: Oracle, prediction: str, reference: str) -> None:
    ours = judge("rouge_zh_score", prediction, [reference], None).also["rouge_l_google"]
    assert ours == pytest.approx(difflib_oracle.ask("google_zh", prediction, reference)["value"], abs=1e-12)


def up(steps: int) -> tuple[str, str]:
    return "x0", " ".join(f"x{number}" for number in range(steps))


def left(steps: int) -> tuple[str, str]:
    return "x " + " ".join(f"y{number}" for number in range(steps - 1)), "x"


def diagonal(steps: int) -> tuple[str, str]:
    text = " ".join(f"x{number}" for number in range(steps))
    return text, text


def steps_of_all_kinds(steps: int) -> tuple[str, str]:
    thirds = range(steps // 3)
    answer = " ".join(f"x{number} y{number}" for number in thirds) + " z" * (steps % 3)
    return answer, " ".join(f"x{number} w{number}" for number in thirds)


SHAPES = [up, left, diagonal, steps_of_all_kinds]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("metric", "limit"), [("rouge_score", STEPS_ENGLISH), ("rouge_zh_score", STEPS_CHINESE)])
def test_the_authors_scorer_gives_up_at_the_same_step(
    authors: Oracle, metric: str, limit: int, shape: Callable[[int], tuple[str, str]]
) -> None:
    raised = set()
    for steps in (limit, limit + 1):
        prediction, reference = shape(steps)
        judgement = judge(metric, prediction, [reference], None)
        expected = authors.ask(metric, prediction, reference, None)["value"]
        assert judgement.value == pytest.approx(expected, abs=1e-12)
        raised.add(judgement.raised)
    assert raised == {None, TOO_DEEP}
