"""What the order of prompts is worth to vLLM's prefix cache: the order of the file against the order of `bench run`.

    python benches/vllm_order.py MODEL

The data are generated: documents with four questions each, in a shuffled file. The cache is made small, a few documents
large, as it is beside a real model on a GPU, where documents are longer and memory is short. Both orders go through one
loaded engine, whose cache is emptied in between; `file` is measured before and after `ours`, so that what warms up with
time shows. Needs vLLM; MODEL is a folder of `scripts/tiny_model.py`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from bench.benchmarks.longbench import LONGBENCH
from bench.benchmarks.longbench.sample import generate, sample_prompts
from bench.models.preparing import Preparer
from bench.models.rendering import Rendering
from bench.models.tokens import load_tokenizer
from bench.models.vllm_offline import Engine, Offline, start
from bench.protocols import Entry, SampleSet, Selection
from bench.records import Completion, Prompt
from bench.stages.order import in_order

TASK = "hotpotqa"
QUESTIONS = 4
NEW = 16
BLOCK = 128
WINDOW = 8192


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Prefix cache by order of prompts.")
    parser.add_argument("model")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--words", type=int, default=1500, help="of each document")
    parser.add_argument("--cache", type=int, default=32_768, help="tokens that the engine's cache holds")
    options = parser.parse_args()
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    engine = start(arguments(options.model, options.cache))
    preparer = Preparer(Rendering(), load_tokenizer(options.model), window=engine.window, render=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Offline(engine, preparer, Rendering(), lora=None)) as model,
        closing(make_data(Path(folder), options.documents, options.words)) as samples,
    ):
        print(f"{len(samples.entries)} prompts, {QUESTIONS} to a document, cache of {options.cache:,} tokens")
        for name, entries in orders(samples):
            measure(name, model, engine, list(prompts(samples, entries)))
    return 0


def arguments(model: str, cache: int) -> dict[str, object]:
    """vLLM's."""
    return {
        "model": model,
        "dtype": "float32",
        "enforce_eager": True,
        "generation_config": "vllm",
        "max_model_len": WINDOW,
        "block_size": BLOCK,
        "num_gpu_blocks_override": cache // BLOCK,
        "max_num_seqs": 8,
    }


def make_data(folder: Path, documents: int, words: int) -> SampleSet:
    """Documents with several questions each, in a shuffled file."""
    rows = []
    for number, row in enumerate(generate(TASK, count=documents, words=words, seed=0)):
        asked = [f"{row['input']} (Part {part} of the answer.)" for part in range(QUESTIONS)]
        rows += [{**row, "input": text, "_id": f"{number}-{part}"} for part, text in enumerate(asked)]
    random.Random(0).shuffle(rows)  # noqa: S311 - an order, not a secret
    (folder / f"{TASK}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "dataset2prompt.json").write_text(json.dumps(dict(sample_prompts())), encoding="utf-8")
    return LONGBENCH.load(Selection(data=str(folder), tasks=(TASK,)))


def orders(samples: SampleSet) -> list[tuple[str, Sequence[Entry]]]:
    """What is measured, one after the other."""
    entries = list(samples.entries)
    return [("file", entries), ("ours", in_order(entries)), ("file again", entries), ("ours again", in_order(entries))]


def prompts(samples: SampleSet, entries: Iterable[Entry]) -> Iterator[Prompt]:
    """The prompts of entries, with few new tokens: what is measured is reading, not writing."""
    for entry in entries:
        for prompt in samples.prompts(samples.read(entry), []):
            yield dataclasses.replace(prompt, max_tokens=NEW)


def measure(name: str, model: Offline, engine: Engine, asked: Sequence[Prompt]) -> None:
    """One order through an empty cache."""
    engine.llm.reset_prefix_cache()
    model.check(LONGBENCH.truncation)
    began = time.perf_counter()
    answers: list[Completion] = list(model.generate(iter(asked)))
    seconds = time.perf_counter() - began
    total = sum(one.usage.input_tokens or 0 for one in answers)
    cached = sum(one.usage.cached_tokens or 0 for one in answers)
    failed = sum(one.error is not None for one in answers)
    print(f"{name:>10}: {seconds:6.1f} s, {cached / total:6.1%} of {total:,} input tokens cached, {failed} failed")


if __name__ == "__main__":
    sys.exit(main())
