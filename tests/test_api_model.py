"""The client of OpenAI-compatible servers, against a scripted server on 127.0.0.1.

Would catch: one bad reply that ends a run, a failure that becomes an empty answer, a sampling field left to the
server's default, more requests in flight than allowed, prompts gathered in memory, a key in an error or a spec, an
unknown model taken for a missing endpoint, and a client that hangs when it is stopped.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from api_server import Reply, Request, Server, chat, either, prompt, quick, raw, serve

from bench.errors import ModelError, UserError
from bench.models import load_model
from bench.records import Completion, Prompt, Sampling
from bench.threads import in_threads

pytest.importorskip("openai")
__all__ = ["quick", "serve"]

KEY = "sk-secret-0123456789"
NEUTRAL = {"presence_penalty": 0, "frequency_penalty": 0, "top_k": -1, "min_p": 0, "repetition_penalty": 1.0}


def ask(server: Server, *prompts: Prompt, retries: int = 0, **options: object) -> list[Completion]:
    return list(load_model("openai/m", base_url=server.url, retries=retries, **options).generate(prompts))


def error_of(server: Server, **options: Any) -> str:
    (found,) = ask(server, prompt(), **options)
    assert found.text == ""
    assert found.seconds is not None
    return str(found.error)


def test_a_chat_prompt_is_one_user_message_with_every_sampling_field(serve: Callable[..., Server]) -> None:
    server = serve(either)
    ask(server, prompt(stop=("END",), sampling=Sampling(temperature=0.5, top_p=0.9, seed=3)))
    ((path, request, key),) = server.requests
    assert path == "/v1/chat/completions"
    assert request == {
        "model": "m",
        "messages": [{"role": "user", "content": "text of a"}],
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": 3,
        "max_tokens": 8,
        "stop": ["END"],
        **NEUTRAL,
    }
    assert key == "Bearer EMPTY"


def test_a_raw_prompt_goes_to_the_completions_endpoint_as_it_is(serve: Callable[..., Server]) -> None:
    server = serve(either)
    (found,) = ask(server, prompt(chat=False, text="def f():\n"))
    ((path, request, _),) = server.requests
    assert (path, request["prompt"], found.text) == ("/v1/completions", "def f():\n", "def f():\n")
    assert (request["temperature"], request["top_p"], request["seed"], request["max_tokens"]) == (0.0, 1.0, 0, 8)
    assert "stop" not in request


def test_a_stop_that_holds_only_after_some_tokens_is_not_sent(serve: Callable[..., Server]) -> None:
    server = serve(either)
    ask(server, prompt(chat=False, stop=("\n",), sampling=Sampling(min_tokens=1)))
    assert "stop" not in server.requests[0][1]


def test_the_completion_carries_what_the_server_said(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: chat("Paris", "length", reasoning_content="France?"))
    (found,) = ask(server, prompt("s/1", attempt=2, step=1))
    usage = found.usage
    assert (found.key, found.text, found.thought) == (("s/1", 2, 1), "Paris", "France?")
    assert (found.finish_reason, found.error) == ("length", None)
    assert (usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.thought_tokens) == (9, 4, 3, 2)
    assert found.seconds is not None
    assert found.seconds > 0


def test_an_empty_answer_is_an_answer(serve: Callable[..., Server]) -> None:
    (found,) = ask(serve(lambda *_: chat("")), prompt())
    assert (found.text, found.error) == ("", None)


def test_thinking_until_the_tokens_run_out_is_an_empty_answer_and_no_failure(serve: Callable[..., Server]) -> None:
    (found,) = ask(serve(lambda *_: chat(None, "length", reasoning="so")), prompt())
    assert (found.text, found.thought, found.error) == ("", "so", None)


def test_half_a_surrogate_pair_cannot_break_the_file_it_is_written_to(serve: Callable[..., Server]) -> None:
    (found,) = ask(serve(lambda *_: chat("a\ud83d")), prompt())
    assert found.text.encode() == b"a?"


@pytest.mark.parametrize(
    "reply",
    [
        chat(None),
        chat(None, "content_filter"),
        chat(["part"]),
        (200, {"choices": []}),
        (200, {"choices": None}),
        (200, {"choices": "no"}),
        (200, {"choices": [{"index": 0}]}),
        (200, {"choices": [None]}),
        (200, {"error": {"message": "out of memory"}}),
        (200, {}),
        (200, [1]),
        (200, None),
        (200, "<html>login</html>"),
        (200, ""),
        (200, "["),
        (200, '{"choices": ' + "[" * 3000),
    ],
)
def test_a_reply_without_an_answer_is_a_failure_of_that_prompt(serve: Callable[..., Server], reply: Reply) -> None:
    assert error_of(serve(lambda *_: reply)).startswith("bad_response: ")


def test_an_http_error_keeps_its_number_and_its_message(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: (400, {"error": {"message": "at most 2048\ntokens, " + "x" * 900}}))
    error = error_of(server)
    assert error.startswith("http_400: at most 2048 tokens, xxx")
    assert len(error) == len("http_400: ") + 300


def test_an_error_page_of_html_is_an_http_error(serve: Callable[..., Server]) -> None:
    assert error_of(serve(lambda *_: (502, "<html>Bad Gateway</html>"))).startswith("http_502: ")


@pytest.mark.parametrize("status", [500, 503, 429])
@pytest.mark.usefixtures("quick")
def test_a_passing_trouble_is_tried_again(serve: Callable[..., Server], status: int) -> None:
    replies = iter([(status, {"error": "busy"}), chat("ok")])
    (found,) = ask(serve(lambda *_: next(replies)), prompt(), retries=1)
    assert (found.text, found.error) == ("ok", None)


def test_a_mistake_of_ours_is_not_tried_again(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: (400, {"error": {"message": "no"}}))
    error_of(server, retries=3)
    assert len(server.requests) == 1


def test_a_server_that_hangs_is_a_timeout(serve: Callable[..., Server]) -> None:
    def hang(*_: object) -> Reply:
        time.sleep(1)
        return chat("late")

    assert error_of(serve(hang), timeout=0.2).startswith("timeout: no answer within 0.2 s")


def test_a_server_that_goes_away_is_a_failed_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    (found,) = load_model("openai/m", base_url=url, retries=0).generate([prompt()])
    assert str(found.error).startswith("connection: ")


def test_one_failure_does_not_touch_the_other_prompts(serve: Callable[..., Server]) -> None:
    def script(_: str, request: Request) -> Reply:
        text = request["messages"][0]["content"]
        return (400, {"error": {"message": "no"}}) if text == "text of 3" else chat(text)

    found = {each.sample_id: each for each in ask(serve(script), *(prompt(str(n)) for n in range(8)), concurrency=3)}
    assert {name for name, each in found.items() if each.error} == {"3"}
    assert all(each.text == f"text of {name}" for name, each in found.items() if name != "3")


@pytest.mark.parametrize("status", [404, 405, 501])
def test_without_the_endpoint_raw_prompts_go_as_chat_and_a_note_says_so(
    serve: Callable[..., Server], status: int
) -> None:
    server = serve(lambda path, request: either(path, request) if "chat" in path else (status, "<html>no</html>"))
    model = load_model("openai/m", base_url=server.url, retries=0, concurrency=1)
    found = list(model.generate(prompt(str(n), chat=False) for n in range(3)))
    assert [each.text for each in found] == ["text of 0", "text of 1", "text of 2"]
    assert [path for path, _, _ in server.requests].count("/v1/completions") == 1
    assert len(model.notes) == 1
    assert model.notes[0].startswith("raw as chat: ")


def test_an_unknown_model_is_not_taken_for_a_missing_endpoint(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: (404, {"error": {"message": "The model `m` does not exist."}}))
    model = load_model("openai/m", base_url=server.url, retries=0)
    (found,) = model.generate([prompt(chat=False)])
    assert found.error == "http_404: The model `m` does not exist."
    assert model.notes == []


def test_an_endpoint_that_has_worked_is_not_given_up(serve: Callable[..., Server]) -> None:
    replies = iter([raw("fine"), (404, {"error": {"message": "restarting"}})])
    server = serve(lambda path, _: chat("no") if "chat" in path else next(replies))
    found = ask(server, prompt("1", chat=False), prompt("2", chat=False), concurrency=1)
    assert [each.error for each in found] == [None, "http_404: restarting"]


def test_a_base_url_without_v1_is_hinted_at(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: (404, {"detail": "Not Found"}))
    server.url = server.url.removesuffix("/v1")
    assert error_of(server) == "http_404: Not Found (does --base-url lack /v1?)"


def test_no_more_requests_are_in_flight_than_allowed_and_prompts_wait_their_turn(serve: Callable[..., Server]) -> None:
    def slow(path: str, request: Request) -> Reply:
        time.sleep(0.02)
        return either(path, request)

    server = serve(slow)
    pulled, landed, widest = 0, 0, 0

    def prompts() -> Iterator[Prompt]:
        nonlocal pulled, widest
        for number in range(30):
            pulled += 1
            widest = max(widest, pulled - landed)
            yield prompt(str(number))

    for _ in load_model("openai/m", base_url=server.url, concurrency=4).generate(prompts()):
        landed += 1
    assert landed == 30
    assert server.most_in_flight == 4
    assert widest <= 4 + 2


def test_stopping_early_neither_waits_nor_starts_the_rest(serve: Callable[..., Server]) -> None:
    release = threading.Event()

    def script(_: str, request: Request) -> Reply:
        if request["messages"][0]["content"] != "text of 0":
            release.wait(10)
        return chat("ok")

    server = serve(script)
    completions = load_model("openai/m", base_url=server.url, concurrency=2, retries=0).generate(
        prompt(str(n)) for n in range(50)
    )
    assert next(completions).sample_id == "0"
    while not server.in_flight:  # until a request that the server holds back has reached it
        time.sleep(0.001)
    completions.close()  # type: ignore[attr-defined]
    assert server.in_flight > 0, "it waited for the requests under way"
    release.set()
    time.sleep(0.2)
    assert len(server.requests) <= 3


def test_a_failure_of_whoever_makes_the_prompts_ends_the_generator(serve: Callable[..., Server]) -> None:
    def prompts() -> Iterator[Prompt]:
        yield prompt()
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        list(load_model("openai/m", base_url=serve(either).url).generate(prompts()))


@pytest.mark.parametrize("early", [False, True])
def test_no_thread_is_left_when_generation_ends(serve: Callable[..., Server], early: bool) -> None:  # noqa: FBT001
    completions = load_model("openai/m", base_url=serve(either).url).generate(prompt(str(n)) for n in range(50))
    next(completions)
    assert [thread for thread in threading.enumerate() if thread.name.startswith("api-")]
    if early:
        completions.close()  # type: ignore[attr-defined]
    else:
        assert len(list(completions)) == 49
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("api-")]


def test_an_interruption_ends_generation_although_a_request_hangs(serve: Callable[..., Server]) -> None:
    release = threading.Event()

    def hang(*_: object) -> Reply:
        release.wait(30)
        return chat("late")

    def prompts() -> Iterator[Prompt]:
        yield prompt("1")
        yield prompt("2")
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(load_model("openai/m", base_url=serve(hang).url).generate(prompts()))
    assert time.monotonic() - began < 15
    release.set()


def test_threads_raise_what_the_work_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_threads(lambda number: 1 // number, [1, 0], 2))
    assert sorted(in_threads(lambda number: number * 2, range(20), 3)) == list(range(0, 40, 2))


def test_the_key_is_sent_and_never_shown(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for reply in ((401, {"error": {"message": "x" * 290 + f" bad key {KEY}"}}), (403, f"<p>{KEY}</p>"), (200, KEY)):
        server = serve(lambda *_, reply=reply: reply)
        error = error_of(server)
        assert server.requests[0][2] == f"Bearer {KEY}"
        assert KEY[:8] not in error
    model = load_model("openai/m", base_url="http://127.0.0.1:1/v1")
    assert KEY not in f"{dict(model.spec)} {model.name} {model!r} {vars(model)}"


def test_the_spec_names_the_model_and_not_the_way_to_it() -> None:
    one = load_model("openai/org/name", base_url="http://127.0.0.1:1/v1", concurrency=3)
    assert one.spec == load_model("openai/org/name").spec == {"backend": "openai", "model": "org/name"}
    assert one.name == "openai/org/name"


def test_without_a_key_openai_itself_is_refused_before_the_first_prompt(serve: Callable[..., Server]) -> None:
    serve(either)
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        load_model("openai/m").check()


def test_a_server_that_listens_passes_the_check(serve: Callable[..., Server]) -> None:
    load_model("openai/m", base_url=serve(either).url).check()


def test_where_nothing_listens_one_line_names_the_url_without_its_password_and_the_option() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ModelError) as caught:
        load_model("openai/m", base_url=f"http://user:hunter2@127.0.0.1:{port}/v1").check()
    message = str(caught.value)
    assert f"http://127.0.0.1:{port}/v1" in message
    assert "--base-url" in message
    assert "hunter2" not in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"concurrency": 0}, "--concurrency must be at least 1"),
        ({"retries": -1}, "--retries must be at least 0"),
        ({"timeout": 0}, "--timeout must be above 0"),
        ({"base_url": "localhost:8000/v1"}, "--base-url must look like"),
        ({"base_url": "http://"}, "--base-url must look like"),
        ({"base_url": "http://host:port/v1"}, "--base-url must look like"),
        ({"base_url": "ftp://host/v1"}, "--base-url must look like"),
    ],
)
def test_an_option_out_of_range_is_refused_by_name(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_model("openai/m", **options)
