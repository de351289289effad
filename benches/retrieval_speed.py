"""How long the best chunks of real documents take to find, beside the authors' way, and the memory of a large document.

    python benches/retrieval_speed.py DATA.jsonl [--rank-bm25 PYTHON] [--authors splitter.py] [--megabytes 12]

DATA: LongBench v2's questions, one a line. The authors' way: their splitter and `rank_bm25` over characters
is timed with an interpreter that has that package, on documents of at most 100,000 characters. The large document is
made of the others.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHUNK, TOP_K, MOST = 200, 7, 100_000
LARGE = """
import json, resource, sys
from bench.benchmarks.longbench.retrieving import Unit, find_retrieval
from bench.protocols import Setting
size, text = int(float(sys.argv[2]) * 1e6), ""
while len(text) < size:
    for line in open(sys.argv[1], encoding="utf-8"):
        row = json.loads(line)
        text += row["context"] if len(text) < size else ""
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
find_retrieval(Setting(), size=512, unit=Unit.TOKENS).best("a", text, row["question"], "en", 4)
print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
AUTHORS = """
import contextlib, importlib.util, io, json, sys, time, warnings
from rank_bm25 import BM25Okapi
warnings.simplefilter("ignore")
spec = importlib.util.spec_from_file_location("splitter", sys.argv[2])
splitter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(splitter)
seconds, most = 0.0, int(sys.argv[3])
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    if len(row["context"]) > most:
        continue
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        texts = splitter.split_long_sentence(row["context"], splitter.regex, chunk_size=200)
    BM25Okapi(texts).get_top_n(row["question"], texts, n=len(texts))
    seconds += time.perf_counter() - began
print(seconds)
"""


def main() -> None:
    """Print one line a figure."""
    options = arguments()
    rows = list(read(options.data))
    characters = sum(len(row["context"]) for row in rows)
    print(f"{len(rows)} documents, {characters / 1e6:.1f} million characters")
    for retriever in ("bm25", "bm25-characters"):
        print(f"{retriever:18} chunks of 512 tokens: {seconds(rows, retriever, tokens=True):6.2f} s", flush=True)
        print(f"{retriever:18} chunks of 200 words:  {seconds(rows, retriever, tokens=False):6.2f} s", flush=True)
    if options.rank_bm25 and options.authors:
        beside_the_authors(options, rows)
    command = [sys.executable, "-c", LARGE, options.data, str(options.megabytes)]
    before, after = map(int, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    found = f"{after / 1024:.0f} MB at most, {before / 1024:.0f} before it"
    print(f"bm25 over one document of {options.megabytes:g} million characters: {found}")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rank-bm25", help="an interpreter with rank_bm25 0.2.2")
    parser.add_argument("--authors", help="their LongBench/retrieval/splitter.py")
    parser.add_argument("--megabytes", type=float, default=12)
    return parser.parse_args()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The questions with their documents."""
    with path.open(encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def seconds(rows: list[dict[str, Any]], retriever: str, *, tokens: bool) -> float:
    """For the best chunks of every row."""
    from bench.benchmarks.longbench.retrieving import Unit, find_retrieval
    from bench.protocols import Setting

    unit, size = (Unit.TOKENS, 512) if tokens else (Unit.WORDS, CHUNK)
    retrieval = find_retrieval(Setting(retriever=retriever), size=size, unit=unit)
    began = time.perf_counter()
    for number, row in enumerate(rows):
        retrieval.best(str(number), row["context"], row["question"], "en", TOP_K)
    return time.perf_counter() - began


def beside_the_authors(options: argparse.Namespace, rows: list[dict[str, Any]]) -> None:
    """The same chunks and the same scores, both ways."""
    short = [row for row in rows if len(row["context"]) <= MOST]
    command = [options.rank_bm25, "-c", AUTHORS, options.data, options.authors, str(MOST)]
    theirs = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = seconds(short, "bm25-characters", tokens=False)
    print(
        f"the authors' way over the {len(short)} shortest: {theirs:.2f} s, ours {ours:.2f} s, {theirs / ours:.0f} times"
    )


if __name__ == "__main__":
    main()
