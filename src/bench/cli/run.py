"""`bench run`: one or several benchmarks with one model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.output import end, output_options, show
from bench.cli.sandboxes import sandbox_maker, sandbox_option
from bench.errors import UserError

if TYPE_CHECKING:
    from bench.pipeline import Outcome
    from bench.places import Place
    from bench.protocols import Selection
    from bench.stages.generate import Asking

MODEL_OPTIONS = ("base_url", "concurrency", "timeout", "retries")


@click.command(name="run", short_help="Ask a model, score its answers, go on after a stop.")
@click.argument("benchmarks", nargs=-1, required=True, metavar="BENCHMARK...")
@click.option("--model", required=True, help="lexical, reference, replay/FOLDER or openai/NAME.")
@click.option(
    "--data", metavar="sample|PATH", help="The package's sample data, or the authors' files: a folder or data.zip."
)
@click.option("--variant", metavar="v1|e", help="Short form: `longbench --variant e` is `longbench-e`.")
@click.option("--prompts", type=click.Path(path_type=Path), help="Prompt texts, in place of those beside the data.")
@click.option("--tasks", metavar="A,B", help="Only these tasks.")
@click.option("--languages", metavar="A,B", help="ncb: only these programming languages, python or java.")
@click.option("--natural-languages", metavar="A,B", help="ncb: only requests in these languages, en or zh.")
@click.option("--limit", type=click.IntRange(min=1), help="The first N samples of each task.")
@click.option("--sample", type=click.IntRange(min=1), help="N samples in all, spread over the tasks.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which samples --sample takes.")
@click.option("--unpinned", is_flag=True, help="Take a data.zip that is not the published one; the result says so.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="All runs.")
@click.option("--run-dir", type=click.Path(path_type=Path), help="This very folder.")
@click.option("--new", is_flag=True, help="Start a new run even where an unfinished one could go on.")
@click.option("--name", help="The model's name in folders and tables.")
@click.option("--stages", default="generate,execute,score", show_default=True, help="Which stages to do.")
@click.option("--attempts", type=click.IntRange(min=1), default=1, show_default=True, help="Answers to each prompt.")
@click.option("--temperature", type=click.FloatRange(min=0), help="Of sampling; the benchmark's own by default.")
@sandbox_option
@click.option("--base-url", help="openai/: the server, for example http://127.0.0.1:8000/v1.")
@click.option("--concurrency", type=click.IntRange(min=1), help="openai/: requests in flight.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="openai/: seconds for one request.")
@click.option("--retries", type=click.IntRange(min=0), help="openai/: further tries of a failed request.")
@output_options
def command(benchmarks: tuple[str, ...], model: str, **options: Any) -> None:
    """Run benchmarks with a model, or go on where the last start ended.

    \b
    bench run longbench --model lexical --data sample
    bench run longbench --model openai/NAME --base-url http://127.0.0.1:8000/v1 --data data.zip
    bench run ncb --model reference --data sample
    """
    from bench.cli.progress import Bar
    from bench.models import load_model
    from bench.pipeline import check_before, run_benchmark
    from bench.registry import find_benchmark

    chosen = [find_benchmark(name, options["variant"]) for name in benchmarks]
    selection, place, stages = _selection(options), _place(options), _names(options["stages"])
    if place.run_dir is not None and len(chosen) > 1:
        raise UserError("--run-dir names one run; with several benchmarks use --out")
    loaded = load_model(model, **{name: options[name] for name in MODEL_OPTIONS})
    asking, sandbox = _asking(options), sandbox_maker(options["sandbox"])
    check_before(chosen, selection, stages, sandbox)
    outcomes: list[Outcome] = []
    try:
        for benchmark in chosen:
            # one by one: what is finished is shown even where the next one fails
            outcomes.append(  # noqa: PERF401
                run_benchmark(
                    benchmark, loaded, selection, place, stages=stages, asking=asking, sandbox=sandbox, progress=Bar()
                )
            )
    finally:
        if outcomes:
            show(outcomes, options)
    end(outcomes)


def _selection(options: dict[str, Any]) -> Selection:
    from bench.protocols import Selection

    if options["data"] is None:
        raise UserError(
            "--data is required: `sample` for the package's own, or the PATH of the benchmark's files (or data.zip)"
        )
    if options["limit"] is not None and options["sample"] is not None:
        raise UserError("--limit and --sample exclude each other; give one of them")
    kept = {name: options[name] for name in ("data", "prompts", "limit", "sample", "seed", "unpinned")}
    listed = {name: options[name] for name in ("tasks", "languages", "natural_languages")}
    kept |= {name: None if text is None else _names(text) for name, text in listed.items()}
    return Selection(**kept)


def _asking(options: dict[str, Any]) -> Asking:
    from bench.stages.generate import Asking

    return Asking(attempts=options["attempts"], temperature=options["temperature"])


def _place(options: dict[str, Any]) -> Place:
    from bench.places import Place

    return Place(out=options["out"], run_dir=options["run_dir"], new=options["new"], name=options["name"])


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())
