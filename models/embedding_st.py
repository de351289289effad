"""Vectors from a sentence-transformers model on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import ModelError
from bench.models.identity import Weights, digests, find_weights

if TYPE_CHECKING:
    from bench.models.embedding import Vectors

_BATCH = 32
_DOCUMENT_PROMPTS = ("document", "passage")
"""Names under which models keep what they put before a document."""


class SentenceTransformers:
    """`st/<hub id or folder>`.

    Args:
        name: a hub id, or a folder that the package has saved.

    Raises:
        UserError: it looks like a folder and is none.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._weights = _weights(name)
        self._model: Any = None
        self.spec: Mapping[str, Any] = {"backend": "st", **self._weights.spec}
        self.identity = json.dumps(self.spec, sort_keys=True)
        self.notes: list[str] = list(self._weights.notes)

    def check(self) -> None:
        """Load it.

        Raises:
            ModelError: the package is not installed, or the model cannot be had.
        """
        if self._model is None:
            self._model = _loaded(self._name, self._weights)
            most = getattr(self._model, "max_seq_length", None)
            if isinstance(most, int):  # a model without a limit says that it is infinite
                self.notes.append(f"{self._model_name} reads the first {most:,} tokens of a chunk and of a question")

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """A vector for each text, under the model's own prompt for questions or documents where it has one."""
        self.check()
        prompts = getattr(self._model, "prompts", None) or {}
        names = [name for name in (("query",) if query else _DOCUMENT_PROMPTS) if name in prompts]
        vectors: Vectors = self._model.encode(
            list(texts),
            prompt_name=names[0] if names else None,
            batch_size=_BATCH,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return vectors.astype("float32", copy=False)

    def close(self) -> None:
        """Let go of the weights."""
        self._model = None

    @property
    def _model_name(self) -> str:
        return f"st/{self.spec['model']}"


def _weights(name: str) -> Weights:
    """A folder of this package need not have a config.json of its own: parts of the model lie in folders below it."""
    folder = Path(name).expanduser()
    if not (folder / "modules.json").is_file():
        return find_weights(name)
    parts = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    files = {str(part.relative_to(folder) / file): found for part in parts for file, found in digests(part).items()}
    return Weights(source=str(folder.resolve()), spec={"model": folder.resolve().name, "files": files})


def _loaded(name: str, weights: Weights) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelError("sentence-transformers is not installed; pip install 'longcode-bench[retrieval]'") from error
    try:
        return SentenceTransformer(weights.source, revision=weights.revision, trust_remote_code=False)
    except Exception as error:  # what a stranger's files make the library raise has no common base
        said = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
        remedy = "name a sentence-transformers model, its hub id or folder"
        raise ModelError(f"--retriever st/{name}: cannot be loaded ({said[:200]}); {remedy}") from error
