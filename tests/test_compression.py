"""Would catch chunks in the wrong order, a setting that a result does not name, tasks that the paper does not compress.

Also summaries lost by a kill, asked twice, put in the wrong order or judged without one of them, a script of the
authors that is run and not read, and a forecast that forgets what the parts take.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from api_server import Reply, Request, serve
from helpers import bench, result_of, run_folder, sample_row, write_lines
from steps import Windowed
from test_embedding import Serve

from bench.benchmarks.longbench import LONGBENCH, LONGBENCH_E
from bench.errors import DataError, UserError
from bench.foretelling import foretell
from bench.models.fake import Fake
from bench.pipeline import Outcome, run_benchmark
from bench.places import Place
from bench.protocols import SampleSet, Selection, Setting
from bench.records import Prompt
from bench.runs import RunFolder
from bench.spending import Budget
from bench.stages.asking import Asking, Conduct

__all__ = ["serve"]
Load = Callable[..., SampleSet]
RETRIEVAL, SUMMARY = Setting(compress="retrieval", chunk=4, top_k=2), Setting(compress="summary", chunk=5)
SCRIPT = "import nothing_like_this\ndef compress():\n    prompt_en = 'Shorten.'\n    prompt_zh = '缩短。'\n1 / 0\n"
PROMPTS = {"qasper": "Read: {context}|{input}", "multi_news": "News: {context}|", "vcsum": "会议：{context}|"}
NEWS = "One two three. Four five six. Seven eight nine. Ten eleven twelve. " * 2
"""24 words: with 5 to a part four parts of 33 characters at least, cut at sentence ends."""
MEETING = "一二三四五六七八。九十甲乙。"
PARTS = [
    "One two three. Four five six. Seven eight nine.",
    " Ten eleven twelve. One two three.",
    " Four five six. Seven eight nine. Ten eleven twelve.",
    " ",
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    write_lines(folder / "qasper.jsonl", [sample_row("qasper", number) for number in range(4)])
    news = [sample_row("multi_news", number, input="", context=NEWS) for number in range(3)]
    write_lines(folder / "multi_news.jsonl", news)
    write_lines(folder / "vcsum.jsonl", [sample_row("vcsum", 0, input="", context=MEETING, language="zh")])
    (folder / "dataset2prompt.json").write_text(json.dumps(PROMPTS))
    return folder


@pytest.fixture
def load(data: Path) -> Iterator[Callable[..., SampleSet]]:
    """Loads samples, and lets go of them in the end."""
    with ExitStack() as stack:

        def loaded(setting: Setting, **selection: Any) -> SampleSet:
            found = LONGBENCH.in_setting(setting).load(Selection(data=str(data), **selection))
            return stack.enter_context(closing(found))

        yield loaded


def go(data: Path, model: Windowed | Fake, setting: Setting = SUMMARY, **options: Any) -> Outcome:
    conduct, asking = options.pop("conduct", None), options.pop("asking", None)
    selection = Selection(data=str(data), **options)
    place = Place(run_dir=data.parent / "run")
    return run_benchmark(LONGBENCH.in_setting(setting), model, selection, place, conduct=conduct, asking=asking)


def numbered(prompt: Prompt) -> str:
    return f"s{prompt.step}"


def noting(asked: list[Prompt], answer: Callable[[Prompt], str]) -> Callable[[Prompt], str]:
    """An answer that leaves its prompt behind."""

    def noted(prompt: Prompt) -> str:
        asked.append(prompt)
        return answer(prompt)

    return noted


# -- retrieval


def test_the_best_chunks_stand_best_first_in_the_documents_place(load: Load, data: Path) -> None:
    context = "The dog barked at night. The red fox ran. Nobody saw it. A fox is red and quick."
    write_lines(data / "qasper.jsonl", [sample_row("qasper", 0, input="quick red fox", context=context)])
    samples = load(RETRIEVAL, tasks=("qasper",))
    sample = samples.read(samples.entries[0])
    (prompt,) = samples.prompts(sample, [])
    assert prompt.text == "Read: A fox is red and quick. The red fox ran. |quick red fox"
    assert prompt.parts.context == "A fox is red and quick. The red fox ran. "
    assert samples.spec["compress"] == {"retriever": "bm25", "chunk": 4, "unit": "words", "top_k": 2}


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        (Setting(compress="retrieval"), "retrieval-bm25-200x7"),
        (Setting(compress="retrieval", chunk=500), "retrieval-bm25-500x3"),
        (Setting(compress="retrieval", chunk=500, top_k=7), "retrieval-bm25-500x7"),
        (Setting(compress="retrieval", chunk=2000), "retrieval-bm25-2000x1"),
        (Setting(compress="retrieval", retriever="bm25-characters"), "retrieval-bm25-characters-200x7"),
        (Setting(compress="retrieval", retriever="st/some/where/model/"), "retrieval-st-model-200x7"),
        (Setting(compress="summary"), "summary-500"),
        (Setting(compress="summary", chunk=200), "summary-200"),
    ],
)
def test_the_setting_says_what_was_done_and_its_defaults_are_the_papers(setting: Setting, name: str) -> None:
    assert LONGBENCH.in_setting(setting).setting == name


@pytest.mark.parametrize(
    ("setting", "tasks", "tasks_e"),
    [
        (RETRIEVAL, 8, ["qasper", "multifieldqa_en", "hotpotqa", "2wikimqa"]),
        (SUMMARY, 4, ["gov_report", "multi_news"]),
    ],
)
def test_the_tasks_of_the_paper_are_asked_and_others_refused(setting: Setting, tasks: int, tasks_e: list[str]) -> None:
    samples = LONGBENCH.in_setting(setting).load(Selection(data="sample"))
    assert len({entry.task for entry in samples.entries}) == tasks
    samples = LONGBENCH_E.in_setting(setting).load(Selection(data="sample"))
    assert list(dict.fromkeys(entry.task for entry in samples.entries)) == tasks_e
    with pytest.raises(UserError, match="trec cannot be asked in the setting"):
        LONGBENCH.in_setting(setting).load(Selection(data="sample", tasks=("trec",)))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (Setting(compress="retrieval", no_context=True), "exclude each other"),
        (Setting(compress="summary", top_k=3), "--top-k changes nothing in the setting summary-500"),
        (Setting(retriever="bm25"), "--retriever changes nothing in the setting zero-shot"),
        (Setting(compress="retrieval", chunk_tokenizer="gpt2"), "--chunk-tokenizer changes nothing"),
    ],
)
def test_options_that_do_not_go_together_are_refused(setting: Setting, said: str) -> None:
    with pytest.raises(UserError, match=said):
        LONGBENCH.in_setting(setting)


def test_the_command_compresses_by_an_embeddings_endpoint_and_asks_once_for_each_text(
    data: Path, serve: Serve, tmp_path: Path
) -> None:
    def embeddings(path: str, request: Request) -> Reply:
        vectors = [[float(text.count(letter)) for letter in "abcdefghij 0123"] for text in request["input"]]
        return 200, {"data": [{"index": i, "embedding": vector} for i, vector in enumerate(vectors)]}

    server = serve(embeddings)
    options = (
        "--compress",
        "retrieval",
        "--retriever",
        "openai/m",
        "--embeddings-url",
        server.url,
        "--tasks",
        "qasper",
    )
    command = ("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path / "runs", "--new", *options)
    first = bench(*command, env={"BENCH_HOME": str(tmp_path / "home")})
    asked = len(server.requests)
    second = bench(*command, env={"BENCH_HOME": str(tmp_path / "home")})
    assert result_of(first)["setting"] == result_of(second)["setting"] == "retrieval-openai-m-200x7"
    assert len(server.requests) == asked + 1  # to learn whether it is there
    generation = RunFolder.open(run_folder(first)).spec.generation
    assert generation["data"]["compress"]["embeddings"] == {"backend": "openai", "model": "m", "dimensions": 15}
    assert server.url not in json.dumps(generation)


# -- summaries


def test_parts_are_asked_first_and_the_task_with_their_summaries_in_order(data: Path) -> None:
    texts: dict[int, Prompt] = {}

    def answer(prompt: Prompt) -> str:
        texts[prompt.step] = prompt
        return numbered(prompt)

    (data / "compress.py").write_text(SCRIPT)
    outcome = go(data, Windowed(window=2, answer=answer), tasks=("multi_news",), limit=1)
    assert [texts[step].text for step in range(3)] == [f"{part}\nShorten." for part in PARTS[:3]]
    assert texts[3].text == f"{PARTS[3]}\nShorten."
    assert [texts[step].max_tokens for step in (0, 4)] == [200, 512]
    assert all(texts[step].truncation == texts[4].truncation for step in range(4))
    summaries = "".join(f"Paragraph Summary{step + 1} : s{step}\n" for step in range(4))
    assert texts[4].text == f"News: {summaries}|"
    assert outcome.result is not None
    assert outcome.result.setting == "summary-5"
    assert outcome.result.not_judged == 0
    assert any("not the authors'" in note for note in outcome.result.notes)


def test_chinese_parts_are_asked_and_joined_in_chinese(data: Path) -> None:
    asked: list[Prompt] = []
    (data.parent / "summ").mkdir()
    (data.parent / "summ" / "compress.py").write_text(SCRIPT)
    go(data, Fake(noting(asked, lambda _: "好")), tasks=("vcsum",))
    assert [prompt.text for prompt in asked] == [
        "一二三四五六七八。\n缩短。",
        "九十甲乙。\n缩短。",
        "会议：段落摘要1 : 好\n段落摘要2 : 好\n|",
    ]


def test_a_document_shorter_than_a_chunk_is_asked_as_it_is_and_that_is_said(load: Load) -> None:
    samples = load(Setting(compress="summary", chunk=25), tasks=("multi_news",))
    sample = samples.read(samples.entries[0])
    assert [prompt.text for prompt in samples.prompts(sample, [])] == [f"News: {NEWS}|"]
    assert samples.entries[0].steps == 1
    assert any("3 documents of less than 25 words" in note for note in samples.notes)


def test_without_the_authors_script_the_words_are_our_own_and_that_is_said(load: Load) -> None:
    samples = load(SUMMARY)
    assert any("in words of our own" in note for note in samples.notes)
    sample = samples.read(samples.entries[0])
    assert "at most 200 words" in samples.prompts(sample, [])[0].text


@pytest.mark.parametrize("where", ["prompts", "data"])
def test_the_authors_script_is_found_beside_the_prompts_or_the_data_and_read_without_running_it(
    load: Load, data: Path, tmp_path: Path, where: str
) -> None:
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "dataset2prompt.json").write_text(json.dumps(PROMPTS))
    ((folder if where == "prompts" else data) / "compress.py").write_text(SCRIPT)
    samples = load(SUMMARY, prompts=folder)
    assert samples.prompts(samples.read(samples.entries[0]), [])[0].text.endswith("\nShorten.")


def test_the_authors_own_script_counts_as_official(load: Load, data: Path, authors_scripts: Path) -> None:
    (data / "compress.py").write_bytes((authors_scripts / "summ" / "compress.py").read_bytes())
    samples = load(SUMMARY)
    assert not any("request" in note or "words of our own" in note for note in samples.notes)
    assert "200 words" in samples.prompts(samples.read(samples.entries[0]), [])[0].text


@pytest.mark.parametrize(
    ("source", "said"),
    [("x = (", "not a Python file"), ("prompt_en = 'x'", "sets no 'prompt_zh'"), ("\0", "not a Python")],
)
def test_a_script_without_the_requests_is_named(load: Load, data: Path, source: str, said: str) -> None:
    (data / "compress.py").write_text(source)
    with pytest.raises(DataError, match=f"compress.py: {said}"):
        load(SUMMARY)


@pytest.mark.parametrize("window", [1, 2, 3, 100])
@pytest.mark.parametrize("attempts", [1, 2])
def test_every_step_is_asked_once_whatever_the_window(data: Path, window: int, attempts: int) -> None:
    model = Windowed(window=window, answer=numbered)
    asking = Asking(attempts=attempts, temperature=0.8 if attempts > 1 else None)
    outcome = go(data, model, tasks=("multi_news",), asking=asking)
    wanted = [
        (f"multi_news/id{n}", attempt, step) for n in range(3) for attempt in range(attempts) for step in range(5)
    ]
    assert sorted(model.asked) == wanted
    assert all(model.asked.index((i, a, 4)) > model.asked.index((i, a, s)) for i, a, s in wanted if s < 4)
    assert outcome.result is not None
    assert outcome.result.not_judged == 0


def test_a_part_that_fails_leaves_its_sample_unjudged_and_the_next_start_asks_what_is_missing(data: Path) -> None:
    broken = ("multi_news/id1", 0, 2)
    first = go(data, Windowed(window=3, failing={broken}), tasks=("multi_news",))
    assert first.result is not None
    assert first.result.failures == {"broken": 1}
    again = Windowed(window=3)
    second = go(data, again, tasks=("multi_news",))
    assert again.asked == [broken, ("multi_news/id1", 0, 4)]
    assert second.result is not None
    assert second.result.failures == {}


class Killed(Windowed):
    """Dies with its so-manieth answer, as a process does: what it gave before stands in the log."""

    def __init__(self, after: int) -> None:
        super().__init__(window=1, answer=numbered)
        self.after = after

    def generate(self, prompts: Any) -> Any:
        for number, completion in enumerate(super().generate(prompts)):
            if number == self.after:
                raise MemoryError
            yield completion


@pytest.mark.parametrize("after", [2, 4, 7])
def test_a_kill_amid_the_parts_or_between_them_and_the_task_loses_nothing(data: Path, after: int) -> None:
    with pytest.raises(MemoryError):
        go(data, Killed(after), tasks=("multi_news",))
    asked: list[Prompt] = []
    again = Windowed(window=4, answer=noting(asked, numbered))
    outcome = go(data, again, tasks=("multi_news",))
    assert len(again.asked) == 15 - after
    summaries = "".join(f"Paragraph Summary{step + 1} : s{step}\n" for step in range(4))
    assert [prompt.text for prompt in asked].count(f"News: {summaries}|") == 3 - after // 5
    assert outcome.result is not None
    assert outcome.result.not_judged == 0


SLOW_RUN = """
import sys
from pathlib import Path
from bench.library import run
from bench.models.fake import Fake
from bench.places import Place

