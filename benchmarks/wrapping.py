"""Samples that are asked in another way: what every such way has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.protocols import Entry, SampleSet
from bench.records import Completion, Prompt, Sample


class Wrapped:
    """Samples that are asked in another way than the plain one: whatever is not overridden stays as it is there."""

    def __init__(self, plain: SampleSet) -> None:
        self.plain = plain

    @property
    def spec(self) -> Mapping[str, Any]:
        """What was selected."""
        return self.plain.spec

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""
        return self.plain.notes

    @property
    def expected(self) -> Mapping[str, int] | None:
        """Published rows of each task."""
        return self.plain.expected

    @property
    def entries(self) -> Sequence[Entry]:
        """Every sample, in the order of the data."""
        return self.plain.entries

    def read(self, entry: Entry) -> Sample:
        """The whole sample."""
        return self.plain.read(entry)

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:
        """The prompts that can be asked now."""
        return self.plain.prompts(sample, earlier)

    def reference(self, sample: Sample) -> str | None:
        """The authors' own answer, where there is one."""
        return self.plain.reference(sample)

    def close(self) -> None:
        """Let go of the files."""
        self.plain.close()
