"""Would catch a traceback, a guess or a loss where a user's mistake deserves one line with the remedy, and a 2."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, make_data, result_of, run_folder, sample_row, write_lines

from bench.runs import COMPLETIONS


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refusal."""
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if line and not line.startswith("going on with")]
    assert len(said) == 1, done.stderr
    return said[0]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_data(tmp_path / "data")


def run(data: object, tmp_path: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path / "runs", *more)


@pytest.mark.parametrize(
    "command", [("run", "longbench", "--model", "lexical"), ("run", "ncb", "--model", "reference")]
)
def test_no_data_names_the_ways_out(tmp_path: Path, command: tuple[str, ...]) -> None:
    nowhere = {"BENCH_HOME": str(tmp_path), "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    done = bench(*command, "--out", tmp_path, env=nowhere)
    assert done.returncode == 2
    fetching, said = done.stderr.splitlines()
    assert " MB from " in fetching
    for way in ("--data sample", "--data PATH", f"bench download {command[1]} --from PATH"):
        assert way in said


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("run", "longbnch", "--model", "lexical", "--data", "sample"), "did you mean longbench?"),
        (("run", "longbench", "--model", "lexicl", "--data", "sample"), "did you mean lexical?"),
        (("run", "longbench", "--variant", "x", "--model", "lexical", "--data", "sample"), "there are v1, e"),
        (
            ("run", "longbench", "--model", "lexical", "--data", "sample", "--tasks", "hotpotq"),
            "did you mean hotpotqa?",
        ),
        (("run", "longbench", "--model", "lexical", "--data", "sample", "--stages", "scor"), "did you mean score?"),
        (("run", "longbench", "--model", "lexical", "--data", "/nowhere"), "--data /nowhere: no such file or folder"),
        (
            ("run", "longbench", "--model", "lexical", "--data", "sample", "--base-url", "x"),
            "--base-url is not an option",
        ),
        (("run", "longbench", "--model", "replay//nowhere", "--data", "sample"), "/nowhere"),
        (("score", "longbench", "/nowhere"), "/nowhere: no such file or folder"),
        (("show", "/tmp"), "/tmp: is not a run folder"),
        (("export", "/tmp", "--format", "official"), "/tmp: is neither a run folder nor a benchmark"),
        (
            ("run", "longbench", "--model", "openai/m", "--base-url", "http://127.0.0.1:9/v1", "--data", "sample"),
            "nothing listens at http://127.0.0.1:9/v1",
        ),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line(tmp_path: Path, arguments: tuple[str, ...], expected: str) -> None:
    out = ("--out", tmp_path) if arguments[0] == "run" else ()
    assert expected in refused(bench(*arguments, *out))
    assert not list(tmp_path.glob("*/*/*/result.json"))


def test_limit_and_sample_together_are_refused(data: Path, tmp_path: Path) -> None:
    assert "exclude each other" in refused(run(data, tmp_path, "--limit", 1, "--sample", 1))


def test_an_unknown_option_is_refused(data: Path, tmp_path: Path) -> None:
    assert run(data, tmp_path, "--cot").returncode == 2


def without(key: str) -> dict[str, Any]:
    row = sample_row("qasper", 9)
    del row[key]
    return row


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        *[
            (without(key), f"the key '{key}' is missing")
            for key in ("input", "context", "answers", "length", "all_classes")
        ],
        (sample_row("qasper", 9, answers="one"), "'answers' is not a list of strings"),
        (sample_row("qasper", 9, length=float("nan")), "'length' is not a whole number"),
        (sample_row("qasper", 9, context=None), "'context' is not a string"),
    ],
)
def test_a_broken_row_of_data_names_file_line_and_remedy(
    data: Path, tmp_path: Path, row: dict[str, Any], expected: str
) -> None:
    write_lines(data / "qasper.jsonl", [sample_row("qasper", 1), row])
    said = refused(run(data, tmp_path))
    assert "qasper.jsonl:2: " in said
    assert expected in said
    assert "; each line needs LongBench's keys" in said


@pytest.mark.parametrize("raw", [b'{"input": \n', b"\xff\xfe\n", b"[1, 2]\n"])
def test_a_line_that_is_no_row_names_its_place(data: Path, tmp_path: Path, raw: bytes) -> None:
    good = (data / "qasper.jsonl").read_bytes().splitlines(keepends=True)
    (data / "qasper.jsonl").write_bytes(good[0] + raw + good[1])
    assert "qasper.jsonl:2: " in refused(run(data, tmp_path))


