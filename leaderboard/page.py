"""The leaderboard as one HTML document that needs nothing beside it: words, styles, scripts and charts are inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bench.errors import UserError
from bench.leaderboard.board import Board
from bench.leaderboard.bundle import ABSENT, chart_library
from bench.leaderboard.charts import charts
from bench.leaderboard.marking import Marking
from bench.leaderboard.matrix import shown_matrix
from bench.leaderboard.shown import differs, show_table
from bench.leaderboard.wording import load_words
from bench.pages import inline
from bench.pages.wording import Words

if TYPE_CHECKING:
    from jinja2 import Environment

STYLES = ("base.css", "page.css", "table.css", "charts.css", "viewer.css", "print.css")
VIEWER = ("untrusted.js", "samples.js", "sample_view.js", "sample_list.js", "viewer.js")
EARLY = ("early.js",)
SCRIPTS = ("words.js", "state.js", "tables.js", "filters.js", "charts.js", *VIEWER, "start.js")
"""Files of `assets/`, in the order in which the page holds them; each script is an element of its own."""

POLICY: Mapping[str, Sequence[str]] = {
    "default-src": ("'none'",),
    "style-src": ("'unsafe-inline'",),
    "img-src": ("data:",),
    "connect-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
}
SHARDS = ("'self'", "file:")  # where the samples beside the page are loaded from


def render_page(board: Board, *, samples: str | None = None) -> str:
    """The page.

    Args:
        samples: the folder of samples beside the page, relative to it; None where there is none.

    Raises:
        UserError: a package that the page needs is not installed.
    """
    words = load_words()
    library = chart_library()
    early, scripts = joined(EARLY), [joined([name]) for name in SCRIPTS]
    template = environment(words).get_template("page.html")
    text = template.render(
        board=board,
        tables=[_parts(board, i, samples=samples) for i in range(len(board.tables))],
        samples=samples,
        style=joined(STYLES),
        early=early,
        scripts=scripts,
        library=library,
        texts=words.by_language(),
        policy=policy(early, *scripts, library, shards=samples is not None),
    )
    return text.encode("utf-8", "replace").decode()  # half a pair, from a name that is no text, is no HTML either


def _parts(board: Board, place: int, *, samples: str | None) -> Mapping[str, Any]:
    """What the template draws of one benchmark."""
    table = board.tables[place]
    return {
        "shown": show_table(table, place, drill=samples is not None),
        "charts": charts(table),
        "matrix": shown_matrix(table),
    }


def policy(*scripts: str, shards: bool) -> str:
    """The Content-Security-Policy: these scripts alone run, and no request leaves the page."""
    return inline.policy(POLICY, *scripts, more=SHARDS if shards else ())


def joined(names: Sequence[str]) -> str:
    """Files of `assets/`, one after the other."""
    return inline.joined(names, "bench.leaderboard")


def environment(words: Words) -> Environment:
    """Jinja2 with escaping everywhere and the page's own helpers.

    Raises:
        UserError: it is not installed.
    """
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as problem:
        raise UserError(ABSENT) from problem

    made = Environment(
        autoescape=True,
        loader=FunctionLoader(_template),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update({**Marking(words).helpers(), "official": differs})
    made.filters.update(data=as_data, raw=Markup)
    return made


def _template(name: str) -> str | None:
    file = files("bench.leaderboard") / "templates" / name
    return file.read_text(encoding="utf-8") if file.is_file() else None


def as_data(value: object) -> Any:
    """JSON for a script element: nothing in it can end the element or a line of the script."""
    from markupsafe import Markup

    return Markup(inline.data_text(value))  # noqa: S704 - escaped there
