"""Several attempts at one problem."""

from __future__ import annotations

import math


def pass_at_k(n: int, c: int, k: int) -> float:
    """The unbiased estimate of the chance that one of k attempts passes (Chen et al. 2021, arXiv:2107.03374, eq. 1).

    1 - C(n - c, k) / C(n, k), in whole numbers up to the one division.

    Args:
        n: attempts.
        c: those that passed.
        k: at most n.

    Raises:
        ValueError: k is not in 1..n, or c not in 0..n.
    """
    if not (1 <= k <= n and 0 <= c <= n):
        raise ValueError(f"pass@{k} of {c} passes in {n} attempts")
    ways = math.comb(n, k)
    return (ways - math.comb(n - c, k)) / ways
