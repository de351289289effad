"""The metrics on cases small enough to check by hand, without any data.

Would catch a rule that was changed or lost: the quirks of the authors' code, the depth at which it gives up, reasons,
corrected values, what an import costs.
"""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from bench.benchmarks.longbench.tasks import TASKS
from bench.errors import DataError
from bench.evaluators import METRICS, corrected, judge, rouge, segmentation, subsequence
from bench.evaluators.code_similarity import edit_difflib, edit_indel, picked_line
from bench.evaluators.thoughts import without_thoughts


def corrected_value(metric: str, prediction: str, *references: str, classes: list[str] | None = None) -> float:
    return judge(metric, prediction, references, classes).also["corrected"]


def test_every_task_has_its_metric() -> None:
    assert {task.metric for task in TASKS.values()} == METRICS.keys()


def test_importing_the_metrics_loads_neither_jieba_nor_numpy() -> None:
    program = "import sys, bench.evaluators; print(sorted({'jieba', 'numpy', 'rapidfuzz'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_cutting_chinese_imports_nothing_writes_nothing_and_says_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; from bench.evaluators import judge; judge('qa_f1_zh_score', '在北京', ['北京'], None); "
        "print('jieba' in sys.modules)"
    )
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout.strip(), done.stderr, list(tmp_path.iterdir())) == ("False", "", [])


def test_another_dictionary_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / segmentation.DICTIONARY).write_text("北京 1 ns\n", encoding="utf-8")
    monkeypatch.setattr(segmentation, "_jieba_folder", lambda: tmp_path)
    with pytest.raises(DataError, match=r"jieba==0\.42\.1"):
        segmentation.lexicon.__wrapped__()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("我来到北京清华大学", ["我", "来到", "北京", "清华大学"]),
        ("他来到了网易杭研大厦", ["他", "来到", "了", "网易", "杭研", "大厦"]),
        ("3.5% of GPT-4\r\n是", ["3.5%", " ", "of", " ", "GPT", "-", "4", "\r\n", "是"]),
    ],
)
def test_words_are_known_words_and_those_the_model_finds(text: str, words: list[str]) -> None:
    assert list(segmentation.segment(text)) == words


@pytest.mark.parametrize(
    ("prediction", "reference", "value"),
    [
        ("The cat sat.", "a cat sat", 1.0),
        ("the a an", "the", 0.0),
        ("Paris, France", "Paris", 2 / 3),
        ("well-known", "well known", 0.0),
        ("", "", 0.0),
    ],
)
def test_english_qa_ignores_case_articles_and_punctuation(prediction: str, reference: str, value: float) -> None:
    assert METRICS["qa_f1_score"](prediction, reference, []) == pytest.approx(value)


def test_chinese_qa_ignores_full_width_punctuation() -> None:
    assert METRICS["qa_f1_zh_score"]("北京，大学。", "北京大学", []) == 0.0
    assert METRICS["qa_f1_zh_score"]("厦门大学！", "厦门大学", []) == 1.0


@pytest.mark.parametrize(
    ("prediction", "reference", "value"),
    [
        ("a b", "a b", 0.999999995),
        ("a b c", "c b a", 2 * (1 / 9) / (2 / 3 + 1e-8)),  # one of three, whichever it is
        ("a. b", "b. a", 0.999999995),  # every pair of sentences is compared
        ("a a a", "a", 0.999999995),  # words count once
        (" . ", " . ", 0.999999995),  # a sentence of blanks is one empty word
        ("...", "a", 0.0),
        ("a", "", 0.0),
    ],
)
def test_rouge_counts_different_words_of_all_pairs_of_sentences(prediction: str, reference: str, value: float) -> None:
    assert METRICS["rouge_score"](prediction, reference, []) == pytest.approx(value, abs=1e-9)


def test_chinese_rouge_is_over_jiebas_words() -> None:
    assert METRICS["rouge_zh_score"]("答案是北京", "北京", []) == pytest.approx(0.4999999962500001, abs=1e-15)


def test_ten_thousand_words_take_no_recursion() -> None:
    answer = " ".join(f"w{number % 3000}" for number in range(10_000))
    reference = " ".join(f"w{number * 7 % 3000}" for number in range(10_000))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 50)
    try:
        judgement = judge("rouge_score", answer, [reference], None)
    finally:
        sys.setrecursionlimit(limit)
    assert (judgement.value, judgement.raised) == (0.0, rouge.TOO_DEEP)
    assert judgement.reason == "a sentence is so long that the authors' scorer gives up"
    assert 0 < judgement.also["corrected"] < 1


@pytest.mark.parametrize(("steps", "value"), [(rouge.STEPS_ENGLISH, 0.999999995), (rouge.STEPS_ENGLISH + 1, 0.0)])
def test_one_step_beyond_the_authors_recursion_limit_counts_nothing(steps: int, value: float) -> None:
    text = " ".join(f"w{number}" for number in range(steps))
    judgement = judge("rouge_score", text, [text], None)
    assert judgement.value == pytest.approx(value)
    assert judgement.also.get("corrected") == (None if value else pytest.approx(0.999999995))


