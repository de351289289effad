"""Java's trial runner as a plain process of this machine, for tests: sources in, what it says of each test out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from java_local import SECONDS, LocalCompiler

from bench.records import Json
from bench.sandbox.local import LocalChannel
from bench.sandbox.session import Ending
from bench.sandbox.wire import Unpacker, encode, pack

AS_WRITTEN: Json = {"name": "as-written"}
ALONE: Json = {"name": "alone", "alone": True}
MEASURED: Json = {"name": "alone", "alone": True, "coverage": True}
HEADER = (
    "import static org.junit.jupiter.api.Assertions.*;\nimport org.junit.jupiter.api.*;\n"
    "import org.junit.jupiter.params.*; import org.junit.jupiter.params.provider.*; import java.util.*;\n"
)


@dataclass
class Said:
    """Everything that a trial said, and how its process ended."""

    runs: list[Json] = field(default_factory=list)
    coverage: Json | None = None
    unloadable: str | None = None
    done: bool = False
    output: str = ""
    ending: Ending | None = None

    def of(self, test: str, round_name: str | None = None) -> Json:
        """What became of a test, in the only round or in that one."""
        found = [run for run in self.runs if run["test"] == test and (round_name is None or run["round"] == round_name)]
        assert len(found) == 1, self
        return found[0]

    def outcomes(self, round_name: str | None = None) -> dict[str, str]:
        """By test, in the order in which they ended."""
        chosen = [run for run in self.runs if round_name is None or run["round"] == round_name]
        assert len({run["test"] for run in chosen}) == len(chosen), self
        return {run["test"]: run["outcome"] for run in chosen}


@dataclass
class Trials:
    """Tries out suites with the runner that was built below a folder."""

    prefix: Path
    compiler: LocalCompiler

    def __call__(
        self,
        solution: str,
        tests: str,
        rounds: Sequence[Json] = (AS_WRITTEN,),
        *,
        inputs: Mapping[str, bytes] | None = None,
        **more: Any,
    ) -> Said:
        """Compile a solution (`Solution.java`) and the body of a test class `SolutionTest`, and try them."""
        return self.whole(solution, f"{HEADER}class SolutionTest {{\n{tests}\n}}", rounds, inputs=inputs, **more)

    def whole(
        self,
        solution: str,
        tests: str,
        rounds: Sequence[Json] = (AS_WRITTEN,),
        *,
        inputs: Mapping[str, bytes] | None = None,
        **more: Any,
    ) -> Said:
        """The same with a whole test file."""
        return self.told(self.compiled(solution, tests), rounds, inputs=inputs, **more)

    def compiled(self, solution: str, tests: str) -> dict[str, bytes]:
        """The classes of both."""
        compiled = self.compiler.compile({"Solution.java": solution, "SolutionTest.java": tests}, "SolutionTest")
        assert compiled.error is None, compiled.error
        return dict(compiled.classes)

    def told(
        self,
        compiled: Mapping[str, bytes],
        rounds: Sequence[Json] = (AS_WRITTEN,),
        *,
        inputs: Mapping[str, bytes] | None = None,
        **more: Any,
    ) -> Said:
        """What the runner says of these classes."""
        classes = {name: encode(content) for name, content in compiled.items()}
        own = {name: text for name, text in classes.items() if name.startswith("SolutionTest")}
        first = {
            "classes": {name: text for name, text in classes.items() if name not in own},
            "inputs": {name: encode(content) for name, content in (inputs or {}).items()},
        }
        second = {"classes": own, "test_class": "SolutionTest", "rounds": list(rounds), "test_seconds": 20, **more}
        return converse(LocalChannel([str(self.prefix / "java-trial")]), first, second)


def converse(channel: LocalChannel, first: Json, second: Json) -> Said:
    """Hold the whole conversation."""
    said, deadline, unpacker = Said(), time.monotonic() + SECONDS, Unpacker()
    try:
        channel.send(pack(first) + pack(second), deadline)
        while data := channel.read(deadline):
            for message in unpacker.feed(data):
                _take(said, message)
        said.ending, said.output = channel.ending(deadline), channel.output()
    finally:
        channel.destroy()
    return said


def _take(said: Said, message: Json) -> None:
    (kind,) = message
    if kind == "run":
        said.runs.append(message["run"])
    elif kind == "done":
        said.done = True
    elif kind == "coverage":
        said.coverage = message["coverage"]
    elif kind == "unloadable":
        said.unloadable = message["unloadable"]
    else:
        assert kind == "loaded", message
