"""`bench run`: one or several benchmarks with one model."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from bench.cli import run_options
from bench.cli.clusters import cluster_option, executor_of
from bench.cli.model_options import ENGINES, PROMPTS, SERVERS, model_options
from bench.cli.output import end, output_options, show
from bench.cli.sandboxes import sandbox_option
from bench.cli.sections import SectionCommand, in_section
from bench.errors import UserError

if TYPE_CHECKING:
    from bench.clusters import Executor
    from bench.pipeline import Outcome
    from bench.protocols import Benchmark, Model

MODEL_HELP = "lexical, reference, replay/FOLDER, openai/NAME, vllm/MODEL, hf/MODEL or python/FILE.py:FACTORY."


@click.command(name="run", cls=SectionCommand, short_help="Ask a model, score its answers, go on after a stop.")
@click.argument("benchmarks", nargs=-1, required=True, metavar="BENCHMARK...")
@click.option("--model", required=True, help=MODEL_HELP)
@in_section("Data", run_options.DATA)
@in_section("Settings: longbench, longbench-v2", run_options.SETTING)
@in_section("The run", run_options.RUN)
@in_section("Answers", run_options.ANSWERS)
@in_section("Cost", run_options.COST)
@in_section("Prompts: openai/, vllm/, hf/", PROMPTS)
@in_section("Servers: openai/, vllm/ --serve", SERVERS)
@in_section("Engines: vllm/, hf/", ENGINES)
@sandbox_option
@cluster_option
@output_options
def command(benchmarks: tuple[str, ...], model: str, **options: Any) -> None:
    """Run benchmarks with a model, or go on where the last start ended.

    \b
    bench run longbench --model lexical --data sample
    bench run longbench --model openai/NAME --base-url http://127.0.0.1:8000/v1 --data data.zip
    bench run longbench ncb --model vllm/FOLDER --data PATH --dry-run
    bench run ncb --model reference --data sample
    """
    from bench.models import load_model
    from bench.registry import find_benchmark

    setting = run_options.setting(options)
    chosen = [find_benchmark(name, options["variant"]).in_setting(setting) for name in benchmarks]
    if options["run_dir"] is not None and len(chosen) > 1:
        raise UserError("--run-dir names one run; with several benchmarks use --out")
    outcomes: list[Outcome] = []
    try:
        with (
            closing(executor_of(None if options["dry_run"] else options["cluster"])) as executor,
            closing(load_model(model, cluster=executor.cluster, **model_options(options))) as loaded,
        ):
            if options["dry_run"]:
                _foretell(chosen, loaded, options)
            else:
                _run(chosen, loaded, executor, options, outcomes)
    finally:  # what is finished is shown even where the next one fails, and after the last words of an engine
        if outcomes:
            show(outcomes, options)
    end(outcomes)


def _run(
    chosen: list[Benchmark], model: Model, executor: Executor, options: dict[str, Any], outcomes: list[Outcome]
) -> None:
    """One after the other; each adds its outcome."""
    from bench.cli.progress import Bar
    from bench.pipeline import check_before, run_benchmark

    selection, place = run_options.selection(options), run_options.place(options)
    asking, conduct = run_options.asking(options), run_options.conduct(options)
    stages, sandbox = run_options.names(options["stages"]), partial(executor.sandbox, options["sandbox"])
    check_before(chosen, selection, stages, sandbox, Bar())
    for benchmark in chosen:
        outcome = run_benchmark(
            benchmark,
            model,
            selection,
            place,
            stages=stages,
            asking=asking,
            conduct=conduct,
            sandbox=sandbox,
            map_chunks=executor.map_chunks,
            progress=Bar(),
        )
        outcomes.append(outcome)


def _foretell(chosen: list[Benchmark], model: Model, options: dict[str, Any]) -> None:
    from bench.cli.forecasts import show_forecasts
    from bench.cli.progress import Bar
    from bench.foretelling import foretell

    selection, asking = run_options.selection(options), run_options.asking(options)
    prices = run_options.conduct(options).prices
    found = [foretell(benchmark, model, selection, asking, prices, Bar()) for benchmark in chosen]
    show_forecasts(found, as_json=options["as_json"])