options = {"compress": "summary", "chunk": 5, "tasks": ["multi_news"], "place": Place(out=Path(sys.argv[2]))}
run("longbench", model=Fake(lambda prompt: f"s{prompt.step}", delay=0.02), data=sys.argv[1], **options)
"""


def test_a_process_that_is_killed_at_every_stage_answers_each_step_once(data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", SLOW_RUN, str(data), str(tmp_path / "runs")]
    for lines in (1, 3, 4, 5, 9, 14):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while process.poll() is None and _written(tmp_path) < lines:
            time.sleep(0.002)
        process.kill()
        process.wait()
    assert subprocess.run(command, check=False, timeout=120).returncode == 0
    (folder,) = (path.parent for path in (tmp_path / "runs").glob("*/*/*/result.json"))
    keys = [(row["sample_id"], row["step"]) for row in _rows(folder / "completions.jsonl")]
    assert len(keys) == len(set(keys)) == 15
    assert [row["answer"] for row in _rows(folder / "scores.jsonl")] == ["s4"] * 3


def _written(tmp_path: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in (tmp_path / "runs").glob("*/*/*/completions.jsonl"))


def test_a_budget_ends_it_amid_the_parts_of_a_sample(data: Path) -> None:
    model = Windowed(window=1, answer="x" * 3000)
    conduct = Conduct(budget=Budget.read("1500", None))
    outcome = go(data, model, tasks=("multi_news",), conduct=conduct)
    assert len(model.asked) < 4
    assert "stopped by --budget" in (outcome.stopped or "")


def test_a_dry_run_counts_the_parts_and_guesses_the_rest_from_what_they_may_take(data: Path) -> None:
    benchmark, selection = LONGBENCH.in_setting(SUMMARY), Selection(data=str(data), tasks=("multi_news",))
    found = foretell(benchmark, Windowed(), selection, Asking())
    sent: list[Prompt] = []
    go(data, Fake(noting(sent, lambda _: "x" * 600)), tasks=("multi_news",))
    assert found.total.prompts == len(sent) == 15
    assert found.total.max_output_tokens == sum(prompt.max_tokens for prompt in sent) == 3 * (4 * 200 + 512)
    size = sum(len(prompt.text.encode()) for prompt in sent)
    assert found.total.input_tokens == pytest.approx(size / 3, abs=15)
    assert not found.exact


def test_a_run_is_exported_and_scored_again_by_its_last_steps(data: Path, tmp_path: Path) -> None:
    outcome = go(data, Fake(numbered), tasks=("multi_news", "vcsum"))
    done = bench("export", outcome.folder.path, "--format", "official", "--out", tmp_path / "export")
    assert done.returncode == 0, done.stderr
    rows = _rows(tmp_path / "export" / "pred" / "fake" / "multi_news.jsonl")
    assert [row["pred"] for row in rows] == ["s4"] * 3
    before = (outcome.folder.path / "scores.jsonl").read_text()
    assert bench("score", "longbench", outcome.folder.path).returncode == 0
    assert (outcome.folder.path / "scores.jsonl").read_text() == before


def _rows(path: Path) -> Sequence[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
