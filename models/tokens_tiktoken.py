"""tiktoken for OpenAI's own names, from files that are on this machine: nothing is ever downloaded."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.errors import ModelError

_PLACE = "https://openaipublic.blob.core.windows.net/encodings/"
# tiktoken_ext/openai_public.py: the file of each encoding and its sha256. tiktoken fetches a file whose hash is wrong
# again without a word, so both are looked at first.
_FILES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "r50k_base": ("r50k_base.tiktoken", "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"),
        "p50k_base": ("p50k_base.tiktoken", "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069"),
        "cl100k_base": ("cl100k_base.tiktoken", "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
        "o200k_base": ("o200k_base.tiktoken", "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
        "o200k_harmony": ("o200k_base.tiktoken", "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
    }
)
# https://platform.openai.com/docs/models, by the beginning of the name; the longest that fits counts.
_WINDOWS: Mapping[str, int] = MappingProxyType(
    {
        "gpt-5": 400_000,
        "gpt-4.1": 1_047_576,
        "gpt-4.5": 128_000,
        "gpt-4o": 128_000,
        "chatgpt-4o": 128_000,
        "gpt-4-turbo": 128_000,
        "gpt-4-1106": 128_000,
        "gpt-4-0125": 128_000,
        "gpt-4-32k": 32_768,
        "gpt-4": 8_192,
        "gpt-3.5-turbo": 16_385,
        "gpt-oss": 131_072,
        "o1-mini": 128_000,
        "o1-preview": 128_000,
        "o1": 200_000,
        "o3": 200_000,
        "o4-mini": 200_000,
    }
)


class Tiktoken:
    """One of tiktoken's encodings.

    Args:
        encoding: its name.
        window: of the model.
    """

    template: str | None = None

    def __init__(self, encoding: str, window: int | None) -> None:
        import tiktoken

        self._name = encoding
        self._encoding = tiktoken.get_encoding(encoding)
        self.window = window
        self.spec: Mapping[str, Any] = MappingProxyType({"tiktoken": encoding})

    def __reduce__(self) -> tuple[type[Tiktoken], tuple[str, int | None]]:
        return Tiktoken, (self._name, self.window)

    def encode(self, text: str, *, special: bool = True) -> list[int]:  # noqa: ARG002 - it puts none around a text
        """Token ids; what spells a special token is text, as with the authors' `disallowed_special=()`."""
        ids: list[int] = self._encoding.encode(text, disallowed_special=())
        return ids

    def places(self, text: str) -> list[int]:
        """Where each token begins, in characters."""
        _, places = self._encoding.decode_with_offsets(self.encode(text))
        return list(places)

    def decode(self, ids: Sequence[int]) -> str:
        """The text; bytes that are no character become U+FFFD."""
        text: str = self._encoding.decode(list(ids))
        return text

    def render(self, messages: Sequence[Mapping[str, str]], template: str | None, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the seam's
        """Always an error: OpenAI's templates are not public.

        Raises:
            ModelError: always.
        """
        raise ModelError("tiktoken has no chat template; leave out --chat-template, or name a tokenizer by --tokenizer")


def find(model: str) -> Tiktoken | None:
    """The encoding of a model, or of its own name, where tiktoken is installed and its file is at hand."""
    if model in _FILES:
        return Tiktoken(model, None) if importlib.util.find_spec("tiktoken") and _at_hand(model) else None
    name = model.removeprefix("ft:")
    try:
        from tiktoken.model import encoding_name_for_model
    except ImportError:
        return None
    try:
        encoding = encoding_name_for_model(model)
    except KeyError:
        return None
    return Tiktoken(encoding, _window(name)) if _at_hand(encoding) else None


def _at_hand(encoding: str) -> bool:
    """Whether the file that tiktoken will read lies in its cache, whole."""
    if encoding not in _FILES:
        return False
    file, sha256 = _FILES[encoding]
    folder = _cache()
    # SHA-1 of the address is how tiktoken names the files of its cache.
    path = folder / hashlib.sha1((_PLACE + file).encode(), usedforsecurity=False).hexdigest() if folder else None
    return path is not None and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _cache() -> Path | None:
    """Where tiktoken keeps files; None where it is told to keep none, and so would always download."""
    for name in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if name in os.environ:
            return Path(os.environ[name]) if os.environ[name] else None
    return Path(tempfile.gettempdir()) / "data-gym-cache"


def _window(name: str) -> int | None:
    known = [prefix for prefix in _WINDOWS if name.startswith(prefix)]
    return _WINDOWS[max(known, key=len)] if known else None
