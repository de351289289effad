"""The sample data says what its answers claim.

These tests would catch: an answer that its context does not hold, holds twice or contradicts (a score on such data
means nothing), samples that change with the interpreter or its hash seed, lengths far from what was asked, package data
that no longer is what the generator makes, and a generator that holds more than one sample in memory. Nothing here uses
the generator's tables to check an answer: each kind of task has a small reader of its own.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bench.benchmarks.longbench.sample import files, generate, sample_file, sample_prompts, write_samples
from bench.benchmarks.longbench.sample.grammar import grammar
from bench.benchmarks.longbench.tasks import TASKS, TASKS_E
from bench.errors import UserError

Row = dict[str, Any]

KEYS = ["input", "context", "answers", "length", "dataset", "language", "all_classes", "_id"]
SINGLE = ("narrativeqa", "multifieldqa_en", "multifieldqa_zh")
MULTI = ("hotpotqa", "2wikimqa", "musique")
GRAMMARS = {
    "english": ("story", "article", "county", "encyclopedia", "programme", "news", "meeting", "questions"),
    "chinese": ("annals", "guide", "council", "gazetteer"),
}
SIZES = ((1_000, 30), (300, 12), (20_000, 4))
NAME = re.compile(r"\b[A-Z][\w']*(?: [A-Z][\w']*)*")
VALUE = re.compile(r"\d+|\b(?:two|three|four|five|six|seven|eight|nine)\b|\b[A-Z][a-z]{2,}\b")


@cache
def rows(task: str, words: int = 1_000, count: int = 30) -> tuple[Row, ...]:
    return tuple(generate(task, count=count, words=words))


def all_sizes(task: str) -> list[Row]:
    return [row for words, count in SIZES for row in rows(task, words, count)]


def entity(question: str) -> str:
    """The name that a question is about: its longest run of capitals, or what stands before a Chinese institution."""
    chinese = re.search(r"(?:谁是)?(\w\w(?:水库|中学|古镇|大桥|湿地|温泉|合作社|索道|美术馆))", question)
    return chinese[1] if chinese else max(NAME.findall(question), key=len)


def passages(context: str) -> dict[str, str]:
    """Title -> text of the documents in a multi-document context."""
    parts = re.split(r"^Passage \d+:\n", context, flags=re.MULTILINE)[1:]
    return {title: text for title, _, text in (part.partition("\n") for part in parts)}


def named(titles: Mapping[str, str], text: str, besides: str = "") -> str:
    """The one title that a text names."""
    found = [title for title in titles if title != besides and re.search(rf"\b{re.escape(title)}\b", text)]
    assert len(found) == 1, found
    return found[0]


# ---- answers stand in their contexts -------------------------------------------------------------------------------


@pytest.mark.parametrize("task", SINGLE)
def test_one_paragraph_alone_speaks_of_what_is_asked_and_holds_the_answer(task: str) -> None:
    for row in all_sizes(task):
        about = [paragraph for paragraph in row["context"].split("\n") if entity(row["input"]) in paragraph]
        assert len(about) == 1, row["input"]
        assert row["answers"][0] in about[0]


QASPER = {
    "How many questions": "questions, each",
    "annotators": "annotators",
    "agreement": "Agreement",
    "baseline": "baseline",
    "evaluation measure": "evaluation measure",
    "language besides": "one more language",
    "documents": "raw documents",
    "available": "licence",
    "download": "licence",
    "encoder": "encoder",
    "graphics cards": "graphics cards",
    "learning rate": "learning rate",
    "funded": "funded",
    "vocabulary": "vocabulary",
}


def test_qasper_is_answered_by_one_sentence_or_the_article_never_mentions_the_matter() -> None:
    for row in all_sizes("qasper"):
        word = next(word for start, word in QASPER.items() if start in row["input"])
        answer = row["answers"][0]
        told = [line for line in row["context"].split("\n") if word in line and entity(row["input"]) in line]
        if answer == "unanswerable":
            assert word not in row["context"]
        elif answer in ("Yes", "No"):
            assert ("not" in told[0]) is (answer == "No")
        else:
            assert len(told) == 1
            assert answer in told[0]


def test_qasper_has_answers_of_every_kind() -> None:
    answers = {row["answers"][0] for row in rows("qasper")}
    assert {"Yes", "No", "unanswerable"} < answers


@pytest.mark.parametrize("task", MULTI)
def test_a_chain_of_passages_leads_from_the_question_to_the_answer(task: str) -> None:
    for row in all_sizes(task):
        if row["input"].startswith(("Which came first", "Did the")):
            continue
        titles = passages(row["context"])
        work = named(titles, row["input"])
        assert work in titles
        maker = named(titles, titles[work], besides=work)
        last = titles[maker] if task != "musique" else titles[named(titles, titles[maker], besides=maker)]
        assert row["answers"][0] in last
        assert row["answers"][0] not in titles[work]


def test_two_wiki_comparisons_name_the_earlier_work() -> None:
    compared = [row for row in all_sizes("2wikimqa") if row["input"].startswith("Which came first")]
    assert len(compared) > 5
    for row in compared:
        titles = passages(row["context"])
        years = {
            title: int(re.findall(r"\b1[789]\d\d\b", text.split(". ")[0])[0])
            for title, text in titles.items()
            if re.search(rf"\b{re.escape(title)}\b", row["input"])
        }
        assert len(set(years.values())) == 2
        assert row["answers"][0] == min(years, key=lambda title: years[title])


def test_hotpotqa_comparisons_say_whether_the_schools_are_the_same() -> None:
    compared = [row for row in all_sizes("hotpotqa") if row["input"].startswith("Did the")]
    for row in compared:
        titles = passages(row["context"])
        works = [title for title in titles if re.search(rf"\b{re.escape(title)}\b", row["input"])]
        makers = [named(titles, titles[work], besides=work) for work in works]
        schools = {re.search(r"stud(?:ies|ied) at (.*?)(?: after some|\.)", titles[maker])[1] for maker in makers}  # type: ignore[index]
        assert len(works) == 2
        assert row["answers"][0] == ("yes" if len(schools) == 1 else "no")
    assert {row["answers"][0] for row in compared} == {"yes", "no"}


def test_every_sentence_of_a_dureader_answer_stands_once_in_the_articles() -> None:
    for row in all_sizes("dureader"):
        sentences = re.findall(r"[^。]+。", row["answers"][0])
        assert len(sentences) >= 2
        assert all(row["context"].count(sentence) == 1 for sentence in sentences)
        place = re.match(r"去?(.+?)(?:的门票|怎么|附近|可以)|什么季节去(.+?)最好", row["input"])
        assert place is not None
        assert row["context"].count(f"标题：{place[1] or place[2]}") == 2


@pytest.mark.parametrize("task", ["gov_report", "multi_news"])
def test_what_a_summary_sentence_states_stands_together_in_one_paragraph(task: str) -> None:
    for row in all_sizes(task):
        paragraphs = row["context"].split("\n")
        for sentence in re.split(r"(?<=\.) ", row["answers"][0])[1:]:
            values = VALUE.findall(sentence.split(" ", 1)[1])  # the first word is a capital for another reason
            assert any(all(value in paragraph for value in values) for paragraph in paragraphs), sentence


def test_what_a_chinese_summary_states_stands_together_in_one_turn() -> None:
    for row in all_sizes("vcsum"):
        turns = row["context"].split("\n")
        clauses = row["answers"][0].split("：", 1)[1].rstrip("。").split("；")
        assert len(clauses) == 5
        for clause in clauses:
            values = set(re.findall(r"\d+月?|[一-龥]{2}(?:镇|乡|村|街道)|[春夏秋冬]季", clause))
            assert sum(all(value in turn for value in values) for turn in turns) >= 1, clause


def test_a_meeting_query_is_answered_by_the_turns_about_its_topic() -> None:
    for row in all_sizes("qmsum"):
        answer, lines = row["answers"][0], row["context"].split("\n")
        topic = re.search(r"(?:about|for) (the [\w ]+ of the [A-Z]\w+)", row["input"])
        about = [line for line in lines if topic and topic[1] in line]
        assert len(about) == 4
        if proposal := re.match(r"(.+?) proposed (.+?) for .* because (.+?)\.", answer):
            assert about[1].startswith(proposal[1] + ":")
            assert proposal[2] in about[1]
            assert proposal[3] in about[1]
        if worry := re.search(r"objected(?: to .*, saying)? that (.+?)\.", answer):
            assert worry[1] in about[2]
        if outcome := re.search(r"group decided (.+)\.", answer):
            assert outcome[1] in about[3]


def test_a_dialogue_summary_names_only_people_and_values_of_its_dialogue() -> None:
    for row in all_sizes("samsum"):
        text, answer = row["input"], row["answers"][0]
        assert row["input"].endswith("\nSummary: ")
        for value in set(VALUE.findall(answer)) - {"They", "Somebody", "The"}:
            assert value in text, (value, answer)
        assert row["context"].count("\nSummary: ") >= 2


@pytest.mark.parametrize(("task", "label"), [("trec", "Type: "), ("lsht", "类别：")])
def test_few_shot_classes_are_known_and_the_asked_one_has_an_example(task: str, label: str) -> None:
    for row in all_sizes(task):
        shown = re.findall(rf"^{label}(.+)$", row["context"], flags=re.MULTILINE)
        assert set(shown) <= set(row["all_classes"])
        assert row["answers"][0] in shown
        assert row["input"].endswith(label.rstrip())
        assert row["input"] not in row["context"]
        assert any(a != b and a in b for a in row["all_classes"] for b in row["all_classes"])


def test_trivia_answers_stand_in_the_passage_before_their_question() -> None:
    shot = re.compile(r"Passage:\n(.*)\nQuestion:\n(.*)\nAnswer:\n(.*)")
    for row in all_sizes("triviaqa"):
        examples = shot.findall(row["context"])
        asked = shot.findall(row["input"] + "\n" + row["answers"][0])
        assert len(examples) >= 2
        assert len(asked) == 1
        for passage, question, answer in [*examples, *asked]:
            assert len(re.findall(rf"\b{re.escape(answer)}\b", passage.split(". A ")[0])) >= 1, question


def test_passage_count_is_the_number_of_different_paragraphs() -> None:
    for row in all_sizes("passage_count"):
        paragraphs = re.split(r"(?:^|\n\n)Paragraph \d+: ", row["context"])[1:]
        assert row["answers"] == [str(len(set(paragraphs)))]
        assert len(set(paragraphs)) < len(paragraphs)
    assert len({row["answers"][0] for row in rows("passage_count")}) > 2


@pytest.mark.parametrize(("task", "label"), [("passage_retrieval_en", "Paragraph "), ("passage_retrieval_zh", "段落")])
def test_an_abstract_fits_one_paragraph_alone_in_other_words(task: str, label: str) -> None:
    for row in all_sizes(task):
        found = re.findall(rf"{label}(\d+)[:：] ?(.*)", row["context"])
        facts = set(
            re.findall(r"\d\d+|[A-Z][a-z]+ [A-Z][a-z]+|(?<=出自).{3}|(?<=作者为).{3}|(?<=介绍了).{3}", row["input"])
        )
        fitting = [number for number, text in found if all(fact in text for fact in facts)]
        assert [f"{label}{number}" for number in fitting] == row["answers"], row["input"]
        assert not any(
            sentence in row["context"] for sentence in re.split(r"[.。]", row["input"]) if len(sentence) > 15
        )
        assert len(found) >= 8


def test_a_next_line_of_code_repeats_a_shape_seen_before_with_names_in_sight() -> None:
    for row in all_sizes("lcc"):
        lines, answer = row["context"].split("\n"), row["answers"][0]
        assert lines[-1] == ""
        assert answer != lines[-2]
        assert shape(answer) in {shape(line) for line in lines}
        assert all(word in row["context"] for word in re.findall(r"\w+", answer))


def shape(line: str) -> str:
    """A line without its names and numbers."""
    return re.sub(r"\w+", "x", line)


def test_a_repository_call_is_defined_in_the_file_of_its_module() -> None:
    for row in all_sizes("repobench-p"):
        called = re.search(r"(\w+)\.(\w+)\(rows, store\)", row["answers"][0])
        assert called is not None
        modules = re.split(r"^(?:#|//) Path: ", row["context"], flags=re.MULTILINE)[1:]
        home = [text for text in modules if re.match(rf"\S*/{called[1]}\.\w+\n", text)]
        assert len(home) == 1
        assert re.search(rf"\b{called[2]}\(", home[0])
        assert called[0] not in row["input"]


@pytest.mark.parametrize("task", ["lcc", "repobench-p"])
def test_python_files_parse_with_the_answer_in_place(task: str) -> None:
    python = [row for row in all_sizes(task) if row["language"] == "python"]
    assert len(python) > 10
    for row in python:
        ast.parse((row["input"] or row["context"]) + row["answers"][0] + "\n")


# ---- the rows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS)
def test_rows_have_the_official_keys_and_a_length_that_is_counted(task: str) -> None:
    for row in rows(task):
        text = row["context"] + " " + row["input"]
        length = len(row["context"]) + len(row["input"]) if TASKS[task].language == "zh" else len(text.split())
        assert list(row) == KEYS
        assert row["dataset"] == task
        assert row["length"] == length
        assert len(row["answers"]) == 1
        assert (row["all_classes"] is None) is (task not in ("trec", "lsht"))
        assert re.fullmatch("[0-9a-f]{48}", row["_id"])


@pytest.mark.parametrize("words", [300, 1_000, 20_000])
@pytest.mark.parametrize("task", TASKS)
def test_samples_are_as_long_as_asked(task: str, words: int) -> None:
    asked = words / 0.6 if TASKS[task].language == "zh" else words
    for row in rows(task, words, dict(SIZES)[words]):
        assert row["length"] == pytest.approx(asked, rel=0.15)


@pytest.mark.parametrize("task", TASKS)
def test_no_two_samples_ask_the_same(task: str) -> None:
    made = list(generate(task, count=60, words=300))
    assert len({row["input"] or row["context"] for row in made}) == len(made)
    assert len({row["_id"] for row in made}) == len(made)


def test_ids_differ_between_tasks_variants_and_seeds() -> None:
    made = [row["_id"] for task in TASKS for seed in range(2) for row in generate(task, count=2, words=300, seed=seed)]
    made += [json.loads(line)["_id"] for line in sample_file("trec_e.jsonl").splitlines()]
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("task", [*SINGLE, *MULTI, "qasper", "dureader", "qmsum"])
def test_some_neighbours_ask_different_questions_about_one_document(task: str) -> None:
    shared = [first["context"] == second["context"] for first, second in pairwise(rows(task)[:7])]
    assert shared == [True, False, False, True, False, False]


@pytest.mark.parametrize("task", SINGLE)
def test_answers_stand_at_the_beginning_the_middle_and_the_end(task: str) -> None:
    thirds = {row["context"].index(entity(row["input"])) * 3 // len(row["context"]) for row in rows(task)}
    assert thirds == {0, 1, 2}


def test_questions_of_a_task_vary() -> None:
    for task in (*SINGLE, *MULTI, "qasper", "dureader", "qmsum"):
        masked = {NAME.sub("N", row["input"][1:]) for row in rows(task)}
        assert len(masked) >= 5, task


def test_names_that_facts_are_about_occur_in_no_filler() -> None:
    for language, names in GRAMMARS.items():
        for name in names:
            tables = grammar(name, language)
            filler = {
                word for slot in ("last", "town", "surname") if slot in tables.slots for word in tables.words(slot)
            }
            for kind, pool in tables.pools.items():
                assert not filler & {part for parts in pool.parts[-1:] for part in parts}, (name, kind)
                asked = {pool.name(number) for number in range(pool.size)}
                spare = {pool.name(number, extra=True) for number in range(pool.size)} if pool.reserved else set()
                assert len(asked) == pool.size
                assert not asked & spare


# ---- determinism and size ------------------------------------------------------------------------------------------

DIGEST = """
import hashlib, json
from bench.benchmarks.longbench.sample import generate
from bench.benchmarks.longbench.tasks import TASKS
lines = [json.dumps(row) for task in TASKS for row in generate(task, count=3, words=300, seed=7)]
print(hashlib.sha256("".join(lines).encode()).hexdigest())
"""


def python(code: str, **environment: str) -> str:
    paths = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_samples_do_not_depend_on_the_hash_seed_or_on_other_tasks() -> None:
    backwards = {
        task: [json.dumps(row) for row in generate(task, count=3, words=300, seed=7)] for task in reversed(list(TASKS))
    }
    here = hashlib.sha256("".join(line for task in TASKS for line in backwards[task]).encode()).hexdigest()
    assert {python(DIGEST, PYTHONHASHSEED=seed) for seed in ("0", "1")} == {here}


@pytest.mark.parametrize("task", TASKS)
def test_a_sample_does_not_depend_on_how_many_are_made(task: str) -> None:
    assert list(generate(task, count=2, words=400)) == list(generate(task, count=5, words=400))[:2]


def test_another_seed_makes_other_samples() -> None:
    for task in TASKS:
        assert next(generate(task, count=1, words=300, seed=1))["context"] != rows(task, 300, 12)[0]["context"]


def test_package_data_is_what_the_generator_makes(tmp_path: Path) -> None:
    made = files.write_package_data(tmp_path)
    assert len(made) == 22
    for path in made:
        assert path.read_bytes() == sample_file(path.name), (
            f"{path.name}: run python -m bench.benchmarks.longbench.sample"
        )


def test_package_data_is_small() -> None:
    names = [*(f"{task}.jsonl" for task in TASKS), "dataset2prompt.json"]
    assert sum(len(sample_file(name)) for name in names) < 1_200_000


LONG = """
from pathlib import Path
from bench.benchmarks.longbench.sample import generate
for task in ("narrativeqa", "passage_retrieval_zh", "lcc"):
    for row in generate(task, count=2, words=1_000_000):
        assert row["length"] > 900_000
