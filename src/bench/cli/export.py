"""`bench export`: a run as the authors' own files, or as plain JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.errors import UserError

if TYPE_CHECKING:
    from bench.runs import RunFolder


@click.command(name="export", short_help="Write a run as the authors' files or as JSON lines.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--format", "layout", type=click.Choice(["official", "jsonl"]), required=True, help="Which files.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("export"), show_default=True, help="Where to.")
def command(run: Path, layout: str, out: Path) -> None:
    """Write a run's files so that other programs read them.

    official: pred/<model>/<data set>.jsonl (pred_e/ for LongBench-E), which the authors' eval.py scores as it is;
    results/<model>.jsonl for LongBench v2 and its result.py.
    jsonl: one line a sample with its targets, completions and scores.
    """
    from bench.runs import RunFolder

    folder = RunFolder.open(run)
    written = _official(folder, out) if layout == "official" else _jsonl(folder, out)
    for path in written:
        click.echo(str(path))


def _official(folder: RunFolder, out: Path) -> list[Path]:
    from bench.jsonl import replacing, to_line
    from bench.registry import find_benchmark
    from bench.runs import folder_name
    from bench.stages import final

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


def _jsonl(folder: RunFolder, out: Path) -> list[Path]:
    from bench.jsonl import replace_file
    from bench.runs import folder_name

    path = out / f"{folder_name(folder.name)}_{folder.benchmark}.jsonl"
    _make_folder(out)
    replace_file(path, _joined(folder))
    return [path]


def _joined(folder: RunFolder) -> Iterator[str]:
    from bench.cli.show import scored_samples
    from bench.jsonl import to_line

    for item in scored_samples(folder):
        yield to_line(item)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; choose another --out") from None
