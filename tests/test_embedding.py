"""Would catch vectors in the wrong order, a second request for what is kept, a broken file that ends a run.

Also a server that changes its model, a refusal that is repeated or not explained, and a key that is shown.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from api_server import Reply, Request, Server, refusal, reset, serve

from bench.errors import ModelError, UserError
from bench.models.embedding import load_embedder
from bench.models.embedding_api import Endpoint
from bench.models.embedding_cache import Kept, Store
from bench.models.embedding_fake import FakeEmbedder

__all__ = ["serve"]
Serve = Callable[..., Server]


def embeddings(path: str, request: Request) -> Reply:
    """Each text's length and its first letter, in an order of the server's own."""
    data = [
        {"object": "embedding", "index": i, "embedding": [len(text), ord(text[0]), 1.0]}
        for i, text in enumerate(request["input"])
    ]
    return 200, {"object": "list", "data": data[::-1], "model": request["model"]}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.models.embedding_api.retry_seconds", lambda times: 0.001 * times)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "embeddings" / "vectors.sqlite"


def after(*first: Any) -> Callable[[str, Request], Any]:
    """A script that begins with these replies."""
    left: Iterator[Any] = iter(first)
    return lambda path, request: next(left, None) or embeddings(path, request)


def test_vectors_come_in_the_order_of_the_texts_and_the_model_is_named(serve: Serve) -> None:
    server = serve(embeddings)
    endpoint = Endpoint("m", url=server.url)
    assert endpoint.embed(["bb", "a", ""]).tolist() == [[2, 98, 1], [1, 97, 1], [1, 32, 1]]
    assert endpoint.spec == {"backend": "openai", "model": "m", "dimensions": 3}
    assert {path for path, _, _ in server.requests} == {"/v1/embeddings"}
    assert server.bodies[-1]["model"] == "m"
    endpoint.close()


def test_many_texts_go_in_batches_within_what_servers_take(serve: Serve) -> None:
    server = serve(embeddings)
    texts = ["x" * (number + 1) for number in range(300)] + ["y" * 150_000, "z" * 150_000]
    found = Endpoint("m", url=server.url).embed(texts)
    assert found[:, 0].tolist() == [len(text) for text in texts]
    batches = [request["input"] for request in server.bodies]
    assert max(map(len, batches)) <= 128
    assert max(sum(map(len, batch)) for batch in batches) <= 200_000


@pytest.mark.parametrize("fault", [refusal(429, "slow down"), refusal(500, "oops"), (200, "not json"), reset])
def test_what_may_pass_is_tried_again(serve: Serve, fault: Any) -> None:
    server = serve(after(fault, fault))
    assert Endpoint("m", url=server.url).embed(["a"]).shape == (1, 3)
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("reply", "said", "requests"),
    [
        (refusal(401, "bad key sk-secret"), r"HTTP 401: bad key \[key\]; set OPENAI_API_KEY", 1),
        (refusal(404, "no such model"), "no such model; check --embeddings-url and the model's name", 1),
        (refusal(500, "oops"), "http_500: oops", 7),
        ((200, {"data": []}), "no list of 1 embeddings", 7),
        ((200, {"data": [{"index": 0, "embedding": ["a"]}]}), "not lists of numbers", 7),
        ((200, {"data": [{"index": 0, "embedding": [None]}]}), "not lists of numbers", 7),
        ((200, {"data": [{"index": 0, "embedding": []}]}), "not lists of numbers", 7),
    ],
)
def test_what_does_not_pass_ends_in_one_line_that_says_what_to_do(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, reply: Reply, said: str, requests: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    server = serve(lambda path, request: reply)  # noqa: ARG005 - a script's
    with pytest.raises(ModelError, match=said) as raised:
        Endpoint("m", url=server.url).check()
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith(f"--retriever openai/m at {server.url}: ")
    assert len(server.requests) == requests


def test_the_key_is_sent_and_a_server_that_is_not_there_is_named(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(embeddings)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    Endpoint("m", url=server.url).check()
    assert {key for _, _, key in server.requests} == {"Bearer sk-secret"}
    server.stop()
    with pytest.raises(ModelError, match=r"nothing listens at .*; give --embeddings-url or start it"):
        Endpoint("m", url=server.url).check()


def test_vectors_of_another_length_than_before_are_refused(serve: Serve) -> None:
    server = serve(embeddings)
    endpoint = Endpoint("m", url=server.url)
    endpoint.check()
    server.script = lambda path, request: (200, {"data": [{"index": 0, "embedding": [1, 2]}]})  # noqa: ARG005
    with pytest.raises(ModelError, match="gave 2 numbers for a text and 3 before"):
        endpoint.embed(["a"])


def test_a_text_that_the_server_refuses_as_too_long_is_cut_until_it_takes_it(serve: Serve) -> None:
    def script(path: str, request: Request) -> Reply:
        if sum(map(len, request["input"])) > 30:
            return refusal(400, "This model's maximum context length is 30 tokens")
        return embeddings(path, request)

    endpoint = Endpoint("m", url=serve(script).url)
    assert endpoint.embed(["a" * 20, "b" * 100, "c" * 20])[:, 0].tolist() == [20, 25, 20]
    assert len(endpoint.notes) == 1
    assert "only their beginnings were compared" in endpoint.notes[0]


def test_what_was_embedded_once_is_not_asked_again_by_another_run(path: Path) -> None:
    first, second = FakeEmbedder(), FakeEmbedder()
    vectors = Kept(first, path).embed(["a", "b", "a"])
    assert first.asked == ["a", "b"]
    assert (Kept(second, path).embed(["b", "c", "a"])[[2, 0, 2]] == vectors).all()
    assert second.asked == ["c"]


def test_another_model_and_a_question_have_vectors_of_their_own(path: Path) -> None:
    Kept(FakeEmbedder(), path).embed(["a"])
    for embedder, query in ((FakeEmbedder("other"), False), (FakeEmbedder(), True)):
        Kept(embedder, path).embed(["a"], query=query)
        assert embedder.asked == ["a"]


def test_a_file_that_is_no_database_is_set_aside_and_begun_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)
    fake = FakeEmbedder()
    assert Kept(fake, path).embed(["a"]).shape == (1, 26)
    assert path.with_name("vectors.sqlite.damaged").is_file()
    assert Kept(FakeEmbedder("fake"), path).embed(["a"]).shape == (1, 26)
    assert fake.asked == ["a"]


@pytest.mark.parametrize("broken", [b"", b"1234", b"12345678", "text"])
def test_a_damaged_entry_is_computed_again(path: Path, broken: object) -> None:
    Kept(FakeEmbedder(), path).embed(["a"])
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = ?", [broken])
    connection.close()
    fake = FakeEmbedder()
    for _ in range(2):
        assert Kept(fake, path).embed(["a"])[0, 0] == 1
    assert fake.asked == ["a"]


def test_where_nothing_can_be_written_vectors_are_computed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    fake = FakeEmbedder()
    kept = Kept(fake, tmp_path / "file" / "vectors.sqlite")
    assert [kept.embed(["a"]).shape for _ in range(2)] == [(1, 26)] * 2
    assert fake.asked == ["a", "a"]


def test_two_processes_fill_one_file_together(path: Path) -> None:
    code = (
        "import sys, pathlib, numpy; from bench.models.embedding_cache import Store;"
        "store = Store(pathlib.Path(sys.argv[1])); own = int(sys.argv[2]);"
        "[store.put({bytes([own, n]): numpy.full(4, n, 'float32')}) for n in range(100)]"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, path, str(own)]) for own in range(2)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    store = Store(path)
    keys = [bytes([own, n]) for own in range(2) for n in range(100)]
    found = store.get(keys * 4)
    store.close()
    assert all(np.array_equal(found[key], np.full(4, key[1])) for key in keys)


def test_retrievers_by_name_keep_their_vectors_below_the_home(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BENCH_HOME", str(tmp_path))
    server = serve(embeddings)
    for _ in range(2):
        embedder = load_embedder("openai/m", url=server.url)
        embedder.embed(["chunk"])
        embedder.close()
    assert server.asked("chunk") == 1
    assert (tmp_path / "embeddings" / "vectors.sqlite").is_file()


def test_a_sentence_transformers_model_without_the_package_or_the_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder; name a folder"):
        load_embedder("st/./nowhere")
    (tmp_path / "modules.json").write_text(json.dumps([]))
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text("{}")
    embedder = load_embedder(f"st/{tmp_path}")
    assert list(embedder.spec["files"]) == ["1_Pooling/config.json"]
    assert str(tmp_path) not in json.dumps({**embedder.spec, "model": ""})
    with pytest.raises(ModelError, match=r"sentence-transformers is not installed|cannot be loaded"):
        embedder.check()