# not getrusage: its peak is inherited from the process that started this one
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="NOT TESTED: peak memory, without /proc")
def test_samples_of_a_million_words_need_memory_for_one_sample_only() -> None:
    assert int(python(LONG)) < 200  # MiB; one text is about 12, its pieces some times that


# ---- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS_E)
def test_longbench_e_samples_fill_all_three_buckets(task: str) -> None:
    lengths = [json.loads(line)["length"] for line in sample_file(f"{task}_e.jsonl").splitlines()]
    assert [sum(low <= length < high for length in lengths) for low, high in ((0, 4e3), (4e3, 8e3), (8e3, 1e9))] == [
        2
    ] * 3


@pytest.mark.parametrize("name", ["narrativeqa_e.jsonl", "unknown.jsonl", "../tables/story.toml", "trec", "_e.jsonl"])
def test_a_sample_file_that_does_not_exist_is_refused_by_name(name: str) -> None:
    with pytest.raises(UserError, match=re.escape(repr(name))):
        sample_file(name)


def test_prompts_have_the_places_that_their_task_fills() -> None:
    prompts = sample_prompts()
    assert list(prompts) == list(TASKS)
    for task, prompt in prompts.items():
        row = rows(task)[0]
        assert row["context"] in prompt.format(**row)
        assert ("{input}" in prompt) is bool(row["input"])
        assert prompt.count("{") == prompt.count("{context}") + prompt.count("{input}")
    assert json.loads(sample_file("dataset2prompt.json")) == dict(prompts)


