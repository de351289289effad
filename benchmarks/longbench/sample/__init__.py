"""Sample data for LongBench: invented texts in the official row format, at any length, answerable from themselves.

    generate(task, count=4, words=1_000)    rows, one at a time
    sample_file("hotpotqa.jsonl")           the small files that come with the package
    write_samples(folder, words=100_000)    the same at any length, on disk
    sample_prompts()                        prompts for them

Every text is made from the tables in `tables/`, where all names are invented.
"""

from __future__ import annotations

from bench.benchmarks.longbench.sample.files import sample_file, write_samples
from bench.benchmarks.longbench.sample.generate import generate
from bench.benchmarks.longbench.sample.prompts import sample_prompts

__all__ = ["generate", "sample_file", "sample_prompts", "write_samples"]
