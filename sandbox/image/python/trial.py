"""Runs the tests of one trial, as their author wrote them, in several rounds; a file of the image, beside `runner.py`.

The solution and the test file are imported once and pytest collects once. Each test of a round that is `alone` then
runs in a fork of this process, and the tests of another round together in one, so that no state goes from one to the
next. A round with another clock, and a round that repeats an earlier one, run in a process that is started anew: what
depends on the moment of the import, or on the seed of the hashes, shows there.

Two messages come on standard input, as for jobs; any number goes out: one for each test in each round, then one for
the coverage, and one at the end. Folders named as arguments are put back between tests as they were, as the working
folder is.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from bench.sandbox.image.python.runner import TEXT, Wire, lay_out, leave, load, warm
    from bench.sandbox.image.python.trial_child import Child, Noticed
    from bench.sandbox.image.python.trial_folders import Folders
    from bench.sandbox.image.python.trial_parent import Forked, Started
    from bench.sandbox.image.python.trial_reach import Reach
else:  # in the image this is no package; a solution may have a module of any name but `python`
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from python.runner import TEXT, Wire, lay_out, leave, load, warm
    from python.trial_child import Child, Noticed
    from python.trial_folders import Folders
    from python.trial_parent import Forked, Started
    from python.trial_reach import Reach

    del sys.path[0]

import pytest

Json = dict[str, Any]

FLAGS = ("-s", "-P", "-B")
OPTIONS = ("-s", "-q", "--disable-warnings", "--tb=no", "--noconftest", "-p", "no:cacheprovider")


class Trial:
    """A pytest plugin that takes the place of pytest's own loop over the tests.

    Args:
        asked: the second message.
        solution: the module's name.
        reach: where coverage is measured; None where no round asks for it.
    """

    def __init__(self, wire: Wire, asked: Json, solution: str, folders: Folders, reach: Reach | None) -> None:
        self._wire, self._asked, self._solution = wire, asked, solution
        self._folders, self._reach = folders, reach
        self._patience, self._slow_after = float(asked["test_seconds"]), float(asked["slow_seconds"])
        self._slow: set[str] = set()
        self._reached: dict[str, Json] = {}
        self._tests: dict[str, list[pytest.Item]] = {}
        self.unloadable: str | None = "there is no test in it"
        self.over = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """The test file raised on import, or is no Python."""
        if report.failed:
            self.unloadable = " ".join(str(report.longrepr).split())[-TEXT:]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """All rounds, one after the other."""
        if session.testsfailed or not session.items:
            return None
        self.unloadable = None
        for item in session.items:
            self._tests.setdefault(name_of(item), []).append(item)
        if (terminal := session.config.pluginmanager.get_plugin("terminalreporter")) is not None:
            session.config.pluginmanager.unregister(terminal)
        path = Path(session.items[0].path)
        texts = (module.read_text(encoding="utf-8", errors="replace") for module in path.parent.glob("*.py"))
        self._child = Child(session.config, self._tests, path, texts, self._reach)
        self._all_rounds()
        self.over = True
        return True

    def _all_rounds(self) -> None:
        done: list[tuple[object, ...]] = []
        for asked in self._asked["rounds"]:
            names = self._names(asked)
            same = (tuple(names), asked["alone"], asked["clock"])
            if asked["clock"] or same in done:
                self._elsewhere(asked, names, seed=done.count(same))
            else:
                self._here(asked, names)
            done.append(same)
        if self._reach is not None:
            self._wire.send({"coverage": self._reach.told(self._reached)})

    def _names(self, asked: Json) -> list[str]:
        """The tests of a round: slow ones run once."""
        order = self._tests if asked["order"] is None else asked["order"]
        return [name for name in order if name in self._tests and name not in self._slow]

    def _here(self, asked: Json, names: Sequence[str]) -> None:
        for some in [[name] for name in names] if asked["alone"] else [list(names)]:
            left = some
            while left:
                left = left[self._forked(asked, left) :]

    def _forked(self, asked: Json, names: Sequence[str]) -> int:
        """Run tests in a fork until they are done or one of them ends it; the number of those that were run."""
        coverage = bool(asked["coverage"] and asked["alone"])
        forked = Forked(lambda say: self._child.run(names, say, coverage=coverage))
        try:
            return self._listen(asked, names, forked)
        finally:
            forked.end()
            self._folders.restore()

    def _listen(self, asked: Json, names: Sequence[str], forked: Forked) -> int:
        for done, name in enumerate(names):
            said = forked.hear(self._patience)
            if said is None:
                self._report(asked, {"test": name, **forked.verdict(self._patience)})
                return done + 1
            if "reached" in said:
                self._reached[name] = said["reached"]
            self._report(asked, said["run"])
        return len(names)

    def _elsewhere(self, asked: Json, names: Sequence[str], seed: int) -> None:
        """The same in a process that is started anew, whose sets have another order for another seed."""
        environment = clock_environment(asked["clock"])
        if not names or environment is None:
            return
        alike = {**asked, "clock": "", "coverage": False, "order": list(names)}
        started = Started([sys.executable, *FLAGS, __file__], {**environment, "PYTHONHASHSEED": str(seed)})
        try:
            missing = started.trial(self._solution, {**self._asked, "rounds": [alike]}, self._wire.send, names)
        finally:
            started.end()
            self._folders.restore()
        for name, why in missing.items():
            self._report(asked, {"test": name, "outcome": "error", "message": why})

    def _report(self, asked: Json, run: Json) -> None:
        first = asked is self._asked["rounds"][0]
        if first and (run["outcome"] == "timeout" or run.get("seconds", 0.0) > self._slow_after):
            self._slow.add(run["test"])
        self._wire.send({"run": {"round": asked["name"], **run}})


def name_of(item: pytest.Item) -> str:
    """`Class::method` or `function`; parameters are folded into one."""
    return item.nodeid.partition("::")[2].partition("[")[0]


def clock_environment(clock: str) -> Mapping[str, str] | None:
    """The variables that make a process see this clock; None where that cannot be done here.

    The clock of `time.monotonic` stays true: Python waits by it, and hangs where it is another.
    """
    if not clock:
        return {}
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        sys.stderr.write("libfaketime is not here: a round with another clock was left out\n")
        return None
    return {"LD_PRELOAD": str(library), "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def examine(path: Path, trial: Trial) -> None:
    """Collect the tests and run their rounds."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    try:
        pytest.main([*OPTIONS, "-c", os.devnull, f"--rootdir={path.parent}", str(path)], plugins=[trial])
    except BaseException:  # noqa: BLE001 - what was reported until here counts
        traceback.print_exc()


def main() -> NoReturn:
    """One trial, from the first message to the last."""
    wire = Wire()
    sys.dont_write_bytecode = True
    others = [Path(name) for name in sys.argv[1:]]
    del sys.argv[1:]
    warm(())
    message = wire.receive()
    folder = Path.cwd()
    lay_out(folder, message)
    sys.path.insert(0, str(folder))
    Noticed.watch()
    reach = Reach.begun(folder, message["files"]) if message.get("coverage") else None
    error = load(message["name"])
    wire.send({"loaded": True} if error is None else {"failed": error})
    if error is None:
        asked = wire.receive()
        path = folder / asked["file"]
        path.write_text(asked["tests"], encoding="utf-8", errors="surrogatepass")
        trial = Trial(wire, asked, message["name"], Folders([folder, *others]), reach)
        examine(path, trial)
        if trial.unloadable is not None:
            wire.send({"unloadable": trial.unloadable})
        elif trial.over:
            wire.send({"done": True})
    leave(0)


if __name__ == "__main__":
    main()
