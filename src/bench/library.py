"""What programs call: `bench.run`, with the names of the command line's options."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.pipeline import run_benchmark
from bench.places import Place
from bench.progress import Progress, Silent
from bench.protocols import Selection, Setting
from bench.records import RunResult, Shard
from bench.registry import find_benchmark
from bench.spending import Budget, Prices
from bench.stages.asking import Asking, Conduct

if TYPE_CHECKING:
    from bench.models.python_file import Generating

_SETTING = tuple(item.name for item in dataclasses.fields(Setting))


def run(
    benchmark: str,
    *,
    model: str | Generating,
    data: str = "hub",
    tasks: Sequence[str] | None = None,
    prompts: Path | None = None,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 0,
    unpinned: bool = False,
    languages: Sequence[str] | None = None,
    natural_languages: Sequence[str] | None = None,
    shard: str | None = None,
    attempts: int = 1,
    temperature: float | None = None,
    top_p: float | None = None,
    max_new_tokens: int | None = None,
    thinking_tokens: int | None = None,
    allow_cut_thoughts: bool = False,
    budget: str | None = None,
    price_in: float | None = None,
    price_out: float | None = None,
    cache: Path | None = None,
    tags: Mapping[str, str] | None = None,
    sandbox: str = "docker",
    cluster: str | None = None,
    place: Place | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> RunResult:
    """`bench run` for programs.

    Args:
        model: what `--model` takes, or any object with `generate`, see `bench.protocols.Model`, which stays open.
        data: `hub` for the published data, `sample`, or the path of the benchmark's own.
        shard: `1/4` for the first of four parts of the samples; `bench merge` joins their runs.
        attempts: answers to each prompt.
        temperature, top_p, max_new_tokens: in place of the benchmark's own.
        thinking_tokens: added to each prompt's new tokens.
        allow_cut_thoughts: go on where thinking uses up the new tokens of many answers.
        budget: `2M` or `500k` tokens in and out, or `5usd`, over all starts of the run; the result's `notes` say
            where it stopped.
        price_in, price_out: USD for a million tokens.
        cache: a folder to keep answers in, for other runs of the same generation.
        tags: kept with the result.
        sandbox: where code is run: `docker`, `podman` or `unsafe-local`.
        cluster: a Ray cluster to share the work out to, `auto` or its address.
        place: where the run goes; `runs/` by default.
        options: `cot`, `no_context`, `rag`, `compress` and what belongs to them, see `bench.protocols.Setting`; all
            others are for the backend, as on the command line with underscores: `base_url` for example.

    Returns:
        The result; its folder is in `place`.

    Raises:
        UserError: with what to do about it.
    """
    from bench.clusters import load_executor
    from bench.models import load_model
    from bench.models.python_file import as_model

    prices = Prices.read(price_in, price_out)
    conduct = Conduct(
        budget=None if budget is None else Budget.read(budget, prices),
        prices=prices,
        tags=dict(tags or {}),
        cache=cache,
        allow_cut_thoughts=allow_cut_thoughts,
    )
    asking = Asking(
        attempts=attempts,
        temperature=temperature,
        top_p=top_p,
        max_new_tokens=max_new_tokens,
        thinking_tokens=thinking_tokens,
    )
    selection = Selection(
        data=data,
        tasks=None if tasks is None else tuple(tasks),
        prompts=prompts,
        limit=limit,
        sample=sample,
        seed=seed,
        unpinned=unpinned,
        languages=None if languages is None else tuple(languages),
        natural_languages=None if natural_languages is None else tuple(natural_languages),
        shard=None if shard is None else Shard.read(shard),
    )
    found = find_benchmark(benchmark).in_setting(_setting(options))
    with ExitStack() as stack:
        executor = stack.enter_context(closing(load_executor(cluster, progress.say if progress else Silent().say)))
        if isinstance(model, str):
            loaded = stack.enter_context(closing(load_model(model, cluster=executor.cluster, **options)))
        else:
            loaded = as_model(model)
        outcome = run_benchmark(
            found,
            loaded,
            selection,
            place or Place(),
            asking=asking,
            conduct=conduct,
            sandbox=partial(executor.sandbox, sandbox),
            map_chunks=executor.map_chunks,
            progress=progress,
        )
    assert outcome.result is not None
    return outcome.result


def _setting(options: dict[str, Any]) -> Setting:
    """What of the options names a setting; it is taken out of them."""
    return Setting(**{name: options.pop(name) for name in _SETTING if name in options})
