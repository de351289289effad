"""Would catch a data set of one's own that is asked, scored or averaged otherwise than its card says.

And a card that passes for a published benchmark, a metric whose failure becomes a score, or one that changes unseen.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, result_of, run_folder, write_lines
from own_data import CARD, METRICS, ROWS, make_card, row
from steps import Windowed

import bench as package
from bench.errors import DataError, UserError
from bench.places import Place
from bench.protocols import Selection, Setting
from bench.records import Completion, Kind
from bench.registry import benchmarks, find_benchmark

DOCS = Path(__file__).resolve().parents[1] / "docs" / "own-data.md"


def run(card: Path, out: Path, answer: str = "word0", **options: Any) -> dict[str, Any]:
    """The result of a run in which every answer is the same."""
    result = package.run(str(card), model=Windowed(answer=answer), place=Place(out=out), **options)
    return {"tasks": result.tasks, "overall": result.overall, "categories": result.categories, "result": result}


def test_every_task_is_scored_by_its_own_metric_under_the_cards_name(tmp_path: Path) -> None:
    found = run(make_card(tmp_path / "own"), tmp_path / "runs", answer="The word0")
    assert found["result"].benchmark == "contracts"
    # F1 drops the article, the function from the file does not
    assert found["tasks"]["dates"]["score"] == pytest.approx(100 / 3)
    assert found["tasks"]["parties"]["score"] == 0
    assert [task["n"] for task in found["tasks"].values()] == [3, 2]
    assert next((tmp_path / "runs").iterdir()).name == "contracts"


def test_tasks_make_category_means_and_these_a_mean_that_a_missing_task_makes_null(tmp_path: Path) -> None:
    card = make_card(tmp_path / "own")
    whole = run(card, tmp_path / "runs")
    assert whole["overall"]["mean"]["score"] == pytest.approx((100 / 3 + 50) / 2)
    assert whole["categories"]["en"]["Lookup"]["score"] == pytest.approx((100 / 3 + 50) / 2)
    part = run(card, tmp_path / "runs", tasks=["dates"])
    assert part["overall"]["mean"]["score"] is None
    assert part["overall"]["mean"]["reason"] == "no parties"


def test_samples_with_one_context_are_one_cluster(tmp_path: Path) -> None:
    found = run(make_card(tmp_path / "own"), tmp_path / "runs")
    assert found["tasks"]["dates"]["cluster"] == "document"  # 0 and 1 ask about one
    assert found["tasks"]["parties"]["cluster"] == "row"


def test_the_prompt_is_the_template_filled_and_asked_as_the_card_says(tmp_path: Path) -> None:
    card = CARD.replace(
        "[tasks.dates]",
        'language = "zh"\nkind = "summary"\nmax_new_tokens = 7\nchat = false\nstop = ["\\n"]\n[tasks.dates]',
    )
    own = find_benchmark(str(make_card(tmp_path, card)))
    samples = own.load(Selection(data="hub"))
    entry = samples.entries[1]
    (prompt,) = samples.prompts(samples.read(entry), [])
    samples.close()
    assert prompt.text == "Document 0. Q: Say word1. A:"
    assert (prompt.language, prompt.kind, prompt.max_tokens, prompt.chat, prompt.stop) == (
        *("zh", Kind.SUMMARY, 7, False, ("\n",)),
    )
    assert prompt.sampling.min_tokens == 1
    assert (prompt.parts.context, prompt.parts.question) == ("Document 0.", "Say word1.")
    assert prompt.truncation == own.truncation is not None


def test_prompts_that_must_not_be_cut_carry_no_rule(tmp_path: Path) -> None:
    own = find_benchmark(str(make_card(tmp_path, 'truncation = "none"\n' + CARD)))
    samples = own.load(Selection(data="hub"))
    (prompt,) = samples.prompts(samples.read(samples.entries[0]), [])
    samples.close()
    assert own.truncation is prompt.truncation is None


def test_a_card_without_tasks_is_one_task_and_its_rows_need_neither_id_nor_task(tmp_path: Path) -> None:
    rows = [{"input": {"question": f"Say word{n}."}, "targets": [f"word{n}"]} for n in range(3)]
    card = 'name = "flat"\ndata = "contracts.jsonl"\nprompt_file = "ask.txt"\nmetric = "qa_f1_score"\n'
    path = make_card(tmp_path / "own", card, rows)
    (path.parent / "ask.txt").write_text("{question}")
    samples = find_benchmark(str(path.parent)).load(Selection(data="hub"))
    read = [samples.read(entry) for entry in samples.entries]
    samples.close()
    assert [sample.id for sample in read] == ["flat/0", "flat/1", "flat/2"]
    assert {sample.language for sample in read} == {"en"}
    assert run(path, tmp_path / "runs")["overall"]["mean"]["score"] == pytest.approx(100 / 3)


def test_only_the_first_line_is_scored_where_the_card_says_so(tmp_path: Path) -> None:
    card = CARD.replace("[tasks.dates]", "first_line = true\n[tasks.dates]")
    found = run(make_card(tmp_path / "own", card), tmp_path / "runs", answer="\nword0\nmore")
    assert found["tasks"]["parties"]["score"] == 50


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise KeyError('x')", "metric_raised: KeyError: 'x'"),
        ("return 1.5", "metric_value: 1.5 is no number from 0 to 1"),
        ("return float('nan')", "metric_value: nan is no number from 0 to 1"),
        ("return None", "metric_value: None is no number from 0 to 1"),
    ],
)
def test_an_answer_that_the_metric_cannot_score_is_not_judged(body: str, reason: str, tmp_path: Path) -> None:
    metrics = f"def exact(prediction, target, classes):\n    {body}\n"
    own = find_benchmark(str(make_card(tmp_path, metrics=metrics)))
    samples = own.load(Selection(data="hub", tasks=("parties",)))
    sample = samples.read(samples.entries[0])
    samples.close()
    (score,) = own.score(sample, [Completion(sample_id=sample.id, text="word0")], {})
    assert (score.value, score.reason) == (None, reason)


def test_the_best_target_counts_and_the_class_list_reaches_the_metric(tmp_path: Path) -> None:
    metrics = "def exact(prediction, target, classes):\n    return (target == prediction) * len(classes) / 4\n"
    rows = [row("parties", 0, targets=["no", "word0"], metadata={"all_classes": ["a", "b"]}), row("dates", 0)]
    found = run(make_card(tmp_path / "own", rows=rows, metrics=metrics), tmp_path / "runs")
    assert found["tasks"]["parties"]["score"] == 50


def test_a_changed_metric_scores_again_and_its_hash_is_told(tmp_path: Path) -> None:
    card = make_card(tmp_path / "own")
    done = bench("run", card, "--model", "reference", "--out", tmp_path / "runs")
    folder = run_folder(done)
    assert result_of(done)["overall"]["mean"]["score"] == 100
    told = json.loads((folder / "run.json").read_text())["scoring"]["metrics"]
    assert told["dates"] == {"metric": "qa_f1_score"}
    assert told["parties"]["sha256"] == hashlib.sha256(METRICS.encode()).hexdigest()
    (card.parent / "metrics.py").write_text(METRICS.replace("float(", "0.5 * ("))
    again = bench("score", card, folder)
    assert again.returncode == 0, again.stderr
    assert result_of(again)["tasks"]["parties"]["score"] == 50
    assert json.loads((folder / "run.json").read_text())["scoring"]["metrics"] != told


def test_a_metric_that_changes_while_a_program_lives_is_the_new_one_in_its_next_run(tmp_path: Path) -> None:
    card = make_card(tmp_path / "own")
    assert run(card, tmp_path / "runs")["tasks"]["parties"]["score"] == 50
    (card.parent / "metrics.py").write_text(METRICS.replace("float(", "0.25 * ("))
    assert run(card, tmp_path / "more")["tasks"]["parties"]["score"] == 12.5


def test_a_run_goes_on_and_tells_another_prompt_from_this_one(tmp_path: Path) -> None:
    card = make_card(tmp_path / "own")
    first = bench("run", card, "--model", "lexical", "--out", tmp_path / "runs", "--stages", "generate")
    second = bench("run", card.parent, "--model", "lexical", "--out", tmp_path / "runs")
    assert "going on with" in second.stderr
    assert run_folder(first) == run_folder(second)
    card.write_text(CARD.replace("Q:", "Question:"))
    third = bench("run", card, "--model", "lexical", "--out", tmp_path / "runs")
    assert run_folder(third) != run_folder(second)


def test_a_run_folder_of_a_card_holds_no_path(tmp_path: Path) -> None:
    folder = run_folder(bench("run", make_card(tmp_path / "own"), "--model", "lexical", "--out", tmp_path / "runs"))
    for path in folder.iterdir():
        assert str(tmp_path) not in path.read_text(), path.name


@pytest.mark.parametrize("name", ["ncb", "LongBench", "longbench-e", "ncb-private"])
def test_a_card_cannot_take_the_name_of_a_published_benchmark(name: str, tmp_path: Path) -> None:
    card = make_card(tmp_path, CARD.replace("contracts", name, 1))
    with pytest.raises(DataError, match=f"the name {name} is kept for"):
        find_benchmark(str(card))


def test_a_folder_that_is_called_like_a_benchmark_does_not_hide_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_card(tmp_path / "ncb")
    monkeypatch.chdir(tmp_path)
    assert find_benchmark("ncb") is benchmarks()["ncb"]
    assert find_benchmark("./ncb").name == "contracts"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "contracts"\n', "", "has no 'name'"),
        ("qa_f1_score", "qa_f1", "metric is 'qa_f1'; it must be FILE.py:function or one of qa_f1_score"),
        ("metrics.py", "gone.py", "tasks.parties.metric: there is no file gone.py"),
        ("category", "categorie", "no key tasks.dates.categorie; did you mean category"),
        ('prompt = "', 'prompt = "{', "literal brace twice"),
        ("{question}", "{question.upper}", "{question.upper} is no field's name"),
        ("{question}", "{}", "{} is no field's name"),
        ("{question}", "{question:d}", "tasks.dates.prompt: Unknown format code 'd'"),
        ('data = "contracts.jsonl"\n', "", "has no 'tasks.dates.data'"),
        ('name = "contracts"', "name = ", "not valid TOML"),
    ],
)
def test_a_card_that_is_not_whole_says_what_is_wrong_with_it(old: str, new: str, said: str, tmp_path: Path) -> None:
    card = make_card(tmp_path, CARD.replace(old, new, 1))
    with pytest.raises(DataError, match=re.escape(said)):
        find_benchmark(str(card))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("dates", 0), row("dates", 0)], "contracts.jsonl:2: the id dates/0 stands in line 1 too"),
        ([row("dates", 0, input={"context": "x"})], "contracts.jsonl:1: the prompt of dates names {question}"),
        ([row("dates", 0, input={"context": 3})], "contracts.jsonl:1: 'input' is not an object of strings"),
        ([row("dates", 0, targets="word0")], "contracts.jsonl:1: 'targets' is not a list of strings"),
        ([row("dates", 0, targets=[])], "contracts.jsonl:1: 'targets' is not a list of strings"),
        ([row("dates", 0, metadata=[])], "contracts.jsonl:1: 'metadata' is not an object"),
        ([row("dates", 0, language=1)], "contracts.jsonl:1: 'language' is not a string"),
        ([row("dates", 0, id=True)], "contracts.jsonl:1: 'id' is neither"),
        ([row("other", 0)], "contracts.jsonl:1: the card has no task 'other'"),
        ([{"input": {}, "targets": ["x"]}], "contracts.jsonl:1: has no 'task', and this file holds dates, parties"),
        ([row("dates", 0)], "contracts.jsonl: holds no sample of parties"),
    ],
)
def test_a_line_that_is_no_sample_is_named_before_any_model_runs(
    rows: list[dict[str, Any]], said: str, tmp_path: Path
) -> None:
    own = find_benchmark(str(make_card(tmp_path, rows=rows)))
    with pytest.raises(DataError, match=re.escape(said)):
        own.load(Selection(data="hub"))


def test_a_line_without_a_task_is_of_no_task_where_several_share_a_file_even_if_one_is_asked(tmp_path: Path) -> None:
    rows = [row("dates", 0), {"input": {"context": "x", "question": "y"}, "targets": ["x"]}, row("parties", 0)]
    own = find_benchmark(str(make_card(tmp_path, rows=rows)))
    with pytest.raises(DataError, match=r"contracts\.jsonl:2: has no 'task'"):
        own.load(Selection(data="hub", tasks=("dates",)))


def test_tasks_that_are_not_asked_may_stand_in_the_same_file(tmp_path: Path) -> None:
    samples = find_benchmark(str(make_card(tmp_path))).load(Selection(data="hub", tasks=("parties",)))
    samples.close()
    assert [entry.id for entry in samples.entries] == ["parties/0", "parties/3"]


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    card = CARD.replace('data = "contracts.jsonl"\n', "")
    card = card.replace("[tasks.dates]\n", '[tasks.dates]\ndata = "a/x.jsonl"\n')
    path = make_card(tmp_path, card.replace("[tasks.parties]\n", '[tasks.parties]\ndata = "b/x.jsonl"\n'))
    write_lines(tmp_path / "a" / "x.jsonl", [row("dates", 0)])
    write_lines(tmp_path / "b" / "x.jsonl", [row("parties", 1)])
    samples = find_benchmark(str(path)).load(Selection(data="hub"))
    assert [samples.read(entry).targets for entry in samples.entries] == [("word0",), ("word1",)]
    samples.close()
    assert sorted(samples.spec["files"]) == ["a/x.jsonl", "b/x.jsonl"]


def test_data_that_are_not_the_pinned_ones_are_refused_unless_that_is_wanted(tmp_path: Path) -> None:
    card = make_card(tmp_path)
    found = hashlib.sha256((tmp_path / "contracts.jsonl").read_bytes()).hexdigest()
    card.write_text(f'sha256 = "{found}"\n{CARD}')
    find_benchmark(str(card)).load(Selection(data="hub")).close()
    other = "0" * 64
    card.write_text(f'sha256 = "{other}"\n{CARD}')
    own = find_benchmark(str(card))
    with pytest.raises(DataError, match=f"its sha256 is {found}, the card says {other}"):
        own.load(Selection(data="hub"))
    samples = own.load(Selection(data="hub", unpinned=True))
    samples.close()
    assert samples.notes == ["contracts.jsonl is not the file that the card pins"]
    assert samples.spec["unpinned"] is True


def test_the_same_card_takes_its_files_from_another_folder(tmp_path: Path) -> None:
    card = make_card(tmp_path / "own")
    make_card(tmp_path / "other", rows=[row("dates", 8), row("parties", 9)])
    samples = find_benchmark(str(card)).load(Selection(data=str(tmp_path / "other")))
    samples.close()
    assert [entry.id for entry in samples.entries] == ["dates/8", "parties/9"]


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(data="sample"), "--data sample: is no folder"),
        (Selection(data="hub", tasks=("date",)), "has no task 'date'; did you mean dates?"),
        (Selection(data="hub", languages=("python",)), "are of ncb"),
        (Selection(data="hub", prompts=Path("x")), "the card holds the prompts"),
    ],
)
def test_what_a_card_has_not_is_refused_in_one_line(selection: Selection, said: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        find_benchmark(str(make_card(tmp_path))).load(selection)


def test_settings_of_other_benchmarks_are_refused(tmp_path: Path) -> None:
    own = find_benchmark(str(make_card(tmp_path)))
    with pytest.raises(UserError, match="contracts: --cot, --no-context"):
        own.in_setting(Setting(no_context=True))


def test_limit_takes_the_first_of_each_task(tmp_path: Path) -> None:
    samples = find_benchmark(str(make_card(tmp_path))).load(Selection(data="hub", limit=1))
    samples.close()
    assert [entry.id for entry in samples.entries] == ["dates/0", "parties/0"]
    assert len(ROWS) == 5


def test_what_is_exported_can_be_the_data_of_a_card(tmp_path: Path) -> None:
    done = bench(
        "export", "longbench", "--data", "sample", "--tasks", "qasper,trec", "--format", "jsonl", "--out", tmp_path
    )
    assert done.returncode == 0, done.stderr
    card = tmp_path / "card.toml"
    card.write_text(
        'name = "again"\ndata = "longbench.jsonl"\nprompt = "{context}{input}"\nmetric = "qa_f1_score"\n'
        '[tasks.qasper]\n[tasks.trec]\nmetric = "classification_score"\n'
    )
    checked = bench("check", card)
    assert checked.returncode == 0, checked.stderr
    result = result_of(bench("run", card, "--model", "reference", "--out", tmp_path / "runs"))
    assert result["overall"]["mean"]["score"] == 100


def test_the_example_of_the_documentation_does_what_it_says(tmp_path: Path) -> None:
    text = DOCS.read_text()
    for name, body in re.findall(r"\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)```", text, re.DOTALL):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(body)
    (commands,) = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    means = []
    for command in commands.splitlines():
        _, *arguments = shlex.split(command)
        more = ["--json", "--out", "runs"] if arguments[0] == "run" else []
        done = bench(*arguments, *more, cwd=tmp_path, env={"PYTHONPATH": str(Path(package.__file__).parents[1])})
        assert done.returncode == 0, (command, done.stderr)
        means += [json.loads(done.stdout)["overall"]["mean"]["score"]] if arguments[0] == "run" else []
    assert means[0] == 100
    assert (tmp_path / "export" / "contracts.jsonl").is_file()
