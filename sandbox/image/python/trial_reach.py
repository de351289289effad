"""What each test reaches in the solution, by coverage.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Arc = tuple[int, int]
Json = dict[str, Any]


class Reach:
    """Measures from before the solution is loaded, so that its module-level lines count for every test.

    Args:
        files: names of the solution's files, by their path.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        import coverage

        self._files = files
        self._coverage = coverage.Coverage(data_file=None, branch=True, config_file=False, include=list(files))
        self._coverage.set_option("run:disable_warnings", ["no-data-collected", "module-not-measured"])
        self._coverage.start()

    @classmethod
    def begun(cls, folder: Path, names: Iterable[str]) -> Reach | None:
        """Begin; None where there is no coverage.py."""
        try:
            return cls({str(folder / name): name for name in names if name.endswith(".py")})
        except ImportError:
            return None

    def stop(self) -> None:
        """Measure no longer, in a process that is about to run tests without."""
        self._coverage.stop()

    def reached(self) -> Json:
        """Lines and arcs of this process so far, for each file by its name; measures no longer."""
        self._coverage.stop()
        data = self._coverage.get_data()
        return {name: [data.lines(path) or [], data.arcs(path) or []] for path, name in self._files.items()}

    def told(self, tests: Mapping[str, Json]) -> Json:
        """The message about all tests: `tests` as `reached` gave them."""
        self._coverage.stop()
        lines: list[str] = []
        branches: list[str] = []
        by_test: dict[str, list[str]] = {test: [] for test in tests}
        taken = existing = 0
        for path, name in self._files.items():
            each = {test: self._analysis(path, [reached[name]]) for test, reached in tests.items()}
            whole = self._analysis(path, [reached[name] for reached in tests.values()])
            lines += [f"{name}:{line}" for line in sorted(whole.statements)]
            branches += [f"{name}:{a}->{b}" for a, b in sorted({*_taken(whole), *_missed(whole)})]
            for test, analysis in each.items():
                by_test[test] += [f"{name}:{line}" for line in sorted(analysis.executed)]
                by_test[test] += [f"{name}:{a}->{b}" for a, b in sorted(_taken(analysis))]
            existing += whole.numbers.n_branches
            taken += whole.numbers.n_executed_branches
        return {
            "lines": lines,
            "branches": branches,
            "tests": by_test,
            "branches_taken": taken,
            "branches_all": existing,
        }

    def _analysis(self, path: str, reached: Iterable[tuple[list[int], list[list[int]]]]) -> Any:
        """As coverage.py reports on a file."""
        from coverage.python import PythonFileReporter
        from coverage.results import analysis_from_file_reporter

        lines = {line for some, _ in reached for line in some}
        arcs = {(int(a), int(b)) for _, some in reached for a, b in some}
        reporter = PythonFileReporter(path, self._coverage)
        found: Any = analysis_from_file_reporter(Data(lines, arcs), 0, reporter, path)  # type: ignore[arg-type]
        return found


class Data:
    """What was measured of one file, as coverage.py's analysis asks for it."""

    def __init__(self, lines: Iterable[int], arcs: Iterable[Arc]) -> None:
        self._lines, self._arcs = sorted(lines), sorted(arcs)

    def has_arcs(self) -> bool:
        """Always: branches are measured."""
        return True

    def lines(self, _: str) -> list[int]:
        """That ran."""
        return self._lines

    def arcs(self, _: str) -> list[Arc]:
        """That were taken, from line to line; negative where a function is entered or left."""
        return self._arcs


def _taken(analysis: Any) -> set[Arc]:
    return {(a, b) for a, ends in analysis.executed_branch_arcs().items() for b in ends}


def _missed(analysis: Any) -> set[Arc]:
    return {(a, b) for a, ends in analysis.missing_branch_arcs().items() for b in ends}
