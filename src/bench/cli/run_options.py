"""The options of `bench run` that every model shares: tables, and what the pipeline makes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from bench.cli.sections import Declared
from bench.errors import UserError

if TYPE_CHECKING:
    from bench.places import Place
    from bench.protocols import Selection, Setting
    from bench.stages.asking import Asking, Conduct

COUNT: Mapping[str, Any] = MappingProxyType({"type": click.IntRange(min=1), "metavar": "N"})
PATH = click.Path(path_type=Path)

DATA: tuple[Declared, ...] = (
    (
        "--data",
        {
            "metavar": "hub|sample|PATH",
            "default": "hub",
            "show_default": True,
            "help": "The published data, the package's samples, or files that you have.",
        },
    ),
    ("--variant", {"metavar": "v1|e|v2", "help": "Short form: `longbench --variant e` is `longbench-e`."}),
    ("--prompts", {"type": PATH, "help": "Prompt texts, in place of those beside the data."}),
    ("--tasks", {"metavar": "A,B", "help": "Only these tasks."}),
    ("--languages", {"metavar": "A,B", "help": "ncb: only these programming languages, python or java."}),
    ("--natural-languages", {"metavar": "A,B", "help": "ncb: only requests in these languages, en or zh."}),
    ("--limit", {**COUNT, "help": "The first N samples of each task."}),
    ("--sample", {**COUNT, "help": "N samples in all, spread over the tasks."}),
    (
        "--seed",
        {"type": int, "metavar": "N", "default": 0, "show_default": True, "help": "Which samples --sample takes."},
    ),
    ("--shard", {"metavar": "I/N", "help": "Only the I-th of N parts; `bench merge` joins the runs of all of them."}),
    ("--unpinned", {"is_flag": True, "help": "Take data that are not the published ones; the result says so."}),
)

SETTING: tuple[Declared, ...] = (
    ("--cot", {"is_flag": True, "help": "v2: think first, in a request of its own."}),
    ("--no-context", {"is_flag": True, "help": "Leave the document out: what is known by heart."}),
    ("--rag", {**COUNT, "help": "v2: the N best chunks in place of the document."}),
    (
        "--compress",
        {
            "type": click.Choice(["retrieval", "summary"]),
            "help": "v1: the best chunks, or a summary of each, in place of the document.",
        },
    ),
    (
        "--retriever",
        {
            "metavar": "NAME",
            "help": "bm25, bm25-characters, st/MODEL, openai/MODEL; v2: given, the rows' own.  [default: bm25]",
        },
    ),
    (
        "--chunk",
        {**COUNT, "help": "Size of a chunk: words, in Chinese characters; v2: tokens.  [default: the papers']"},
    ),
    ("--top-k", {**COUNT, "help": "Chunks that are kept.  [default: 7 of 200 words, 3 of 500]"}),
    (
        "--chunk-tokenizer",
        {"metavar": "NAME", "help": "Counts the tokens of a chunk: a folder, hub id or tiktoken name."},
    ),
    ("--embeddings-url", {"metavar": "URL", "help": "Endpoint of openai/MODEL; its key is in OPENAI_API_KEY."}),
)

RUN: tuple[Declared, ...] = (
    ("--out", {"type": PATH, "default": Path("runs"), "show_default": True, "help": "All runs."}),
    ("--run-dir", {"type": PATH, "help": "This very folder."}),
    ("--new", {"is_flag": True, "help": "Start a new run even where an unfinished one could go on."}),
    ("--name", {"help": "The model's name in folders and tables."}),
    ("--tag", {"multiple": True, "metavar": "K=V", "help": "Kept with the result; may be given several times."}),
    ("--stages", {"default": "generate,execute,score", "show_default": True, "help": "Which stages to do."}),
    ("--dry-run", {"is_flag": True, "help": "Say what it would take, by task; ask nobody and write nothing."}),
)

ANSWERS: tuple[Declared, ...] = (
    ("--attempts", {**COUNT, "default": 1, "show_default": True, "help": "Answers to each prompt."}),
    ("--temperature", {"type": click.FloatRange(min=0), "metavar": "T", "help": "In place of the benchmark's own."}),
    ("--top-p", {"type": click.FloatRange(min=0, max=1, min_open=True), "metavar": "P", "help": "Likewise."}),
    ("--max-new-tokens", {**COUNT, "help": "Of every prompt, in place of the benchmark's own."}),
    ("--thinking-tokens", {**COUNT, "help": "Added to every prompt's new tokens."}),
    ("--allow-cut-thoughts", {"is_flag": True, "help": "Go on where thinking uses up the tokens of many answers."}),
)

COST: tuple[Declared, ...] = (
    ("--budget", {"metavar": "2M|5usd", "help": "Stop at so many tokens, or so much money, of each run."}),
    ("--price-in", {"type": click.FloatRange(min=0), "metavar": "USD", "help": "Of a million input tokens."}),
    ("--price-out", {"type": click.FloatRange(min=0), "metavar": "USD", "help": "Of a million new tokens."}),
    (
        "--cache",
        {
            "is_flag": False,
            "flag_value": "",
            "metavar": "[DIR]",
            "help": "Keep answers, and do not ask for them again; without DIR in ~/.cache/longcode-bench.",
        },
    ),
)


def selection(options: Mapping[str, Any]) -> Selection:
    """Which data is asked for.

    Raises:
        UserError: in two ways, or in a part that there is not.
    """
    from bench.protocols import Selection
    from bench.records import Shard

    if options["limit"] is not None and options["sample"] is not None:
        raise UserError("--limit and --sample exclude each other; give one of them")
    kept = {name: options[name] for name in ("data", "prompts", "limit", "sample", "seed", "unpinned")}
    listed = {name: options[name] for name in ("tasks", "languages", "natural_languages")}
    kept |= {name: None if text is None else names(text) for name, text in listed.items()}
    shard = None if options["shard"] is None else Shard.read(options["shard"])
    return Selection(**kept, shard=shard)


def setting(options: Mapping[str, Any]) -> Setting:
    """In which way the benchmarks are asked."""
    from bench.protocols import Setting

    return Setting(**{item.name: options[item.name] for item in dataclasses.fields(Setting)})


def asking(options: Mapping[str, Any]) -> Asking:
    """How prompts are asked."""
    from bench.stages.asking import Asking

    given = ("attempts", "temperature", "top_p", "max_new_tokens", "thinking_tokens")
    return Asking(**{name: options[name] for name in given})


def conduct(options: Mapping[str, Any]) -> Conduct:
    """How far the run goes, and what it costs; Ctrl-C ends it well.

    Raises:
        UserError: a budget, a price or a tag that cannot be read.
    """
    from bench.cli.interrupting import Interrupts
    from bench.spending import Budget, Prices
    from bench.stages.asking import Conduct

    prices = Prices.read(options["price_in"], options["price_out"])
    return Conduct(
        budget=None if options["budget"] is None else Budget.read(options["budget"], prices),
        prices=prices,
        tags=dict(_tag(text) for text in options["tag"]),
        cache=_cache(options["cache"]),
        allow_cut_thoughts=options["allow_cut_thoughts"],
        stop=Interrupts(),
    )


def _cache(given: str | None) -> Path | None:
    from bench.models.cached import cache_folder

    if given is None:
        return None
    return Path(given) if given else cache_folder()


def _tag(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UserError(f"--tag {text}: write a name and a value, --tag gpu=h100 for example")
    return name, value


def place(options: Mapping[str, Any]) -> Place:
    """Where the run goes."""
    from bench.places import Place

    return Place(out=options["out"], run_dir=options["run_dir"], new=options["new"], name=options["name"])


def names(listed: str) -> tuple[str, ...]:
    """The parts of a list with commas."""
    return tuple(name.strip() for name in listed.split(",") if name.strip())
