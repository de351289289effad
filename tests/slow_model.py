"""A model for processes that are interrupted, and the command line with it as `--model slow`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import bench.models
from bench.cli import main
from bench.models.plain import Plain
from bench.records import Completion, Prompt

WINDOW = 4


class Slow(Plain):
    """Holds four prompts and takes `$SLOW_SECONDS` for each answer; `$SLOW_ASKED` names a file of what it was asked.

    It says in that file when it is closed.
    """

    def __init__(self) -> None:
        self.name = "slow"
        self.spec: Mapping[str, Any] = {"backend": "slow"}

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        held: deque[Prompt] = deque()
        for prompt in prompts:
            _note(prompt.sample_id)
            held.append(prompt)
            if len(held) == WINDOW:
                yield _answer(held.popleft())
        while held:
            yield _answer(held.popleft())

    def close(self) -> None:
        _note("closed")


def _answer(prompt: Prompt) -> Completion:
    time.sleep(float(os.environ["SLOW_SECONDS"]))
    return Completion(sample_id=prompt.sample_id, text="red", finish_reason="stop")


def _note(line: str) -> None:
    with Path(os.environ["SLOW_ASKED"]).open("a") as stream:
        stream.write(line + "\n")


def start(*arguments: object, asked: Path, seconds: float) -> subprocess.Popen[str]:
    """`bench ...` in a process of its own that knows `--model slow`."""
    command = [sys.executable, __file__, *[str(argument) for argument in arguments]]
    environment = {**os.environ, "SLOW_SECONDS": str(seconds), "SLOW_ASKED": str(asked)}
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


if __name__ == "__main__":
    known = {**bench.models.MODELS, "slow": bench.models.Backend("slow_model:Slow")}
    bench.models.MODELS = MappingProxyType(known)
    main()
