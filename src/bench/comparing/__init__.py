"""Two runs, or many, on the samples that they share: paired differences by task and by average."""

from bench.comparing.compare import compare
from bench.comparing.matrix import PairedDifference, pairwise
from bench.comparing.pairing import Incomparable
from bench.comparing.records import Comparison, Difference
from bench.comparing.values import RunValues, read_run

__all__ = [
    "Comparison",
    "Difference",
    "Incomparable",
    "PairedDifference",
    "RunValues",
    "compare",
    "pairwise",
    "read_run",
]
