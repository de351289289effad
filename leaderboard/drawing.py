"""What every chart is made of, as parts of Vega-Lite specifications.

A specification holds what the page alone knows as small objects that its script replaces: `{"word": key}` by the text
in the reader's language, `{"picked": "labels"}` and its like by what belongs to the rows that the reader picked,
`{"reach": half, "axis": axis}` by the ends of scales that keep circles round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.leaderboard.board import Cell, Row
from bench.leaderboard.marking import number
from bench.leaderboard.wording import load_words
from bench.pages.wording import visible

Spec = dict[str, Any]

INK, SOFT, FIRM, LINE, GROUND = (f"var(--{name})" for name in ("ink", "soft", "firm", "line", "ground"))

_AXIS: Spec = {
    "labelColor": SOFT,
    "titleColor": SOFT,
    "titleFontWeight": "normal",
    "titleFontSize": 12,
    "labelFontSize": 12,
    "domainColor": LINE,
    "tickColor": LINE,
    "gridColor": LINE,
    "titlePadding": 8,
}
CONFIG: Spec = {
    "aria": False,  # the figure has a label, and its numbers stand in the table
    "background": None,
    "view": {"stroke": None},
    "axis": _AXIS,
    "axisY": {"labelLimit": 220, "titlePadding": 10},
    "legend": {
        "orient": "top",
        "title": None,
        "labelColor": INK,
        "labelFontSize": 12,
        "symbolSize": 80,
        "symbolOpacity": 1,
        "columnPadding": 16,
        "labelLimit": 200,
    },
}
PICKED_COLOUR: Spec = {
    "field": "label",
    "type": "nominal",
    "scale": {"domain": {"picked": "labels"}, "range": {"picked": "hues"}},
    "legend": None,  # the page has one above the chart, whose names wrap
}
PICKED_SHAPE: Spec = {
    "field": "label",
    "type": "nominal",
    "scale": {"domain": {"picked": "labels"}, "range": {"picked": "shapes"}},
    "legend": None,
}
PICKED_DASH: Spec = {
    "field": "label",
    "type": "nominal",
    "scale": {"domain": {"picked": "labels"}, "range": {"picked": "dashes"}},
    "legend": None,
}


def chart(values: Sequence[Mapping[str, Any]], **parts: Any) -> Spec:
    """A specification as wide as its place on the page."""
    return {"config": CONFIG, "width": "container", "data": {"values": list(values)}, **parts}


def term(kind: str, name: str) -> Any:
    """A name in the reader's language, where the page has a word for it."""
    key = f"{kind}.{name}"
    return {"word": key} if key in load_words() else visible(name)


def said(key: str) -> Spec:
    """A text of the page."""
    return {"word": key}


def of_row(row: Row) -> Spec:
    """What each value of a row carries: its key, by which hidden rows leave the chart, and its name."""
    return {"row": row.key, "label": visible(row.label)}


def of_cell(cell: Cell) -> Spec:
    """A score with its interval, as numbers and as text."""
    whole = cell.low is not None and cell.high is not None
    interval = f"{number(cell.low)}–{number(cell.high)}" if whole else "–"
    return {"score": cell.score, "low": cell.low, "high": cell.high, "interval": interval}


def tooltip(*fields: str) -> list[Spec]:
    """What is shown of a mark: each field with a word under `axis` for its name."""
    return [_told(field) for field in fields]


def _told(field: str) -> Spec:
    word = {"label": "axis.model"}.get(field, f"axis.{field}")
    numbers = {"score": ".1f", "tokens": ",.0f", "cost": ",.2f", "count": ",d"}
    if field in numbers:
        return {"field": field, "title": said(word), "type": "quantitative", "format": numbers[field]}
    return {"field": field, "title": said(word), "type": "nominal"}


def scores(axis: str = "x", **more: Any) -> Spec:
    """The scale of scores, which need not begin at 0: what is read is where intervals lie."""
    grid = {"title": said("axis.score"), "tickCount": 6, **({"domain": False} if axis == "y" else {})}
    return {
        "field": "score",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False, "padding": 14},
        "axis": grid,
        **more,
    }


def interval(axis: str, **more: Any) -> Spec:
    """A layer with the interval of each score; none where there is none."""
    low = {**scores(axis), "field": "low"}
    return {
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "rule", "strokeWidth": 2, "strokeCap": "round", "opacity": 0.75},
        "encoding": {axis: low, f"{axis}2": {"field": "high"}, **more},
    }


def present(rows: Iterable[Row], keys: Iterable[str]) -> list[Row]:
    """Rows with a number in every one of these columns."""
    wanted = list(keys)
    return [row for row in rows if all(has_score(row.cells.get(key)) for key in wanted)]


def has_score(cell: Cell | None) -> bool:
    """Whether there is a number."""
    return cell is not None and cell.score is not None
