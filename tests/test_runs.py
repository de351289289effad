"""Would catch a run folder that loses or doubles a completion, or mixes two generations.

Also one that takes a half-written file for a whole one, or that the next version cannot read.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from bench.errors import DataError, RunFolderError
from bench.jsonl import read_lines, replacing, to_line
from bench.records import Completion, Score, StoredSample, Usage, from_json, to_json
from bench.run_names import by_start, folder_name, generation_sha256
from bench.runs import COMPLETIONS, RUN, RunFolder

GENERATION = {"benchmark": "longbench", "model": {"name": "m"}, "data": {"limit": 5}}


def new_folder(path: Path, generation: object = None) -> RunFolder:
    return RunFolder.create(
        path,
        name="m",
        benchmark="longbench",
        setting="zero-shot",
        generation=GENERATION if generation is None else generation,  # type: ignore[arg-type]
    )


def _add(folder: RunFolder, *completions: Completion) -> None:
    log = folder.completions()
    log.mend()
    with log.appending() as appender:
        for completion in completions:
            appender.add(completion)
    log.close()


def _of(folder: RunFolder, sample_id: str) -> str:
    log = folder.completions()
    try:
        return log.of(sample_id)[0].text
    finally:
        log.close()


def _texts(folder: RunFolder) -> list[str]:
    return [line.data["text"] for line in read_lines(folder.path / COMPLETIONS)]


def test_records_come_back_from_json_as_they_were() -> None:
    completion = Completion(sample_id="a/1", text="x", usage=Usage(input_tokens=3), thought="hm", seconds=0.5)
    stored = StoredSample(
        id="a", task="t", language="en", targets=("x", "y"), length=3, cluster="c", metadata={"all_classes": ["p"]}
    )
    score = Score(sample_id="a", task="t", value=None, also={"corrected": 0.5}, reason="why")
    for record in (completion, stored, score):
        assert from_json(type(record), json.loads(json.dumps(to_json(record)))) == record


def test_a_key_of_a_later_version_is_passed_over() -> None:
    assert from_json(Completion, {"sample_id": "a", "text": "x", "invented_later": 1}).text == "x"


def test_a_lone_surrogate_survives_the_file(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    _add(folder, Completion(sample_id="a", text="broken \ud800 half"))
    assert _of(folder, "a") == "broken \ud800 half"


@pytest.mark.parametrize("left_behind", ['{"sample_id": "b", "te', '{"sample_id": "b"}x', "\x00\x00\x00"])
def test_an_unfinished_last_line_is_cut_off_and_asked_again(tmp_path: Path, left_behind: str) -> None:
    folder = new_folder(tmp_path / "run")
    _add(folder, Completion(sample_id="a", text="one"))
    with (folder.path / COMPLETIONS).open("a") as stream:
        stream.write(left_behind)
    assert ("b", 0, 0) not in folder.completions()
    _add(folder, Completion(sample_id="b", text="two"))
    assert _texts(folder) == ["one", "two"]


def test_a_missing_last_newline_alone_is_no_fault(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    path = folder.path / COMPLETIONS
    path.write_text(to_line(Completion(sample_id="a", text="one")).rstrip("\n"))
    assert ("a", 0, 0) in folder.completions()
    _add(folder, Completion(sample_id="b", text="two"))
    assert _texts(folder) == ["one", "two"]


def test_a_broken_line_in_the_middle_names_file_and_line(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    good = to_line(Completion(sample_id="a", text="one"))
    (folder.path / COMPLETIONS).write_text(good + "{oops\n" + good.replace('"a"', '"b"'))
    with pytest.raises(DataError, match=r"completions\.jsonl:2: not valid JSON"):
        folder.completions()


def test_a_second_completion_of_one_sample_is_an_error(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    (folder.path / COMPLETIONS).write_text(to_line(Completion(sample_id="a", text="one")) * 2)
    with pytest.raises(DataError, match="a second completion of a"):
        folder.completions()


def test_failed_completions_are_asked_again_and_stand_once(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    _add(folder, Completion(sample_id="a", text="one"), Completion(sample_id="b", error="timeout: 3 s"))
    log = folder.completions()
    assert log.mend() == 1
    assert ("b", 0, 0) not in log
    log.close()
    _add(folder, Completion(sample_id="b", text="two"))
    assert _texts(folder) == ["one", "two"]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    path.write_text("old")

    def interrupted() -> None:
        with replacing(path) as stream:
            stream.write("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_generation_goes_on_and_another_starts_anew(tmp_path: Path) -> None:
    path = RunFolder.new_path(tmp_path, "longbench", "m", GENERATION)
    new_folder(path)
    found = RunFolder.unfinished(tmp_path, "longbench", "m", GENERATION)
    assert found is not None
    assert found.path == path
    assert RunFolder.unfinished(tmp_path, "longbench", "m", {**GENERATION, "attempts": 2}) is None


def test_a_run_of_another_generation_is_refused_naming_what_differs(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    with pytest.raises(RunFolderError, match=r"data\.limit is 5 there and 6 here"):
        folder.demand({**GENERATION, "data": {"limit": 6}})


def test_two_runs_in_one_second_get_two_folders(tmp_path: Path) -> None:
    first = RunFolder.new_path(tmp_path, "longbench", "m", GENERATION)
    first.mkdir(parents=True)
    second = RunFolder.new_path(tmp_path, "longbench", "m", GENERATION)
    assert first != second
    assert second.name.endswith(generation_sha256(GENERATION)[:8])


def test_of_runs_that_started_in_one_second_the_later_one_is_the_newest_whatever_its_hash() -> None:
    second = "20260101T000000Z"
    names = [f"{second}-0a0a0a0a", f"{second}-1-ffffffff", f"{second}-2-0a0a0a0a", f"{second}-10-0a0a0a0a"]
    shuffled = [Path(names[place]) for place in (2, 0, 3, 1)]
    assert [path.name for path in sorted(shuffled, key=by_start)] == names


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    folder.lock()
    with pytest.raises(RunFolderError, match="another process is writing"):
        RunFolder.open(folder.path).lock()
    folder.close()
    again = RunFolder.open(folder.path)
    again.lock()
    again.close()


def test_a_newer_schema_is_refused_by_name(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    header = json.loads((folder.path / RUN).read_text())
    (folder.path / RUN).write_text(json.dumps({**header, "schema_version": 99}))
    with pytest.raises(RunFolderError, match="schema_version 99"):
        RunFolder.open(folder.path)


def test_a_kill_before_the_first_file_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "run.json.tmp").write_text('{"schema_')
    assert not RunFolder.begun(tmp_path)
    assert not RunFolder.begun(tmp_path / "nowhere")
    new_folder(tmp_path)
    assert RunFolder.begun(tmp_path)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="is not a run folder"):
        RunFolder.open(tmp_path)


def test_a_moved_run_still_opens_and_holds_no_path(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    _add(folder, Completion(sample_id="a", text="one"))
    moved = shutil.move(folder.path, tmp_path / "elsewhere")
    assert _of(RunFolder.open(Path(moved)), "a") == "one"
    assert str(tmp_path) not in "".join(p.read_text() for p in Path(moved).iterdir())


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="NOT TESTED: this system has no /dev/full to stand for a full disk"
)
def test_a_full_disk_is_one_line_and_keeps_what_was_written(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    (folder.path / COMPLETIONS).symlink_to("/dev/full")
    with pytest.raises(RunFolderError, match=r"No space left on device; make room .* what is finished is kept"):
        _add(folder, Completion(sample_id="a", text="one"))


def test_an_unwritable_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="cannot be written"):
        new_folder(tmp_path / "file" / "run")


@pytest.mark.parametrize(
    ("model", "folder"),
    [("org/Model-7B", "org_Model-7B"), ("a b:c", "a_b_c"), ("../x", "_x"), ("模型", "__"), ("", "_")],
)
def test_a_models_name_becomes_a_folder(model: str, folder: str) -> None:
    assert folder_name(model) == folder
    assert os.sep not in folder_name(model)
