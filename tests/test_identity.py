"""Which weights a run was made with.

These would catch: a run going on with other weights under the same name, a path in a run folder, a commit that moves.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from engine_helpers import model_folder

from bench.errors import UserError
from bench.models.identity import BLOCK, BLOCKS, find_weights, fingerprint

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def fake_hub(monkeypatch: pytest.MonkeyPatch, cache: Path, answer: Any) -> None:
    def model_info(name: str, revision: str | None, timeout: float) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(sha=answer)

    hub, constants = ModuleType("huggingface_hub"), ModuleType("huggingface_hub.constants")
    hub.__dict__["HfApi"] = lambda: SimpleNamespace(model_info=model_info)
    constants.__dict__["HF_HUB_CACHE"] = str(cache)
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    monkeypatch.setitem(sys.modules, "huggingface_hub.constants", constants)


def test_a_folder_is_told_by_its_files_wherever_it_lies(tmp_path: Path) -> None:
    first = find_weights(str(model_folder(tmp_path / "here" / "tiny")))
    second = find_weights(str(model_folder(tmp_path / "there" / "tiny")))
    assert first.spec == second.spec
    assert set(first.spec["files"]) == {"config.json", "generation_config.json", "tokenizer.json", "model.safetensors"}
    assert str(tmp_path) not in json.dumps(first.spec)
    assert first.source == str(tmp_path / "here" / "tiny")


@pytest.mark.parametrize("name", ["config.json", "generation_config.json", "tokenizer.json", "model.safetensors"])
def test_another_byte_in_any_of_them_is_another_model(tmp_path: Path, name: str) -> None:
    folder = model_folder(tmp_path / "tiny")
    before = find_weights(str(folder)).spec
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    assert find_weights(str(folder)).spec != before


def test_large_weights_are_told_apart_by_blocks_all_over(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    size = 4 * BLOCK * BLOCKS
    whole = bytearray(size)
    seen = set()
    for place in (None, 0, size // 2 // BLOCK, size // BLOCK - 1):
        if place is not None:
            start = (size - BLOCK) * round(place * BLOCK * (BLOCKS - 1) / (size - BLOCK)) // (BLOCKS - 1)
            whole[start] ^= 1
        path.write_bytes(whole)
        seen.add(fingerprint(path))
    path.write_bytes(bytes(size + 1))
    assert len(seen | {fingerprint(path)}) == 5


def test_a_hub_id_is_told_by_its_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_hub(monkeypatch, tmp_path, COMMIT)
    found = find_weights("org/model", revision="main")
    assert found.spec == {"model": "org/model", "revision": COMMIT}
    assert (found.source, found.revision, found.notes) == ("org/model", COMMIT, ())


def test_without_a_network_the_commit_is_the_one_that_was_downloaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_hub(monkeypatch, tmp_path, ConnectionError("offline"))
    reference = tmp_path / "models--org--model" / "refs" / "main"
    reference.parent.mkdir(parents=True)
    reference.write_text(COMMIT + "\n")
    assert find_weights("org/model").revision == COMMIT


def test_a_commit_that_cannot_be_found_out_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_hub(monkeypatch, tmp_path, RuntimeError("an HTTP library's own error"))
    found = find_weights("org/model")
    assert found.spec["revision"] is None
    assert found.notes == ("the commit of org/model could not be found out: the hub did not answer",)


@pytest.mark.parametrize("name", ["/no/such/folder", "./tiny", "a/b/c", "~/models/tiny", "none/"])
def test_what_looks_like_a_folder_and_is_none_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=r"no such folder; name a folder with a config\.json, or a hub id"):
        find_weights(name)


def test_a_folder_without_a_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no config\.json there"):
        find_weights(str(tmp_path))
