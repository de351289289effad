"""Ending a run between two prompts, so that whatever is in flight is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop:
    """A wish to end, looked at before each prompt goes out.

    Attributes:
        requested: hand out no further prompt.
    """

    def __init__(self) -> None:
        self.requested = False

    def request(self) -> None:
        """Hand out no further prompt; what is in flight is finished."""
        self.requested = True

    @contextmanager
    def listening(self, in_flight: Callable[[], int]) -> Iterator[None]:  # noqa: ARG002 - for who listens to somebody
        """While prompts go out; the command line hears Ctrl-C here.

        Args:
            in_flight: how many prompts went out that have no answer yet.
        """
        yield
