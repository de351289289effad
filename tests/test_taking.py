"""What somebody has already is taken where it is the published data, refused or set apart where it is not.

Would catch: one changed byte that passes; data that are installed in part; a pack that writes outside its folder or is
believed; unpinned data in a run that did not ask for them; a container that is started or left behind.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import absent
from hub_helpers import TEXTS, Machine, archive, sha256
from made_tokenizers import tokenizer_folder
from stand_in_hub import COMMIT, Hub, serving


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


@pytest.fixture
def machine(tmp_path: Path, hub: Hub) -> Machine:
    return Machine(tmp_path, hub)


@pytest.fixture
def have(tmp_path: Path) -> Path:
    """A folder of somebody's."""
    folder = tmp_path / "have"
    folder.mkdir()
    return folder


def changed(data: bytes) -> bytes:
    """One byte of a row in the archive is another."""
    place = data.index(b"Filler")
    return data[:place] + b"X" + data[place + 1 :]


def test_the_published_file_is_taken_without_a_network(machine: Machine, have: Path) -> None:
    (have / "data.zip").write_bytes(machine.data)
    done = machine.bench("download", "longbench", "--from", have / "data.zip")
    assert done.returncode == 0, done.stderr
    assert (machine.copy / "data.zip").read_bytes() == machine.data
    assert "still missing dataset2prompt.json" in done.stderr
    assert not machine.hub.asked
    assert (have / "data.zip").stat().st_nlink == 1, "a copy, so that writing to one does not change the other"


def test_one_changed_byte_is_refused_with_both_hashes_unless_unpinned_is_said(machine: Machine, have: Path) -> None:
    wrong = changed(machine.data)
    (have / "data.zip").write_bytes(wrong)
    said = machine.refused("download", "longbench", "--from", have / "data.zip")
    assert sha256(wrong) in said
    assert sha256(machine.data) in said
    assert not (machine.copy / "data.zip").exists()
    done = machine.bench("download", "longbench", "--from", have / "data.zip", "--unpinned")
    assert done.returncode == 0, done.stderr
    assert (machine.copy / "unpinned" / "data.zip").read_bytes() == wrong
    assert not (machine.copy / "data.zip").exists()


def test_unpinned_data_are_taken_by_a_run_that_asks_for_them_and_by_no_other(machine: Machine, have: Path) -> None:
    (have / "data.zip").write_bytes(archive(3))
    assert machine.bench("download", "longbench", "--from", have, "--unpinned").returncode == 0
    plain = json.loads(machine.run().stdout)
    assert plain["tasks"]["qasper"]["n"] == 4
    assert "unpinned" not in plain["spec"]["generation"]["data"]
    marked = json.loads(machine.run("--unpinned").stdout)
    assert marked["tasks"]["qasper"]["n"] == 3
    assert marked["spec"]["generation"]["data"]["unpinned"] is True
    assert "the data is not the published data.zip" in marked["notes"]


def test_a_run_does_not_wait_for_a_file_that_none_needs(machine: Machine, have: Path) -> None:
    card = machine.card()
    more = '[[files]]\nsource = "authors"\npath = "summ/compress.py"\nrole = "prompts"\nneeded = false\n'
    card.write_text(f"{card.read_text()}{more}")
    (have / "data.zip").write_bytes(machine.data)
    (have / "dataset2prompt.json").write_bytes(TEXTS)
    done = machine.bench("download", "longbench", "--from", have)
    assert "still missing" not in done.stderr
    assert machine.run().returncode == 0
    assert not machine.hub.asked


def test_a_clone_is_searched_where_its_authors_keep_things(machine: Machine, have: Path) -> None:
    for name, content in (("data/data.zip", b"of something else"), ("LongBench/config/dataset2prompt.json", TEXTS)):
        (have / name).parent.mkdir(parents=True)
        (have / name).write_bytes(content)
    done = machine.bench("download", "longbench", "--from", have)
    assert done.returncode == 0, done.stderr
    assert "still missing data.zip" in done.stderr
    assert (machine.copy / "config" / "dataset2prompt.json").read_bytes() == TEXTS


def test_an_archive_under_another_name_is_known_by_its_content(machine: Machine, have: Path) -> None:
    (have / "LongBench (1).zip").write_bytes(machine.data)
    assert machine.bench("download", "longbench", "--from", have / "LongBench (1).zip").returncode == 0
    assert (machine.copy / "data.zip").read_bytes() == machine.data


def test_nothing_is_installed_where_one_file_is_wrong(machine: Machine, have: Path) -> None:
    (have / "dataset2prompt.json").write_bytes(TEXTS)
    (have / "data.zip").write_bytes(changed(machine.data))
    machine.refused("download", "longbench", "--from", have)
    assert not machine.copy.exists()


