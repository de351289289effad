"""The run folder: one run is one folder of plain files, written so that a kill at any moment loses nothing.

Small files are replaced whole (a temporary name, then a rename). `completions.jsonl` only grows, one flushed line for
each completion. A last line that is not valid JSON is what a kill leaves behind: it is dropped and its sample is asked
again. Any other broken line is an error that names file and line.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

from bench.differences import differences
from bench.errors import RunFolderError
from bench.jsonl import Line, open_bytes, pretty, read_lines, replace_file, replacing, to_line, to_record, writing
from bench.record_log import CompletionLog, ExecutionLog
from bench.records import SCHEMA_VERSION, Json, RunResult, RunSpec, Score, StoredSample, from_json, to_json
from bench.run_names import by_start, folder_name, generation_sha256

RUN, SAMPLES, COMPLETIONS, SCORES = "run.json", "samples.jsonl", "completions.jsonl", "scores.jsonl"
EXECUTIONS, RESULT, LOG, LOCK = "executions.jsonl", "result.json", "log.txt", ".lock"


_PARTIAL = {"limit": "--limit", "sample": "--sample", "seed": "--seed", "groups": "--tasks", "shard": "--shard"}
"""What of a run's data says that it is not the whole benchmark, with the option that asked for it."""


class RunFolder:
    """One run on disk.

    Raises:
        RunFolderError: from every method that reads or writes, with the file and a remedy.
    """

    def __init__(self, path: Path, header: Json) -> None:
        self.path = path
        self._header = header
        self._lock: IO[bytes] | None = None

    # -- finding and making

    @classmethod
    def open(cls, path: Path) -> Self:
        """An existing run folder.

        Raises:
            RunFolderError: it is none, or a newer version made it.
        """
        header = _read_header(path)
        found = header.get("schema_version")
        if not isinstance(found, int) or found > SCHEMA_VERSION:
            problem = f"schema_version {found} is not known here (up to {SCHEMA_VERSION})"
            raise RunFolderError(f"{path / RUN}: {problem}; install a newer longcode-bench to read it")
        return cls(path, header)

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        name: str,
        benchmark: str,
        setting: str,
        generation: Mapping[str, Any],
        expected: Mapping[str, int] | None = None,
    ) -> Self:
        """A new run folder with its run.json.

        Args:
            expected: published rows of each task, where the run is meant to hold them all.
        """
        header: Json = {
            "schema_version": SCHEMA_VERSION,
            "name": name,
            "benchmark": benchmark,
            "setting": setting,
            "created": _now().isoformat(timespec="seconds"),
            "generation_sha256": generation_sha256(generation),
            "generation": dict(generation),
            "expected": None if expected is None else dict(expected),
            "scoring": {},
            "notes": [],
            "seconds": None,
            "starts": [],
        }
        with writing(path):
            path.mkdir(parents=True, exist_ok=True)
        folder = cls(path, header)
        folder._save_header()
        return folder

    @classmethod
    def begun(cls, path: Path) -> bool:
        """Whether there is anything in a folder but what a kill leaves of the very first file."""
        return path.exists() and {item.name for item in path.iterdir()} - {f"{RUN}.tmp", LOCK} != set()

    @classmethod
    def new_path(cls, out: Path, benchmark: str, model: str, generation: Mapping[str, Any]) -> Path:
        """`<out>/<benchmark>/<model>/<UTC time>-<8 hex of the generation>`, not used so far."""
        digest = generation_sha256(generation)[:8]
        parent, stamp = out / folder_name(benchmark) / folder_name(model), f"{_now():%Y%m%dT%H%M%SZ}"
        candidates = (f"{stamp}-{digest}" if n == 0 else f"{stamp}-{n}-{digest}" for n in range(1000))
        return next(parent / name for name in candidates if not (parent / name).exists())

    @classmethod
    def unfinished(cls, out: Path, benchmark: str, model: str, generation: Mapping[str, Any]) -> Self | None:
        """The newest run of this generation that is not complete; None when there is none."""
        parent, wanted = out / folder_name(benchmark) / folder_name(model), generation_sha256(generation)
        for path in sorted(parent.glob(f"*-{wanted[:8]}"), key=by_start, reverse=True):
            if not (path / RUN).is_file():
                continue
            folder = cls.open(path)
            if folder.generation_sha256 == wanted and not folder.finished:
                return folder
        return None

    # -- the header

    @property
    def name(self) -> str:
        """The model's name in tables."""
        return str(self._header["name"])

    @property
    def benchmark(self) -> str:
        """The benchmark's name."""
        return str(self._header["benchmark"])

    @property
    def generation_sha256(self) -> str:
        """The hash of all that determines this run's completions."""
        return str(self._header.get("generation_sha256"))

    @property
    def setting(self) -> str:
        """`zero-shot` and its like."""
        return str(self._header.get("setting", "zero-shot"))

    @property
    def created(self) -> str:
        """When it was made, ISO 8601; empty where nobody wrote it down."""
        return str(self._header.get("created", ""))

    @property
    def sandbox(self) -> Mapping[str, Any]:
        """Where code was run, and which limits were seen to hold there; empty where none was run."""
        return dict(self._header.get("sandbox") or {})

    @property
    def spec(self) -> RunSpec:
        """What this run is."""
        return from_json(RunSpec, self._header)

    @property
    def expected(self) -> Mapping[str, int] | None:
        """Published rows of each task; None where the run is not meant to hold them."""
        return self._header.get("expected")

    @property
    def partial(self) -> str | None:
        """Why this is not the whole benchmark; None when it is."""
        data = self._header["generation"].get("data", {})
        given = [f"{option} {data[key]}" for key, option in _PARTIAL.items() if key in data]
        return " ".join(given) or None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the result must know."""
        return tuple(self._header.get("notes", ()))

    @property
    def seconds(self) -> float | None:
        """Wall time of generation over all starts that ended by themselves; None for predictions made elsewhere."""
        value = self._header.get("seconds")
        return None if value is None else float(value)

    @property
    def stages(self) -> Mapping[str, Mapping[str, Any]]:
        """By stage what it took over all starts: `seconds`, `pieces`, `busy_seconds` of the machine and its `cores`."""
        return dict(self._header.get("stages", {}))

    @property
    def tags(self) -> Mapping[str, str]:
        """What the run was tagged with."""
        return dict(self._header.get("tags", {}))

    @property
    def prices(self) -> Mapping[str, float] | None:
        """`input` and `output` in USD for a million tokens; None where they were not given."""
        return self._header.get("prices")

    @property
    def starts(self) -> Sequence[Mapping[str, Any]]:
        """When it was started, `at`, and with which `packages`."""
        return list(self._header.get("starts", []))

    @property
    def stopped(self) -> str | None:
        """Why the last start stopped before all was asked; None where it did not."""
        return self._header.get("stopped")

    def keep(self, **fields: object) -> None:
        """Write down what a run gathers besides what determines completions, `tags` and `prices` for example."""
        if any(self._header.get(name) != value for name, value in fields.items()):
            self._header |= fields
            self._save_header()

    def keep_observed(self, observed: Mapping[str, Any]) -> None:
        """Write down what was seen of the model; what the first prompt came to is that of the first start."""
        old = self.spec.observed
        first = {name: value for name, value in old.items() if name.startswith("first_")}
        self.keep(observed={**old, **observed, **first})

    def add_notes(self, notes: Iterable[str]) -> None:
        """Keep what a reader must know; each note once."""
        together = tuple(dict.fromkeys([*self.notes, *notes]))
        if together != self.notes:
            self._header["notes"] = list(together)
            self._save_header()

    def add_seconds(self, seconds: float) -> None:
        """Count the time of a start."""
        self._header["seconds"] = (self.seconds or 0.0) + seconds
        self._save_header()

    @property
    def finished(self) -> bool:
        """Scored, with every sample judged."""
        if not (self.path / RESULT).is_file():
            return False
        return not self.result().failures

    def demand(self, generation: Mapping[str, Any]) -> None:
        """Refuse to continue a run that was made with something else.

        Raises:
            RunFolderError: naming the first fields that differ.
        """
        differing = list(differences(self._header["generation"], dict(generation)))
        if differing:
            remedy = "give the same options again, or another --run-dir"
            raise RunFolderError(f"{self.path}: was made with another generation: {'; '.join(differing[:3])}; {remedy}")

    def keep_sandbox(self, sandbox: Mapping[str, Any]) -> None:
        """Write down where code was run, and which limits were seen to hold there."""
        if self._header.get("sandbox") != dict(sandbox):
            self._header["sandbox"] = dict(sandbox)
            self._save_header()

    def started(self, scoring: Mapping[str, Any], packages: Mapping[str, str]) -> None:
        """Write down a start: package versions are appended, never compared."""
        self._header["scoring"] = {**scoring, "packages": dict(packages)}
        start = {"at": _now().isoformat(timespec="seconds"), "packages": dict(packages)}
        self._header["starts"] = [*self._header.get("starts", []), start]
        self._save_header()

    def _save_header(self) -> None:
        replace_file(self.path / RUN, [pretty(self._header)])

    # -- one writer at a time

    def lock(self) -> None:
        """Hold the folder until the process ends, however it ends.

        Raises:
            RunFolderError: another process holds it.
        """
        with writing(self.path / LOCK):
            handle = (self.path / LOCK).open("wb")
        self._take(handle, fcntl.LOCK_EX, "wait for it, or start a run of your own with --new")

    def hold(self) -> None:
        """Keep others from writing while this process reads; nothing is changed, so that a copy may be read-only.

        Raises:
            RunFolderError: another process is writing it.
        """
        if (self.path / LOCK).is_file():
            self._take(open_bytes(self.path / LOCK), fcntl.LOCK_SH, "wait for it")

    def _take(self, handle: IO[bytes], how: int, remedy: str) -> None:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            raise RunFolderError(f"{self.path}: another process is writing this run; {remedy}") from None
        self._lock = handle

    def close(self) -> None:
        """Let go of the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # -- samples

    def write_samples(self, samples: Iterable[StoredSample]) -> None:
        """samples.jsonl, whole or not at all."""
        replace_file(self.path / SAMPLES, (to_line(sample) for sample in samples))

    @property
    def has_samples(self) -> bool:
        """Whether samples.jsonl is there; it is never there in part."""
        return (self.path / SAMPLES).is_file()

    def count_samples(self) -> int:
        """How many there are."""
        with open_bytes(self.path / SAMPLES) as stream:
            return sum(1 for _ in stream)

    def sample_lines(self) -> Iterator[Line]:
        """The lines of samples.jsonl."""
        return read_lines(self.path / SAMPLES, drop_unfinished=False)

    def samples(self) -> Iterator[StoredSample]:
        """The samples in their order."""
        path = self.path / SAMPLES
        for line in self.sample_lines():
            yield to_record(StoredSample, line, path)

    # -- completions

    def completions(self) -> CompletionLog:
        """The log of completions, indexed."""
        return CompletionLog(self.path / COMPLETIONS)

    def executions(self) -> ExecutionLog:
        """The log of executions, indexed."""
        return ExecutionLog(self.path / EXECUTIONS)

    # -- scores and the result

    @contextmanager
    def writing_scores(self) -> Iterator[Callable[[str], object]]:
        """A function that takes lines of scores.jsonl; the old file stands until all are there."""
        with replacing(self.path / SCORES) as stream:
            yield stream.write

    def scores(self) -> Iterator[Score]:
        """The scores in the order of the samples."""
        path = self.path / SCORES
        for line in read_lines(path, drop_unfinished=False):
            yield to_record(Score, line, path)

    def write_result(self, result: RunResult) -> None:
        """result.json."""
        replace_file(self.path / RESULT, [pretty(to_json(result))])

    def drop_result(self) -> None:
        """Completions are about to change: what was computed of the old ones must not stand beside them."""
        with writing(self.path / RESULT):
            (self.path / RESULT).unlink(missing_ok=True)

    def result(self) -> RunResult:
        """result.json.

        Raises:
            RunFolderError: the run is not scored.
        """
        path = self.path / RESULT
        try:
            return from_json(RunResult, json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise RunFolderError(
                f"{self.path}: is not scored; run `bench score {self.benchmark} {self.path}`"
            ) from None
        except (ValueError, TypeError, AttributeError) as error:
            raise RunFolderError(f"{path}: is damaged ({error}); score the run again") from None

    def log(self, text: str) -> None:
        """Add a line to log.txt."""
        with writing(self.path / LOG), (self.path / LOG).open("a", encoding="utf-8") as stream:
            stream.write(f"{_now().isoformat(timespec='seconds')} {text}\n")


def _read_header(path: Path) -> Json:
    try:
        header = json.loads((path / RUN).read_text(encoding="utf-8"))
        _ = header["name"], header["benchmark"], header["generation"]
    except OSError:
        raise RunFolderError(
            f"{path}: is not a run folder (no readable {RUN}); name one that `bench run` made"
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise RunFolderError(f"{path / RUN}: is damaged ({error}); restore it from a copy") from None
    return dict(header)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
