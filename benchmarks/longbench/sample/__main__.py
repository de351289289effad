"""Make the package data anew: `python -m bench.benchmarks.longbench.sample`, after a change to tables or generator."""

from __future__ import annotations

from pathlib import Path

from bench.benchmarks.longbench.sample.files import write_package_data

if __name__ == "__main__":
    # The one place that needs a real folder: package data is read as a resource, but written in a checkout.
    write_package_data(Path(__file__).with_name("data"))