def test_unpacked_files_are_unpinned_since_nobody_knows_their_hashes(machine: Machine, have: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(machine.data)) as packed:
        packed.extractall(have)
    said = machine.refused("download", "longbench", "--from", have)
    assert "is unpacked" in said
    assert sha256(machine.data) in said
    assert machine.bench("download", "longbench", "--from", have, "--unpinned").returncode == 0
    marked = json.loads(machine.run("--unpinned").stdout)
    assert marked["spec"]["generation"]["data"]["unpinned"] is True
    assert marked["tasks"]["qasper"]["n"] == 4
    assert not machine.requests(), "the unpacked files stand in for the archive"


@pytest.mark.parametrize(("given", "expected"), [("nowhere", "no such file or folder"), ("have", "holds nothing of")])
def test_what_holds_nothing_is_said(machine: Machine, have: Path, given: str, expected: str) -> None:
    assert expected in machine.refused("download", "longbench", "--from", have.parent / given)


# -- packs


@pytest.fixture
def packed(machine: Machine) -> Path:
    """A pack of the data, made where there is a network."""
    done = machine.bench("download", "longbench", "--pack", machine.folder / "all.tar")
    assert done.returncode == 0, done.stderr
    return machine.folder / "all.tar"


@pytest.fixture
def other(tmp_path: Path, hub: Hub) -> Machine:
    """A machine without a network."""
    machine = Machine(tmp_path / "other", hub)
    hub.asked.clear()
    return machine


def test_a_pack_brings_everything_to_a_machine_without_a_network(packed: Path, other: Machine) -> None:
    done = other.bench("download", "all", "--from", packed, HF_HUB_OFFLINE="1")
    assert done.returncode == 0, done.stderr
    assert other.has_all()
    assert other.run().returncode == 0
    assert not other.hub.asked
    assert not list((other.folder / "home").glob(".unpacking*"))


def test_a_pack_brings_tokenizers_that_their_names_find(machine: Machine, other: Machine) -> None:
    own = tokenizer_folder(machine.folder / "own")
    machine.hub.files |= {("them/Tiny", path.name): path.read_bytes() for path in own.iterdir()}
    machine.hub.files["them/Tiny", "weights.safetensors"] = b"large"
    pack = machine.folder / "t.tar"
    done = machine.bench("download", "longbench", "--pack", pack, "--tokenizer", "them/Tiny", "--tokenizer", own)
    assert done.returncode == 0, done.stderr
    assert not machine.hub.bodies("weights"), "nobody needs the weights"
    done = other.bench("download", "longbench", "--from", pack, HF_HUB_OFFLINE="1")
    assert done.returncode == 0, done.stderr
    assert f"--tokenizer {other.folder / 'home' / 'tokenizers' / 'own'}" in done.stderr
    assert (other.folder / "home" / "tokenizers" / "own" / "tokenizer.json").is_file()
    script = "from bench.models.tokens import load_tokenizer; print(load_tokenizer('them/Tiny').spec['revision'])"
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**other.env, "HF_HUB_OFFLINE": "1"},
        check=False,
    )
    assert found.stdout.strip() == COMMIT, found.stderr
    snapshots = other.folder / "hf" / "hub" / "models--them--Tiny" / "snapshots"
    assert (snapshots / COMMIT / "tokenizer.json").read_bytes() == (own / "tokenizer.json").read_bytes()


def remade(pack: Path, target: Path, change: Any) -> Path:
    """The pack with its members, as (info, content), put through `change`."""
    with tarfile.open(pack) as archive:
        members = [(info, (archive.extractfile(info) or io.BytesIO()).read()) for info in archive]
    with tarfile.open(target, "w") as out:
        for info, content in change(members):
            info.size = len(content)
            out.addfile(info, io.BytesIO(content))
    return target


def _other_content(members: list[Any]) -> list[Any]:
    return [(info, changed(content) if info.name.endswith("data.zip") else content) for info, content in members]


def _other_content_and_hash(members: list[Any]) -> list[Any]:
    """Someone who changes the data changes the manifest too."""
    right = next(content for info, content in members if info.name.endswith("data.zip"))
    hashes = (sha256(right).encode(), sha256(changed(right)).encode())
    return [(info, content.replace(*hashes)) for info, content in _other_content(members)]


def _outside(members: list[Any]) -> list[Any]:
    def moved(text: bytes) -> bytes:
        return text.replace(b"data/longbench/config/dataset2prompt.json", b"../../outside.json")

    for info, _ in members:
        info.name = moved(info.name.encode()).decode()
    return [(info, moved(content) if info.name == "manifest.json" else content) for info, content in members]


def _unnamed(members: list[Any]) -> list[Any]:
    return [*members, (tarfile.TarInfo("../outside.json"), b"{}")]


def _link(members: list[Any]) -> list[Any]:
    for info, _ in members:
        if info.name.endswith("data.zip"):
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return [(info, b"" if info.issym() else content) for info, content in members]


