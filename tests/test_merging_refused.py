"""Would catch folders that are merged although they are not one run, and a refusal without a folder or a remedy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, make_data
from ncb_helpers import make_problems
from own_data import make_card
from shard_runs import cut, fingerprints, go, rewrite

from bench.benchmarks.longbench import LONGBENCH
from bench.benchmarks.ncb import NATURAL_CODE_BENCH
from bench.errors import UserError
from bench.merging import merge
from bench.models import load_model
from bench.models.fake import Fake
from bench.places import Place
from bench.records import Shard
from bench.registry import find_benchmark
from bench.runs import COMPLETIONS, RESULT, RUN, SAMPLES, RunFolder
from bench.sandbox.fake import FakeSandbox

FIXTURE = Path(__file__).parent / "fixtures" / "run-schema-1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three shards and their data."""
    folder = tmp_path_factory.mktemp("made")
    cut(LONGBENCH, make_data(folder / "data"), folder)
    return folder


@pytest.fixture
def shards(made: Path, tmp_path: Path) -> list[Path]:
    """The same, to be damaged."""
    folders = [tmp_path / f"shard{number}" for number in (1, 2, 3)]
    for folder in folders:
        shutil.copytree(made / folder.name, folder)
    return folders


def refused(folders: list[Path], to: Path, **options: Any) -> str:
    """The one line that says why; the shards are as before, and there is no run."""
    before = fingerprints(folders)
    with pytest.raises(UserError) as caught:
        merge(folders, Place(run_dir=to), **options)
    assert fingerprints(folders) == before
    assert not to.exists()
    assert not list(to.parent.glob("*.merging*"))
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_folder_that_is_no_shard(shards: list[Path], made: Path, tmp_path: Path) -> None:
    go(LONGBENCH, made / "data", tmp_path / "whole")
    assert f"{tmp_path / 'whole'}: is not a shard" in refused([*shards, tmp_path / "whole"], tmp_path / "to")
    assert "--shard i/n" in refused([FIXTURE], tmp_path / "to")
    assert "is not a run folder" in refused([tmp_path / "nowhere"], tmp_path / "to")


def test_shards_of_different_runs_with_the_fields_that_differ(shards: list[Path], made: Path, tmp_path: Path) -> None:
    shutil.rmtree(shards[1])
    other = Fake()
    other.spec = {"backend": "fake", "size": "7b"}
    go(LONGBENCH, made / "data", shards[1], shard=Shard(2, 3), model=lambda: other)
    text = refused(shards, tmp_path / "to")
    assert f"{shards[1]}: is of another run than {shards[0]}" in text
    assert 'model.size is null there and "7b" here' in text


def test_shards_of_another_cut(shards: list[Path], made: Path, tmp_path: Path) -> None:
    shutil.rmtree(shards[1])
    go(LONGBENCH, made / "data", shards[1], shard=Shard(2, 2))
    assert f"{shards[1]}: is shard 2/2, but {shards[0]} is 1/3" in refused(shards, tmp_path / "to")


def test_the_same_shard_twice(shards: list[Path], tmp_path: Path) -> None:
    text = refused([*shards, shards[0]], tmp_path / "to")
    assert f"{shards[0]}: is shard 1/3, as is {shards[0]}; name one of the two" in text


def test_missing_shards_are_named(shards: list[Path], tmp_path: Path) -> None:
    assert "missing: shard 2/3; name its folder" in refused([shards[0], shards[2]], tmp_path / "to")
    assert "missing: shard 1/3, and 1 more; name its folder" in refused([shards[1]], tmp_path / "to")


def test_another_score_version_or_other_options_of_scoring(shards: list[Path], tmp_path: Path) -> None:
    scoring = dict(RunFolder.open(shards[2]).spec.scoring)
    rewrite(shards[2], scoring={**scoring, "edit_similarity": "indel"})
    text = refused(shards, tmp_path / "to")
    assert f"{shards[2]}: is scored otherwise: edit_similarity" in text
    for folder in shards:
        rewrite(folder, scoring={**scoring, "score_version": 0})
    text = refused(shards, tmp_path / "to")
    assert f"{shards[0]}: is scored otherwise: score_version is 0 there" in text
    assert f"bench score longbench {shards[0]}" in text


def test_a_shard_that_is_being_written(shards: list[Path], tmp_path: Path) -> None:
    writer = RunFolder.open(shards[1])
    writer.lock()
    try:
        assert f"{shards[1]}: another process is writing" in refused(shards, tmp_path / "to")
    finally:
        writer.close()
    merge(shards, Place(run_dir=tmp_path / "to"))


