"""The same greedy texts from vLLM in this process, from its server and from transformers: on 200 prompts, many cut.

    python scripts/compare_engines.py MODEL

MODEL is a folder of `scripts/tiny_model.py` with a beginning-of-sequence token in its chat template, a repetition
penalty in its generation_config and two end tokens: each of them has made engines differ. Ends with 1 where a text
differs, or where the server answers less than five times as fast as one request at a time.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.models import load_model
from bench.models.hf import HF
from bench.models.vllm_serve import Server
from bench.protocols import Model, Selection
from bench.records import Completion, Prompt

TASKS = (
    "qasper",
    "hotpotqa",
    "multifieldqa_zh",
    "gov_report",
    "passage_count",
    "trec",
    "triviaqa",
    "samsum",
    "lcc",
    "repobench-p",
)
"""Five under the chat template, five raw."""
WORDS = (300, 1200)
LIMIT = 1000
"""Input tokens: some prompts stay whole, most are cut."""
SHORT, LONG = 250, 128
"""Input and new tokens where speed is measured: on a CPU the reading of long prompts would hide all else."""
NEW = 64
WINDOW = 4096
LEAST = 5.0
PRECISION = {"dtype": "float32", "max_model_len": WINDOW}
SERVER = {"enforce_eager": True, "generation_config": "auto", "enable_prompt_tokens_details": True}
"""As a user starts it: the model's own repetition penalty is on wherever a request does not say otherwise."""

Answers = Mapping[tuple[str, int, int], Completion]


def main() -> int:
    """Compare, print, and say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(description="Compare three engines on one model.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--count", type=int, default=200, help="prompts")
    options = parser.parse_args()
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with tempfile.TemporaryDirectory() as folder:
        prompts = list(make_prompts(Path(folder), options.count))
    return report(prompts, str(options.model))


def make_prompts(folder: Path, count: int) -> Iterator[Prompt]:
    """Prompts of generated samples, as many of each task and length."""
    from bench.benchmarks.longbench import LONGBENCH
    from bench.benchmarks.longbench.sample import write_samples

    each = -(-count // (len(TASKS) * len(WORDS)))
    for words in WORDS:
        place = folder / str(words)
        place.mkdir()
        write_samples(place, words=words, count=each, seed=words, tasks=list(TASKS), longbench_e=False)
        with closing(LONGBENCH.load(Selection(data=str(place)))) as samples:
            for entry in samples.entries:
                for prompt in samples.prompts(samples.read(entry), []):
                    shorter = min(prompt.max_tokens, NEW)
                    yield dataclasses.replace(prompt, sample_id=f"{words}/{prompt.sample_id}", max_tokens=shorter)


def report(prompts: Sequence[Prompt], folder: str) -> int:
    """Every engine on the prompts; 1 where something is not as it should be."""
    offline, _ = answered("vllm/ in this process", engine(folder, "vllm"), prompts)
    served, _ = answered("vllm/ with --serve", engine(folder, "vllm", serve=True), prompts)
    own, _ = answered("hf/", engine(folder, "hf"), prompts)
    batched, _ = answered("hf/ with --concurrency 8", engine(folder, "hf", concurrency=8), prompts)
    other, ratio = on_a_server(folder, prompts)
    cut = sum(1 for one in offline.values() if one.truncated_tokens)
    ends = sum(1 for one in offline.values() if one.finish_reason == "stop")
    texts = {one.text for one in offline.values()}
    chat = sum(1 for prompt in prompts if prompt.chat)
    print(f"{len(prompts)} prompts, {chat} chat and {len(prompts) - chat} raw; {cut} were cut; {ends} answers ended")
    print(f"by an end token or stop; {len(texts)} different texts")
    patched, _ = answered("python/patched.py:factory", patched_model(folder), prompts)
    pairs = {"--serve": served, "openai/": other, "hf/": own, "hf/ in batches": batched, "python/": patched}
    wrong = sum(differences(name, offline, answers, prompts) for name, answers in pairs.items())
    blind = sum(not sees(folder, offline, prompts[::4], name, changes) for name, changes in CHANGES.items())
    print(f"the server is {ratio:.1f} times as fast as one request at a time; at least {LEAST:g} is asked")
    return int(bool(wrong or blind or ratio < LEAST or cut < len(prompts) // 4 or len(texts) < len(prompts) // 4))


def engine(folder: str, backend: str, **options: Any) -> Model:
    """A backend on the model, as `bench run` makes it."""
    eager = {"vllm_arg": ["enforce_eager=true"]} if backend == "vllm" else {}
    return load_model(f"{backend}/{folder}", max_input_tokens=str(LIMIT), **PRECISION, **eager, **options)


PATCHED = """
from bench.models.hf import HF

def halve_and_double(model):
    for layer in model.model.layers:
        layer.mlp.down_proj.weight.data.div_(2)
        layer.mlp.register_forward_hook(lambda module, given, out: out * 2)

def factory():
    return HF({folder!r}, patch=halve_and_double, concurrency=8, max_input_tokens="{limit}", max_model_len={window})
"""
"""A file of a user's own that patches transformers; powers of two change no bit of what comes out."""