def _device(members: list[Any]) -> list[Any]:
    for info, _ in members:
        if info.name.endswith("data.zip"):
            info.type = tarfile.CHRTYPE
    return [(info, b"" if info.ischr() else content) for info, content in members]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_other_content, "the manifest says"),
        (_other_content_and_hash, "the published one has"),
        (_outside, "which is no place for a file"),
        (_unnamed, "is not in its manifest"),
        (_link, "or no plain file of that size"),
        (_device, "or no plain file of that size"),
        (lambda members: members[:-1], "lacks data/longbench"),
        (lambda members: members[1:], "its first member is not manifest.json"),
        (lambda members: [(members[0][0], b"{"), *members[1:]], "manifest.json is damaged"),
        (
            lambda members: [(members[0][0], members[0][1].replace(b'"format": 1', b'"format": 2')), *members[1:]],
            "format 2",
        ),
    ],
)
def test_a_pack_that_is_not_what_it_says_installs_nothing(
    packed: Path, other: Machine, change: Any, expected: str
) -> None:
    bad = remade(packed, other.folder / "bad.tar", change)
    assert expected in other.refused("download", "longbench", "--from", bad)
    assert not (other.copy / "data.zip").exists()
    assert not list(other.folder.rglob("outside.json"))
    assert not list((other.folder / "home").glob(".unpacking*"))


def test_a_pack_that_was_cut_off_is_refused(packed: Path, other: Machine) -> None:
    packed.write_bytes(packed.read_bytes()[:5000])
    assert "damaged" in other.refused("download", "longbench", "--from", packed)
    assert not other.copy.exists()


# -- NaturalCodeBench's input files


@pytest.fixture
def authors_data(ncb: Path, have: Path) -> Path:
    """As `data/` of the authors' image: problems, and input files beside them."""
    for task in ("python_en", "java_zh"):
        folder = have / "data" / task
        (folder / "input_files" / "154").mkdir(parents=True)
        (folder / "input_files" / "154" / "names.txt").write_text("a\nb\n")
        (folder / "input_files" / "154" / "link").symlink_to("/etc/passwd")
        shutil.copy(ncb / "problems" / f"ncb_{task}.jsonl", folder)
    return have


@pytest.mark.parametrize("below", [".", "data"])
def test_a_containers_data_bring_problems_and_input_files(
    tmp_path: Path, hub: Hub, authors_data: Path, below: str
) -> None:
    from bench.benchmarks.ncb.sources import Source

    machine = Machine(tmp_path, hub)
    done = machine.bench("download", "ncb", "--from", authors_data / below)
    assert done.returncode == 0, done.stderr
    assert "still missing ncb_python_zh.jsonl, ncb_java_en.jsonl" in done.stderr
    source = Source.find(str(tmp_path / "home" / "data" / "ncb"))
    assert source.tasks() == ["python_en", "java_zh"]
    inputs = source.inputs("python_zh", "154")
    assert inputs is not None
    assert [path.name for path in inputs.iterdir()] == ["names.txt"]


def _docker() -> Any:
    import docker

    try:
        client = docker.from_env()
        client.ping()
    except docker.errors.DockerException as error:
        absent("docker", f"NOT TESTED: no Docker daemon answers ({error})")
    return client


@pytest.fixture
def image(authors_data: Path) -> Iterator[str]:
    """A tiny image with that folder, and one problem file that is not the published one."""
    client, name = _docker(), "longcode-bench-test-inputs:1"
    (authors_data / "data" / "java_zh" / "ncb_java_zh.jsonl").write_text("{}\n")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(authors_data / "data", "NaturalCodeBench/data")
    client.api.import_image_from_data(packed.getvalue(), repository=name.partition(":")[0], tag="1")
    yield name
    client.images.remove(name, force=True)
    client.close()


def test_input_files_come_out_of_an_image_that_is_never_started(tmp_path: Path, hub: Hub, image: str) -> None:
    client, since = _docker(), int(time.time())
    machine = Machine(tmp_path, hub)
    done = machine.bench("download", "ncb", "--from-image", image)
    assert done.returncode == 0, done.stderr
    copy = tmp_path / "home" / "data" / "ncb"
    assert (copy / "data" / "python_en" / "input_files" / "154" / "names.txt").read_text() == "a\nb\n"
    assert (copy / "problems" / "ncb_python_en.jsonl").is_file()
    assert "its problems/ncb_java_zh.jsonl is left out" in done.stderr
    assert not (copy / "problems" / "ncb_java_zh.jsonl").exists()
    assert not client.containers.list(all=True, filters={"ancestor": image})
    happened = client.events(since=since, until=int(time.time()) + 1, filters={"image": image}, decode=True)
    said = [event["Action"] for event in happened]
    assert "create" in said
    assert "start" not in said
    client.close()


def test_an_image_that_cannot_be_had_is_one_line(machine: Machine) -> None:
    _docker().close()
    said = machine.refused("download", "ncb", "--from-image", "127.0.0.1:1/none:1")
    assert "the container engine refuses" in said
    assert "--from" in said


def test_no_engine_is_one_line(machine: Machine) -> None:
    said = machine.refused("download", "ncb", "--from-image", "x", DOCKER_HOST=f"unix://{machine.folder}/none.sock")
    assert "no docker daemon answers" in said
