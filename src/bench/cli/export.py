"""`bench export`: a benchmark in the unified format; a run as the authors' own files, JSON lines or Parquet."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli import run_options
from bench.cli.sections import SectionCommand, in_section
from bench.errors import UserError
from bench.runs import RUN

if TYPE_CHECKING:
    from bench.runs import RunFolder

FORMATS = ("official", "jsonl", "parquet")


@click.command(name="export", cls=SectionCommand, short_help="Write a benchmark's samples, or a run, as files.")
@click.argument("what", metavar="BENCHMARK|RUN")
@click.option("--format", "layout", type=click.Choice(FORMATS), required=True, help="Which files.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("export"), show_default=True, help="Where to.")
@in_section("Data of a benchmark", run_options.DATA)
def command(what: str, layout: str, out: Path, **options: Any) -> None:
    """Write files that other programs read.

    Of a benchmark, by its name or its card: jsonl and parquet, every sample in the unified format, see `bench schema`.

    \b
    Of a run, by its folder:
      official  pred/<model>/<data set>.jsonl (pred_e/ for LongBench-E), which the authors' eval.py scores as it is;
                 results/<model>.jsonl of LongBench v2, for result.py
      jsonl     one line an attempt: its sample, completion and score
      parquet   the same by columns

    \b
    bench export longbench --format parquet --data data.zip --out data
    bench export runs/longbench/my-model/20260101T000000Z-0123abcd --format official
    """
    if (Path(what) / RUN).is_file():
        written = _run(Path(what), layout, out)
    else:
        written = [_benchmark(what, layout, out, options)]
    for path in written:
        click.echo(str(path))


def _benchmark(name: str, layout: str, out: Path, options: dict[str, Any]) -> Path:
    """The samples of a benchmark in one file."""
    from bench.arrow import require_pyarrow, sample_row, sample_schema, write_parquet
    from bench.cli.progress import Bar
    from bench.jsonl import replace_file, to_line
    from bench.loading import each, open_samples
    from bench.registry import find_benchmark

    _demand_known(name)
    if layout == "official":
        raise UserError("--format official is of a run; the samples of a benchmark are jsonl or parquet")
    if layout == "parquet":
        require_pyarrow()
    found = find_benchmark(name, options["variant"])
    samples = open_samples(found, run_options.selection(options), Bar())
    path = _make_folder(out) / f"{found.name}.{layout}"
    if layout == "parquet":
        write_parquet(path, sample_schema(), (sample_row(sample) for sample in each(samples)))
    else:
        replace_file(path, (to_line(sample) for sample in each(samples)))
    click.echo(f"{len(samples.entries):,} samples of {found.name}", err=True)
    return path


def _demand_known(name: str) -> None:
    from bench.registry import benchmarks

    card = name.endswith(".toml") or (Path(name) / "card.toml").is_file()
    if name not in benchmarks() and not card:
        known = ", ".join(benchmarks())
        raise UserError(f"{name}: is neither a run folder nor a benchmark; there are {known}, or name a card.toml")


def _run(path: Path, layout: str, out: Path) -> list[Path]:
    from bench.runs import RunFolder

    folder = RunFolder.open(path)
    if layout == "official":
        return _official(folder, out)
    return [_jsonl(folder, out) if layout == "jsonl" else _parquet(folder, out)]


def _official(folder: RunFolder, out: Path) -> list[Path]:
    from bench.jsonl import replacing, to_line
    from bench.reading import final
    from bench.registry import benchmarks, find_benchmark
    from bench.run_names import folder_name

    if folder.benchmark not in benchmarks():
        raise UserError(f"{folder.path}: {folder.benchmark} has no official layout; use --format jsonl or parquet")
    benchmark, model = find_benchmark(folder.benchmark), folder_name(folder.name)
    streams: dict[Path, Any] = {}
    left_out = 0
    with ExitStack() as stack, closing(folder.completions()) as log:
        for stored in folder.samples():
            path = out / benchmark.official_file(stored.task, model, folder.setting)
            if path not in streams:
                _make_folder(path.parent)
                streams[path] = stack.enter_context(replacing(path))
            sample = stored.sample(folder.benchmark)
            answers = [c for c in final(log.of(stored.id), stored.steps) if c.error is None]
            rows = [row for c in answers if (row := benchmark.official_row(sample, c)) is not None]
            left_out += not rows
            streams[path].writelines(map(to_line, rows))
    if left_out:
        click.echo(
            f"{left_out} samples without an answer are left out: the authors' files have no place for them", err=True
        )
    return list(streams)


def _jsonl(folder: RunFolder, out: Path) -> Path:
    from bench.jsonl import replace_file, to_line
    from bench.reading import scored_samples

    path = _file_of(folder, out, "jsonl")
    replace_file(path, (to_line(item) for item in scored_samples(folder)))
    return path


def _parquet(folder: RunFolder, out: Path) -> Path:
    from bench.arrow import answer_row, answer_schema, require_pyarrow, write_parquet
    from bench.reading import scored_samples

    require_pyarrow()
    path = _file_of(folder, out, "parquet")
    write_parquet(path, answer_schema(), (answer_row(item) for item in scored_samples(folder)))
    return path


def _file_of(folder: RunFolder, out: Path, suffix: str) -> Path:
    from bench.run_names import folder_name

    return _make_folder(out) / f"{folder_name(folder.name)}_{folder.benchmark}.{suffix}"


def _make_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; choose another --out") from None
    return path
