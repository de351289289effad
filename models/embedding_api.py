"""Vectors from any OpenAI-compatible `/embeddings` endpoint, through the official client."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.errors import ModelError
from bench.models.api.clients import no_certificates
from bench.models.api.faults import Fault
from bench.models.api.patience import retry_seconds
from bench.models.api.replies import BadResponse
from bench.models.api.servers import Server, client_package, default_url
from bench.models.api.tries import fault_of

if TYPE_CHECKING:
    from bench.models.embedding import Vectors

OPTION = "--embeddings-url"
RETRIES = 6
_SECONDS = 120.0
_TEXTS, _CHARACTERS = 128, 200_000
"""In one request at most; OpenAI takes 2,048 texts and 300,000 tokens, local servers often 32 texts and more."""
_PROBE = "one"
_CUT = "chunks that {name} refused as too long were cut until it took them: only their beginnings were compared"


class Endpoint:
    """`openai/<embedding model>` at `--embeddings-url`, else OPENAI_BASE_URL, else OpenAI; key from OPENAI_API_KEY.

    Args:
        model: the name that the server knows it by.

    Raises:
        UserError: the URL is none.
        ModelError: the client is not installed, or there is no key.
    """

    def __init__(self, model: str, *, url: str | None = None) -> None:
        self._model = model
        self._server = Server.at((url or default_url()).rstrip("/"), OPTION)
        self._client = _client(self._server)
        self._dimensions: int | None = None
        self.notes: list[str] = []

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's name and the length of its vectors; where the server is tells no runs apart."""
        return {"backend": "openai", "model": self._model, "dimensions": self._dimensions}

    @property
    def identity(self) -> str:
        """With the server: two servers may mean two models by one name."""
        return json.dumps({**self.spec, "server": self._server.shown}, sort_keys=True)

    def check(self) -> None:
        """Ask for one vector.

        Raises:
            ModelError: the server cannot be reached, refuses, or knows no such model.
        """
        if self._dimensions is None:
            self._server.check()
            self._dimensions = self._embedded([_PROBE]).shape[1]

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:  # noqa: ARG002 - the protocol knows none
        """A vector for each text, in as few requests as limits allow.

        Raises:
            ModelError: it stopped answering, or gives vectors of another length than before.
        """
        self.check()
        return np.concatenate([self._embedded(batch) for batch in _batches(texts)])

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _embedded(self, texts: Sequence[str]) -> Vectors:
        outcome = self._outcome(texts)
        if not isinstance(outcome, Fault):
            return self._of_one_length(outcome)
        if len(texts) > 1:  # one of them is too long, or all together are
            half = len(texts) // 2
            return np.concatenate([self._embedded(texts[:half]), self._embedded(texts[half:])])
        if len(texts[0]) < 2:
            raise self._error(outcome)
        note = _CUT.format(name=f"openai/{self._model}")
        self.notes += [note] if note not in self.notes else []
        return self._embedded([texts[0][: len(texts[0]) // 2]])

    def _outcome(self, texts: Sequence[str]) -> Vectors | Fault:
        """The vectors, or the fault of texts that are too long; whatever may pass is tried again."""
        for tries in count(1):
            outcome = self._attempt(texts)
            if not isinstance(outcome, Fault) or outcome.name == "context_length":
                return outcome
            if not outcome.passing or tries > RETRIES:
                raise self._error(outcome)
            time.sleep(retry_seconds(tries) if outcome.pause is None else outcome.pause)
        raise AssertionError

    def _attempt(self, texts: Sequence[str]) -> Vectors | Fault:
        body = {"model": self._model, "input": [text or " " for text in texts], "encoding_format": "float"}
        try:
            raw: str = self._client.post("/embeddings", cast_to=str, body=body)
            return _read(raw, len(texts))
        except (client_package().OpenAIError, BadResponse, ValueError) as error:
            return fault_of(error, self._server, _SECONDS)

    def _of_one_length(self, vectors: Vectors) -> Vectors:
        found = vectors.shape[1]
        if self._dimensions not in {None, found}:
            raise ModelError(
                f"{self._server.shown}: openai/{self._model} gave {found} numbers for a text and {self._dimensions} "
                "before; name a server that keeps to one model"
            )
        return vectors

    def _error(self, fault: Fault) -> ModelError:
        remedies = {"auth": "set OPENAI_API_KEY", "http_404": f"check {OPTION} and the model's name"}
        remedy = remedies.get(fault.name, f"see the server's log, or give another {OPTION}")
        return ModelError(f"--retriever openai/{self._model} at {self._server.shown}: {fault}; {remedy}")


def _client(server: Server) -> Any:
    package = client_package()
    options: dict[str, Any] = {"base_url": server.url, "timeout": _SECONDS, "max_retries": 0}
    if server.place.scheme == "http":
        options["http_client"] = package.DefaultHttpxClient(verify=no_certificates())
    return package.OpenAI(api_key=server.key(), **options)


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == _TEXTS or size + len(text) > _CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


def _read(raw: str, wanted: int) -> Vectors:
    """The vectors in the order of the texts, whatever the order of the reply.

    Raises:
        BadResponse: there is not one of numbers, all of one length, for every text.
    """
    reply = json.loads(raw)
    data = reply.get("data") if isinstance(reply, dict) else None
    if not isinstance(data, list) or len(data) != wanted:
        raise BadResponse(f"the reply has no list of {wanted} embeddings")
    try:
        ordered = sorted(data, key=lambda item: item["index"])
        vectors = np.array([item["embedding"] for item in ordered], dtype=np.float32)
    except (KeyError, TypeError, ValueError):
        raise BadResponse("the reply's embeddings are not lists of numbers, all of one length") from None
    if vectors.ndim != 2 or not vectors.shape[1] or not np.isfinite(vectors).all():
        raise BadResponse("the reply's embeddings are not lists of numbers, all of one length")
    return vectors
