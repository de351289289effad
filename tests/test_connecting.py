"""Would catch a cluster that is not there, or not equal to this machine, being told of in a traceback or not at all."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from pathlib import Path

import pytest
from helpers import bench

from bench import versions
from bench.clusters import INSTALL, load_executor
from bench.clusters.connecting import Node, one_line, refusal, see_that_somebody_listens, why_not
from bench.errors import SandboxError, UserError
from bench.versions import ABSENT, differences, fingerprint

MISMATCH = """Version mismatch: The cluster was started with:
    Ray: 2.40.0
    Python: 3.11.9
This process on node 10.0.0.1 was started with:
    Ray: 2.60.0
    Python: 3.11.7
"""


def test_without_ray_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.clusters.find_spec", lambda _: None)
    with pytest.raises(UserError) as raised:
        load_executor("auto")
    assert str(raised.value) == INSTALL
    assert "pip install 'longcode-bench[ray]'" in INSTALL


def test_the_command_line_says_it_before_it_does_anything(tmp_path: Path) -> None:
    if find_spec("ray") is not None:
        pytest.skip("Ray is installed here; the other environment tests this")
    command = ["run", "longbench", "--model", "lexical", "--data", "sample", "--cluster", "auto", "--out", tmp_path]
    done = bench(*command)
    assert done.returncode == 2
    assert done.stderr.strip() == f"bench: {INSTALL}"
    assert not list(tmp_path.iterdir())


def test_a_forecast_needs_no_cluster(tmp_path: Path) -> None:
    command = ["run", "longbench", "--model", "lexical", "--data", "sample", "--cluster", "127.0.0.1:1", "--dry-run"]
    done = bench(*command, "--out", tmp_path)
    assert done.returncode == 0, done.stderr


def test_without_the_option_this_machine_does_the_work() -> None:
    assert load_executor(None).cluster is None


def test_an_address_at_which_nobody_listens_is_named_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UserError, match=f"--cluster 127.0.0.1:{port}: no Ray cluster answers there .*ray start --head"):
        see_that_somebody_listens(f"127.0.0.1:{port}")


@pytest.mark.parametrize("address", ["head", "head:", "ray://head", "head:six"])
def test_what_is_no_address_is_answered_with_how_one_is_written(address: str) -> None:
    with pytest.raises(UserError, match=r"write auto, HOST:PORT or ray://HOST:PORT"):
        see_that_somebody_listens(address)


def test_another_ray_or_python_is_told_in_one_line() -> None:
    told = why_not("10.0.0.1:6379", RuntimeError(MISMATCH))
    assert told == (
        "--cluster 10.0.0.1:6379: the cluster runs Ray 2.40.0 and Python 3.11.9, this process Ray 2.60.0 and Python "
        "3.11.7; install the same here"
    )


def test_a_machine_without_a_cluster_is_told_how_to_start_one() -> None:
    assert "`ray start --head`" in why_not("auto", ConnectionError("Could not find any running Ray instance."))


@pytest.mark.parametrize("address", ["auto", "10.0.0.1:6379"])
def test_a_driver_without_the_clusters_token_is_told_where_it_belongs(address: str) -> None:
    told = why_not(address, ConnectionError(f"Failed to connect to Ray cluster at {address}"))
    assert "RAY_AUTH_MODE=token" in told
    assert "~/.ray/auth_token" in told


def test_what_the_sandbox_says_on_a_machine_is_kept_and_tracebacks_are_not() -> None:
    class Task(Exception):
        cause = SandboxError("no image; run `bench sandbox build`")

    assert one_line(Task("Traceback\n  many lines")) == "no image; run `bench sandbox build`"
    assert "\n" not in one_line(RuntimeError("The actor died.\nTraceback:\n  File x\nits node was lost"))


def test_equal_machines_do_not_differ_and_each_difference_is_named() -> None:
    ours = fingerprint()
    assert differences(ours, dict(ours)) == []
    theirs = {**ours, "jieba": "0.41", "sources": "others"}
    assert differences(ours, theirs) == [
        "its files of longcode-bench are others",
        f"jieba 0.41, here {ours['jieba']}",
    ]


def test_only_packages_of_tokenizers_may_be_missing_on_one_side() -> None:
    ours = {**fingerprint(), "transformers": "5.0.0"}
    assert differences(ours, {**ours, "transformers": ABSENT}) == []
    assert differences(ours, {**ours, "transformers": "4.9.0"}) == ["transformers 4.9.0, here 5.0.0"]
    assert differences(ours, {**ours, "numpy": ABSENT}) == [f"numpy {ABSENT}, here {ours['numpy']}"]


def test_a_changed_source_file_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "metric.py").write_text("value = 1\n")
    monkeypatch.setattr(versions, "files", lambda _: tmp_path)
    before = versions.sources_sha256.__wrapped__()
    (tmp_path / "notes.txt").write_text("no source")
    assert versions.sources_sha256.__wrapped__() == before
    (tmp_path / "deep" / "metric.py").write_text("value = 2\n")
    assert versions.sources_sha256.__wrapped__() != before


def test_a_refused_machine_is_named_with_what_to_do() -> None:
    told = refusal(Node("ab12", "10.0.0.7", {}), "numpy 1.0, here 2.0")
    assert told == "the node 10.0.0.7 cannot take part: numpy 1.0, here 2.0; install there what is installed here"
