"""`bench leaderboard`: runs side by side, as a page, a table or a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.output import printable
from bench.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from bench.leaderboard.building import Built
    from bench.leaderboard.exports.narrow import Narrow

PIPED = 1000  # columns of a table that goes to a file or a pipe: as many as it needs
FEWEST = 2  # columns of numbers that are shown however narrow a terminal is
CARD = "model-card"
FORMATS = {
    "csv": "One line a number.",
    "json": "Everything that the page shows.",
    "latex": "Tables for a paper (booktabs).",
    "markdown": "Tables for a README.",
    CARD: "One model's results as the front matter of its card on the Hugging Face hub.",
}


def _formats(command: Any) -> Any:
    """An option for each format."""
    for name, about in reversed(FORMATS.items()):
        text = f"To stdout. {about}"
        command = click.option(f"--{name}", "layouts", flag_value=name, multiple=True, help=text)(command)
    return command


@click.command(name="leaderboard", short_help="Runs side by side: a page, a table, CSV, LaTeX, a model card.")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="PAGE.html", help="Write the page here.")
@click.option("--with-samples", is_flag=True, help="And the samples, into PAGE.samples beside it.")
@click.option("--benchmark", help="Only this one.")
@click.option("--no-published", is_flag=True, help="Leave out published figures.")
@_formats
@click.option("--model", help="Whose card, where there are several models.")
def command(runs: tuple[Path, ...], **options: Any) -> None:
    """Show runs side by side, with intervals, ranks and published figures.

    RUNS are run folders, or folders above them. Without --out and without a format the table goes to the terminal.

    \b
    bench leaderboard runs
    bench leaderboard runs --out page.html --with-samples
    bench leaderboard runs --benchmark longbench --markdown
    """
    from bench.leaderboard.building import build_board

    layout = _layout(options)
    built = build_board(runs, benchmark=options["benchmark"], published=not options["no_published"])
    for remark in built.board.remarks:
        click.echo(printable(remark), err=True)
    if layout is not None:
        text = _export(built, layout, options["model"])
        click.echo(text.encode("utf-8", "replace").decode(), nl=False)  # a name may hold half of a surrogate pair
    elif options["out"] is None:
        _print(built)
    if options["out"] is not None:
        _write_page(built, options["out"], with_samples=options["with_samples"])


def _layout(options: dict[str, Any]) -> str | None:
    """The one format that was asked for.

    Raises:
        UserError: there are several, or options that do not go together.
    """
    layouts: tuple[str, ...] = options["layouts"]
    if len(set(layouts)) > 1:
        raise UserError(f"one format at a time, not {' and '.join(f'--{name}' for name in layouts)}")
    if options["with_samples"] and options["out"] is None:
        raise UserError("--with-samples puts samples beside a page; name it with --out PAGE.html")
    if options["model"] is not None and CARD not in layouts:
        raise UserError(f"--model says whose card --{CARD} prints; add that, or leave it out")
    return layouts[0] if layouts else None


def _export(built: Built, layout: str, model: str | None) -> str:
    if layout == CARD:
        from bench.leaderboard.exports import model_card

        return model_card.render(built, model)
    from bench.leaderboard.exports import render

    return render(built.board, layout)


def _write_page(built: Built, page: Path, *, with_samples: bool) -> None:
    """The samples before the page that links to them, so that no link leads nowhere."""
    from bench.jsonl import replace_file, writing
    from bench.leaderboard.page import render_page
    from bench.leaderboard.samples import write_samples

    samples = page.with_suffix(".samples")
    text = render_page(built.board, samples=samples.name if with_samples else None)
    with writing(page, "choose another --out"):
        page.parent.mkdir(parents=True, exist_ok=True)
    if with_samples:
        write_samples(built.folders, samples)
    replace_file(page, [text])
    click.echo(str(page), err=True)


def _print(built: Built) -> None:
    """The tables in the terminal, with what must be known of their rows."""
    from rich.text import Text

    from bench.cli.tables import Screen, console
    from bench.leaderboard.exports.narrow import narrow

    screen = console()
    if not screen.is_terminal:
        screen = Screen(width=PIPED)
    for table in map(narrow, built.board.tables):
        screen.print()
        screen.print(Text(printable(table.title), "bold"))
        made, left_out = _fitting(table, screen)
        screen.print(made)
        for number, note in enumerate(table.notes, start=1):
            screen.print(f"{number:3}  {printable(note)}", soft_wrap=True)
        if left_out:
            screen.print(f"     {left_out} more columns fit no terminal as narrow as this one; --csv has them all")


def _fitting(table: Narrow, screen: Console) -> tuple[Table, int]:
    """The table with as many columns as fit, and how many are left out."""
    made = _screen(table, len(table.heads))
    for count in range(len(table.heads), FEWEST, -1):
        made = _screen(table, count)
        if screen.measure(made, options=screen.options.update(width=PIPED)).maximum <= screen.width:
            return made, len(table.heads) - count
    return made, len(table.heads) - FEWEST - 1


def _screen(table: Narrow, count: int) -> Table:
    """With the first columns alone."""
    from rich.text import Text

    from bench.cli.cells import new_table

    made = new_table("rank", "model", "", *table.heads[:count], texts=3)
    for line in table.lines:
        style = "dim" if line.published else ""
        numbers = ",".join(map(str, line.notes))
        made.add_row(line.rank, Text(printable(line.name), style), Text(numbers, "dim"), *line.cells[:count])
    return made
