"""Would catch a question that is lost, asked twice or torn, and a damaged file that is taken for data."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from v2_helpers import real, row, write_data

from bench.benchmarks.longbench.v2 import LONGBENCH_V2
from bench.benchmarks.longbench.v2.data import LongBenchV2Data
from bench.benchmarks.longbench.v2.groups import GROUPS, PUBLISHED, groups_of
from bench.benchmarks.longbench.v2.rows import KEYS
from bench.benchmarks.longbench.v2.sample import generate, write_samples
from bench.errors import DataError, UserError
from bench.protocols import Selection, Setting
from bench.registry import find_benchmark


def load(data: Path | str, setting: Setting | None = None, **selection: Any) -> LongBenchV2Data:
    return LONGBENCH_V2.in_setting(setting or Setting()).load(Selection(data=str(data), **selection))


def ids(data: Path | str, **selection: Any) -> list[str]:
    with closing(load(data, **selection)) as found:
        return [entry.id for entry in found.entries]


def test_the_variant_is_the_benchmark() -> None:
    assert find_benchmark("longbench", "v2") is find_benchmark("longbench-v2")


@pytest.mark.parametrize("name", ["data.json", "questions.jsonl"])
@pytest.mark.parametrize("by", ["folder", "file"])
def test_data_are_an_array_or_lines_named_by_folder_or_file(tmp_path: Path, name: str, by: str) -> None:
    rows = [row(number) for number in range(5)]
    path = write_data(tmp_path, rows, name=name) / ("" if by == "folder" else name)
    with closing(load(path)) as data:
        assert [entry.id for entry in data.entries] == [f"v2/id{number}" for number in range(5)]
        samples = [data.read(entry) for entry in reversed(data.entries)][::-1]
        assert [dict(sample.input) for sample in samples] == [
            {key: item[key] for key in ("question", *(f"choice_{letter}" for letter in "ABCD"), "context")}
            for item in rows
        ]
        assert [sample.targets for sample in samples] == [(item["answer"],) for item in rows]
        assert samples[1].metadata["domain"] == "Single-Document QA"
        assert samples[0].task == "overall"
        assert data.spec["files"] == {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}


def test_samples_of_one_document_know_it(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0), row(1, context=row(0)["context"]), row(2)])
    with closing(load(tmp_path)) as data:
        first, second, third = (entry.document for entry in data.entries)
    assert first == second != third


@pytest.mark.parametrize("key", KEYS)
def test_a_row_without_a_key_is_named(tmp_path: Path, key: str) -> None:
    broken = {name: value for name, value in row(1).items() if name != key}
    write_data(tmp_path, [row(0), broken])
    with pytest.raises(DataError, match=rf"data\.json: row 2: the key '{key}' is missing"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"context": None}, "'context' is not a text"),
        ({"question": ["?"]}, "'question' is not a text"),
        ({"answer": "E"}, "'answer' is 'E'; it must be one of A, B, C, D"),
        ({"difficulty": "Easy"}, "'difficulty' is 'Easy'; it must be one of easy, hard"),
        ({"length": "128k"}, "'length' is '128k'; it must be one of short, medium, long"),
        ({"_id": "id0"}, "the _id id0 stood in an earlier row"),
    ],
)
def test_a_row_that_holds_something_else_is_named(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    write_data(tmp_path, [row(0), row(1, **change)], name="q.jsonl")
    with pytest.raises(DataError, match=rf"q\.jsonl:2: {problem}"):
        load(tmp_path)


def test_questions_without_contexts_are_no_data(shared: Path) -> None:
    with pytest.raises(DataError, match=r"longbench_v2_meta_503\.jsonl:1: the key 'context' is missing"):
        load(real(shared, "longbench_v2_meta_503.jsonl"), prompts=real(shared, "prompts"))


def test_the_published_counts_are_those_of_the_503(shared: Path) -> None:
    counts: Counter[str] = Counter()
    for line in real(shared, "longbench_v2_meta_503.jsonl").read_bytes().splitlines():
        counts.update(groups_of(json.loads(line)))
    assert counts == PUBLISHED


def test_groups_within_a_key_add_up_and_across_keys_narrow_down(tmp_path: Path) -> None:
    write_data(tmp_path, [row(number) for number in range(12)])
    rows = {f"v2/id{number}": row(number) for number in range(12)}

    def those(**wanted: tuple[str, ...]) -> list[str]:
        return [name for name, item in rows.items() if all(item[key] in names for key, names in wanted.items())]

    assert ids(tmp_path, tasks=("easy",)) == those(difficulty=("easy",))
    assert ids(tmp_path, tasks=("easy", "short")) == those(difficulty=("easy",), length=("short",))
    assert ids(tmp_path, tasks=("long", "short", "hard")) == those(difficulty=("hard",), length=("long", "short"))
    assert ids(tmp_path, tasks=("overall",)) == list(rows)


def test_chosen_groups_are_a_part_and_all_questions_are_not(tmp_path: Path) -> None:
    write_data(tmp_path, [row(number) for number in range(6)])
    with closing(load(tmp_path, tasks=("short", "easy"))) as data:
        assert data.spec["groups"] == "easy,short"
        assert data.expected is None
    with closing(load(tmp_path, tasks=("overall",))) as data:
        assert "groups" not in data.spec


def test_an_unknown_group_is_named(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0)])
    with pytest.raises(UserError, match="has no task 'shrt'; did you mean short"):
        load(tmp_path, tasks=("shrt",))


def test_a_limit_is_the_first_and_a_sample_is_spread_over_the_groups(tmp_path: Path) -> None:
    write_data(tmp_path, [row(number) for number in range(24)])
    assert ids(tmp_path, limit=3) == ["v2/id0", "v2/id1", "v2/id2"]
    chosen = ids(tmp_path, sample=6, seed=1)
    assert len(chosen) == 6
    assert chosen == sorted(chosen, key=lambda name: int(name.removeprefix("v2/id")))
    strata = {(row(int(name[5:]))["difficulty"], row(int(name[5:]))["length"]) for name in chosen}
    assert len(strata) == 6
    assert chosen == ids(tmp_path, sample=6, seed=1)
    assert chosen != ids(tmp_path, sample=6, seed=2)


def test_given_chunks_are_asked_for_where_rows_have_none(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0)])
    with pytest.raises(DataError, match=r"row 1: 'retrieved_context' is not a list of chunks.*--retriever"):
        load(tmp_path, Setting(rag=2, retriever="given"))


@pytest.mark.parametrize("files", [(), ("a.jsonl", "b.jsonl")])
def test_a_folder_with_no_file_or_several_is_told(tmp_path: Path, files: tuple[str, ...]) -> None:
    for name in files:
        (tmp_path / name).write_text("")
    with pytest.raises(UserError, match="holds a.jsonl, b.jsonl; name one" if files else r"holds no data\.json"):
        load(tmp_path)


def test_no_data_at_all_names_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no such data; name `sample`, data\.json"):
        load(tmp_path / "none")


def test_sample_data_have_every_group_domain_and_letter() -> None:
    with closing(load("sample")) as data:
        samples = [data.read(entry) for entry in data.entries]
        assert data.expected is None
        assert "sample data" in data.notes[0]
    assert {group for sample in samples for group in groups_of(sample.metadata)} == set(GROUPS)
    assert len({sample.metadata["domain"] for sample in samples}) == 6
    assert {sample.targets[0] for sample in samples} == set("ABCD")
    for sample in samples:
        assert len({sample.input[f"choice_{letter}"] for letter in "ABCD"}) == 4


def test_sample_data_are_the_same_everywhere_and_other_with_another_seed() -> None:
    text = json.dumps(list(generate(count=12, words=900))).encode()
    assert hashlib.sha256(text).hexdigest() == "122741f0bd810c3720fbec98e66075196113ca3b7f44b5fa5787864409dc3d5e"
    assert [item["_id"] for item in generate(count=3, words=900)] == [
        item["_id"] for item in generate(count=12, words=900)
    ][:3]
    assert next(generate(count=1, words=900, seed=1))["context"] != next(generate(count=1, words=900))["context"]


def test_samples_on_disk_are_data_of_the_asked_length(tmp_path: Path) -> None:
    written = write_samples(tmp_path / "long", words=3000, count=6)
    assert written[0].name == "data.json"
    with closing(load(tmp_path / "long")) as data:
        sizes = [len(data.read(entry).input["context"].split()) for entry in data.entries]
    assert len(sizes) == 6
    assert 2500 < max(sizes) < 3500
