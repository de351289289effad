"""Peak memory and time of writing a benchmark in the unified format, beside reading its lines into a list.

    python benches/format_memory.py [--samples 40] [--megabytes 12]

Each way is a process of its own, and its greatest resident size is asked of the system when it has ended. A dataset is
written and opened, not read: what is mapped counts as resident although the system may drop it at any time. The list,
which holds the parsed lines and nothing else, is what a program has that does not stream. Linux only.
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

EXPORT = "from bench.cli import main; main()"
DATASET = """
import sys, bench
table = bench.load_samples("longbench", data=sys.argv[1], as_dataset=True)
print(len(table))
"""
LIST = """
import json, sys
with open(sys.argv[1] + "/qasper.jsonl") as stream:
    print(len([json.loads(line) for line in stream]))
"""


def main() -> None:
    """Measure each way, and print a line for it and all as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=40)
    parser.add_argument("--megabytes", type=int, default=12, help="of text in each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["BENCH_HOME"] = f"{temporary}/home"
        data = make_data(Path(temporary) / "data", options.samples, options.megabytes * 1_000_000)
        export = ["export", "longbench", "--data", str(data), "--out", temporary, "--format"]
        ways = {
            "list": [LIST, str(data)],
            "jsonl": [EXPORT, *export, "jsonl"],
            "parquet": [EXPORT, *export, "parquet"],
            "dataset": [DATASET, str(data)],
        }
        found = {name: measure([sys.executable, "-c", *arguments]) for name, arguments in ways.items()}
    whole = options.samples * options.megabytes
    for name, (peak, seconds) in found.items():
        print(f"{name}: {peak:.0f} MB at the peak for {whole} MB of text, {seconds:.1f} s")
    print(json.dumps({name: {"peak_mb": round(peak), "seconds": round(s, 1)} for name, (peak, s) in found.items()}))


def make_data(folder: Path, count: int, size: int) -> Path:
    """Long documents in LongBench's format, written one at a time."""
    folder.mkdir()
    row = {"answers": ["red1"], "length": 9, "dataset": "qasper", "language": "en", "all_classes": None}
    filler = "The colour is red1, said one of them. "
    with (folder / "qasper.jsonl").open("w") as stream:
        for number in range(count):
            context = f"Document {number}. {filler * (size // len(filler))}"
            stream.write(json.dumps(row | {"input": "Which?", "context": context, "_id": f"id{number}"}) + "\n")
    (folder / "dataset2prompt.json").write_text(json.dumps({"qasper": "{context}\n{input}"}))
    return folder


def measure(command: list[str]) -> tuple[float, float]:
    """Megabytes at the peak, and seconds, of a process of its own."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return usage.ru_maxrss / 1000, time.monotonic() - began


if __name__ == "__main__":
    main()
