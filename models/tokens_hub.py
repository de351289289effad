"""The tokenizer of a folder or a hub id, through `transformers`."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.errors import ModelError

FILES = (
    *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("chat_template.jinja", "chat_template.json"),
    *("tokenizer.model", "spiece.model", "tekken.json", "vocab.json", "vocab.txt", "merges.txt"),
)
"""What a tokenizer is made of, as far as a folder has it."""
_WINDOWS = ("max_position_embeddings", "n_positions", "seq_length", "max_sequence_length", "max_seq_len")
_SANE = 10_000_000  # transformers writes 1e30 where it does not know
_COMMIT = re.compile(r"[0-9a-f]{40}")
_INSTALL = "transformers is not installed; pip install 'longcode-bench[tokenizers]'"


class HubTokenizer:
    """A tokenizer by its name; what is pickled is the name, and the worker loads it again.

    Args:
        name: a folder or a hub id.
        revision: branch, tag or commit on the hub.

    Raises:
        ModelError: it cannot be had.
    """

    def __init__(self, name: str, revision: str | None = None) -> None:
        self._name = name
        self._tokenizer = _loaded(name, revision)
        folder = Path(name) if Path(name).is_dir() else _snapshot(name, revision)
        # Another process must load the very same files, whatever the hub's branch holds by then.
        self._revision = _commit(folder) or revision
        self.spec: Mapping[str, Any] = MappingProxyType(_spec(name, folder))
        self.window: int | None = _window(folder, self._tokenizer)
        self.template: str | None = _template(self._tokenizer)

    def __reduce__(self) -> tuple[type[HubTokenizer], tuple[str, str | None]]:
        folder = Path(self._name)  # by its whole path: the other process may stand in another one
        return HubTokenizer, (str(folder.resolve()) if folder.is_dir() else self._name, self._revision)

    def encode(self, text: str, *, special: bool = True) -> list[int]:
        """Token ids, as the authors' `tokenizer(prompt)` gives them."""
        encoded = self._tokenizer(
            text, add_special_tokens=special, truncation=False, return_attention_mask=False, verbose=False
        )
        ids: list[int] = encoded["input_ids"]
        return ids

    def places(self, text: str) -> list[int]:
        """Where each token begins, in characters; the special tokens around a text have none.

        Raises:
            ModelError: the tokenizer is one of those that cannot tell.
        """
        try:
            encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        except NotImplementedError as error:
            raise ModelError(f"{self._name}: only tokenizers with a tokenizer.json tell where tokens begin") from error
        return [start for start, _ in encoded["offset_mapping"]]

    def decode(self, ids: Sequence[int]) -> str:
        """The text, as the authors' `tokenizer.decode(ids, skip_special_tokens=True)` gives it."""
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def render(self, messages: Sequence[Mapping[str, str]], template: str | None, options: Mapping[str, Any]) -> str:
        """Messages under the template.

        Raises:
            ModelError: there is none, or it refuses them.
        """
        if template is None and self.template is None:
            raise ModelError(f"{self._name}: its tokenizer has no chat template; give --chat-template FILE or none")
        try:
            text: str = self._tokenizer.apply_chat_template(
                [dict(message) for message in messages],
                chat_template=template or self.template,
                tokenize=False,
                add_generation_prompt=True,
                **options,
            )
        except Exception as error:  # a template is a program: it raises whatever it likes
            raise ModelError(f"the chat template failed: {_line(error)}; see --chat-template") from error
        return text


def _loaded(name: str, revision: str | None) -> Any:
    # The library says on stderr that it found no torch, which tokenizers do not need.
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        raise ModelError(_INSTALL) from error
    try:
        # False said outright: left open, the library asks on the terminal whether to run a stranger's code.
        return AutoTokenizer.from_pretrained(name, revision=revision, trust_remote_code=False)
    except Exception as error:  # what a stranger's folder makes the library raise has no common base
        raise ModelError(f"{name}: no tokenizer can be loaded ({_reason(name, error)}); {_remedy(error)}") from error


def _reason(name: str, error: BaseException) -> str:
    if "trust_remote_code" in str(error):
        return "it comes with code of its own, which is not run"
    if (name.startswith((".", "~", "/")) or name.count("/") > 1) and not Path(name).exists():
        return "there is no such folder"
    return _line(error)


def _remedy(error: BaseException) -> str:
    if isinstance(error, ImportError):
        return "install what it names, or name another by --tokenizer FOLDER"
    return "name a folder or hub id that has one by --tokenizer"


def _line(error: BaseException) -> str:
    """The first line that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:200].rstrip(".:") if lines else type(error).__name__


def _snapshot(name: str, revision: str | None) -> Path | None:
    """The folder of the hub's cache that the tokenizer came from; its name is the commit."""
    from huggingface_hub import try_to_load_from_cache

    for file in ("config.json", *FILES):
        path = try_to_load_from_cache(name, file, revision=revision)
        if isinstance(path, str):
            return Path(path).parent
    return None


def _commit(folder: Path | None) -> str | None:
    return folder.name if folder is not None and _COMMIT.fullmatch(folder.name) else None


def _spec(name: str, folder: Path | None) -> dict[str, Any]:
    """A hub id with its commit, or the hashes of a folder's files: the same wherever the folder lies."""
    commit = _commit(folder)
    if folder is None or (commit and not Path(name).is_dir()):
        return {"name": name, "revision": commit}
    return {"files": {file: _sha256(folder / file) for file in FILES if (folder / file).is_file()}}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _window(folder: Path | None, tokenizer: Any) -> int | None:
    """The model's window by its config.json; the tokenizer's own limit where there is none and it is a sane number."""
    config = _config(folder)
    for part in (config, config.get("text_config") or {}):
        for key in _WINDOWS:
            if isinstance(part.get(key), int) and part[key] > 0:
                return int(part[key])
    length = getattr(tokenizer, "model_max_length", None)
    return int(length) if length and length < _SANE else None


def _config(folder: Path | None) -> dict[str, Any]:
    path = folder / "config.json" if folder else None
    if path is None or not path.is_file():
        return {}
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return config if isinstance(config, dict) else {}


def _template(tokenizer: Any) -> str | None:
    """The chat template; of several the one called `default`."""
    template = getattr(tokenizer, "chat_template", None)
    if isinstance(template, dict):
        template = template.get("default")
    return template or None
