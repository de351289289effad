"""What a model without a server, weights or a tokenizer of its own has in common with the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bench.records import Truncation


class Plain:
    """The seam's members for a model that can always be used and has nothing to say."""

    notes: Sequence[str] = ()
    observed: Mapping[str, Any] = MappingProxyType({})

    def check(self, truncation: Truncation | None = None) -> None:
        """It needs nothing."""

    def close(self) -> None:
        """It holds nothing."""
