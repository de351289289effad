"""The charts of one table, as Vega-Lite specifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.leaderboard.board import Cell, Column, Row, Table
from bench.leaderboard.drawing import (
    FIRM,
    GROUND,
    INK,
    PICKED_COLOUR,
    PICKED_DASH,
    PICKED_SHAPE,
    Spec,
    chart,
    has_score,
    interval,
    of_cell,
    of_row,
    present,
    scores,
    term,
    tooltip,
)
from bench.leaderboard.radar import radar

BESIDES = 90  # pixels of a chart's axis and legend
AXES = range(3, 11)  # categories that a radar can hold
WIDE_RANGE = 20  # from the least to the most, above which a scale is logarithmic
LABELLED = 0.05  # of a bar: a smaller part carries no number
SERIES: Mapping[str, tuple[str, str]] = {
    "run": ("var(--hue-1)", "circle"),
    "unlike": ("var(--hue-2)", "square"),
    "published": ("var(--hue-6)", "diamond"),
}
SETTINGS = (("var(--hue-1)", "circle"), ("var(--hue-2)", "triangle-up"), ("var(--hue-3)", "square"))
VERDICTS: Mapping[str, str] = {
    name: f"url(#fill-{name})" if patterned else f"var(--verdict-{name})"
    for name, patterned in (
        ("passed", False),
        ("failed", True),
        ("compile_error", True),
        ("timeout", True),
        ("out_of_memory", True),
        ("tampered", True),
        ("no_code", False),
        ("sandbox_error", False),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart.

    Attributes:
        name: a key of words under `chart`.
        about: what it is of, where a table has several of the kind: kind of word and name.
        picked: `only` where it is drawn of the rows that the reader picks, `besides` where the others stand behind
            them, empty where all rows are alike.
    """

    name: str
    spec: Spec
    about: tuple[str, str] | None = None
    picked: str = ""
    wide: bool = False

    @property
    def height(self) -> int:
        """Pixels that it will take, about: its place is kept until it is drawn."""
        height = self.spec["height"]
        if isinstance(height, int):
            return height
        step: int = height["step"]
        return BESIDES + step * len({value["row"] for value in self.spec["data"]["values"]})


def charts(table: Table) -> Sequence[Chart]:
    """Every chart that the table has data for."""
    makers = (_forest, _verdicts, _categories, _lengths, _spent)
    return [made for maker in makers for made in maker(table)]


def _forest(table: Table) -> Iterator[Chart]:
    """The headline of every row, best first; of a table with two settings both."""
    columns = _headlines(table)
    rows = [row for row in _best_first(table) if any(has_score(row.cells.get(column.key)) for column in columns)]
    if not rows:
        return
    values = [
        {
            **of_row(row),
            **of_cell(row.cells[column.key]),
            "made": _series(row, column),
            "published": row.kind == "published",
        }
        for row in rows
        for column in columns
        if has_score(row.cells.get(column.key))
    ]
    spec = chart(values, height={"step": 24}, layer=_forest_layers(rows, _series_styles(rows, columns)))
    yield Chart(name="forest", spec=spec, wide=True)


def _headlines(table: Table) -> list[Column]:
    main = next((column for column in table.columns if column.key == table.headline), None)
    if main is None:
        return []
    return [c for c in table.columns if (c.kind, c.name, c.language) == (main.kind, main.name, main.language)]


def _best_first(table: Table) -> list[Row]:
    keys = [column.key for column in _headlines(table)]

    def best(row: Row) -> float:
        return max((row.cells[key].score or 0.0 for key in keys if key in row.cells), default=0.0)

    return sorted(table.rows, key=best, reverse=True)


def _kind(row: Row) -> str:
    return "unlike" if row.kind == "run" and row.unlike else row.kind


def _series(row: Row, column: Column) -> object:
    return term("setting", column.setting) if column.setting else term("series", _kind(row))


def _series_styles(rows: Sequence[Row], columns: Sequence[Column]) -> list[tuple[object, tuple[str, str]]]:
    """What stands in the legend, with colour and shape."""
    settings = list(dict.fromkeys(column.setting for column in columns if column.setting))
    if settings:
        return [(term("setting", s), SETTINGS[i % len(SETTINGS)]) for i, s in enumerate(settings)]
    kinds = {_kind(row) for row in rows}
    return [(term("series", kind), style) for kind, style in SERIES.items() if kind in kinds]


