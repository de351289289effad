"""Vectors that were computed once, kept in one SQLite file for every run, model and process on this machine."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from bench.models.embedding import Embedder, Vectors

_TABLE = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
_WAIT = 60.0  # seconds that another process may hold the file
_AT_ONCE = 500  # keys in one question: SQLite takes 999 in its older versions
_CHECKSUM = 4


class Kept:
    """An embedder that remembers; an `Embedder`.

    Nothing that happens to the file ends a run: one that is damaged is set aside and begun anew, and where none can be
    written vectors are computed again.

    Args:
        embedder: who is asked for what is not kept.
        path: the file; it and its folder are made when the first vector is kept.
    """

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._embedder = embedder
        self._store = Store(path)

    @property
    def spec(self) -> Mapping[str, Any]:
        """The embedder's own."""
        return self._embedder.spec

    @property
    def identity(self) -> str:
        """The embedder's own."""
        return self._embedder.identity

    @property
    def notes(self) -> Sequence[str]:
        """The embedder's own."""
        return self._embedder.notes

    def check(self) -> None:
        """The embedder's own check."""
        self._embedder.check()

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Kept vectors, and new ones for texts that are seen for the first time."""
        self.check()  # by which its identity is known
        keys = [self._key(text, query=query) for text in texts]
        found = self._store.get(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            made = self._embedder.embed(list(missing.values()), query=query)
            new = dict(zip(missing, made, strict=True))
            self._store.put(new)
            found |= new
        return np.stack([found[key] for key in keys])

    def close(self) -> None:
        """Let go of the file and the embedder."""
        self._store.close()
        self._embedder.close()

    def _key(self, text: str, *, query: bool) -> bytes:
        asked = f"{self._embedder.identity}\0{'query' if query else 'document'}\0{text}"
        return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).digest()


class Store:
    """The file; it may be shared by processes and by threads that take turns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._usable = True

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """What is kept of these keys; an entry that is not whole counts as not there."""
        found: dict[bytes, Vectors] = {}
        for begin in range(0, len(keys), _AT_ONCE):
            found |= self._some(keys[begin : begin + _AT_ONCE])
        return found

    def _some(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608 - question marks alone
        rows = self._do(lambda connection: connection.execute(query, list(keys)).fetchall()) or []
        read = {bytes(key): _unpacked(raw) for key, raw in rows}
        return {key: vector for key, vector in read.items() if vector is not None}

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep them; they are on disk together or not at all."""
        rows = [(key, _packed(vector)) for key, vector in vectors.items()]

        def insert(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

        self._do(insert)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _do(self, work: Any) -> Any:
        """What the work gives; None where the file cannot be used. A damaged one is set aside and tried anew once."""
        for again in (True, False):
            if not self._usable:
                return None
            try:
                return work(self._opened())
            except (OSError, sqlite3.Error) as error:
                self.close()
                self._usable = again and _is_damaged(error) and self._set_aside()
        return None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path, timeout=_WAIT, check_same_thread=False)
            self._connection.execute(_TABLE)
        return self._connection

    def _set_aside(self) -> bool:
        with suppress(OSError):
            self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
            return True
        return False


def _is_damaged(error: Exception) -> bool:
    """Not a lock, a full or a read-only disk, which SQLite reports by subclasses of this."""
    return type(error) is sqlite3.DatabaseError


def _packed(vector: Vectors) -> bytes:
    raw = np.ascontiguousarray(vector, dtype="<f4").tobytes()
    return zlib.crc32(raw).to_bytes(_CHECKSUM, "little") + raw


def _unpacked(packed: object) -> Vectors | None:
    if not isinstance(packed, bytes) or len(packed) % 4 or len(packed) <= _CHECKSUM:
        return None
    raw = packed[_CHECKSUM:]
    if zlib.crc32(raw).to_bytes(_CHECKSUM, "little") != packed[:_CHECKSUM]:
        return None
    return np.frombuffer(raw, dtype="<f4").astype(np.float32)
