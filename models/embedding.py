"""What turns texts into vectors, for retrieval by meaning: found by a table, imported only when asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from bench.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Anything that gives texts vectors whose angle tells how near they are in meaning."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What tells its vectors from another's: part of a run's `generation`. Complete once `check` has returned."""

    @property
    def identity(self) -> str:
        """The same, with what is no part of a run but may change vectors: by it kept ones are found again."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know; it may grow."""

    def check(self) -> None:
        """Find out before the first text whether it can be used.

        Raises:
            ModelError: it cannot; the text says what to do.
        """

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """A vector for each text, float32 of shape (texts, dimensions), not normalised.

        Args:
            query: they are questions; some models embed these otherwise than documents.

        Raises:
            ModelError: it stopped answering, or gave something else than vectors.
        """

    def close(self) -> None:
        """Let go of the weights or the connections."""


EMBEDDERS: Mapping[str, str] = MappingProxyType(
    {
        "st": "bench.models.embedding_st:SentenceTransformers",
        "openai": "bench.models.embedding_api:Endpoint",
    }
)
"""By what stands before the slash; each takes what stands after it and its options by keyword."""
_OPTIONS: Mapping[str, frozenset[str]] = MappingProxyType({"openai": frozenset({"url"})})


def load_embedder(name: str, *, url: str | None = None) -> Embedder:
    """The embedder that `st/<model>` or `openai/<model>` names, kept vectors in front of it; it is not checked yet.

    Raises:
        UserError: there is none of that name, or it is not asked at a URL.
        ModelError: its package is not installed, or its files are not there.
    """
    from bench.home import home
    from bench.models.embedding_cache import Kept

    kind, _, model = name.partition("/")
    options = {} if url is None else {"url": url}
    if not set(options) <= _OPTIONS.get(kind, frozenset()):
        raise UserError(f"--embeddings-url is for --retriever openai/MODEL, not for {name}")
    module, _, factory = EMBEDDERS[kind].partition(":")
    embedder: Embedder = getattr(import_module(module), factory)(model, **options)
    return Kept(embedder, home() / "embeddings" / "vectors.sqlite")
