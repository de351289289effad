"""Which weights a name stands for: the commit of a hub id, or hashes of a folder's files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import UserError

WHOLE = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tekken.json",
    "chat_template.jinja",
    "adapter_config.json",
    "*.index.json",
)
"""Files that are hashed from their first byte to the last."""
WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.gguf")
BLOCK = 1 << 16
BLOCKS = 64
"""Of a weight file larger than BLOCKS * BLOCK so many blocks are hashed, evenly spread: reading 100 GB would take
minutes, and weights that were trained further differ everywhere."""
_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_HUB_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights as an engine loads them.

    Attributes:
        source: a folder's path, or a hub id.
        revision: the commit of a hub id; None for a folder, or where it could not be found out.
        spec: what tells these weights from others, without any path.
        notes: what a reader of the result must know.
    """

    source: str
    revision: str | None = None
    spec: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Where the files lie on this machine; the hub id where they were not downloaded.

        For whoever takes a name and no revision.
        """
        if self.revision is None:
            return self.source
        from huggingface_hub import try_to_load_from_cache

        config = try_to_load_from_cache(self.source, "config.json", revision=self.revision)
        return str(Path(config).parent) if isinstance(config, str) else self.source


def find_weights(name: str, *, revision: str | None = None) -> Weights:
    """The weights that a folder or a hub id names.

    Args:
        revision: branch, tag or commit of a hub id.

    Raises:
        UserError: it looks like a folder and is none, or a revision is asked of a folder.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _folder(folder.resolve(), revision)
    if not _HUB_ID.fullmatch(name):
        raise UserError(f"{name}: no such folder; name a folder with a config.json, or a hub id like org/model")
    return _hub(name, revision)


def adapter_spec(folder: str) -> dict[str, Any]:
    """What tells one LoRA adapter from another.

    Raises:
        UserError: the folder holds none.
    """
    path = Path(folder).expanduser()
    if not (path / "adapter_config.json").is_file():
        raise UserError(f"--lora {folder}: no adapter_config.json there; name the folder of a LoRA adapter")
    return {"adapter": path.resolve().name, "files": digests(path)}


def digests(folder: Path) -> dict[str, str]:
    """Sha256 of the small files and a fingerprint of each weight file, by name."""
    whole = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _matching(folder, WHOLE)}
    return whole | {path.name: fingerprint(path) for path in _matching(folder, WEIGHTS)}


def fingerprint(path: Path) -> str:
    """Sha256 of a file's length and of its content, all of it up to 4 MiB, else of 64 blocks spread over it."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as stream:
        for offset in _offsets(size):
            stream.seek(offset)
            digest.update(stream.read(BLOCK))
    return digest.hexdigest()


def _offsets(size: int) -> Iterator[int]:
    if size <= BLOCK * BLOCKS:
        yield from range(0, size, BLOCK)
    else:
        yield from ((size - BLOCK) * number // (BLOCKS - 1) for number in range(BLOCKS))


def _matching(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})


def _folder(folder: Path, revision: str | None) -> Weights:
    if revision is not None:
        raise UserError(f"--model-revision is for hub ids; {folder.name} is a folder")
    if not (folder / "config.json").is_file():
        raise UserError(f"{folder}: no config.json there; name the folder of a model")
    return Weights(source=str(folder), spec={"model": folder.name, "files": digests(folder)})


def _hub(name: str, revision: str | None) -> Weights:
    commit = _commit(name, revision)
    note = () if commit else (f"the commit of {name} could not be found out: the hub did not answer",)
    return Weights(
        source=name, revision=commit or revision, spec={"model": name, "revision": commit or revision}, notes=note
    )


def _commit(name: str, revision: str | None) -> str | None:
    """The commit that a revision stands for, by the hub, else by what was downloaded before."""
    if revision is not None and _COMMIT.fullmatch(revision):
        return revision
    return _asked_of_the_hub(name, revision) or _downloaded(name, revision)


def _asked_of_the_hub(name: str, revision: str | None) -> str | None:
    try:
        from huggingface_hub import HfApi
    except ImportError:
        return None
    try:
        sha: str | None = HfApi().model_info(name, revision=revision, timeout=_HUB_SECONDS).sha
    except Exception:  # noqa: BLE001 - of the HTTP library, which another version of the client has changed
        return None  # no network, or told not to use it: what is missing is said when the weights are loaded
    return sha


def _downloaded(name: str, revision: str | None) -> str | None:
    try:
        from huggingface_hub.constants import HF_HUB_CACHE
    except ImportError:
        return None
    reference = Path(HF_HUB_CACHE) / f"models--{name.replace('/', '--')}" / "refs" / (revision or "main")
    return reference.read_text().strip() if reference.is_file() else None
