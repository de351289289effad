"""A radar over the categories of a table: rings, axes and a closed line for each row."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.leaderboard.board import Column, Row
from bench.leaderboard.drawing import (
    LINE,
    PICKED_COLOUR,
    PICKED_DASH,
    PICKED_SHAPE,
    SOFT,
    Spec,
    chart,
    of_cell,
    of_row,
    term,
    tooltip,
)

HEIGHT = 360
REACH = 1.28  # from the middle to the upper edge, where the outer ring is 1
RINGS = (25, 50, 75, 100)


def radar(rows: Sequence[Row], columns: Sequence[Column]) -> Spec:
    """The chart of rows that have a number in each of the columns."""
    most = max(row.cells[column.key].score or 0.0 for row in rows for column in columns)
    rings = [ring for ring in RINGS if ring < most + 25]
    outer = rings[-1]
    values = [value for row in rows for value in _values(row, columns, outer)]
    return chart(
        values,
        height=HEIGHT,
        encoding={"x": _place("x"), "y": _place("y")},
        layer=[*_grid(columns, rings), *_lines()],
    )


def _place(axis: str) -> Spec:
    scale = {"domain": {"reach": REACH, "axis": axis}, "nice": False, "zero": False}
    return {"field": axis, "type": "quantitative", "axis": None, "scale": scale}


def _point(place: int, of: int, radius: float) -> Spec:
    """Clockwise from the top."""
    angle = 2 * math.pi * place / of
    return {"x": round(radius * math.sin(angle), 4), "y": round(radius * math.cos(angle), 4), "order": place}


def _values(row: Row, columns: Sequence[Column], outer: float) -> list[Spec]:
    """The corners of a row's line; the first stands again at the end and closes it."""
    numbered = [*enumerate(columns), (len(columns), columns[0])]
    return [
        {
            **of_row(row),
            **of_cell(row.cells[column.key]),
            "category": term("category", column.name),
            **_point(place, len(columns), (row.cells[column.key].score or 0.0) / outer),
        }
        for place, column in numbered
    ]


def _grid(columns: Sequence[Column], rings: Sequence[int]) -> list[Spec]:
    count, outer = len(columns), rings[-1]
    corners = [{"ring": ring, **_point(i, count, ring / outer)} for ring in rings for i in range(count + 1)]
    spokes = [{**_point(i, count, 1.0), "x0": 0.0, "y0": 0.0} for i in range(count)]
    labels = [{**_point(i, count, 1.17), "text": term("category", c.name)} for i, c in enumerate(columns)]
    scale = [{"x": 0.0, "y": ring / outer, "text": str(ring)} for ring in rings]
    return [
        {
            "data": {"values": corners},
            "mark": {"type": "line", "stroke": LINE, "strokeWidth": 1},
            "encoding": {"detail": {"field": "ring"}, "order": {"field": "order"}},
        },
        {
            "data": {"values": spokes},
            "mark": {"type": "rule", "stroke": LINE},
            "encoding": {"x2": {"field": "x0"}, "y2": {"field": "y0"}},
        },
        *(_labels(labels, side) for side in ("left", "center", "right")),
        {
            "data": {"values": scale},
            "mark": {"type": "text", "fill": SOFT, "fontSize": 10, "align": "left", "dx": 3, "dy": 8},
            "encoding": {"text": {"field": "text"}},
        },
    ]


def _labels(labels: Sequence[Spec], side: str) -> Spec:
    """Names of the axes that stand on one side of the middle."""
    here = [label for label in labels if _side(label["x"]) == side]
    return {
        "data": {"values": here},
        "mark": {"type": "text", "fill": SOFT, "fontSize": 12, "align": side, "baseline": "middle", "limit": 190},
        "encoding": {"text": {"field": "text"}},
    }


def _side(x: float) -> str:
    if abs(x) < 0.1:
        return "center"
    return "left" if x > 0 else "right"


def _lines() -> list[Spec]:
    return [
        {
            "mark": {"type": "line", "strokeWidth": 2, "strokeJoin": "round"},
            "encoding": {"color": PICKED_COLOUR, "strokeDash": PICKED_DASH, "order": {"field": "order"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
            "encoding": {
                "color": PICKED_COLOUR,
                "shape": PICKED_SHAPE,
                "tooltip": tooltip("label", "category", "score", "interval"),
            },
        },
    ]
