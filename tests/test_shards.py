"""Would catch a sample that no shard asks or two ask, a document that is torn apart, and parts of very unequal work.

Also parts that depend on the machine, and a shard that is taken for the whole run or for another shard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, make_data
from hypothesis import given
from hypothesis import strategies as st
from ncb_helpers import make_problems
from own_data import make_card
from shard_runs import go
from v2_helpers import row, write_data

from bench.benchmarks.longbench import LONGBENCH
from bench.benchmarks.sharding import Part, load, parts, work_of
from bench.errors import UserError
from bench.foretelling import foretell
from bench.library import run
from bench.models.fake import Fake
from bench.places import Place
from bench.protocols import Entry, SampleSet, Selection
from bench.records import Completion, Prompt, Sample, Shard
from bench.registry import find_benchmark
from bench.run_names import generation_sha256
from bench.runs import RunFolder
from bench.stages.asking import Asking


class Indexed:
    """Samples of which there is nothing but the index."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.spec: Mapping[str, Any] = {"source": "made"}
        self.notes: Sequence[str] = ()
        self.expected: Mapping[str, int] | None = None

    def read(self, entry: Entry) -> Sample:
        raise NotImplementedError

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:
        raise NotImplementedError

    def reference(self, sample: Sample) -> str | None:
        raise NotImplementedError

    def close(self) -> None:
        pass


def entries_of(drawn: Sequence[tuple[int, int, int, int]]) -> list[Entry]:
    return [
        Entry(id=f"t/{n}", task="t", document=f"d{document}", offset=n, size=size, steps=steps, max_tokens=tokens)
        for n, (document, size, steps, tokens) in enumerate(drawn)
    ]


many = st.lists(
    st.tuples(st.integers(0, 15), st.integers(1, 10**7), st.integers(1, 3), st.integers(1, 4096)), min_size=1
).map(entries_of)


@given(many, st.integers(1, 8), st.randoms())
def test_the_parts_are_the_whole_and_share_nothing(entries: list[Entry], count: int, chance: Any) -> None:
    chosen = parts(entries, count)
    assert set(chosen) == {entry.document for entry in entries}
    assert set(chosen.values()) <= set(range(1, count + 1))
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert parts(shuffled, count) == chosen


@given(many, st.integers(1, 8))
def test_no_two_parts_differ_by_more_than_one_document(entries: list[Entry], count: int) -> None:
    chosen = parts(entries, count)
    work = dict.fromkeys(range(1, count + 1), 0)
    documents: Counter[str] = Counter()
    for entry in entries:
        work[chosen[entry.document]] += work_of(entry)
        documents[entry.document] += work_of(entry)
    assert max(work.values()) - min(work.values()) <= max(documents.values())


@given(many, st.integers(1, 8))
def test_each_sample_stands_in_one_shard_and_knows_its_position(entries: list[Entry], count: int) -> None:
    documents = len({entry.document for entry in entries})
    if documents < count:
        with pytest.raises(UserError, match=f"have {documents} documents"):
            Part(Indexed(entries), Shard(1, count))
        return
    shards = [Part(Indexed(entries), Shard(number, count)) for number in range(1, count + 1)]
    assert all(shard.entries for shard in shards)
    placed = {entry.position: entry.id for shard in shards for entry in shard.entries}
    assert sum(len(shard.entries) for shard in shards) == len(entries)
    assert [placed[position] for position in range(len(entries))] == [entry.id for entry in entries]
    for shard in shards:
        positions = [entry.position or 0 for entry in shard.entries]
        assert positions == sorted(positions)


@pytest.mark.parametrize("text", ["5/4", "0/4", "a/b", "1", "1/0", "-1/4", "1/2/3", "", "1.0/2", "١/٢"])
def test_what_is_no_part_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UserError, match=r"^--shard .*: write i/n, the i-th of n parts, 1/\d+ for example$"):
        Shard.read(text)