def _forest_layers(rows: Sequence[Row], styles: Sequence[tuple[object, tuple[str, str]]]) -> list[Spec]:
    domain = [name for name, _ in styles]
    legend: Spec | None = {} if len(styles) > 1 else None
    colour = {
        "field": "made",
        "type": "nominal",
        "scale": {"domain": domain, "range": [style[0] for _, style in styles]},
        "legend": legend,
    }
    shape = {**colour, "scale": {"domain": domain, "range": [style[1] for _, style in styles]}}
    y = {
        "field": "label",
        "type": "nominal",
        "sort": [of_row(row)["label"] for row in rows],
        "axis": {"title": None, "grid": True, "gridDash": [1, 3], "domain": False, "ticks": False, "labelColor": INK},
    }
    told = tooltip("label", "made", "score", "interval")
    point = {"y": y, "x": scores(), "color": colour, "shape": shape, "tooltip": told}
    return [interval("x", y=y, color=colour), *(_forest_points(point, published=one) for one in (False, True))]


def _forest_points(encoding: Spec, *, published: bool) -> Spec:
    """Published figures are hollow."""
    return {
        "transform": [{"filter": {"field": "published", "equal": published}}],
        "mark": {"type": "point", "filled": not published, "size": 70, "strokeWidth": 1.75, "opacity": 1},
        "encoding": encoding,
    }


def _categories(table: Table) -> Iterator[Chart]:
    """A radar and a chart of dots for each set of categories that are told apart by language or setting."""
    for (setting, heading), columns in _sets(table).items():
        rows = present(_best_first(table), [column.key for column in columns])
        if len(columns) not in AXES or not rows:
            continue
        about = ("setting", setting) if setting else ("language", heading) if heading in {"en", "zh"} else None
        yield Chart(name="radar", spec=radar(rows, columns), about=about, picked="only")
        yield Chart(name="profile", spec=_profile(rows, columns), about=about, picked="only")


def _sets(table: Table) -> Mapping[tuple[str, str], list[Column]]:
    found: dict[tuple[str, str], list[Column]] = {}
    for column in table.columns:
        if column.kind == "category":
            found.setdefault((column.setting, column.language or column.group), []).append(column)
    return found


def _profile(rows: Sequence[Row], columns: Sequence[Column]) -> Spec:
    values = [
        {**of_row(row), **of_cell(row.cells[column.key]), "category": term("category", column.name)}
        for row in rows
        for column in columns
    ]
    y = {
        "field": "category",
        "type": "nominal",
        "sort": [term("category", column.name) for column in columns],
        "axis": {"title": None, "domain": False, "ticks": False, "labelColor": INK},
        "scale": {"paddingInner": 0.3},
    }
    offset = {"field": "label", "scale": {"domain": {"picked": "labels"}}}
    point = {
        "y": y,
        "yOffset": offset,
        "x": scores(),
        "color": PICKED_COLOUR,
        "shape": PICKED_SHAPE,
        "tooltip": tooltip("label", "category", "score", "interval"),
    }
    dots = {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}, "encoding": point}
    return chart(values, height=360, layer=[interval("x", y=y, yOffset=offset, color=PICKED_COLOUR), dots])


def _lengths(table: Table) -> Iterator[Chart]:
    """Score by length; of a table with two settings one chart each."""
    for setting in dict.fromkeys(name.rpartition(":")[0] for row in table.rows for name in row.lengths):
        values = [value for row in _best_first(table) for value in _by_length(row, table.lengths, setting)]
        if values:
            about = ("setting", setting) if setting else None
            yield Chart(name="lengths", spec=_length_chart(values, table.lengths), about=about, picked="only")


def _by_length(row: Row, names: Sequence[str], setting: str) -> Iterator[Spec]:
    for name in names:
        cell = row.lengths.get(f"{setting}:{name}" if setting else name)
        if cell is not None and cell.score is not None:
            yield {**of_row(row), **of_cell(cell), "length": term("length", name)}


def _length_chart(values: Sequence[Spec], names: Sequence[str]) -> Spec:
    x = {
        "field": "length",
        "type": "ordinal",
        "sort": [term("length", name) for name in names],
        "axis": {"title": term("axis", "length"), "labelAngle": 0, "grid": False},
        "scale": {"type": "point", "padding": 0.4},
    }
    y = scores("y")
    point = {"x": x, "y": y, "color": PICKED_COLOUR, "shape": PICKED_SHAPE}
    return chart(
        values,
        height=280,
        layer=[
            {"mark": {"type": "line"}, "encoding": {"x": x, "y": y, "color": PICKED_COLOUR, "strokeDash": PICKED_DASH}},
            interval("y", x=x, color=PICKED_COLOUR),
            {
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {**point, "tooltip": tooltip("label", "length", "score", "interval")},
            },
        ],
    )


def _verdicts(table: Table) -> Iterator[Chart]:
    """What answers came to, one chart a task."""
    for task in dict.fromkeys(task for row in table.rows for task in row.verdicts):
        rows = [row for row in _best_first(table) if sum(row.verdicts.get(task, {}).values())]
        values = [value for row in rows for value in _parts(row, row.verdicts[task])]
        if values:
            yield Chart(name="verdicts", spec=_verdict_chart(rows, values), about=("task", task))


