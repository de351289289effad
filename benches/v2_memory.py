"""Peak memory of a whole run of LongBench v2 over contexts as large as its largest.

    python benches/v2_memory.py [--megabytes 12] [--rows 4] [--rag 4]

The data lie on disk before; what is measured is `bench run --model lexical` as a process of its own: the greatest
resident set of any process of it. The contexts are random words of a large vocabulary, about two million in 12 MB, and
every second one holds one sign outside of the basic plane, for which Python keeps four bytes a character.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from bench.benchmarks.longbench.v2.sample import PROMPTS

VOCABULARY = 50_000
LETTERS = "ABCD"


def main() -> None:
    """Measure each setting, and print a line for it and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=12, help="of each context")
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--rag", type=int, default=4, help="chunks in the setting with retrieval")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        # In a process of its own: what a parent holds counts in the greatest resident set of the processes it starts.
        maker = get_context("spawn").Process(target=make_data, args=(data, options.rows, options.megabytes * 1_000_000))
        maker.start()
        maker.join()
        settings = {"zero-shot": [], "cot": ["--cot"], "no-context": ["--no-context"], "rag": ["--rag", options.rag]}
        for name, more in settings.items():
            command = [sys.executable, "-m", "bench", "run", "longbench-v2", "--model", "lexical", "--data", data]
            peak, seconds = measure([*map(str, [*command, "--out", Path(temporary) / "runs", *more])])
            what = f"{options.rows} contexts of {options.megabytes} MB"
            print(f"{name:<12} {what}: {peak / 1e6:.0f} MB at the peak, {seconds:.0f} s")
            print(json.dumps({"setting": name, "peak_mb": round(peak / 1e6), "seconds": round(seconds)}))


def make_data(folder: Path, rows: int, size: int) -> None:
    """A data.json of large contexts, written one row at a time, with prompts of our own."""
    (folder / "prompts").mkdir(parents=True)
    for name, text in PROMPTS.items():
        (folder / "prompts" / f"{name}.txt").write_text(text)
    with (folder / "data.json").open("w") as stream:
        for number in range(rows):
            stream.write("[" if number == 0 else ",\n")
            json.dump(made_row(number, size), stream, ensure_ascii=False, indent=2)
        stream.write("]\n")


def made_row(number: int, size: int) -> dict[str, str]:
    """A question about a word of its context."""
    rng = random.Random(number)  # noqa: S311 - words, no secrets
    words = ["".join(rng.choices("abcdefghij", k=rng.randint(2, 8))) for _ in range(VOCABULARY)]
    sentences = (" ".join(rng.choices(words, k=20)) + ".\n" for _ in range(size // 118))
    context = "".join(sentences)[:size] + ("\U0001d11e" if number % 2 else "")
    keys = {"domain": "Made", "sub_domain": "Made", "difficulty": "easy", "length": "long"}
    choices = {f"choice_{letter}": rng.choice(words) for letter in LETTERS}
    asked = {"question": f"What follows {words[0]}?", **choices, "answer": "A"}
    return {"_id": f"id{number}", **keys, **asked, "context": context}


def measure(command: list[str]) -> tuple[int, float]:
    """Bytes of the greatest resident set of the command's processes, and its seconds."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"the run ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss * 1024, time.monotonic() - began


if __name__ == "__main__":
    main()
