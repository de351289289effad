"""Published data are fetched once, verified, and never half there, with the real client and a stand-in hub.

Would catch: content that nobody verified; a wrong file that is fetched, refused and found again in a cache; a download
that starts from nothing; a failure that ends in a traceback, in silence, or in a remedy that does not help; two
processes in each other's way.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import absent
from hub_helpers import AUTHORS, HUB, TEXTS, Machine, archive, sha256
from stand_in_hub import COMMIT, Fault, Hub, serving


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


@pytest.fixture
def machine(tmp_path: Path, hub: Hub) -> Machine:
    return Machine(tmp_path, hub)


def test_the_first_download_says_how_much_before_and_writes_down_what_came(machine: Machine) -> None:
    done = machine.bench("download", "longbench")
    assert done.returncode == 0, done.stderr
    assert "fetching" in done.stderr.splitlines()[0]
    assert f"{HUB} on the Hugging Face hub, {AUTHORS}" in done.stderr
    assert machine.has_all()
    kept = json.loads((machine.copy / "state.json").read_text())["files"]["data.zip"]
    assert (kept["sha256"], kept["revision"], kept["how"]) == (sha256(machine.data), COMMIT, "sha256")
    assert str(machine.copy) in done.stdout


def test_a_second_download_asks_nobody_for_anything(machine: Machine) -> None:
    assert machine.bench("download", "longbench").returncode == 0
    machine.hub.asked.clear()
    assert machine.bench("download", "longbench").returncode == 0
    assert not machine.hub.bodies("")


def test_what_is_here_is_enough_offline(machine: Machine) -> None:
    assert machine.bench("download", "longbench").returncode == 0
    done = machine.bench("download", "longbench", HF_HUB_OFFLINE="1")
    assert done.returncode == 0, done.stderr


def test_offline_with_nothing_here_says_so_at_once(machine: Machine) -> None:
    said = machine.refused("download", "longbench", HF_HUB_OFFLINE="1")
    assert "HF_HUB_OFFLINE is set" in said
    assert "--from PATH" in said
    assert not machine.requests()


def test_offline_holds_for_other_addresses_too(machine: Machine) -> None:
    assert machine.bench("download", "longbench").returncode == 0
    (machine.copy / "config" / "dataset2prompt.json").unlink()
    machine.hub.asked.clear()
    assert "HF_HUB_OFFLINE is set" in machine.refused("download", "longbench", HF_HUB_OFFLINE="1")
    assert not machine.hub.asked


def test_what_the_hubs_cache_has_already_is_used_offline(machine: Machine) -> None:
    assert machine.bench("download", "longbench").returncode == 0
    (machine.copy / "data.zip").unlink()
    assert machine.bench("download", "longbench", HF_HUB_OFFLINE="1").returncode == 0
    assert machine.has_all()


def test_a_download_from_the_hub_goes_on_after_a_drop(tmp_path: Path, hub: Hub) -> None:
    piece = 10 << 20  # the client writes pieces of this size
    machine = Machine(tmp_path, hub, os.urandom(piece + 1000))
    machine.hub.faults["data.zip"] = Fault(after=piece + 10, times=1, methods=("GET",))
    done = machine.bench("download", "longbench")
    assert done.returncode == 0, done.stderr
    assert [line.partition(" bytes=")[2] for line in machine.requests()] == ["", f"{piece}-"]
    assert machine.has_all()


def test_a_download_from_an_address_goes_on_after_a_drop(machine: Machine) -> None:
    machine.hub.faults["dataset2prompt"] = Fault(after=10, times=1, methods=("GET",))
    assert machine.bench("download", "longbench").returncode == 0
    assert [line.partition(" bytes=")[2] for line in machine.requests("dataset2prompt")] == ["", "10-"]
    assert machine.has_all()


def test_a_download_from_an_address_goes_on_after_the_process_ended(machine: Machine) -> None:
    machine.hub.faults["dataset2prompt"] = Fault(after=10, times=1, methods=("GET",))
    machine.hub.faults["prompt.json"] = Fault(status=404, times=1, methods=("GET",))
    assert "404" in machine.refused("download", "longbench")
    machine.hub.asked.clear()
    assert machine.bench("download", "longbench").returncode == 0
    assert [line.partition(" bytes=")[2] for line in machine.requests("dataset2prompt")] == ["10-"]
    assert machine.has_all()
    assert not list(machine.copy.glob(".partial/*"))


@pytest.mark.parametrize("name", ["data.zip", "LongBench/config/dataset2prompt.json"])
@pytest.mark.parametrize("lacking", [0, 5])
def test_wrong_content_is_refused_set_aside_and_fetched_again(machine: Machine, name: str, lacking: int) -> None:
    right = machine.data if name == "data.zip" else TEXTS
    wrong = right[: -lacking - 1] + bytes([right[-lacking - 1] ^ 1])
    repository = HUB if name == "data.zip" else AUTHORS
    machine.hub.files[repository, name] = wrong
    said = machine.refused("download", "longbench")
    assert sha256(wrong) in said
    assert sha256(right) in said
    aside = list((machine.folder / "home" / "refused").iterdir())
    assert [path.read_bytes() for path in aside] == [wrong]
    assert str(aside[0]) in said
    machine.hub.files[repository, name] = right
    done = machine.bench("download", "longbench")
    assert done.returncode == 0, done.stderr
    assert machine.has_all()


def test_a_file_that_was_changed_here_is_fetched_again(machine: Machine) -> None:
    assert machine.bench("download", "longbench").returncode == 0
    path = machine.copy / "config" / "dataset2prompt.json"
    path.write_bytes(TEXTS[:-1] + b" ")
    assert machine.bench("download", "longbench").returncode == 0
    assert machine.has_all()


def test_a_repository_that_was_renamed_is_found(machine: Machine) -> None:
    new = f"/datasets/new/Name/resolve/{COMMIT}/data.zip"
    machine.hub.files["new/Name", "data.zip"] = machine.data
    machine.hub.faults[f"{HUB}/resolve"] = Fault(status=307, location=new)
    done = machine.bench("download", "longbench")
    assert done.returncode == 0, done.stderr
    assert machine.has_all()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=404, code="RevisionNotFound"), f"there is no revision {COMMIT}"),
        (Fault(status=404, code="EntryNotFound"), "there is no such file at revision"),
        (Fault(status=401, code="RepoNotFound"), "401: it wants an access token"),
        (Fault(status=401), "401: it wants an access token"),
        (Fault(status=403, code="GatedRepo"), "403: access has to be granted first"),
        (Fault(status=403), "403: access has to be granted first"),
        (Fault(status=429, headers={"Retry-After": "1"}), "429: too many requests"),
        (Fault(status=500), "the server answers 500"),
    ],
)
def test_what_the_hub_refuses_is_said_in_one_line(machine: Machine, fault: Fault, expected: str) -> None:
    machine.hub.faults["data.zip"] = fault
    said = machine.refused("download", "longbench")
    assert expected in said
    assert f"longbench: data.zip from {HUB} on the Hugging Face hub" in said
    assert "--from PATH" in said


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, "401: it wants"), (403, "403: access"), (404, "404: there is no"), (503, "the server answers 503")],
)
def test_what_a_web_server_refuses_is_said_in_one_line(machine: Machine, status: int, expected: str) -> None:
    machine.hub.faults["dataset2prompt"] = Fault(status=status)
    assert expected in machine.refused("download", "longbench")


@pytest.mark.parametrize("name", ["data.zip", "dataset2prompt"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_is_busy_is_asked_again(machine: Machine, name: str, status: int) -> None:
    machine.hub.faults[name] = Fault(status=status, times=2, headers={"Retry-After": "1"})
    done = machine.bench("download", "longbench")
    assert done.returncode == 0, done.stderr
    assert machine.has_all()


def test_a_hub_that_is_down_is_said_in_one_line(machine: Machine) -> None:
    with serving() as gone:
        closed = gone.url
    said = machine.refused("download", "longbench", HF_ENDPOINT=closed)
    assert f"no connection by way of HF_ENDPOINT={closed}" in said


def test_a_token_is_sent_and_never_shown(machine: Machine) -> None:
    machine.hub.faults["data.zip"] = Fault(status=401)
    done = machine.bench("download", "longbench", HF_TOKEN="hf_secret")
    assert "hf_secret" not in done.stdout + done.stderr


def test_two_processes_at_once_fetch_once(machine: Machine, hub: Hub) -> None:
    hub.gate = threading.Event()
    first = machine.start("download", "longbench")
    assert hub.reached.wait(60)
    second = machine.start("download", "longbench")
    assert second.stderr is not None
    assert "another process is fetching it; waiting" in second.stderr.readline()
    hub.gate.set()
    for process in (first, second):
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(machine.requests()) == 1
    assert machine.has_all()


def test_a_process_that_is_killed_leaves_nothing_that_is_taken_for_whole(machine: Machine, hub: Hub) -> None:
    hub.gate = threading.Event()
    killed = machine.start("download", "longbench")
    assert hub.reached.wait(60)
    killed.kill()
    killed.communicate(timeout=60)
    hub.gate.set()
    assert not (machine.copy / "data.zip").exists()
    machine.copy.mkdir(exist_ok=True)
    (machine.copy / ".data.zip.1.part").write_bytes(b"half")  # as one killed while it copied
    done = machine.bench("download", "longbench")
    assert done.returncode == 0, done.stderr
    assert machine.has_all()
    assert not list(machine.copy.rglob("*.part"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        absent("mount", "NOT TESTED: no small disk can be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("home", ["BENCH_HOME", "HF_HOME"])
def test_a_full_disk_is_one_line_and_leaves_nothing_half(tmp_path: Path, hub: Hub, small_disk: Path, home: str) -> None:
    machine = Machine(tmp_path, hub, os.urandom(100_000))
    said = machine.refused("download", "longbench", **{home: str(small_disk)})
    assert "no room" in said
    machine.card(size=None)  # not known before: the disk fills up on the way
    said = machine.refused("download", "longbench", **{home: str(small_disk)})
    assert "No space left on device" in said
    assert not [path for path in small_disk.rglob("data.zip*") if path.is_file()]
    assert machine.bench("download", "longbench").returncode == 0


def test_an_address_of_ones_own_is_verified_all_the_same(machine: Machine) -> None:
    mirror = machine.folder / "mirror"
    mirror.mkdir()
    (mirror / "data.zip").write_bytes(machine.data)
    done = machine.bench("download", "longbench", "--source", f"data.zip={(mirror / 'data.zip').as_uri()}")
    assert done.returncode == 0, done.stderr
    assert not machine.requests()
    assert machine.has_all()
    (machine.copy / "data.zip").unlink()
    (mirror / "data.zip").write_bytes(archive(3))
    said = machine.refused("download", "longbench", "--source", f"longbench={mirror.as_uri()}")
    assert sha256(machine.data) in said
    assert (mirror / "data.zip").exists()


def test_what_may_be_secret_in_an_address_is_neither_shown_nor_written(machine: Machine) -> None:
    address = f"{machine.hub.url}/raw/{HUB}/{COMMIT}/data.zip?signature=hush"
    done = machine.bench("download", "longbench", "--source", f"data.zip={address}")
    assert done.returncode == 0, done.stderr
    assert "hush" not in done.stdout + done.stderr + (machine.copy / "state.json").read_text()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("data.zip", "write a name and an address"),
        ("data.zp=https://x/y", "did you mean data.zip?"),
        ("data.zip=http://example.org/data.zip", "neither https:// nor file://"),
        ("data.zip=/etc/passwd", "neither https:// nor file://"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(machine: Machine, source: str, expected: str) -> None:
    assert expected in machine.refused("download", "longbench", "--source", source)


def test_another_revision_lies_apart_and_marks_the_run(machine: Machine) -> None:
    machine.hub.revisions["next"] = COMMIT[::-1]
    machine.hub.files[HUB, "data.zip"] = archive(3)
    done = machine.bench("download", "longbench", "--revision", "next")
    assert done.returncode == 0, done.stderr
    assert "not the published data" in done.stdout
    assert not (machine.copy / "data.zip").exists()
    marked = json.loads(machine.run("--unpinned").stdout)
    assert marked["spec"]["generation"]["data"]["unpinned"] is True
    note = f"the data is not the published data.zip (revision next, commit {COMMIT[::-1]})"
    assert note in marked["notes"]
    machine.hub.files[HUB, "data.zip"] = machine.data
    plain = json.loads(machine.run().stdout)
    assert "unpinned" not in plain["spec"]["generation"]["data"]
    assert plain["tasks"]["qasper"]["n"] == 4


def test_the_first_hash_is_kept_where_a_card_knows_none(machine: Machine) -> None:
    machine.card(sha256=None, size=None)
    assert machine.bench("download", "longbench").returncode == 0
    (machine.copy / "data.zip").unlink()
    for path in (machine.folder / "hf").rglob("data.zip"):
        path.resolve().unlink()
        path.unlink()
    machine.hub.files[HUB, "data.zip"] = archive(3)
    said = machine.refused("download", "longbench")
    assert sha256(machine.data) in said
    assert "the one that was here first" in said


def test_hub_data_and_the_same_file_by_its_path_are_one_run(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert "fetching" in done.stderr
    (machine.folder / "files").mkdir()
    (machine.folder / "files" / "data.zip").write_bytes(machine.data)
    (machine.folder / "files" / "dataset2prompt.json").write_bytes(TEXTS)
    by_path = machine.run("--data", machine.folder / "files" / "data.zip")
    folder = machine.run("--data", machine.folder / "files")
    specs = [json.loads(each.stdout)["spec"]["generation"] for each in (done, by_path, folder)]
    assert specs[0] == specs[1] == specs[2]


def test_a_dry_run_says_how_much_it_fetches(machine: Machine) -> None:
    done = machine.run("--dry-run")
    assert done.returncode == 0, done.stderr
    assert "longbench: fetching" in done.stderr


def test_data_that_cannot_be_had_name_three_ways_out(machine: Machine) -> None:
    said = machine.refused("run", "longbench", "--model", "lexical", HF_HUB_OFFLINE="1")
    for way in (
        "--data hub: longbench: data.zip",
        "--data sample",
        "--data PATH",
        "bench download longbench --from PATH",
    ):
        assert way in said


def test_the_list_says_what_is_here_and_what_is_assumed(machine: Machine) -> None:
    before = machine.bench("download", "--list")
    assert "longbench: not here" in before.stdout
    assert "assumed:" in before.stdout  # of LongBench v2
    assert not machine.hub.asked
    machine.bench("download", "longbench")
    assert f"verified: {machine.copy} (complete)" in machine.bench("download", "--list", "longbench").stdout
    doctor = json.loads(machine.bench("doctor", "--json").stdout)
    assert [item["found"] for item in doctor if item["part"] == "LongBench data"] == [True]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "name what to download"),
        (("longbnch",), "did you mean longbench?"),
        (("longbench", "--unpinned"), "--unpinned goes with --from"),
        (("longbench", "--tokenizer", "x"), "--tokenizer goes with --pack"),
        (("longbench", "--from", "x", "--revision", "y"), "--from and --revision exclude each other"),
        (("longbench", "--from-image", "x"), "--from-image is for ncb"),
        (("nowhere.toml",), "nowhere.toml: cannot be read"),
    ],
)
def test_a_mistake_is_named(machine: Machine, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in machine.refused("download", *arguments)


def test_a_gone_bad_cache_state_says_what_to_do(machine: Machine) -> None:
    assert machine.bench("download", "longbench").returncode == 0
    (machine.copy / "state.json").write_text("{")
    assert "state.json: damaged" in machine.refused("download", "longbench")
    doctor = json.loads(machine.bench("doctor", "--json").stdout)
    assert [item["found"] for item in doctor if item["part"] == "LongBench data"] == [False]
