"""Sample data for LongBench v2: invented questions with four choices, in the published row format, at any length.

    generate(count=12, words=900)          rows, one at a time
    sample_data()                          the data.json of `--data sample`
    write_samples(folder, words=100_000)   the same at any length, on disk, with prompts
    PROMPTS                                prompts for them

Documents and questions are those of the v1 sample, which has a known answer for each; the wrong choices are answers to
other questions of the same kind.
"""

from __future__ import annotations

from bench.benchmarks.longbench.v2.sample.files import sample_data, write_samples
from bench.benchmarks.longbench.v2.sample.generate import generate
from bench.benchmarks.longbench.v2.sample.prompts import PROMPTS

__all__ = ["PROMPTS", "generate", "sample_data", "write_samples"]