def test_a_part_is_read_as_it_is_written() -> None:
    assert Shard.read("3/12") == Shard(3, 12)
    assert str(Shard.read(" 01/4 ")) == "1/4"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The data of each benchmark; its own sample where that will do."""
    folder = tmp_path_factory.mktemp("data")
    return {
        "longbench": str(make_data(folder / "v1", rows=8)),
        "longbench-e": "sample",
        "longbench-v2": str(write_data(folder / "v2", [row(number) for number in range(12)])),
        "ncb": str(make_problems(folder / "ncb", numbers=range(1, 7))),
        "own": str(make_card(folder / "own")),
    }


def samples_of(name: str, places: dict[str, str], **selection: Any) -> SampleSet:
    own = name == "own"
    data = "hub" if own else places[name]
    return load(find_benchmark(places["own"] if own else name), Selection(data=data, **selection))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("longbench", {}),
        ("longbench", {"limit": 5}),
        ("longbench", {"sample": 7, "seed": 3}),
        ("longbench", {"tasks": ("trec",)}),
        ("longbench-e", {"sample": 30}),
        ("longbench-v2", {}),
        ("longbench-v2", {"sample": 5}),
        ("longbench-v2", {"tasks": ("easy",)}),
        ("ncb", {}),
        ("ncb", {"languages": ("java",)}),
        ("ncb", {"natural_languages": ("en",), "limit": 3}),
        ("own", {}),
        ("own", {"tasks": ("dates",)}),
    ],
)
def test_shards_are_cut_from_what_the_other_options_choose(
    places: dict[str, str], name: str, options: dict[str, Any]
) -> None:
    whole = samples_of(name, places, **options)
    shards = [samples_of(name, places, **options, shard=Shard(number, 2)) for number in (1, 2)]
    ids = [entry.id for shard in shards for entry in shard.entries]
    assert sorted(ids) == sorted(entry.id for entry in whole.entries)
    together = sorted((entry for shard in shards for entry in shard.entries), key=lambda entry: entry.position or 0)
    assert [entry.id for entry in together] == [entry.id for entry in whole.entries]
    assert not {e.document for e in shards[0].entries} & {e.document for e in shards[1].entries}
    assert [dict(shard.spec) for shard in shards] == [{**whole.spec, "shard": f"{n}/2"} for n in (1, 2)]
    assert [(shard.notes, shard.expected) for shard in shards] == [(whole.notes, whole.expected)] * 2


def test_a_problem_in_two_natural_languages_stays_in_one_part(places: dict[str, str]) -> None:
    for number in (1, 2, 3):
        ids = {entry.id for entry in samples_of("ncb", places, shard=Shard(number, 3)).entries}
        assert ids == {name.replace("_zh/", "_en/") for name in ids} | {name.replace("_en/", "_zh/") for name in ids}


def test_a_shard_is_a_partial_run_of_the_generation_of_the_whole(tmp_path: Path, places: dict[str, str]) -> None:
    data = places["longbench"]
    go(LONGBENCH, data, tmp_path / "whole")
    outcome = go(LONGBENCH, data, tmp_path / "shard", shard=Shard(2, 3))
    assert outcome.result is not None
    assert outcome.result.partial == "--shard 2/3"
    reasons = {entry["reason"] for entry in outcome.result.overall.values() if entry["score"] is None}
    assert {entry["score"] for entry in outcome.result.overall.values()} == {None}
    assert "partial: --shard 2/3" in reasons
    generation = dict(RunFolder.open(tmp_path / "shard").spec.generation)
    assert generation["data"].pop("shard") == "2/3"
    assert generation_sha256(generation) == RunFolder.open(tmp_path / "whole").generation_sha256


def test_each_shard_goes_on_in_its_own_folder(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("qasper",), rows=8)
    place = Place(out=tmp_path / "runs")
    broken = Fake("red", failing={f"qasper/id{number}" for number in range(8)})
    for shard in ("1/2", "2/2"):
        run("longbench", model=broken, data=str(data), shard=shard, place=place)
    begun = sorted((tmp_path / "runs").rglob("run.json"))
    assert len(begun) == 2
    for shard in ("1/2", "2/2"):
        assert run("longbench", model=Fake("red"), data=str(data), shard=shard, place=place).not_judged == 0
    assert sorted((tmp_path / "runs").rglob("run.json")) == begun


def test_the_forecasts_of_all_shards_add_up(places: dict[str, str]) -> None:
    selections = [Selection(data=places["longbench"], shard=shard) for shard in (None, Shard(1, 2), Shard(2, 2))]
    whole, *shards = [foretell(LONGBENCH, Fake(), selection, Asking()).total for selection in selections]
    assert 0 < shards[0].prompts < whole.prompts
    assert whole.prompts == sum(shard.prompts for shard in shards)
    assert whole.input_tokens == sum(shard.input_tokens for shard in shards)


@pytest.mark.parametrize(("shard", "said"), [("9/8", "write i/n"), ("2/50", "4 documents")])
def test_the_command_refuses_a_part_that_cannot_be(
    tmp_path: Path, places: dict[str, str], shard: str, said: str
) -> None:
    common = ("--model", "lexical", "--data", places["longbench"], "--out", tmp_path)
    done = bench("run", "longbench", *common, "--shard", shard)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr.splitlines()[-1]
    assert f"--shard {shard}" in done.stderr
    assert not list(tmp_path.iterdir())