def test_a_data_file_that_broke_off_is_an_error_unlike_a_prediction_file(data: Path, tmp_path: Path) -> None:
    whole = (data / "qasper.jsonl").read_bytes()
    (data / "qasper.jsonl").write_bytes(whole[:-40])
    assert "qasper.jsonl:6: not valid JSON" in refused(run(data, tmp_path))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda texts: texts.pop("trec"), "no prompt text for trec"),
        (lambda texts: texts.update(trec="{context} {question}"), "trec names the field {question}"),
        (lambda texts: texts.update(trec="{context"), "the prompt text of trec"),
        (lambda texts: texts.update(trec="{context.real}"), "trec names the field {context.real}"),
    ],
)
def test_a_broken_prompt_file_is_refused_before_anything_runs(
    data: Path, tmp_path: Path, change: Callable[[dict[str, str]], object], expected: str
) -> None:
    texts = json.loads((data / "dataset2prompt.json").read_text())
    change(texts)
    (data / "dataset2prompt.json").write_text(json.dumps(texts))
    assert expected in refused(run(data, tmp_path))
    assert not (tmp_path / "runs").exists()


def test_missing_prompt_texts_say_where_they_come_from(data: Path, tmp_path: Path) -> None:
    (data / "dataset2prompt.json").unlink()
    assert "or name it with --prompts" in refused(run(data, tmp_path))


def test_prompt_texts_are_found_in_config_and_by_name(data: Path, tmp_path: Path) -> None:
    texts = data / "dataset2prompt.json"
    config = tmp_path / "config"
    config.mkdir()
    shutil.move(texts, config / texts.name)
    assert run(data, tmp_path).returncode == 0
    shutil.move(config / texts.name, tmp_path / "mine.json")
    assert run(data, tmp_path, "--prompts", tmp_path / "mine.json").returncode == 0


def test_an_archive_that_is_not_the_published_one_names_both_hashes(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "data.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as stream:
        for path in data.glob("*.jsonl"):
            stream.write(path, f"data/{path.name}")
    shutil.copy(data / "dataset2prompt.json", tmp_path)
    said = refused(run(archive, tmp_path))
    assert "cb45b11a4133c6bc1d6a44b0f8e701335ff1e543195db1103472e575857f7f64" in said
    assert "--unpinned" in said
    done = run(archive, tmp_path, "--unpinned")
    assert done.returncode == 0, done.stderr
    assert result_of(done)["spec"]["generation"]["data"]["unpinned"] is True
    assert "the data is not the published data.zip" in done.stdout
    folder = run(data, tmp_path)
    assert result_of(folder)["tasks"] == result_of(done)["tasks"]


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.zip").write_text("oops")
    assert "data.zip: not a zip file" in refused(run(tmp_path / "data.zip", tmp_path, "--unpinned"))


def test_a_folder_without_data_sets_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no <data set>.jsonl" in refused(run(tmp_path / "empty", tmp_path))
    make_data(tmp_path / "some", tasks=("qasper",))
    assert "holds no trec.jsonl" in refused(run(tmp_path / "some", tmp_path, "--tasks", "trec,qasper"))


def test_a_run_folder_in_the_way_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    assert "is not a run folder" in refused(run(data, tmp_path, "--run-dir", tmp_path / "full"))
    assert (tmp_path / "full" / "letter.txt").read_text() == "dear"


def test_a_place_that_cannot_be_written_is_one_line(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path / "file" / "runs")
    assert "cannot be written" in refused(done)


def test_a_read_only_disk_is_one_line_and_leaves_the_run_as_it_was(data: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("NOT TESTED: a read-only disk; mounting one needs root")
    try:
        done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", disk)
        before = (run_folder(done) / COMPLETIONS).read_bytes()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        again = bench("run", "longbench", "--model", "lexical", "--data", data, "--run-dir", run_folder(done))
        assert "Read-only file system" in refused(again)
        assert (run_folder(done) / COMPLETIONS).read_bytes() == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_fills_up_is_one_line_and_the_run_goes_on_with_more_room(tmp_path: Path) -> None:
    data, disk = make_data(tmp_path / "data", rows=300), tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("NOT TESTED: a full disk; mounting a small one needs root")
    try:
        common = ("run", "longbench", "--model", "lexical", "--data", data, "--run-dir", disk / "run")
        done = bench(*common)
        said = [line for line in done.stderr.splitlines() if line]
        assert done.returncode == 2, done.stderr
        assert "No space left on device" in said[-1]
        assert "what is finished is kept" in said[-1]
        subprocess.run(["mount", "-o", "remount,size=40m", str(disk)], check=True)
        assert bench(*common).returncode == 0
        asked = [json.loads(line)["sample_id"] for line in (disk / "run" / COMPLETIONS).read_text().splitlines()]
        assert len(asked) == len(set(asked)) == 600
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_table_that_cannot_be_written_leaves_the_run_as_it_is(data: Path, tmp_path: Path) -> None:
    done = run(data, tmp_path, "--csv", tmp_path / "no" / "such" / "folder.csv")
    assert done.returncode == 2
    assert "name another file with --csv" in done.stderr
    assert len(list((tmp_path / "runs").glob("*/*/*/result.json"))) == 1


def test_verbose_shows_where_an_error_came_from(tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--out", tmp_path, "-v")
    assert done.returncode == 2
    assert "Traceback" in done.stderr