def test_a_shard_that_was_stopped_before_its_samples_were_written(shards: list[Path], tmp_path: Path) -> None:
    (shards[1] / SAMPLES).unlink()
    assert "has no samples yet; run it again with --shard 2/3" in refused(shards, tmp_path / "to")


def spoil(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    """Damage a file of a folder."""

    def damage(folder: Path) -> None:
        path = folder / name
        path.write_text(change(path.read_text()))

    return damage


def _relabelled(text: str) -> str:
    header = json.loads(text)
    header["generation"]["data"]["shard"] = "seven"
    return json.dumps(header)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (spoil(COMPLETIONS, lambda text: "{oops\n" + text), "completions.jsonl:1: not valid JSON"),
        (spoil(COMPLETIONS, lambda text: '{"a": 1}\n' + text), "completions.jsonl:1: not a Completion"),
        (spoil(SAMPLES, lambda text: text[:-40]), "samples.jsonl:"),
        (spoil(SAMPLES, lambda text: text.replace('"position"', '"place"')), "samples.jsonl:1: not a PlacedSample"),
        (spoil(SAMPLES, lambda text: text.replace('"position": ', '"position": "x", "was": ')), "is no number"),
        (spoil(SAMPLES, lambda text: "".join(text.splitlines(keepends=True)[1:])), "comes next"),
        (spoil(SAMPLES, lambda text: text + text.splitlines(keepends=True)[-1]), "comes next"),
        (spoil(COMPLETIONS, lambda text: text.replace("/id", "/no")), "which is not in samples.jsonl beside it"),
        (spoil(RUN, lambda text: text[:-40]), "run.json: is damaged"),
        (spoil(RUN, _relabelled), "run.json: is damaged (shard seven)"),
        (spoil(RESULT, lambda text: text[:-40]), "result.json: is damaged"),
    ],
)
def test_damaged_files(shards: list[Path], tmp_path: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(shards[1])
    text = refused(shards, tmp_path / "to")
    assert str(shards[1]) in text
    assert said in text


def test_a_copy_of_the_samples_that_lacks_its_end(shards: list[Path], tmp_path: Path) -> None:
    last = {folder: (folder / SAMPLES).read_text().splitlines(keepends=True) for folder in shards}
    folder = max(shards, key=lambda folder: json.loads(last[folder][-1])["position"])
    (folder / SAMPLES).write_text("".join(last[folder][:-1]))
    assert f"{folder / COMPLETIONS}: holds a record of" in refused(shards, tmp_path / "to")


def test_a_target_that_is_there_already(shards: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "there"
    (target / "mine").mkdir(parents=True)
    for place in (target, shards[0], shards[0] / RUN):
        with pytest.raises(UserError, match="is there already; name another --run-dir"):
            merge(shards, Place(run_dir=place))
    assert [path.name for path in target.iterdir()] == ["mine"]
    (target / "mine").rmdir()
    merge(shards, Place(run_dir=target))


def test_shards_of_several_names(shards: list[Path], tmp_path: Path) -> None:
    rewrite(shards[2], name="other")
    assert "several names: fake, other; choose one with --name" in refused(shards, tmp_path / "to")


def test_code_that_was_run_in_another_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_HOME", str(tmp_path / "home"))
    data = make_problems(tmp_path / "data", tasks=("python_en",))
    folders = [tmp_path / "a", tmp_path / "b"]
    for number, folder in enumerate(folders, start=1):
        go(
            NATURAL_CODE_BENCH,
            data,
            folder,
            shard=Shard(number, 2),
            model=lambda: load_model("reference"),
            sandbox=lambda image=f"image{number}": FakeSandbox(identity=image),  # type: ignore[misc]
        )
    text = refused(folders, tmp_path / "to")
    assert f"{folders[1]}: its code was run in another sandbox image" in text
    assert f"bench score ncb {folders[1]}" in text


def test_data_of_ones_own_without_their_card(made: Path, tmp_path: Path) -> None:
    card = str(make_card(tmp_path / "data"))
    folders = cut(find_benchmark(card), "hub", tmp_path, 2)
    assert "a data set of your own; name its card.toml with --card" in refused(folders, tmp_path / "to")
    assert "leave it out" in refused([made / f"shard{n}" for n in (1, 2, 3)], tmp_path / "to", card=card)


def test_the_command_ends_with_2_and_one_line(shards: list[Path], tmp_path: Path) -> None:
    done = bench("merge", *shards[:2], "--run-dir", tmp_path / "to")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == ["bench: missing: shard 3/3; name its folder, or run it with --shard 3/3"]
