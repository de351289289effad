"""`bench score`: existing predictions, or the missing stages of a run folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.clusters import cluster_option, executor_of
from bench.cli.output import end, output_options, show
from bench.cli.sandboxes import sandbox_option
from bench.errors import UserError
from bench.runs import RUN

if TYPE_CHECKING:
    from bench.pipeline import MakeSandbox, Outcome
    from bench.places import Place
    from bench.protocols import Benchmark
    from bench.workers import MapChunks


@click.command(name="score", short_help="Score existing predictions or a run folder.")
@click.argument("benchmark")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--variant", metavar="v1|e|v2", help="Short form: `longbench --variant e` is `longbench-e`.")
@click.option("--name", help="The model's name; the folder's by default, of v2 the file's.")
@click.option(
    "--edit-similarity",
    type=click.Choice(["difflib", "indel"]),
    help="Of the two code tasks: fuzzywuzzy's value without or with python-Levenshtein installed.  [default: difflib]",
)
@click.option(
    "--data",
    metavar="hub|sample|PATH",
    help="ncb: the problems, and their input files where you have them. v2: the questions, to name what is missing.",
)
@sandbox_option
@cluster_option
@click.option("--dedupe", is_flag=True, help="Remove rows that a resumed run wrote twice.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="All runs.")
@output_options
def command(benchmark: str, path: Path, **options: Any) -> None:
    """Score prediction files in the authors' layout, or the missing stages of a run folder.

    LongBench: a folder pred/<model> or pred_e/<model>; v2: a file results/<model>.jsonl. NaturalCodeBench: a folder
    results/<model>; its code is run in the sandbox, see `bench sandbox`.

    \b
    bench score longbench pred/my-model
    bench score longbench results/my-model.jsonl --variant v2
    bench score longbench runs/longbench/my-model/20260101T000000Z-0123abcd
    bench score ncb results/my-model --data problems
    """
    if not path.exists():
        raise UserError(f"{path}: no such file or folder; name predictions (pred/<model>) or a run folder")
    scored = _scoring(benchmark, path, options)
    with closing(executor_of(options["cluster"])) as executor:
        outcome = scored(partial(executor.sandbox, options["sandbox"]), executor.map_chunks)
    show([outcome], options)
    end([outcome])


def _scoring(benchmark: str, path: Path, options: dict[str, Any]) -> Callable[[MakeSandbox, MapChunks], Outcome]:
    """What is to be done, once it is known where."""
    from bench.cli.progress import Bar
    from bench.pipeline import score_predictions, score_run
    from bench.registry import find_benchmark
    from bench.runs import RunFolder

    scoring = {"edit_similarity": options["edit_similarity"]} if options["edit_similarity"] else {}
    progress = Bar()
    named = find_benchmark(benchmark, options["variant"])
    data = _data(named, options["data"], progress.say)
    found = named.located(data)
    if (path / RUN).is_file():
        folder = RunFolder.open(path)
        if folder.benchmark != found.name:
            raise UserError(f"{path}: is a run of {folder.benchmark}; run `bench score {folder.benchmark} {path}`")
        return partial(score_run, folder, found, scoring, progress)
    if options["variant"] is None and found.name == "longbench" and "pred_e" in path.resolve().parts:
        found = find_benchmark("longbench-e")
        progress.say(f"{path}: lies under pred_e, scored as longbench-e")
    imported = found.predictions(path, dedupe=options["dedupe"], data=data)
    return partial(score_predictions, imported, found, _place(path, imported.name, options), scoring, progress)


def _data(benchmark: Benchmark, data: str | None, say: Callable[[str], None]) -> str | None:
    """Where the data lie that `--data` names."""
    from bench.hub import find_data

    return None if data is None else find_data(benchmark.card, data, unpinned=False, say=say)


def _place(path: Path, name: str | None, options: dict[str, Any]) -> Place:
    from bench.places import Place

    folder = path.resolve() if path.is_dir() else path.resolve().parent
    return Place(out=options["out"], name=options["name"] or name or folder.name)
