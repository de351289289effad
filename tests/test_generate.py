"""Would catch prompts that are not the authors', answers asked twice, documents torn apart, or data held in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, make_data, result_of, sample_row, write_lines

from bench.benchmarks.longbench import BENCHMARKS
from bench.benchmarks.longbench.data import LongBenchData
from bench.benchmarks.longbench.tasks import TASKS
from bench.benchmarks.selecting import shares
from bench.library import run
from bench.models.fake import Fake
from bench.pipeline import run_benchmark
from bench.places import Place
from bench.protocols import Entry, Selection
from bench.records import Completion, Prompt, Sample
from bench.stages.order import in_order

V1 = BENCHMARKS[0]


def entry(number: int, task: str, document: str, size: int = 1) -> Entry:
    return Entry(id=f"{task}/{number}", task=task, document=document, offset=number, size=size, max_tokens=1)


def test_documents_stay_together_longest_first_and_tasks_in_their_order() -> None:
    entries = [
        entry(0, "b", "short", 1),
        entry(1, "b", "long", 9),
        entry(2, "b", "short", 2),
        entry(3, "b", "long", 8),
        entry(4, "a", "other", 99),
    ]
    assert [found.id for found in in_order(entries)] == ["b/1", "b/3", "b/0", "b/2", "a/4"]


def test_a_sample_is_read_only_when_the_model_asks_for_its_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    ahead: list[int] = []
    read = LongBenchData.read

    def counting(self: LongBenchData, entry: Entry) -> Sample:
        reads.append(entry.id)
        return read(self, entry)

    class Counting(Fake):
        def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
            before = len(reads)
            for asked, prompt in enumerate(prompts, start=1):
                ahead.append(len(reads) - before - asked)
                yield Completion(sample_id=prompt.sample_id, text="red")

    monkeypatch.setattr(LongBenchData, "read", counting)
    data = make_data(tmp_path / "data", rows=30)
    run_benchmark(V1, Counting(), Selection(data=str(data)), Place(out=tmp_path / "runs"))
    assert ahead == [0] * 60


def test_prompts_never_hold_the_targets(tmp_path: Path) -> None:
    row = sample_row("qasper", 0, answers=["the secret target"])
    folder = make_data(tmp_path, tasks=())
    write_lines(folder / "qasper.jsonl", [row])
    seen: list[Prompt] = []

    def note(prompt: Prompt) -> str:
        seen.append(prompt)
        return ""

    run("longbench", model=Fake(note), data=str(folder), place=Place(out=tmp_path / "runs"))
    assert len(seen) == 1
    assert "the secret target" not in repr(seen)


def test_a_model_that_answers_some_prompts_only_leaves_the_rest_not_judged(tmp_path: Path) -> None:
    class Lazy(Fake):
        def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
            for number, prompt in enumerate(prompts):
                if number % 2:
                    yield Completion(sample_id=prompt.sample_id, text="red")

    data = make_data(tmp_path / "data", tasks=("qasper",))
    result = run("longbench", model=Lazy(), data=str(data), place=Place(out=tmp_path / "runs"))
    assert result.failures == {"no_answer": 3}
    assert result.tasks["qasper"]["n"] == 6
    assert result.tasks["qasper"]["not_judged"] == 3


def test_rows_without_an_id_are_numbered_and_a_repeated_id_is_told_apart(tmp_path: Path) -> None:
    rows = [sample_row("qasper", number) for number in range(4)]
    del rows[0]["_id"]
    rows[3]["_id"] = rows[2]["_id"]
    folder = make_data(tmp_path, tasks=())
    write_lines(folder / "qasper.jsonl", rows)
    with closing(V1.load(Selection(data=str(folder)))) as samples:
        entries = samples.entries
    assert [found.id for found in entries] == ["qasper/0", "qasper/id1", "qasper/id2", "qasper/id2~2"]
    assert entries[2].document == entries[3].document


@pytest.mark.parametrize("total", [0, 1, 5, 20, 21, 100, 4750, 9999])
def test_a_stratified_sample_has_its_size_and_leaves_no_task_out(total: int) -> None:
    sizes = {name: task.rows for name, task in TASKS.items()}
    found = shares(sizes, total)
    assert sum(found.values()) == min(total, 4750)
    assert all(0 <= found[name] <= sizes[name] for name in sizes)
    if total >= 21:
        assert min(found.values()) >= 1
    if total == 4750:
        assert found == sizes


def test_raw_tasks_and_the_stop_are_the_authors(tmp_path: Path) -> None:
    seen: dict[str, Prompt] = {}

    def note(prompt: Prompt) -> str:
        seen[prompt.sample_id.split("/")[0]] = prompt
        return ""

    data = make_data(tmp_path / "data", tasks=("qasper", "trec", "samsum"))
    run("longbench", model=Fake(note), data=str(data), place=Place(out=tmp_path / "runs"))
    assert (seen["qasper"].chat, seen["trec"].chat, seen["samsum"].chat) == (True, False, False)
    assert seen["samsum"].stop == ("\n",)
    assert seen["samsum"].sampling.min_tokens == 1
    assert seen["qasper"].sampling.temperature == 0
    assert seen["qasper"].max_tokens == 128


def real_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def test_on_real_data_every_prompt_is_the_authors_template_filled(longbench: Path) -> None:
    texts = json.loads((longbench / "config" / "dataset2prompt.json").read_text(encoding="utf-8"))
    samples = V1.load(Selection(data=str(longbench / "samples")))
    assert samples.spec["prompts"]["official"] is True
    for task in samples.spec["tasks"]:
        rows = real_rows(longbench / "samples" / f"{task}.jsonl")
        entries = [found for found in samples.entries if found.task == task]
        for found, row in zip(entries, rows, strict=True):
            (prompt,) = samples.prompts(samples.read(found), [])
            assert prompt.text == texts[task].format(**row)
    samples.close()


def test_the_three_real_data_sets_run_to_the_end(longbench: Path, tmp_path: Path) -> None:
    options = ("--prompts", longbench / "config" / "dataset2prompt.json", "--out", tmp_path)
    done = bench("run", "longbench", "--model", "lexical", "--data", longbench / "samples", *options)
    assert done.returncode == 0, done.stderr
    result = result_of(done)
    assert sum(task["n"] for task in result["tasks"].values()) == 600
    assert result["notes"] == []
    assert all(task["missing"] == 0 for task in result["tasks"].values())
