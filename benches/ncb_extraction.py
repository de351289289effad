"""How long taking code out of awkward answers lasts, and that it grows no faster than they do.

`python benches/ncb_extraction.py [MEGABYTES]`: seconds for that size and half of it, Python and Java.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from bench.benchmarks.ncb.extraction.robust_java import robust_java
from bench.benchmarks.ncb.extraction.robust_python import robust_python

REPEATED = {
    "prose": 'The quick brown fox (it\'s) said "so".\n',
    "code": "```python\ndef f(x):\n    return 1\n```\n",
    "types": "```java\nclass A { int f() { return 1; } }\n```\n",
    "empty blocks": "```\n```\n",
    "openings": "```python\nx\n",
    "openings in a line": "```python ",
    "backticks": "`",
    "tildes": "~~~aaa",
    "long strings": '```python\n"""\n```\n',
    "comments never closed": "```\n/*\n```\n",
    "escapes": '"\\',
    "brackets": "(\n",
    "decorators": "@x\n",
    "annotations": "@A(",
    "heads of types": "class A < ",
    "records": "record A(",
    "braces": "{",
    "thoughts": "<think>",
    "blanks": " ",
}
"""Texts that are repeated until the size is reached; some way of reading takes the square of it for each."""


def seconds(extract: Callable[[str], object], text: str) -> float:
    """Processor time of one extraction."""
    began = time.process_time()
    extract(text)
    return time.process_time() - began


def main() -> None:
    """Print the table."""
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 5) * 1_000_000)
    print(f"{'':24}{'python, half':>14}{'whole':>8}{'java, half':>14}{'whole':>8}")
    for name, piece in REPEATED.items():
        texts = [(piece * (length // len(piece) + 1))[:length] for length in (size // 2, size)]
        found = [seconds(extract, text) for extract in (robust_python, robust_java) for text in texts]
        print(f"{name:24}{found[0]:14.2f}{found[1]:8.2f}{found[2]:14.2f}{found[3]:8.2f}", flush=True)


if __name__ == "__main__":
    main()
