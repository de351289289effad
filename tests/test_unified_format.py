"""Would catch a sample that changes on its way through a file, a table whose columns depend on what is in it.

And a data set that is read whole into memory, an export that says nothing where it cannot, and a schema that lies.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pyarrow.parquet
import pytest
from helpers import bench, make_data, run_folder, sample_row, write_lines
from own_data import make_card

import bench as package
from bench.arrow import sample_from_row, sample_schema, write_parquet
from bench.arrow import sample_row as as_row
from bench.errors import UserError
from bench.jsonl import read_lines
from bench.records import Sample, from_json, to_json
from bench.registry import benchmarks

KEYS = ("id", "benchmark", "task", "language", "input", "targets", "metadata")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BENCH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def read_jsonl(path: Path) -> list[Sample]:
    return [from_json(Sample, line.data) for line in read_lines(path)]


def read_parquet(path: Path) -> Iterator[Sample]:
    for batch in pa.parquet.ParquetFile(path).iter_batches():
        yield from map(sample_from_row, batch.to_pylist())


@pytest.mark.parametrize("name", list(benchmarks()))
def test_samples_come_back_equal_from_json_lines_parquet_and_a_dataset(name: str, tmp_path: Path) -> None:
    samples = list(package.load_samples(name, data="sample"))
    assert samples
    assert all(sample.benchmark == name and sample.input for sample in samples)
    for layout in ("jsonl", "parquet"):
        done = bench("export", name, "--data", "sample", "--format", layout, "--out", tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{tmp_path / name}.{layout}\n"
    assert read_jsonl(tmp_path / f"{name}.jsonl") == samples
    assert list(read_parquet(tmp_path / f"{name}.parquet")) == samples
    table = package.load_samples(name, data="sample", as_dataset=True)
    assert [package.sample_from_row(row) for row in table] == samples


@pytest.mark.parametrize("name", list(benchmarks()))
def test_every_line_holds_to_the_schema_and_has_all_keys(name: str) -> None:
    schema = json.loads((files("bench") / "sample.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for sample in package.load_samples(name, data="sample"):
        line = json.loads(json.dumps(to_json(sample)))
        assert tuple(line) == KEYS
        validator.validate(line)


@pytest.mark.parametrize(
    "line",
    [
        {"targets": ["x"]},
        {"input": {"a": 1}, "targets": ["x"]},
        {"input": {"a": "b"}, "targets": "x"},
        {"input": {"a": "b"}, "targets": [1]},
        {"input": {"a": "b"}, "targets": ["x"], "metadata": []},
        {"input": {"a": "b"}, "targets": ["x"], "id": 1.5},
    ],
)
def test_the_schema_refuses_what_a_card_refuses(line: dict[str, Any], tmp_path: Path) -> None:
    done = bench("schema")
    assert not jsonschema.Draft202012Validator(json.loads(done.stdout)).is_valid(line)
    card = 'name = "flat"\ndata = "contracts.jsonl"\nprompt = "ask"\nmetric = "qa_f1_score"\n'
    checked = bench("check", make_card(tmp_path, card, [line]))
    assert "contracts.jsonl:1:" in checked.stderr


def test_features_are_the_same_for_every_benchmark_and_task_and_are_mapped_from_disk(home: Path) -> None:
    tables = [package.load_samples(name, data="sample", as_dataset=True) for name in benchmarks()]
    tables.append(package.load_samples("longbench", task="trec", data="sample", as_dataset=True))
    assert all(table.features == tables[0].features for table in tables)
    assert tables[0].features.arrow_schema.types == sample_schema().types
    for table in tables:
        (file,) = table.cache_files
        assert Path(file["filename"]).is_relative_to(home / "arrow")


def test_a_dataset_is_written_once_and_anew_when_the_data_change(tmp_path: Path, home: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("qasper",))

    def file() -> Path:
        found = package.load_samples("longbench", data=str(data), as_dataset=True)
        return Path(found.cache_files[0]["filename"])

    first, written = file(), file().stat().st_mtime_ns
    assert file() == first
    assert first.stat().st_mtime_ns == written
    write_lines(data / "qasper.jsonl", [sample_row("qasper", 77)])
    assert file() != first
    assert len(list((home / "arrow").iterdir())) == 2
    assert not list((home / "arrow").glob("*/*.tmp"))


def test_tasks_and_limit_choose(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    one = list(package.load_samples("longbench", task="trec", data=data))
    assert {sample.task for sample in one} == {"trec"}
    assert len(list(package.load_samples("longbench", task=["trec", "qasper"], data=data, limit=2))) == 4
    with pytest.raises(UserError, match="has no task 'treck'; did you mean trec"):
        package.load_samples("longbench", task="treck", data=data)


def test_one_sample_is_read_at_a_time(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("qasper",))
    write_lines(data / "qasper.jsonl", [sample_row("qasper", n, context="x" * 1_000_000) for n in range(3)])
    samples = package.load_samples("longbench", data=str(data))
    assert next(samples).id == "qasper/id0"
    (data / "qasper.jsonl").write_bytes(b"")  # all that was not read so far is gone
    with pytest.raises(ValueError, match="line 1 column"):
        list(samples)


def test_a_dataset_of_the_package_needs_no_network(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "def no(*_): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = socket.getaddrinfo = no\n"
        "import bench\n"
        "print(len(bench.load_samples('longbench', data='sample', task='lcc', as_dataset=True)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_a_large_table_is_written_in_several_row_groups(tmp_path: Path) -> None:
    samples = [
        Sample(id=f"t/{n}", benchmark="b", task="t", language="en", input={"context": "x" * 3_000_000})
        for n in range(7)
    ]
    write_parquet(tmp_path / "large.parquet", sample_schema(), map(as_row, samples))
    assert pa.parquet.ParquetFile(tmp_path / "large.parquet").num_row_groups == 3
    assert list(read_parquet(tmp_path / "large.parquet")) == samples


def test_a_text_that_arrow_cannot_hold_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    good = Sample(id="t/0", benchmark="b", task="t", language="en", input={"context": "x"})
    bad = Sample(id="t/1", benchmark="b", task="t", language="en", input={"context": "\ud800"})
    with pytest.raises(UserError, match="t/1: holds a lone surrogate"):
        write_parquet(tmp_path / "x.parquet", sample_schema(), map(as_row, [good, bad]))
    assert list(tmp_path.glob("x.parquet*")) == []


def test_a_run_is_exported_by_columns_with_its_answers_and_scores(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    folder = run_folder(bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path / "runs"))
    done = bench("export", folder, "--format", "parquet", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    rows = pa.parquet.read_table(done.stdout.strip()).to_pylist()
    scores = [json.loads(line) for line in (folder / "scores.jsonl").read_text().splitlines()]
    completions = [json.loads(line) for line in (folder / "completions.jsonl").read_text().splitlines()]
    answers = {completion["sample_id"]: completion["text"] for completion in completions}
    assert [(row["id"], row["value"]) for row in rows] == [(score["sample_id"], score["value"]) for score in scores]
    assert all(row["text"] == answers[row["id"]] for row in rows)
    assert json.loads(rows[0]["also"]) == scores[0]["also"]


@pytest.mark.parametrize(
    ("what", "layout", "said"),
    [
        ("longbanch", "jsonl", "longbanch: is neither a run folder nor a benchmark; there are longbench"),
        (".", "parquet", ".: is neither a run folder nor a benchmark"),
        ("longbench", "official", "--format official is of a run"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_one_line(what: str, layout: str, said: str, tmp_path: Path) -> None:
    done = bench("export", what, "--format", layout, "--data", "sample", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.startswith(f"bench: {said}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_run_of_a_card_has_no_official_layout(tmp_path: Path) -> None:
    folder = run_folder(bench("run", make_card(tmp_path / "own"), "--model", "lexical", "--out", tmp_path / "runs"))
    done = bench("export", folder, "--format", "official", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "contracts has no official layout; use --format jsonl or parquet" in done.stderr
