"""How much of what a server could do is lost on the way, against a stand-in that answers after a fixed time.

    python benches/api_throughput.py [--prompts 2000] [--in-flight 64]

500 ms: the share of the ideal, in which no place in flight is ever empty, so that N prompts take ceil(N / in flight)
times 500 ms. 50 ms: the ratio to the official client alone (AsyncOpenAI and a semaphore), in the same run on the same
prompts, where the processor is the limit. Ours is `bench run` from the first prompt to the last line on disk, with
truncation, running score and log.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openai

from bench.library import run
from bench.places import Place
from bench.progress import Silent

STAND_IN = Path(__file__).with_name("api_stand_in.py")
TEMPLATE = "Read this.\n{context}\nQ: {input}\nA:"


class Watch(Silent):
    """Takes the time of generation."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def start(self, stage: str, *, total: int, done: int) -> None:  # noqa: ARG002 - the seam's
        """A stage begins."""
        self._began = time.perf_counter()
        self._stage = stage

    def end(self) -> None:
        """It is over."""
        if self._stage == "generate":
            self.seconds = time.perf_counter() - self._began


def main() -> None:
    """Measure, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=2000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--repeat", type=int, default=3, help="of the comparison at 50 ms; the middle ratio counts")
    options = parser.parse_args()
    count, width = options.prompts, options.in_flight
    with tempfile.TemporaryDirectory() as temporary:
        data = make_data(Path(temporary) / "data", count)
        ideal = math.ceil(count / width) * 0.5
        slow = ours(data, Path(temporary) / "slow", 500, width)
        print(f"500 ms: {slow:.2f} s, ideal {ideal:.2f} s, {100 * ideal / slow:.1f} % of the ideal throughput")
        ratios = []
        for number in range(options.repeat):
            alone, with_bench = bare(count, 50, width), ours(data, Path(temporary) / f"{number}", 50, width)
            ratios.append(alone / with_bench)
            print(
                f"50 ms: client alone {count / alone:.0f}/s, bench {count / with_bench:.0f}/s, ratio {ratios[-1]:.2f}"
            )
    ratio = sorted(ratios)[len(ratios) // 2]
    print(json.dumps({"share_of_ideal": round(ideal / slow, 3), "ratio_to_client": round(ratio, 3)}))


def make_data(folder: Path, count: int) -> Path:
    """Short questions in LongBench's format."""
    folder.mkdir()
    row = {"context": "The colour is red1.", "answers": ["red1"], "length": 9, "dataset": "qasper", "language": "en"}
    rows = [row | {"input": f"Question {n}?", "all_classes": None, "_id": f"id{n}"} for n in range(count)]
    (folder / "qasper.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "dataset2prompt.json").write_text(json.dumps({"qasper": TEMPLATE}))
    return folder


@contextmanager
def stand_in(milliseconds: int) -> Iterator[str]:
    """The URL of a server in a process of its own."""
    command = [sys.executable, str(STAND_IN), str(milliseconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        process.communicate()


def ours(data: Path, out: Path, milliseconds: int, width: int) -> float:
    """Seconds of generation."""
    watch = Watch()
    with stand_in(milliseconds) as url:
        result = run(
            "longbench",
            model="openai/m",
            data=str(data),
            base_url=url,
            concurrency=width,
            truncate_by="chars",
            place=Place(out=out),
            progress=watch,
        )
    assert result.not_judged == 0
    return watch.seconds


def bare(count: int, milliseconds: int, width: int) -> float:
    """Seconds of the client library by itself."""
    with stand_in(milliseconds) as url:
        return asyncio.run(_bare(url, count, width))


async def _bare(url: str, count: int, width: int) -> float:
    async with openai.AsyncOpenAI(api_key="EMPTY", base_url=url, max_retries=0) as client:
        places = asyncio.Semaphore(width)

        async def ask(number: int) -> str | None:
            text = TEMPLATE.format(context="The colour is red1.", input=f"Question {number}?")
            async with places:
                reply = await client.chat.completions.create(
                    model="m",
                    messages=[{"role": "user", "content": text}],
                    temperature=0.0,
                    top_p=1.0,
                    seed=0,
                    max_tokens=128,
                )
            return reply.choices[0].message.content

        began = time.perf_counter()
        answers = await asyncio.gather(*map(ask, range(count)))
        assert set(answers) == {"red1"}
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