def test_a_reference_within_the_limit_counts_though_another_is_beyond() -> None:
    text = " ".join(f"w{number}" for number in range(995))
    judgement = judge("rouge_score", text, [text, "w994"], None)
    assert judgement.raised == rouge.TOO_DEEP
    assert judgement.value == METRICS["rouge_score"](text, "w994", []) > 0


def test_short_sentences_of_a_long_text_never_reach_the_limit() -> None:
    text = "one two three. " * 2000
    assert judge("rouge_score", text, [text], None).raised is None


def test_the_subsequence_read_back_takes_the_tables_own_tie() -> None:
    places = subsequence.columns(["a", "b"])
    assert subsequence.chosen_words(["b", "a"], places, 2) == {"a"}
    assert subsequence.steps_back(["b", "a"], ["a", "b"]) == 2


def test_classification_keeps_the_skip_of_a_list_changed_while_walked() -> None:
    classes = ["Group", "Group or", "Group or organization", "Food"]
    reference = "Group or organization"
    # `Group` is dropped, `Group or` is skipped and stays: one of two
    assert METRICS["classification_score"](reference, reference, classes) == 0.5


def test_classification_finds_names_inside_words() -> None:
    assert METRICS["classification_score"]("Foodstuff", "Food", ["Food", "Date"]) == 1.0


@pytest.mark.parametrize(
    ("metric", "prediction", "reference", "value"),
    [
        ("count_score", "8", "8", 1.0),
        ("count_score", "08", "8", 0.0),
        ("count_score", "8 of 30, so 8", "8", 2 / 3),
        ("retrieval_score", "Paragraph 3 or 13", "Paragraph 13", 0.5),
        ("retrieval_zh_score", "段落3", "段落3", 1.0),
    ],
)
def test_numbers_count_by_their_share(metric: str, prediction: str, reference: str, value: float) -> None:
    assert METRICS[metric](prediction, reference, []) == value


@pytest.mark.parametrize(
    ("prediction", "line"),
    [
        ("\n\nx = 1\ny", "x = 1"),
        ("# note\nreturn x", "return x"),
        ("x = 1  // one\n`y`\n", ""),
        (" \n\nx", " "),
        ("", ""),
    ],
)
def test_the_first_line_without_a_comment_is_the_code(prediction: str, line: str) -> None:
    assert picked_line(prediction) == line


def test_the_two_edit_similarities_differ_where_the_longest_block_misleads() -> None:
    # difflib takes `bc` first and loses `d`; python-Levenshtein finds all four letters
    assert (edit_difflib("abcd", "axbxcxd bc"), edit_indel("abcd", "axbxcxd bc")) == (0.43, 0.57)


def test_edit_similarity_knows_equal_and_empty_lines() -> None:
    for similarity in (edit_difflib, edit_indel):
        assert [similarity("", ""), similarity("a", ""), similarity("", "a"), similarity("a", "a")] == [1, 0, 0, 1]


def test_the_chosen_edit_similarity_is_the_value() -> None:
    for edit in ("difflib", "indel"):
        judgement = judge("code_sim_score", "abcd", ["axbxcxd bc"], None, edit_similarity=edit)
        assert judgement.value == judgement.also[f"edit_{edit}"]


@pytest.mark.parametrize(
    ("metric", "prediction", "reference", "reason"),
    [
        ("qa_f1_score", " \n", "Paris", "empty answer"),
        ("qa_f1_score", "London", "Paris", "no word in common with any reference"),
        ("qa_f1_score", "The.", "Paris", "nothing but punctuation and articles in the answer"),
        ("qa_f1_zh_score", "上海", "北京", "no word in common with any reference"),
        ("rouge_score", "...", "Paris", "no sentence in the answer"),
        ("rouge_score", "Paris", "", "no sentence in the reference"),
        ("rouge_score", "London", "Paris", "no word in common with any reference"),
        ("count_score", "none", "8", "no number in the answer"),
        ("count_score", "3, 15, 3", "8", "numbers 3, 15; none is 8"),
        ("retrieval_score", "3", "Paragraph 8", "numbers 3; none is 8"),
        ("classification_score", "Food", "Date", "names Food, not Date"),
        ("classification_score", "Meal", "Date", "no class of the list in the answer"),
        ("code_sim_score", "# a", "return", "no line of code without a comment or a fence"),
        ("code_sim_score", "xyz", "abc", "nothing in common with the reference line"),
    ],
)
def test_a_zero_says_why(metric: str, prediction: str, reference: str, reason: str) -> None:
    judgement = judge(metric, prediction, [reference], ["Food", "Date"])
    assert (judgement.value, judgement.reason) == (0.0, reason)


