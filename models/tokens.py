"""Tokenizers: the model's own from a folder or the hub, a server's, and tiktoken's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Tokenizer(Protocol):
    """What cutting and rendering need. A tokenizer can be pickled to a worker process."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What tells it from another: sha256 of its files, or the server that was asked."""

    @property
    def window(self) -> int | None:
        """The context window that its folder or server states, in tokens."""

    @property
    def template(self) -> str | None:
        """Its own chat template; None where there is none, or where only its server knows it."""

    def encode(self, text: str, *, special: bool = True) -> list[int]:
        """Token ids; with the special tokens that it puts around a text, or without.

        Raises:
            ModelError: its server does not answer.
        """

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, special tokens skipped.

        Raises:
            ModelError: its server does not answer.
        """

    def render(self, messages: Sequence[Mapping[str, str]], template: str | None, options: Mapping[str, Any]) -> str:
        """Messages under a chat template, with the opening of the answer after them.

        Args:
            template: in place of its own.
            options: variables handed to the template.

        Raises:
            ModelError: there is no template, or it refuses these messages.
        """


def load_tokenizer(name: str, *, revision: str | None = None) -> Tokenizer:
    """The tokenizer of a folder or a hub id, by `transformers`; HF_HUB_OFFLINE is respected.

    Raises:
        ModelError: it cannot be had; the text says what to do.
    """
    from bench.models.tokens_hub import HubTokenizer

    return HubTokenizer(name, revision)


def server_tokenizer(base_url: str | Sequence[str], model: str, key: str | None = None) -> Tokenizer | None:
    """The tokenizer of the server at `base_url`, where it has endpoints for one and they give a text back unchanged.

    Args:
        base_url: with or without `/v1`; several for replicas of one server, which stand in for each other.
        model: the name that the server knows it by.
        key: sent as a bearer token.
    """
    from bench.models.tokens_server import find

    return find([base_url] if isinstance(base_url, str) else base_url, model, key)


def tiktoken_tokenizer(model: str) -> Tokenizer | None:
    """tiktoken's for a model's or an encoding's name, where the package and its file are on this machine.

    Nothing is downloaded: the file must lie in TIKTOKEN_CACHE_DIR or where tiktoken keeps it by default.
    """
    from bench.models.tokens_tiktoken import find

    return find(model)
