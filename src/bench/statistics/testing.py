"""Whether a paired difference can be chance, over one comparison or many, and how large one must be to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bench.statistics.intervals import NARROWEST, Z

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bench.statistics.clusters import Floats

POWER = 0.8416212335729143  # the normal quantile of 80 %
EXACT = 13  # clusters up to which every one of the 2^n sign patterns is looked at
PATTERNS = 9999  # sign patterns drawn beyond that
BLOCK = 4_000_000  # signs in memory at a time


def sign_flip(shares: Floats) -> float:
    """Two-sided p-value of a sum of paired differences over clusters, by flipping the signs of clusters at random.

    Were the two runs equally good, each cluster's difference could as well have had the other sign (Fisher 1935; the
    paired permutation test). Clusters without a difference change nothing and are left out. The value is exact with at
    most EXACT clusters that differ; beyond, it is over PATTERNS seeded patterns and the observed one, so never 0
    (Phipson and Smyth 2010, arXiv:1603.05766).

    Args:
        shares: what each cluster contributes to the difference.
    """
    import numpy as np

    differing = shares[shares != 0]
    if not len(differing):
        return 1.0
    observed = abs(float(differing.sum())) - NARROWEST  # sums in another order differ by rounding
    if len(differing) <= EXACT:
        return float(np.mean(np.abs(_every_pattern(len(differing)) @ differing) >= observed))
    extreme = sum(int((np.abs(sums) >= observed).sum()) for sums in _flipped(differing))
    return (extreme + 1) / (PATTERNS + 1)


def _every_pattern(count: int) -> NDArray[np.int8]:
    import numpy as np

    bits = np.arange(2**count)[:, None] >> np.arange(count) & 1
    return (2 * bits - 1).astype(np.int8)


def _flipped(differing: Floats) -> Iterator[Floats]:
    """The sum under each of PATTERNS random sign patterns, in blocks: all less twice what is flipped."""
    import numpy as np

    stream = np.random.default_rng(len(differing))
    rows = max(1, BLOCK // len(differing))
    for start in range(0, PATTERNS, rows):
        size = (min(rows, PATTERNS - start), (len(differing) + 7) // 8)
        bits = np.unpackbits(stream.integers(0, 256, size=size, dtype=np.uint8), axis=1)[:, : len(differing)]
        yield differing.sum() - 2 * (bits @ differing)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction (1979) of a family of p-values; None stays None and counts for nothing."""
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        corrected[place] = highest
    return corrected


def detectable(stderr: float | None) -> float | None:
    """The smallest true difference that is found at the 5 % level in four of five cases (Miller 2024, section 5).

    None where no error is known, or none was seen: rows that all say the same do not tell how much others would differ.
    """
    return (Z + POWER) * stderr if stderr is not None and stderr > NARROWEST else None
