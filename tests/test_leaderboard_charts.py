"""Charts and the matrix of comparisons, as they are handed to the page.

Bugs these would catch: a chart that Vega-Lite does not take; a chart of a row that has no number; a difference whose
sign or interval is turned round on the wrong side.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from boards import cell, longbench, longbench_v2, ncb

from bench.leaderboard.board import Pair, Row, Table
from bench.leaderboard.charts import charts
from bench.leaderboard.matrix import shown_matrix
from bench.leaderboard.wording import load_words


def test_a_comparison_is_turned_round_with_its_interval() -> None:
    pair = Pair(first="r0", second="r1", difference=3.0, low=1.0, high=5.5, p_value=0.01)
    matrix = shown_matrix(replace(longbench({"a": 30.0, "b": 33.0}), pairs=(pair,)))
    assert matrix is not None
    assert [row.label for row in matrix.rows] == ["b", "a"]
    above, below = matrix.fields[0][1], matrix.fields[1][0]
    assert above is not None
    assert below is not None
    assert (above.difference, above.low, above.high, above.clear) == (3.0, 1.0, 5.5, True)
    assert (below.difference, below.low, below.high) == (-3.0, -5.5, -1.0)
    assert matrix.fields[0][0] is None


def test_runs_of_which_no_two_can_be_compared_have_no_matrix() -> None:
    pair = Pair(first="r0", second="r1", difference=None, reason="no shared samples")
    assert shown_matrix(replace(longbench({"a": 30.0, "b": 33.0}), pairs=(pair,))) is None


def in_english(value: Any, page: dict[str, list[Any]]) -> Any:
    """A specification with what the page's script would put in."""
    if isinstance(value, list | tuple):
        return [in_english(part, page) for part in value]
    if not isinstance(value, dict):
        return value
    if "word" in value:
        return load_words().text(value["word"])
    if "picked" in value:
        return page[value["picked"]]
    if "reach" in value:
        return [-value["reach"], value["reach"]]
    return {name: in_english(part, page) for name, part in value.items()}


@pytest.mark.parametrize("table", [longbench(), longbench_v2(), ncb()], ids=lambda table: table.benchmark)
def test_every_chart_is_one_that_vega_lite_draws(table: Table) -> None:
    import vl_convert

    for chart in charts(table):
        labels = sorted({value["label"] for value in chart.spec["data"]["values"]})[:6]
        some: dict[str, list[Any]] = {
            "hues": ["red"] * 6,
            "shapes": ["circle"] * 6,
            "dashes": [[1, 0]] * 6,
            "labels": labels,
        }
        spec = in_english(chart.spec, some) | {"width": 400}
        drawn = vl_convert.vegalite_to_svg(json.dumps(spec))
        assert drawn.count("<path") > 3, chart.name
        assert "Infinity" not in drawn
        assert "NaN" not in drawn


def test_each_table_has_the_charts_that_it_has_data_for() -> None:
    assert [chart.name for chart in charts(ncb())].count("verdicts") == 4
    assert {chart.name for chart in charts(longbench_v2())} >= {"forest", "radar", "lengths"}
    names = [chart.name for chart in charts(longbench())]
    assert {"tokens", "cost"} <= set(names)
    assert "lengths" not in names
    assert "verdicts" not in names


def test_a_row_that_lacks_a_category_is_on_no_radar() -> None:
    radar = next(chart for chart in charts(longbench()) if chart.name == "radar")
    assert "p" not in {value["row"] for value in radar.spec["data"]["values"]}
    assert "r0" in {value["row"] for value in radar.spec["data"]["values"]}


def test_the_charts_leave_out_what_has_no_number() -> None:
    forest = next(chart for chart in charts(longbench()) if chart.name == "forest")
    assert {value["row"] for value in forest.spec["data"]["values"]}.isdisjoint({"p", "x"})
    lone = Row(key="a", kind="run", model="a", label="a", setting="zero-shot", cells={"overall/en": cell(0.0)})
    assert [chart.name for chart in charts(replace(longbench(), rows=(lone,)))] == ["forest"]
