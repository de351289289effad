"""Where LongBench v2's data and prompt texts lie."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from bench.benchmarks.longbench.v2.prompts import PromptTexts, file_of, load_texts, read_texts
from bench.benchmarks.longbench.v2.settings import DATA, PROMPTS, Step
from bench.errors import UserError
from bench.hub.cache import is_apart
from bench.jsonl import open_bytes

SUFFIXES = (".json", ".jsonl")


class Source(Protocol):
    """A file of rows, and the prompt texts that belong to it.

    Attributes:
        unpinned: whether it stands for the published data and is known to be something else.
    """

    kind: str
    unpinned: bool

    @property
    def path(self) -> Path:
        """Its name in messages."""

    def open(self) -> IO[bytes]:
        """A stream that can seek."""

    def texts(self, steps: Sequence[Step]) -> PromptTexts:
        """The prompt texts of some steps.

        Raises:
            UserError: there are none.
            DataError: a file is missing or damaged.
        """


class File:
    """data.json, or the rows as JSON lines."""

    kind = "files"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unpinned = is_apart(path.parent)

    def open(self) -> IO[bytes]:
        """The file."""
        return open_bytes(self.path)

    def texts(self, steps: Sequence[Step]) -> PromptTexts:
        """Those in `prompts/` beside the file."""
        folder = self.path.parent / PROMPTS
        if not folder.is_dir():
            raise UserError(
                f"{folder}: no such folder; take it from the authors' LongBench, or name it with --prompts DIR"
            )
        return load_texts(folder, steps)


class Packaged:
    """The sample data that comes with the package."""

    kind = "sample"
    unpinned = False
    path = Path("sample") / DATA

    def open(self) -> IO[bytes]:
        """The rows, from memory."""
        from bench.benchmarks.longbench.v2.sample import sample_data

        return io.BytesIO(sample_data())

    def texts(self, steps: Sequence[Step]) -> PromptTexts:
        """Our own wording, which exists for this data alone."""
        from bench.benchmarks.longbench.v2.sample import PROMPTS as OWN

        return read_texts(
            {Path("sample") / PROMPTS / file_of(step.template): OWN[step.template].encode() for step in steps}
        )


def find_source(data: str) -> Source:
    """The source that `--data` names.

    Raises:
        UserError: there is nothing of that name.
    """
    if data == Packaged.kind:
        return Packaged()
    path = Path(data).expanduser()
    if path.is_dir():
        return File(_inside(path))
    if path.is_file() and path.suffix in SUFFIXES:
        return File(path)
    raise UserError(f"--data {data}: no such data; name `sample`, data.json, a .jsonl file or the folder of one")


def _inside(folder: Path) -> Path:
    """data.json, or the only file of rows."""
    if (folder / DATA).is_file():
        return folder / DATA
    found = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    if len(found) == 1:
        return found[0]
    what = f"holds {', '.join(path.name for path in found)}; name one of them" if found else f"holds no {DATA}"
    raise UserError(f"--data {folder}: {what}")
