"""Reading a large data.json row by row beside `json.load`: speed, and what either holds in memory.

    python benches/json_rows.py [--megabytes 200]

Rows are those of the sample data with contexts of 1 MB, in three layouts. Each reading is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.benchmarks.longbench.v2.sample import generate

LAYOUTS: dict[str, dict[str, Any]] = {
    "one line": {},
    "indented": {"indent": 4},
    "not escaped": {"ensure_ascii": False},
}
READERS = {
    "rows": "from bench.json_rows import JsonRows; from pathlib import Path\nfor _ in JsonRows(Path(path)): pass",
    "json.load": "import json\nwith open(path, encoding='utf-8') as stream: json.load(stream)",
}


def main() -> None:
    """Print a line for each layout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    megabytes = parser.parse_args().megabytes
    print(f"{'layout':<14}" + "".join(f"{name + ' MB/s':>16}{'peak MB':>10}" for name in READERS))
    for layout, options in LAYOUTS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "data.json"
            make(path, megabytes, **options)
            cells = (measure(code, path) for code in READERS.values())
            print(f"{layout:<14}" + "".join(f"{speed:16.0f}{peak:10.0f}" for speed, peak in cells))


def make(path: Path, megabytes: int, **layout: Any) -> None:
    """The file; one row is in memory, since what this process holds would count as its children's."""
    row = next(generate(count=1, words=2000))
    row["context"] = row["context"] * (1_000_000 // len(row["context"])) + "“…”\n"
    text = json.dumps(row, **layout)
    with path.open("w", encoding="utf-8") as stream:
        for number in range(megabytes):
            stream.write(f"{',' if number else '['}{text}")
        stream.write("]")


def measure(code: str, path: Path) -> tuple[float, float]:
    """Megabytes a second, and megabytes at the peak."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", f"path = {str(path)!r}\n{code}"])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("the reader failed")
    return path.stat().st_size / 1e6 / (time.monotonic() - began), usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
