"""`bench doctor`: what is missing on this machine, and how to get it."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata

import click

from bench.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part: whether it is there, what was found, and the remedy where it is not."""

    part: str
    found: bool
    detail: str
    needed_for: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How to look for one part; `look` gives what it found, or None."""

    part: str
    look: Callable[[], str | None]
    needed_for: str
    remedy: str


def _package(name: str) -> Callable[[], str | None]:
    def look() -> str | None:
        return f"{name} {metadata.version(name)}" if importlib.util.find_spec(name) else None

    return look


def _program(*command: str) -> Callable[[], str | None]:
    def look() -> str | None:
        if shutil.which(command[0]) is None:
            return None
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            return None
        lines = (done.stdout + done.stderr).strip().splitlines()
        return lines[0] if done.returncode == 0 and lines else None

    return look


def _python() -> str | None:
    return ".".join(str(part) for part in sys.version_info[:3])


def _sample_data() -> str | None:
    from bench.benchmarks.longbench.sample import sample_file
    from bench.benchmarks.longbench.tasks import TASKS

    size = sum(len(sample_file(f"{task}.jsonl")) for task in TASKS)
    return f"{len(TASKS)} data sets, {size / 1e6:.1f} MB"


def _published_data(name: str) -> Callable[[], str | None]:
    """Where a card's data are; None where a file that runs need is missing."""

    def look() -> str | None:
        from bench.hub.cache import Store
        from bench.hub.cards import find_card

        store = Store(find_card(name))
        return None if store.lacking() else str(store.folder)

    return look


def _cache() -> str | None:
    from bench.hub.cache import data_folder
    from bench.hub.cards import cards

    return f"{data_folder()}; cards: {', '.join(sorted(cards()))}"


def _image() -> str | None:
    from bench.errors import SandboxError
    from bench.sandbox.building import missing
    from bench.sandbox.context import tag
    from bench.sandbox.engine import connect

    try:
        return None if missing(connect("docker")) else tag()
    except SandboxError:
        return None


PROBES = (
    Probe(part="Python", look=_python, needed_for="everything", remedy="install Python 3.11 or newer"),
    Probe(
        part="sample data",
        look=_sample_data,
        needed_for="--data sample",
        remedy="install longcode-bench again: its package data is missing",
    ),
    Probe(part="data folder", look=_cache, needed_for="--data hub", remedy="name another with BENCH_HOME"),
    *(
        Probe(
            part=title,
            look=_published_data(card),
            needed_for="the published numbers; fetched on first use",
            remedy=f"bench download {card}, or bench download {card} --from PATH",
        )
        for title, card in (("LongBench data", "longbench"), ("LongBench v2 data", "longbench-v2"), ("NCB data", "ncb"))
    ),
    Probe(
        part="OpenAI client",
        look=_package("openai"),
        needed_for="--model openai/..., --retriever openai/...",
        remedy='pip install "longcode-bench[openai]"',
    ),
    Probe(
        part="tokenizers",
        look=_package("transformers"),
        needed_for="cutting prompts as the authors do: --tokenizer, vllm/..., hf/...",
        remedy='pip install "longcode-bench[tokenizers]"',
    ),
    Probe(
        part="vLLM",
        look=_package("vllm"),
        needed_for="--model vllm/...",
        remedy='pip install "longcode-bench[vllm]"',
    ),
    Probe(
        part="torch",
        look=_package("torch"),
        needed_for="--model hf/...",
        remedy='pip install "longcode-bench[hf]"',
    ),
    Probe(
        part="sentence-transformers",
        look=_package("sentence_transformers"),
        needed_for="--retriever st/...",
        remedy='pip install "longcode-bench[retrieval]"',
    ),
    Probe(
        part="Docker",
        look=_program("docker", "info", "--format", "Docker server {{.ServerVersion}}"),
        needed_for="running code that a model wrote",
        remedy="install Docker Engine (Debian: apt-get install docker.io), start the daemon and join the group docker",
    ),
    Probe(
        part="sandbox image",
        look=_image,
        needed_for="ncb: running code in containers",
        remedy="bench sandbox build",
    ),
    Probe(
        part="Java",
        look=_program("java", "-version"),
        needed_for="Java solutions outside a container (--sandbox unsafe-local)",
        remedy="install a JDK 17 (Debian: apt-get install openjdk-17-jdk-headless)",
    ),
)


@click.command(name="doctor", short_help="What is missing here, and how to get it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> None:
    """Say what is here, what is missing, what it is needed for, and how to get it. Ends with 0 either way."""
    findings = [examine(probe) for probe in PROBES]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
        return
    for finding in findings:
        _print(finding)


def examine(probe: Probe) -> Finding:
    """Look for one part."""
    remedy = probe.remedy
    try:
        detail = probe.look()
    except UserError as error:
        detail, remedy = None, str(error)
    return Finding(
        part=probe.part,
        found=detail is not None,
        detail=detail or "missing",
        needed_for=probe.needed_for,
        remedy=None if detail is not None else remedy,
    )


def _print(finding: Finding) -> None:
    sign = click.style("ok     ", fg="green") if finding.found else click.style("missing", fg="yellow")
    click.echo(f"{sign}  {finding.part:<21} {finding.detail if finding.found else f'needed for {finding.needed_for}'}")
    if finding.remedy:
        click.echo(f"{'':<31}{finding.remedy}")