def patched_model(folder: str) -> Model:
    """The model that such a file makes."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "patched.py"
        path.write_text(PATCHED.format(folder=folder, limit=LIMIT, window=WINDOW), encoding="utf-8")
        return load_model(f"python/{path}:factory")


def answered(name: str, model: Model, prompts: Sequence[Prompt], *, warm: int = 0) -> tuple[Answers, float]:
    """The completions of every prompt by key and how many seconds they took, and a line about them.

    Args:
        warm: prompts that are asked once before, so that the processes that prepare prompts are there.
    """
    from bench.benchmarks.longbench import LONGBENCH

    began = time.perf_counter()
    with closing(model):
        model.check(LONGBENCH.truncation)
        assert len(list(model.generate(iter(prompts[:warm])))) == warm
        loaded = time.perf_counter()
        answers = {one.key: one for one in model.generate(iter(prompts))}
        seconds = time.perf_counter() - loaded
        first, notes = model.observed.get("first_tokens"), list(model.notes)
    failed = [one.error for one in answers.values() if one.error]
    cached = share(list(answers.values()))
    print(
        f"{name}: {len(answers)} answers in {seconds:.1f} s, {len(failed)} failed, ready after {loaded - began:.0f} s,"
    )
    print(f"    cached {cached}, first tokens {first}, notes {notes}", flush=True)
    assert not failed, failed[0]
    return answers, seconds


def share(completions: Sequence[Completion]) -> str:
    """Which part of the input tokens came from the prefix cache."""
    cached = [one.usage.cached_tokens for one in completions]
    told = [count for count in cached if count is not None]
    total = sum(one.usage.input_tokens or 0 for one in completions)
    return f"{sum(told) / total:.0%}" if told and total else "not told"


def on_a_server(folder: str, prompts: Sequence[Prompt]) -> tuple[Answers, float]:
    """The completions through openai/, and how many times faster shorter prompts are answered than one at a time."""
    os.environ["VLLM_SERVER_DEV_MODE"] = "1"  # so that its cache can be emptied
    server = Server({"model": folder, "served_model_name": "tiny", **PRECISION, **SERVER})
    options = {"base_url": server.url, "tokenizer": folder}
    took = []
    try:
        asked = load_model("openai/tiny", max_input_tokens=str(LIMIT), **options)
        answers, _ = answered("openai/", asked, prompts)
        short = [dataclasses.replace(prompt, max_tokens=LONG) for prompt in prompts]
        for many in (64, 1):
            forget(server)
            asked = load_model("openai/tiny", concurrency=many, max_input_tokens=str(SHORT), **options)
            took.append(
                answered(
                    f"openai/ with --concurrency {many}, {SHORT} input and {LONG} new tokens at most",
                    asked,
                    short,
                    warm=8,
                )[1]
            )
    finally:
        server.close()
    return answers, took[1] / took[0]


def forget(server: Server) -> None:
    """Empty the server's prefix cache."""
    url = server.url.removesuffix("/v1") + "/reset_prefix_cache"
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=60).close()  # noqa: S310 - 127.0.0.1


def differences(name: str, expected: Answers, answers: Answers, prompts: Sequence[Prompt]) -> int:
    """How many texts or counts of input tokens differ, the first few of them printed."""
    pairs = [(prompt, outcome(prompt, expected), outcome(prompt, answers)) for prompt in prompts]
    wrong = [pair for pair in pairs if pair[1] != pair[2]]
    halves = sum(answers[key].text.endswith(HALF) != expected[key].text.endswith(HALF) for key in expected)
    aside = f"; {halves} of them end with half a character on one side alone" if halves else ""
    print(f"{name}: {len(prompts) - len(wrong)} of {len(prompts)} as vllm/ in this process{aside}")
    for prompt, here, there in wrong[:3]:
        print(f"    {prompt.sample_id}: {here} here, {there} there")
        print(f"    its prompt ends {prompt.text[-200:]!r}", flush=True)
    return len(wrong)


HALF = "\ufffd"
"""What transformers writes for the first bytes of a character at the end of an answer; vLLM writes nothing."""


def outcome(prompt: Prompt, answers: Answers) -> tuple[str, int | None]:
    """What must be equal: the text, and the input tokens.

    Of a task that stops at a newline after at least one token only the first line, which alone is scored: OpenAI's
    protocol cannot say such a stop, so through it the answer goes on.
    """
    one = answers[(prompt.sample_id, prompt.attempt, prompt.step)]
    text = one.text.lstrip("\n").split("\n")[0] if prompt.sampling.min_tokens else one.text
    return text.rstrip(HALF), one.usage.input_tokens


def only_first_end(model: Any) -> None:
    """Forget the second of two end tokens."""
    model.generation_config.eos_token_id = model.generation_config.eos_token_id[:1]


CHANGES: Mapping[str, Mapping[str, Any]] = {
    "the model's own repetition penalty": {"generation_config": "model"},
    "one end token in place of two": {"patch": only_first_end},
    "no chat template": {"chat_template": "none"},
    "a limit of 990 input tokens": {"max_input_tokens": "990"},
}
"""What must show: a comparison that sees none of these would prove nothing."""


def sees(folder: str, expected: Answers, prompts: Sequence[Prompt], name: str, changes: Mapping[str, Any]) -> bool:
    """Whether a change that must show does."""
    options = {"max_input_tokens": str(LIMIT), **PRECISION, **changes}
    with closing(HF(folder, concurrency=8, **options)) as model:
        from bench.benchmarks.longbench import LONGBENCH

        model.check(LONGBENCH.truncation)
        answers = {one.key: one for one in model.generate(iter(prompts))}
    changed = sum(outcome(prompt, expected)[0] != outcome(prompt, answers)[0] for prompt in prompts)
    print(f"with {name}: {changed} of {len(prompts)} texts change", flush=True)
    return changed > 0


if __name__ == "__main__":
    sys.exit(main())
