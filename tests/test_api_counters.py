"""The share of the input that a prefix cache had, by a server's own counters.

Would catch: counters of other caches taken in, a share over the server's whole life, and one made up where the server
was restarted or does not count.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_server import Server, either, prompt, serve

from bench.models import load_model
from bench.models.api.counters import Counts

__all__ = ["serve"]

pytest.importorskip("openai")

METRICS = """# HELP vllm:prefix_cache_queries_total Prefix cache queries, in terms of number of queried tokens.
# TYPE vllm:prefix_cache_queries_total counter
vllm:prefix_cache_queries_total{{engine="0",model_name="m"}} {queries}
vllm:prefix_cache_queries_created{{engine="0",model_name="m"}} 1.7e+09
vllm:prefix_cache_hits_total{{engine="0",model_name="m"}} {hits}
vllm:external_prefix_cache_queries_total{{engine="0",model_name="m"}} 9999.0
"""


def counting(server: Server, *readings: tuple[float, float]) -> Callable[[], str]:
    left = list(readings)
    return lambda: METRICS.format(queries=left[0][0], hits=left.pop(0)[1])


def share_of(server: Server) -> object:
    model = load_model("openai/m", base_url=server.url)
    list(model.generate([prompt("a"), prompt("b")]))
    return model.observed.get("cached_share")


def test_the_share_is_of_what_came_during_the_run(serve: Callable[..., Server]) -> None:
    server = serve(either)
    server.metrics = counting(server, (1000.0, 900.0), (1400.0, 1000.0))
    assert share_of(server) == 0.25


def test_a_cache_that_had_nothing_is_a_share_of_zero(serve: Callable[..., Server]) -> None:
    server = serve(either)
    server.metrics = counting(server, (1000.0, 900.0), (1400.0, 900.0))
    assert share_of(server) == 0.0


def test_a_server_that_was_restarted_tells_nothing(serve: Callable[..., Server]) -> None:
    server = serve(either)
    server.metrics = counting(server, (1000.0, 900.0), (400.0, 100.0))
    assert share_of(server) is None


def test_a_server_that_does_not_count_tells_nothing(serve: Callable[..., Server]) -> None:
    assert share_of(serve(either)) is None


def test_the_engines_of_one_server_are_added_up() -> None:
    text = "".join(METRICS.format(queries=100.0, hits=10.0).replace('"0"', f'"{engine}"') for engine in (0, 1))
    assert Counts.read(text) == Counts(200.0, 20.0)
    assert Counts.read("# nothing of the kind\n") is None
