"""Who is told how far a command has come."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Who is told what happens; the command line draws it, a library call stays silent."""

    def say(self, line: str) -> None:
        """One line worth reading."""

    def start(self, stage: str, *, total: int, done: int) -> None:
        """A stage begins; `done` of its `total` units were there already."""

    def advance(
        self,
        *,
        score: float | None = None,
        failed: bool = False,
        verdict: str | None = None,
        status: str | None = None,
    ) -> None:
        """One unit more.

        Args:
            score: its value in [0, 1], where it has one.
            verdict: what running it came to.
            status: what the stage took so far, in a few words.
        """

    def end(self) -> None:
        """The stage is over."""


class Silent:
    """Progress that nobody watches."""

    def say(self, line: str) -> None:
        """Nothing."""

    def start(self, stage: str, *, total: int, done: int) -> None:
        """Nothing."""

    def advance(
        self,
        *,
        score: float | None = None,
        failed: bool = False,
        verdict: str | None = None,
        status: str | None = None,
    ) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""
