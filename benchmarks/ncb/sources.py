"""Where NaturalCodeBench's files lie: problems as JSONL, and beside them folders of input files.

The authors' repository has `problems/ncb_<task>.jsonl`; their image has `data/<task>/ncb_<task>.jsonl` and
`data/<task>/input_files/<problem>/`. A path names the folder of either, or the folder that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

from bench.benchmarks.ncb.tasks import NATURAL_LANGUAGES, TASKS
from bench.errors import UserError

SAMPLE = "sample"
PROBLEMS, DATA, INPUTS = "problems", "data", "input_files"
_LAYOUT = "name a folder with ncb_<language>_<en|zh>.jsonl, as `problems/` of the authors' repository, or `sample`"


@dataclass(frozen=True, slots=True)
class Source:
    """A folder that `--data` names.

    Attributes:
        root: the folder; that of the package's own data for `sample`.
        sample: whether it is the package's own data.
    """

    root: Path
    sample: bool = False

    @classmethod
    def find(cls, data: str) -> Self:
        """The source of a name.

        Raises:
            UserError: there is no such folder.
        """
        if data == SAMPLE:
            with as_file(files("bench.benchmarks.ncb.sample") / "data") as folder:
                return cls(folder, sample=True)
        root = Path(data).expanduser()
        if not root.is_dir():
            raise UserError(f"--data {data}: no such folder; {_LAYOUT}")
        return cls(root)

    def problems(self, task: str) -> Path | None:
        """The file of a task's problems; None where there is none."""
        name = TASKS[task].file
        places = (self.root, self.root / task, self.root / PROBLEMS, self.root / DATA / task)
        return next((place / name for place in places if (place / name).is_file()), None)

    def tasks(self) -> list[str]:
        """The tasks whose problems are here."""
        return [task for task in TASKS if self.problems(task) is not None]

    def inputs(self, task: str, number: str) -> Path | None:
        """The folder with a problem's input files; None where there is none.

        A problem has the same files in both natural languages, so those of the other one do.
        """
        for folder in self._input_folders(task):
            if (folder / number).is_dir() and any((folder / number).iterdir()):
                return folder / number
        return None

    def _input_folders(self, task: str) -> Iterator[Path]:
        for name in _and_its_twin(task):
            for root in (self.root, self.root / DATA, self.root.parent, self.root.parent / DATA):
                yield root / name / INPUTS
            if self.root.name == name:
                yield self.root / INPUTS


def _and_its_twin(task: str) -> Sequence[str]:
    language = TASKS[task].language
    twins = [f"{language}_{natural}" for natural in NATURAL_LANGUAGES]
    return (task, *(name for name in twins if name != task))


def nothing_found(data: str) -> UserError:
    """What to say where a folder holds no problems."""
    return UserError(f"--data {data}: holds no problems of ncb; {_LAYOUT}")
