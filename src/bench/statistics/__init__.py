"""Uncertainty of means of scores: intervals, paired tests, corrections, pass@k; see docs/statistics.md."""

from bench.statistics.attempts import pass_at_k
from bench.statistics.clusters import Clustered, combined, in_clusters
from bench.statistics.intervals import wilson
from bench.statistics.means import EMPTY, Estimate, average, clustered_difference, clustered_mean
from bench.statistics.testing import detectable, holm, sign_flip

__all__ = [
    "EMPTY",
    "Clustered",
    "Estimate",
    "average",
    "clustered_difference",
    "clustered_mean",
    "combined",
    "detectable",
    "holm",
    "in_clusters",
    "pass_at_k",
    "sign_flip",
    "wilson",
]
