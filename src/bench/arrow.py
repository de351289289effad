"""Samples and runs as Arrow columns: one fixed layout for every benchmark and task, written batch by batch.

`input` differs from benchmark to benchmark, so it is a list of (field, text) in the order of its fields; `metadata`,
which differs from task to task, is JSON text. Texts are large strings, whose offsets have 64 bits: a data set may hold
more than 2 GB of them. pyarrow is imported where it is used.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import UserError
from bench.jsonl import writing
from bench.records import Sample

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]

BATCH_CHARACTERS, BATCH_ROWS = 8_000_000, 1000
"""A batch, and so a row group, ends with whichever is reached first: what bounds the memory."""


def require_pyarrow() -> None:
    """Find out before anything is read.

    Raises:
        UserError: it is not installed.
    """
    try:
        import pyarrow as pa  # noqa: F401
    except ImportError:
        raise UserError("pyarrow is not installed; install it: pip install 'longcode-bench[parquet]'") from None


def sample_schema() -> pa.Schema:
    """The columns of a `Sample`."""
    import pyarrow as pa

    text = pa.large_string()
    fields = pa.list_(pa.struct([("field", pa.string()), ("text", text)]))
    return pa.schema(
        [
            ("id", pa.string()),
            ("benchmark", pa.string()),
            ("task", pa.string()),
            ("language", pa.string()),
            ("input", fields),
            ("targets", pa.list_(text)),
            ("metadata", text),
        ]
    )


def answer_schema() -> pa.Schema:
    """The columns of one attempt at a sample, with its answer and its score."""
    import pyarrow as pa

    text, word, number, count = pa.large_string(), pa.string(), pa.float64(), pa.int64()
    return pa.schema(
        [
            ("id", word),
            ("task", word),
            ("language", word),
            ("attempt", count),
            ("targets", pa.list_(text)),
            ("length", count),
            ("cluster", word),
            ("metadata", text),
            ("prompt_sha256", word),
            ("text", text),
            ("thought", text),
            ("finish_reason", word),
            ("error", text),
            ("input_tokens", count),
            ("output_tokens", count),
            ("truncated_tokens", count),
            ("seconds", number),
            ("value", number),
            ("answer", text),
            ("reason", text),
            ("raised", text),
            ("verdict", word),
            ("also", text),
        ]
    )


def sample_row(sample: Sample) -> Row:
    """A sample by column."""
    return {
        "id": sample.id,
        "benchmark": sample.benchmark,
        "task": sample.task,
        "language": sample.language,
        "input": [{"field": name, "text": text} for name, text in sample.input.items()],
        "targets": list(sample.targets),
        "metadata": as_json(sample.metadata),
    }


def sample_from_row(row: Row) -> Sample:
    """The sample of a row that `bench.load_samples(..., as_dataset=True)` or a Parquet file holds."""
    return Sample(
        id=row["id"],
        benchmark=row["benchmark"],
        task=row["task"],
        language=row["language"],
        input={part["field"]: part["text"] for part in row["input"]},
        targets=tuple(row["targets"]),
        metadata=json.loads(row["metadata"]),
    )


def answer_row(item: Mapping[str, Any]) -> Row:
    """One attempt by column.

    Args:
        item: `sample`, `completion` (or None) and `score`, each as `to_json` writes it.
    """
    sample, completion, score = item["sample"], item["completion"] or {}, item["score"]
    usage = completion.get("usage") or {}
    return {
        **{key: sample[key] for key in ("id", "task", "language", "length", "cluster", "prompt_sha256")},
        "targets": list(sample["targets"]),
        "metadata": as_json(sample["metadata"]),
        **{key: completion.get(key) for key in ("text", "thought", "finish_reason", "error", "truncated_tokens")},
        **{key: usage.get(key) for key in ("input_tokens", "output_tokens")},
        "seconds": completion.get("seconds"),
        **{key: score[key] for key in ("attempt", "value", "answer", "reason", "raised", "verdict")},
        "also": as_json(score["also"]),
    }


def as_json(value: Mapping[str, Any]) -> str:
    """Plain data as JSON text, in one spelling."""
    return json.dumps(dict(value), ensure_ascii=False, allow_nan=False)


def write_parquet(path: Path, schema: pa.Schema, rows: Iterable[Row]) -> None:
    """A Parquet file, whole or not at all, a row group at a time.

    Raises:
        UserError: it cannot be written, or a text cannot be held.
    """
    from pyarrow import parquet

    _write(path, schema, rows, lambda file: parquet.ParquetWriter(file, schema, compression="zstd"))


def write_stream(path: Path, schema: pa.Schema, rows: Iterable[Row]) -> None:
    """An Arrow stream, as the `datasets` package maps it into memory; whole or not at all.

    Raises:
        UserError: it cannot be written, or a text cannot be held.
    """
    import pyarrow as pa

    _write(path, schema, rows, lambda file: pa.ipc.new_stream(file, schema))


def _write(path: Path, schema: pa.Schema, rows: Iterable[Row], new_writer: Callable[[str], Any]) -> None:
    with _replacing(path) as temporary, _closed(new_writer(str(temporary))) as writer:
        for batch in _batches(schema, rows):
            writer.write_batch(batch)


def _closed(writer: Any) -> AbstractContextManager[Any]:
    return writer  # type: ignore[no-any-return] # both kinds of writer are their own


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A name that becomes `path` when the block ends well; of its own for every process."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with writing(path, "make room or name another folder"):
        try:
            yield temporary
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def _batches(schema: pa.Schema, rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    held: list[Row] = []
    size = 0
    for row in rows:
        held.append(row)
        size += _characters(row)
        if size >= BATCH_CHARACTERS or len(held) >= BATCH_ROWS:
            yield _batch(schema, held)
            held, size = [], 0
    if held:
        yield _batch(schema, held)


def _batch(schema: pa.Schema, rows: list[Row]) -> pa.RecordBatch:
    import pyarrow as pa

    try:
        return pa.RecordBatch.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        name = next(row["id"] for row in rows if not _is_unicode(row))
        raise UserError(f"{name}: holds a lone surrogate, which Arrow cannot hold; use --format jsonl") from None


def _texts(row: Row) -> Iterator[str]:
    """Every text of a row, those of its lists too."""
    for value in row.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from chain.from_iterable(part.values() if isinstance(part, dict) else [part] for part in value)


def _characters(row: Row) -> int:
    return sum(len(text) for text in _texts(row))


def _is_unicode(row: Row) -> bool:
    try:
        return all(text.encode() is not None for text in _texts(row))
    except UnicodeEncodeError:
        return False