@pytest.mark.parametrize("task", ["trec", "lsht", "triviaqa", "samsum"])
def test_prompts_of_raw_tasks_end_where_the_model_goes_on(task: str) -> None:
    assert sample_prompts()[task].endswith("{input}")


def test_write_samples_writes_the_asked_files_and_nothing_else(tmp_path: Path) -> None:
    written = write_samples(tmp_path / "new", words=500, count=3, seed=2, tasks=["trec", "lsht"])
    assert [path.name for path in written] == ["trec.jsonl", "lsht.jsonl", "dataset2prompt.json"]
    assert sorted((tmp_path / "new").iterdir()) == sorted(written)
    lines = written[0].read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(generate("trec", count=3, words=500, seed=2))


def test_write_samples_for_longbench_e_keeps_two_buckets_and_stretches_the_third(tmp_path: Path) -> None:
    path, _ = write_samples(tmp_path, words=30_000, count=3, tasks=["gov_report"], longbench_e=True)
    assert path.name == "gov_report_e.jsonl"
    lengths = [json.loads(line)["length"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert lengths == pytest.approx([2_000, 6_000, 30_000], rel=0.15)


def test_a_broken_off_write_leaves_the_earlier_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = write_samples(tmp_path, words=300, count=1, tasks=["trec"])[0].read_bytes()

    def breaks(*_: object, **__: object) -> Any:
        yield next(generate("lsht", count=1, words=300))
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "generate", breaks)
    with pytest.raises(KeyboardInterrupt):
        write_samples(tmp_path, words=300, count=2, tasks=["trec"])
    assert (tmp_path / "trec.jsonl").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dataset2prompt.json", "trec.jsonl"]


def test_mistakes_are_named_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no task 'narrativeqa' in LongBench-E"):
        write_samples(tmp_path / "out", words=1_000, tasks=["narrativeqa"], longbench_e=True)
    with pytest.raises(UserError, match="at least 300"):
        generate("trec", count=1, words=50)
    with pytest.raises(UserError, match="unknown"):
        generate("unknown", count=1, words=500)
    assert not (tmp_path / "out").exists()
