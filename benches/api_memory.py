"""Peak memory of a run over long prompts, against a stand-in server.

    python benches/api_memory.py [--prompts 2000] [--kilobytes 500] [--in-flight 64]

The data lie on disk before; what is measured is `bench run` as a process of its own with all its children, every tenth
of a second: the proportional set size, in which pages that processes share count once. Linux only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STAND_IN = Path(__file__).with_name("api_stand_in.py")
TEMPLATE = "Read this.\n{context}\nQ: {input}\nA:"
INTERVAL = 0.1
RUN = """
import json, sys
from pathlib import Path
from bench.library import run
from bench.places import Place
data, out, options = sys.argv[1:]
result = run("longbench", model="openai/m", data=data, place=Place(out=Path(out)), **json.loads(options))
assert result.not_judged == 0, result.failures
"""


def main() -> None:
    """Measure, and print a line and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=2000)
    parser.add_argument("--kilobytes", type=int, default=500, help="of text in each")
    parser.add_argument("--in-flight", type=int, help="requests; as many as the server bears by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, stand_in(50) as url:
        data = make_data(Path(temporary) / "data", options.prompts, options.kilobytes * 1000)
        given = {"base_url": url, "truncate_by": "chars", "concurrency": options.in_flight}
        began = time.monotonic()
        peak = watch([sys.executable, "-c", RUN, str(data), f"{temporary}/runs", json.dumps(given)])
        seconds = time.monotonic() - began
    print(f"{options.prompts} prompts of {options.kilobytes} kB: {peak / 1e6:.0f} MB at the peak, {seconds:.0f} s")
    print(json.dumps({"peak_mb": round(peak / 1e6), "seconds": round(seconds)}))


@contextmanager
def stand_in(milliseconds: int) -> Iterator[str]:
    """The URL of a server in a process of its own."""
    command = [sys.executable, str(STAND_IN), str(milliseconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        process.communicate()


def make_data(folder: Path, count: int, size: int) -> Path:
    """Long documents in LongBench's format, written one at a time."""
    folder.mkdir()
    row = {"answers": ["red1"], "length": 9, "dataset": "qasper", "language": "en", "all_classes": None}
    filler = "The colour is red1, said one of them. "
    with (folder / "qasper.jsonl").open("w") as stream:
        for number in range(count):
            context = f"Document {number}. {filler * (size // len(filler))}"
            stream.write(json.dumps(row | {"input": "Which?", "context": context, "_id": f"id{number}"}) + "\n")
    (folder / "dataset2prompt.json").write_text(json.dumps({"qasper": TEMPLATE}))
    return folder


def watch(command: list[str]) -> int:
    """The greatest sum over a process and its children while it runs, in bytes."""
    peak = 0
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(held, family(process.pid))))
            time.sleep(INTERVAL)
    if process.returncode:
        sys.exit(f"the run ended with {process.returncode}")
    return peak


def family(pid: int) -> list[int]:
    """The process and its children, and theirs."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found


def held(pid: int) -> int:
    """Bytes that a process holds in memory; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
