"""What is sent, and how it changes when a server refuses a part of it, gives a thought of its own or ignores `n`.

Would catch: a field left to a server's default, a run that ends because a server does not know a field, a refusal that
is met with every prompt or goes on for ever, an adaptation that no reader hears of, a value out of range taken for an
unknown field, attempts that are all the same answer, and tokens counted twice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_server import (
    CUT,
    MODELS,
    Reply,
    Request,
    Server,
    chat,
    chats,
    either,
    prompt,
    quick,
    raw,
    refusal,
    said,
    serve,
)
from made_tokenizers import tokenizer_folder

from bench.errors import ModelError
from bench.models import load_model
from bench.records import Completion, Prompt, Sampling

pytest.importorskip("openai")
__all__ = ["quick", "serve"]

WARM = Sampling(temperature=0.8)


def asked(server: Server, *prompts: Prompt, **options: object) -> tuple[list[Completion], list[str]]:
    """The completions in the order of their keys, and the notes."""
    model = load_model("openai/m", base_url=server.url, **{"retries": 0, **options})
    found = sorted(model.generate(prompts), key=lambda one: one.key)
    return found, list(model.notes)


def extra_forbidden(field: str) -> Reply:
    """How pydantic says it."""
    return 422, {
        "detail": [{"type": "extra_forbidden", "loc": ["body", field], "msg": "Extra inputs are not permitted"}]
    }


REFUSALS: dict[str, tuple[str, Callable[[str], Reply]]] = {
    "OpenAI, a parameter": (
        "temperature",
        lambda field: refusal(
            400,
            f"Unsupported parameter: '{field}' is not supported with this model.",
            code="unsupported_parameter",
            param=field,
        ),
    ),
    "OpenAI, a value": (
        "temperature",
        lambda field: refusal(
            400,
            f"Unsupported value: '{field}' does not support 0 with this model. Only the default (1) is supported.",
            code="unsupported_value",
            param=field,
        ),
    ),
    "OpenAI, of old": ("top_k", lambda field: refusal(400, f"Unrecognized request argument supplied: {field}")),
    "pydantic": ("min_p", extra_forbidden),
    "pydantic, a word": ("seed", extra_forbidden),
    "LiteLLM": (
        "seed",
        lambda field: refusal(
            400, f"litellm.UnsupportedParamsError: azure does not support parameters: ['{field}'], for model=m."
        ),
    ),
    "Azure": (
        "repetition_penalty",
        lambda field: refusal(400, f"Unknown parameter: '{field}'.", code="unknown_parameter", param=field),
    ),
    "Gemini": (
        "frequency_penalty",
        lambda field: (
            400,
            [{"error": {"message": f'Invalid JSON payload received. Unknown name "{field}": no field.'}}],
        ),
    ),
    "Groq": ("top_k", lambda field: refusal(400, f"property '{field}' is unsupported")),
    "xAI": (
        "presence_penalty",
        lambda _: (400, {"code": "400", "error": "Argument not supported on this model: presencePenalty"}),
    ),
    "TGI, an idle value": ("top_k", lambda field: (422, {"error": f"`{field}` must be strictly positive"})),
    "o1, of stop": (
        "stop",
        lambda field: refusal(400, f"Unsupported parameter: '{field}' is not supported with this model.", param=field),
    ),
    "o1, of top_p": ("top_p", lambda field: refusal(400, f"Unsupported parameter: '{field}' is not supported.")),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_field_that_a_server_refuses_is_left_out_for_the_whole_run_and_a_note_says_so(
    serve: Callable[..., Server], name: str
) -> None:
    field, refuse = REFUSALS[name]
    server = serve(lambda path, request: refuse(field) if field in request else either(path, request))
    prompts = [prompt(str(number), chat=number % 2 == 0, stop=("END",)) for number in range(6)]
    found, notes = asked(server, *prompts, concurrency=1)
    assert [one.error for one in found] == [None] * 6
    assert len(server.requests) == 7
    assert [one.retries for one in found] == [0] * 6
    assert notes == [f"the server does not take {field}: not sent"]


def test_several_fields_are_left_out_one_after_the_other_and_those_in_flight_follow(
    serve: Callable[..., Server],
) -> None:
    refused = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "top_k", "min_p", "repetition_penalty")

    def script(path: str, request: Request) -> Reply:
        for field in refused:
            if field in request:
                return refusal(400, f"Unsupported parameter: '{field}'", param=field)
        return either(path, request)

    found, notes = asked(serve(script), *(prompt(str(number)) for number in range(12)), concurrency=6)
    assert [one.error for one in found] == [None] * 12
    assert sorted(notes) == sorted(f"the server does not take {field}: not sent" for field in refused)


def test_max_tokens_goes_by_its_new_name_where_the_old_one_is_refused(serve: Callable[..., Server]) -> None:
    words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."

    def script(path: str, request: Request) -> Reply:
        refused = "max_tokens" in request and "chat" in path
        return (
            refusal(400, words, code="unsupported_parameter", param="max_tokens") if refused else either(path, request)
        )

    server = serve(script)
    _, notes = asked(server, prompt("a"), prompt("b"), prompt("c", chat=False), concurrency=1)
    sent = [{name: body[name] for name in body if name.startswith("max_")} for body in server.bodies]
    assert sent == [{"max_tokens": 8}, {"max_completion_tokens": 8}, {"max_completion_tokens": 8}, {"max_tokens": 8}]
    assert notes == ["the server does not take max_tokens: sent as max_completion_tokens"]


@pytest.mark.parametrize(
    "words",
    [
        "max_tokens is too large: 5000. This model supports at most 4096 completion tokens",
        "temperature must be at most 2",
        "Invalid parameter: temperature must be at most 2",
        "Please stop sending so much; n is a letter",
        "Unsupported content in the seed of a prompt",
    ],
)
def test_a_refusal_that_names_no_unknown_field_stays_an_error(serve: Callable[..., Server], words: str) -> None:
    server = serve(lambda *_: refusal(400, words))
    (found,), notes = asked(server, prompt())
    assert (found.error, len(server.requests), notes) == (f"http_400: {words}", 1, [])


@pytest.mark.parametrize(("field", "raw_requests"), [("temperature", 2), ("max_tokens", 1)])
def test_a_server_that_refuses_a_field_for_ever_does_not_get_it_for_ever(
    serve: Callable[..., Server], field: str, raw_requests: int
) -> None:
    for is_chat, requests in ((True, 2), (False, raw_requests)):
        server = serve(lambda *_: refusal(400, f"Unsupported parameter: '{field}'", param=field))
        (found,), _ = asked(server, prompt(chat=is_chat))
        assert str(found.error).startswith("http_400: ")
        assert len(server.requests) == requests


def test_a_switch_against_thinking_that_is_refused_is_an_error_and_not_dropped(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: extra_forbidden("chat_template_kwargs"))
    (found,), notes = asked(server, prompt(), no_thinking=True)
    assert server.bodies[0]["chat_template_kwargs"] == {"enable_thinking": False, "thinking": False}
    assert "chat_template_kwargs" in str(found.error)
    assert (len(server.requests), notes) == (1, [])


def test_the_templates_variables_are_sent_with_chat_alone(serve: Callable[..., Server]) -> None:
    server = serve(either)
    asked(server, prompt("a"), prompt("b", chat=False), chat_template_kwargs={"style": "plain"}, concurrency=1)
    assert [body.get("chat_template_kwargs") for body in server.bodies] == [{"style": "plain"}, None]


def test_the_models_own_configuration_decides_what_the_benchmark_does_not_where_that_is_asked(
    serve: Callable[..., Server],
) -> None:
    server = serve(either)
    asked(server, prompt(), generation_config="model")
    assert set(server.bodies[0]) == {"model", "messages", "temperature", "top_p", "seed", "max_tokens"}


@pytest.mark.parametrize(
    "words",
    [
        "As of transformers v4.44, default chat template is no longer allowed, so you must provide a chat template.",
        "Cannot use apply_chat_template because this tokenizer does not have a chat template",
        "Template error: template not found",
    ],
)
def test_without_a_chat_template_chat_prompts_go_raw_from_then_on(serve: Callable[..., Server], words: str) -> None:
    server = serve(lambda path, request: refusal(400, words) if "chat" in path else either(path, request))
    found, notes = asked(server, *(prompt(str(number)) for number in range(3)), concurrency=1)
    assert [one.text for one in found] == ["text of 0", "text of 1", "text of 2"]
    assert [path.removeprefix("/v1/") for path, _, _ in server.requests] == ["chat/completions"] + 3 * ["completions"]
    assert notes == ["no chat template: chat tasks go raw"]


def test_a_server_with_neither_template_nor_raw_endpoint_ends_in_an_error(serve: Callable[..., Server]) -> None:
    def script(path: str, _: Request) -> Reply:
        return refusal(400, "no chat template") if "chat" in path else (404, {"detail": "Not Found"})

    server = serve(script)
    found, _ = asked(server, prompt("a"), prompt("b", chat=False), concurrency=1)
    assert all(one.error for one in found)
    assert len(server.requests) <= 4


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
@pytest.mark.parametrize("mode", ["auto", "keep", "strip"])
def test_what_a_server_calls_reasoning_is_the_thought_and_the_text_is_left_alone(
    serve: Callable[..., Server], field: str, mode: str
) -> None:
    server = serve(lambda *_: chat("<think>x</think>Paris", **{field: "France?"}))
    (found,), _ = asked(server, prompt(), thinking=mode)
    assert (found.text, found.thought) == ("<think>x</think>Paris", "France?")


@pytest.mark.parametrize(
    ("mode", "text", "thought"), [("auto", "Paris", "France?"), ("keep", "<think>France?</think>Paris", None)]
)
def test_a_thought_in_the_text_is_set_apart_as_asked(
    serve: Callable[..., Server], mode: str, text: str, thought: str | None
) -> None:
    (found,), _ = asked(serve(lambda *_: chat("<think>France?</think>Paris")), prompt(), thinking=mode)
    assert (found.text, found.thought) == (text, thought)


def attempts(count: int, sampling: Sampling = WARM) -> list[Prompt]:
    seeds = [Sampling(temperature=sampling.temperature, seed=number) for number in range(count)]
    return [prompt("a", attempt=number, sampling=seed) for number, seed in enumerate(seeds)]


def test_attempts_at_one_prompt_go_in_one_request_and_are_counted_once(serve: Callable[..., Server]) -> None:
    server = serve(lambda _, request: chats(*(f"{said(request)}, {n}" for n in range(request.get("n", 1)))))
    found, notes = asked(server, *attempts(3), prompt("b", sampling=WARM))
    assert sorted(body.get("n", 1) for body in server.bodies) == [1, 3]
    assert [(one.key, one.text) for one in found] == [
        (("a", 0, 0), "text of a, 0"),
        (("a", 1, 0), "text of a, 1"),
        (("a", 2, 0), "text of a, 2"),
        (("b", 0, 0), "text of b, 0"),
    ]
    assert [one.requests for one in found] == [1, 0, 0, 1]
    assert [(one.usage.input_tokens, one.usage.output_tokens) for one in found] == [(9, 4), (0, 0), (0, 0), (9, 4)]
    assert notes == []


def test_a_server_that_ignores_n_is_asked_for_each_attempt_and_never_for_several_again(
    serve: Callable[..., Server],
) -> None:
    server = serve(lambda _, request: chat(f"drawn by {request['seed']}"))
    found, notes = asked(server, *attempts(3), concurrency=1)
    assert [one.text for one in found] == ["drawn by 0", "drawn by 1", "drawn by 2"]
    assert [body.get("n", 1) for body in server.bodies] == [3, 1, 1]
    assert [one.requests for one in found] == [1, 1, 1]
    assert notes == ["the server does not honour n: each attempt is a request of its own"]


def test_a_server_that_refuses_n_is_asked_for_each_attempt(serve: Callable[..., Server]) -> None:
    def script(path: str, request: Request) -> Reply:
        return refusal(400, "Unsupported value: 'n' must be 1", param="n") if "n" in request else either(path, request)

    server = serve(script)
    found, notes = asked(server, *attempts(3), concurrency=1)
    assert [one.error for one in found] == [None] * 3
    assert [body.get("n", 1) for body in server.bodies] == [3, 1, 1, 1]
    assert notes == ["the server does not take n: each attempt is a request of its own"]


def test_a_failed_request_for_several_attempts_is_a_failure_of_each(serve: Callable[..., Server]) -> None:
    found, _ = asked(serve(lambda *_: refusal(400, "no")), *attempts(3))
    assert [(one.attempt, one.error, one.requests) for one in found] == [
        (0, "http_400: no", 1),
        (1, "http_400: no", 0),
        (2, "http_400: no", 0),
    ]


def test_answers_at_temperature_0_are_asked_for_one_by_one(serve: Callable[..., Server]) -> None:
    server = serve(either)
    asked(server, *attempts(2, Sampling()))
    assert all("n" not in body for body in server.bodies)


def test_the_window_and_the_tokenizer_come_from_the_server(serve: Callable[..., Server]) -> None:
    model = load_model("openai/m", base_url=serve(either, models=MODELS).url)
    model.check(CUT)
    assert (model.spec["window"], model.spec["tokenizer"]["server"]) == (100_000, "vllm")
    assert model.spec["window"] == model.preparer().spec["window"]  # type: ignore[attr-defined]
    (found,) = model.generate([prompt(text="x" * 200_000, truncation=CUT)])
    assert found.error is None
    assert (found.truncated_tokens or 0) > 100_000


@pytest.mark.parametrize(
    "models",
    [
        (500, {"detail": "boom"}),
        (404, "<html>"),
        (200, "[1"),
        (200, {"data": None}),
        (200, {"data": [{"id": "alias"}, {"id": "other"}]}),
        (403, {"error": {"message": "Missing scopes: api.model.read"}}),
    ],
)
def test_a_server_that_says_nothing_clear_of_its_models_is_believed_to_have_this_one(
    serve: Callable[..., Server], models: Reply
) -> None:
    load_model("openai/m", base_url=serve(either, models=models).url).check()


@pytest.mark.parametrize(
    ("entry", "window"),
    [
        ({"id": "m", "max_model_len": 2048}, 2048),
        ({"id": "m", "meta": {"n_ctx_train": 4096}}, 4096),
        ({"id": "/models/some.gguf", "meta": {"n_ctx": 1024, "n_ctx_train": 4096}}, 1024),
        ({"id": "m", "max_model_len": "many"}, 100_000),  # as its /tokenize says
    ],
)
def test_the_context_window_is_read_in_several_servers_words(
    serve: Callable[..., Server], entry: dict[str, Any], window: int | None
) -> None:
    model = load_model("openai/m", base_url=serve(either, models=(200, {"data": [entry]})).url)
    model.check()
    assert model.spec["window"] == window


def test_where_no_server_says_its_window_it_is_the_tokenizers(serve: Callable[..., Server], tmp_path: Path) -> None:
    folder = str(tokenizer_folder(tmp_path, window=4096))
    silent = load_model("openai/m", base_url=serve(either, models=(500, {})).url, tokenizer=folder)
    silent.check(CUT)
    assert silent.spec["window"] == 4096
    assert "no server says its context window: taken to be the tokenizer's, 4,096 tokens" in silent.said  # type: ignore[attr-defined]
    clear = load_model("openai/m", base_url=serve(either, models=MODELS).url, tokenizer=folder)
    clear.check(CUT)
    assert clear.spec["window"] == 100_000


def test_a_key_that_is_refused_from_the_start_is_found_before_the_first_prompt(serve: Callable[..., Server]) -> None:
    server = serve(either, models=refusal(401, "Unauthorized"))
    with pytest.raises(ModelError, match=r"refuses the key .*set OPENAI_API_KEY"):
        load_model("openai/m", base_url=server.url).check()


def test_the_names_that_replies_give_the_model_are_kept(serve: Callable[..., Server]) -> None:
    def script(path: str, request: Request) -> Reply:
        status, body = raw("x")
        return status, body | {"model": "m-2024" if said(request).endswith("0") else "m-2025"}

    model = load_model("openai/m", base_url=serve(script).url)
    list(model.generate(prompt(str(number), chat=False) for number in range(3)))
    assert model.observed["served_by"] == ["m-2024", "m-2025"]
    assert list(model.notes) == ["replies named several models: see served_by in run.json"]
