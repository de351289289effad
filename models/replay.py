"""`replay/<folder>`: answers that were generated before, from a run folder or from plain JSONL.

The files are read once for an index of offsets; answers are read again one at a time, so that memory holds neither
the texts nor the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from bench.errors import DataError
from bench.jsonl import Hashing, Line, parse_line, read_lines
from bench.models.plain import Plain
from bench.records import Completion, Prompt, Usage

Key = tuple[str, int, int]
"""Sample id, attempt, step."""

_IDS = ("sample_id", "id", "_id")
_TEXTS = ("text", "pred", "response")
_USAGE = tuple(Usage.__dataclass_fields__)


class Replay(Plain):
    """Stored completions as a model.

    Of a run folder (it has `run.json`) the file `completions.jsonl` is used, where the last line of a sample counts:
    failures are asked again when a run goes on. Of any other folder all `*.jsonl` are used, or the one file named;
    their lines hold an id (`sample_id`, `id` or `_id`), a text (`text`, `pred` or `response`) or an `error`, and
    perhaps `attempt` and `step`. An unfinished last line is dropped.

    Raises:
        DataError: there is no such file, a line is not what it should be, or plain files answer a sample twice.
    """

    def __init__(self, folder: str) -> None:
        path = Path(folder)
        self.name = f"replay/{path.resolve().name}"
        self._is_run = (path / "run.json").is_file()
        self._files = _files(path, is_run=self._is_run)
        self._places: dict[Key, tuple[int, int]] = {}
        digests = {file.name: self._index(number, file) for number, file in enumerate(self._files)}
        self.spec: Mapping[str, Any] = {"backend": "replay", "sha256": digests}

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """The stored completion of every prompt, in the prompts' order; `not_in_replay` where there is none."""
        with ExitStack() as stack:
            handles = [stack.enter_context(file.open("rb")) for file in self._files]
            for prompt in prompts:
                yield self._answer((prompt.sample_id, prompt.attempt, prompt.step), handles)

    def _answer(self, key: Key, handles: Sequence[BinaryIO]) -> Completion:
        sample_id, attempt, step = key
        place = self._places.get(key)
        if place is None:
            detail = f"not_in_replay: {self.name} has no answer for {sample_id}, attempt {attempt}, step {step}"
            return Completion(sample_id=sample_id, attempt=attempt, step=step, error=detail)
        handle = handles[place[0]]
        handle.seek(place[1])
        return _completion(key, parse_line(handle.readline()))

    def _index(self, number: int, file: Path) -> str:
        """Note where each answer of the file stands, and give its sha256."""
        with file.open("rb") as stream:
            hashing = Hashing(stream)
            for line in read_lines(file, hashing):
                self._note(_key(line, file), (number, line.offset), line.number)
        return hashing.hexdigest()

    def _note(self, key: Key, place: tuple[int, int], line: int) -> None:
        if key in self._places and not self._is_run:
            other = self._files[self._places[key][0]].name
            problem = f"a second answer for sample {key[0]}, which {other} answers already"
            raise DataError(problem, path=self._files[place[0]], line=line, remedy="keep one of the two")
        self._places[key] = place


def _files(path: Path, *, is_run: bool) -> list[Path]:
    plain = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    found = [path / "completions.jsonl"] if is_run else plain
    if not found or not all(file.is_file() for file in found):
        raise DataError(
            "no completions to replay", path=path, remedy="name a run folder, or a folder or file of JSON lines"
        )
    return found


def _key(line: Line, file: Path) -> Key:
    row = line.data
    if not isinstance(row, dict):
        raise DataError("not a JSON object", path=file, line=line.number, remedy="mend or remove the line")
    sample_id = next((row[name] for name in _IDS if isinstance(row.get(name), str | int)), None)
    if sample_id is None:
        raise DataError(f"none of {', '.join(_IDS)}", path=file, line=line.number, remedy="say which sample it answers")
    if _text(row) is None and not row.get("error"):
        raise DataError(f"none of {', '.join(_TEXTS)}", path=file, line=line.number, remedy="give a text or an error")
    attempt, step = row.get("attempt", 0), row.get("step", 0)
    if not isinstance(attempt, int) or not isinstance(step, int):
        raise DataError("attempt and step must be whole numbers", path=file, line=line.number, remedy="mend the line")
    return (str(sample_id), attempt, step)


def _text(row: Mapping[str, Any]) -> str | None:
    return next((row[name] for name in _TEXTS if isinstance(row.get(name), str)), None)


def _completion(key: Key, row: Mapping[str, Any]) -> Completion:
    error = row.get("error")
    usage = row.get("usage") or {}
    return Completion(
        sample_id=key[0],
        attempt=key[1],
        step=key[2],
        text="" if error else _text(row) or "",
        thought=row.get("thought"),
        finish_reason=row.get("finish_reason"),
        usage=Usage(**{name: usage.get(name) for name in _USAGE}),
        seconds=row.get("seconds"),
        truncated_tokens=row.get("truncated_tokens"),
        error=str(error) if error else None,
    )