def test_without_references_the_value_is_nought_as_in_the_authors_script() -> None:
    for metric in METRICS:
        judgement = judge(metric, "1", [], None)
        assert (judgement.value, judgement.reason) == (0.0, "no reference to compare with")


def test_a_row_that_stops_the_authors_script_is_not_judged() -> None:
    nowhere = judge("retrieval_score", "3", ["Paragraph 3", "nowhere"], None)
    assert (nowhere.value, nowhere.raised) == (None, "IndexError: list index out of range")
    unlisted = judge("classification_score", "Food", ["Food"], None)
    assert (unlisted.value, unlisted.raised) == (None, "TypeError: 'NoneType' object is not iterable")
    assert nowhere.reason
    assert unlisted.reason


def test_what_was_extracted_stands_beside_the_value() -> None:
    assert judge("count_score", "3 or 15", ["8"], None).answer == "3, 15"
    assert judge("classification_score", "Date, Food", ["Food"], ["Food", "Date"]).answer == "Food, Date"
    assert judge("code_sim_score", "# a\nb", ["b"], None).answer == "b"
    assert len(judge("qa_f1_score", "a" * 5000, ["b"], None).answer) == 2000


def test_the_best_reference_counts() -> None:
    judgement = judge("qa_f1_score", "Paris", ["London", "Paris France", "Paris"], None)
    assert (judgement.value, judgement.reason) == (1.0, None)


def test_a_judgement_can_be_sent_to_another_process() -> None:
    judgement = judge("count_score", "3", ["8"], None)
    assert pickle.loads(pickle.dumps(judgement)) == judgement


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>a</think>b", "b"),
        ("a</think>b", "b"),
        ("b<think>a", "b"),
        ("<Thinking>\na\n</Thinking>\nb", "\nb"),
        ("1 < 2 and 2 > 1", "1 < 2 and 2 > 1"),
    ],
)
def test_thoughts_are_no_part_of_the_answer(text: str, answer: str) -> None:
    assert without_thoughts(text) == answer


@pytest.mark.parametrize(
    ("prediction", "reference", "value"),
    [
        ("The capital is Paris, of course.", "Paris", 1.0),
        ("<think>London?</think>\n\nParis", "paris", 1.0),
        ("It is Parisian.", "Paris", 0.0),
        ("I say yes", "yes", 0.5),
        ("Yes, since it rains.", "yes", 1.0),
        ("word " * 50 + "Paris", "Paris", 2 / 52),
        ("Paris was built\n\nQuestion: what else", "Paris was", 1.0),
        ("London", "", 0.0),
        ("１９９９", "1999", 1.0),
    ],
)
def test_corrected_english_qa_sees_the_reference_in_a_sentence(prediction: str, reference: str, value: float) -> None:
    assert corrected_value("qa_f1_score", prediction, reference) == pytest.approx(value)


@pytest.mark.parametrize(
    ("prediction", "reference", "value"),
    [
        ("在北京大学学习。", "北京大学", 1.0),
        ("他不是学生", "是", 0.0),
        ("是的，他是。", "是", 1.0),
        ("2023年", "20", 0.0),
        ("２０２３年", "2023年", 1.0),
        ("中" * 101 + "厦门大学", "厦门大学", 0.0),
    ],
)
def test_corrected_chinese_qa_sees_the_reference_in_a_sentence(prediction: str, reference: str, value: float) -> None:
    found = corrected_value("qa_f1_zh_score", prediction, reference)
    assert found == value if value else found < 0.5


@pytest.mark.parametrize(
    ("prediction", "reference", "value"),
    [
        ("Group or organization", "Group or organization", 1.0),
        ("Group or organization", "Group", 0.0),
        ("the type is food.", "Food", 1.0),
        ("Foodstuff", "Food", 0.0),
        ("Food, Group", "Food", 0.5),
        ("科学技术类", "科学技术", 1.0),
    ],
)
def test_corrected_classification_takes_the_longest_whole_names(prediction: str, reference: str, value: float) -> None:
    classes = ["Group", "Group or organization", "Food", "科学技术"]
    assert corrected_value("classification_score", prediction, reference, classes=classes) == value


def test_corrected_classification_of_no_classes_is_nought() -> None:
    assert corrected.classification("Food", ["Food"], []) == 0.0


@pytest.mark.parametrize(
    ("prediction", "value"),
    [("Paragraph 8\nthere were 30", 1.0), ("08", 1.0), ("8, 8 or 9", 0.5), ("９\n8", 0.0), ("", 0.0)],
)
def test_corrected_numbers_are_those_of_the_first_line_with_one(prediction: str, value: float) -> None:
    assert corrected_value("count_score", prediction, "8") == value
    assert corrected_value("retrieval_score", prediction, "Paragraph 8") == value


def test_googles_rouge_stands_beside_the_authors() -> None:
    judgement = judge("rouge_score", "the cat. the dog", ["the dog the cat"], None)
    assert judgement.value == pytest.approx(0.999999995)
    assert judgement.also == {"rouge_l_google": 0.5}