def _parts(row: Row, verdicts: Mapping[str, int]) -> Iterator[Spec]:
    """The parts of one bar, one after the other."""
    total, begin = sum(verdicts.values()), 0
    ordered = sorted(verdicts.items(), key=lambda item: _order(item[0]))
    for verdict, count in ordered:
        if count:
            ends = {"from": begin / total, "to": (begin + count) / total, "middle": (begin + count / 2) / total}
            shown = str(count) if count >= LABELLED * total else ""
            yield {**of_row(row), "verdict": term("verdict", verdict), "count": count, "shown": shown, **ends}
            begin += count


def _order(verdict: str) -> int:
    return list(VERDICTS).index(verdict) if verdict in VERDICTS else len(VERDICTS)


def _verdict_chart(rows: Sequence[Row], values: Sequence[Spec]) -> Spec:
    y = {
        "field": "label",
        "type": "nominal",
        "sort": [of_row(row)["label"] for row in rows],
        "axis": {"title": None, "domain": False, "ticks": False, "labelColor": INK, "grid": False},
    }
    share = {"title": term("axis", "share"), "format": ".0%", "grid": False, "tickCount": 5}
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": share}
    ends = {"x": {**x, "field": "from"}, "x2": {"field": "to"}}
    bar = {
        "mark": {"type": "bar", "stroke": GROUND, "strokeWidth": 1, "height": {"band": 0.75}},
        "encoding": {**ends, "fill": _fills(values), "tooltip": tooltip("label", "verdict", "count")},
    }
    text = {"x": {**x, "field": "middle"}, "text": {"field": "shown"}}
    halo = {"mark": {"type": "text", "stroke": GROUND, "strokeWidth": 4, "fontWeight": 600}, "encoding": text}
    label = {"mark": {"type": "text", "fill": INK, "fontWeight": 600}, "encoding": text}
    return chart(values, height={"step": 30}, encoding={"y": y}, layer=[bar, halo, label])


def _fills(values: Sequence[Spec]) -> Spec:
    """Colours and patterns of the verdicts that there are, in their own order."""
    seen = [value["verdict"] for value in values]
    domain = [(term("verdict", name), fill) for name, fill in VERDICTS.items() if term("verdict", name) in seen]
    return {
        "field": "verdict",
        "type": "nominal",
        "scale": {"domain": [name for name, _ in domain], "range": [fill for _, fill in domain]},
        "legend": {"symbolType": "square", "symbolSize": 140},
    }


def _spent(table: Table) -> Iterator[Chart]:
    """Score against what the runs used, where it is known."""
    headlines = _headlines(table)
    for what, amount in (("tokens", _tokens), ("cost", _cost)):
        values = [
            {**of_row(row), **of_cell(cell), what: used}
            for row in table.rows
            for cell in (_first_score(row, headlines),)
            if cell and (used := amount(row))
        ]
        if values:
            yield Chart(name=what, spec=_scatter(values, what), picked="besides")


def _first_score(row: Row, columns: Sequence[Column]) -> Cell | None:
    return next((row.cells[c.key] for c in columns if has_score(row.cells.get(c.key))), None)


def _tokens(row: Row) -> float | None:
    known = [value for value in (row.spent.get("input"), row.spent.get("output")) if value is not None]
    return sum(known) if known else None


def _cost(row: Row) -> float | None:
    return row.spent.get("cost")


def _scatter(values: Sequence[Spec], what: str) -> Spec:
    amounts = [value[what] for value in values]
    logarithmic = max(amounts) > WIDE_RANGE * min(amounts)
    scale = {"type": "log"} if logarithmic else {"zero": False}
    axis = {"title": term("axis", what), "tickCount": 5, "format": "~s", "grid": False}
    x = {"field": what, "type": "quantitative", "scale": {**scale, "padding": 20}, "axis": axis}
    y = scores("y")
    told = tooltip("label", "score", "interval", what)
    behind = {"mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.6, "color": FIRM}}
    point = {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1}}
    hues = {"color": PICKED_COLOUR, "shape": PICKED_SHAPE}
    return chart(
        values,
        height=300,
        layer=[
            {**behind, "encoding": {"x": x, "y": y, "tooltip": told}},
            _of_picked(interval("y", x=x, color=PICKED_COLOUR)),
            _of_picked({**point, "encoding": {"x": x, "y": y, **hues, "tooltip": told}}),
        ],
    )


def _of_picked(layer: Spec) -> Spec:
    """A layer of the rows that the reader picked."""
    picked = {"filter": {"field": "label", "oneOf": {"picked": "labels"}}}
    return {**layer, "transform": [picked, *layer.get("transform", [])]}
