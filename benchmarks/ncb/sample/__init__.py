"""Eight problems of our own in the layout of NaturalCodeBench, each in Python and Java, English and Chinese.

They read input files and standard input, use NumPy, raise exceptions, implement an interface, keep state, and work on
text and dates. Their references pass all of their tests, and code that does nothing passes none.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def sample_folder() -> Traversable:
    """The folder with `<language>_<en|zh>/ncb_<language>_<en|zh>.jsonl`, input files beside each."""
    return files("bench.benchmarks.ncb.sample") / "data"
