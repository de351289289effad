"""vLLM as a backend, against a stand-in for the package (the real one: `make test-vllm`).

These would catch: prompts gathered instead of streamed, a sampling field left to the model, a double or lost
completion when a prompt is refused or the engine dies, weights of one run taken for another's, options that are dropped
in silence.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_helpers import FakeVLLM, LetterPreparer, Letters, model_folder, prompt

from bench.errors import ModelError, UserError
from bench.models import load_model, vllm
from bench.models.vllm_serve import options
from bench.records import Prompt, Sampling, Truncation


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> FakeVLLM:
    monkeypatch.setattr(vllm, "load_tokenizer", lambda *_, **__: Letters())
    monkeypatch.setattr(vllm, "Preparer", LetterPreparer)
    return FakeVLLM(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return model_folder(tmp_path / "tiny")


def loaded(folder: Path, **given: Any) -> Any:
    model = load_model(f"vllm/{folder}", **given)
    model.check()
    return model


def test_every_prompt_gets_one_completion_with_its_own_text(package: FakeVLLM, folder: Path) -> None:
    asked = [prompt(f"s/{number}", text=f"text {number}") for number in range(9)]
    answers = list(loaded(folder).generate(iter(asked)))
    assert {one.sample_id: one.text for one in answers} == {one.sample_id: one.text for one in asked}
    assert len(answers) == 9
    assert {one.usage.cached_tokens for one in answers} == {2}
    assert all(one.error is None and one.finish_reason == "stop" for one in answers)


def test_prompts_are_pulled_through_a_bounded_window(package: FakeVLLM, folder: Path) -> None:
    package.parallel = 8
    model = loaded(folder)
    pulled = 0

    def endless() -> Iterator[Prompt]:
        nonlocal pulled
        while True:
            pulled += 1
            yield prompt(f"s/{pulled}")

    answers = model.generate(endless())
    for _ in range(20):
        next(answers)
    answers.close()
    assert package.engine.most == 10
    assert pulled <= 20 + 2 * 10
    assert package.engine.requests
    assert set(package.engine.aborted) >= set(package.engine.requests)


def test_no_more_tokens_are_open_than_the_cache_is_worth(package: FakeVLLM, folder: Path) -> None:
    package.parallel, package.blocks = 100, 5
    asked = [prompt(f"s/{number}", text="x" * 63) for number in range(20)]
    answers = list(loaded(folder).generate(asked))
    assert len(answers) == 20
    assert package.engine.most == 3  # of 64 tokens each, in a cache of 5 blocks of 16


def test_every_sampling_field_is_sent(package: FakeVLLM, folder: Path) -> None:
    warm = prompt(sampling=Sampling(temperature=0.8, top_p=0.9, seed=7), stop=("END",))
    list(loaded(folder).generate([warm]))
    assert vars(package.engine.sampled[0]) == {
        "n": 1,
        "temperature": 0.8,
        "top_p": 0.9,
        "top_k": 0,
        "min_p": 0.0,
        "repetition_penalty": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "seed": 7,
        "max_tokens": 8,
        "min_tokens": 0,
        "stop": ["END"],
        "output_kind": "final",
    }
    assert package.started[0]["generation_config"] == "vllm"


def test_the_models_own_fields_are_used_on_request_alone(package: FakeVLLM, folder: Path) -> None:
    list(loaded(folder, generation_config="model").generate([prompt()]))
    sent = vars(package.engine.sampled[0])
    assert (sent["repetition_penalty"], sent["top_k"], sent["temperature"]) == (1.3, 20, 0.0)
    assert package.started[0]["generation_config"] == "auto"


def test_a_stop_after_at_least_one_token_is_sent_as_an_end_token(package: FakeVLLM, folder: Path) -> None:
    list(loaded(folder).generate([prompt(stop=("\n",), sampling=Sampling(min_tokens=1))]))
    sent = vars(package.engine.sampled[0])
    assert (sent["stop_token_ids"], sent["min_tokens"]) == ([ord("\n")], 1)
    assert "stop" not in sent


def test_a_refused_prompt_is_its_own_failure(package: FakeVLLM, folder: Path) -> None:
    asked = [prompt("s/0"), prompt("s/1", text="x" * 3000), prompt("s/2", text="refuse"), prompt("s/3")]
    answers = {one.sample_id: one for one in loaded(folder).generate(asked)}
    assert answers["s/1"].error == "refused: LookupError: The prompt (length 3001) is longer than the maximum"
    assert answers["s/2"].error == "too_long: it must not be cut"
    assert [answers[name].error for name in ("s/0", "s/3")] == [None, None]


def test_an_answer_that_the_engine_broke_off_is_a_failure(package: FakeVLLM, folder: Path) -> None:
    package.answer = lambda *_: ("half of an answ", "abort")
    (answer,) = loaded(folder).generate([prompt()])
    assert (answer.text, answer.error) == ("", "engine: ended by 'abort'")


def test_a_dead_engine_ends_the_run_and_keeps_what_was_answered(package: FakeVLLM, folder: Path) -> None:
    model = loaded(folder)
    package.engine.dies_after = 1
    answers = model.generate(iter([prompt(f"s/{number}") for number in range(9)]))
    kept = [next(answers), next(answers)]
    with pytest.raises(
        ModelError, match="vLLM's engine died: EngineDeadError: EngineCore encountered an issue; its log"
    ):
        list(answers)
    assert all(one.error is None for one in kept)


def test_a_thought_is_set_apart(package: FakeVLLM, folder: Path) -> None:
    package.answer = lambda *_: ("<think>well</think>four", "stop")
    (answer,) = loaded(folder).generate([prompt()])
    assert (answer.text, answer.thought, answer.usage.thought_tokens) == ("four", "well", 4)


def test_the_model_is_loaded_once_for_several_benchmarks(package: FakeVLLM, folder: Path) -> None:
    model = loaded(folder)
    model.check(Truncation(most=100))
    assert len(package.started) == 1
    assert model.said == ["worth saying"]
    model.close()
    model.close()
    assert package.dismissed == [True]


def test_options_reach_the_engine_in_its_spelling(package: FakeVLLM, folder: Path) -> None:
    given = [
        "gpu-memory-utilization=0.8",
        'hf_overrides={"rope_theta": 5}',
        "load_format=dummy",
        "enable_prefix_caching=false",
    ]
    loaded(folder, tensor_parallel_size=2, max_model_len=512, dtype="float32", quantization="fp8", vllm_arg=given)
    assert package.started[0] == {
        "model": str(folder),
        "generation_config": "vllm",
        "enable_prefix_caching": False,
        "dtype": "float32",
        "quantization": "fp8",
        "max_model_len": 512,
        "tensor_parallel_size": 2,
        "gpu_memory_utilization": 0.8,
        "hf_overrides": {"rope_theta": 5},
        "load_format": "dummy",
    }


def test_the_spec_holds_what_determines_answers_and_no_path(package: FakeVLLM, folder: Path) -> None:
    fast = loaded(folder, tensor_parallel_size=2, vllm_arg=["gpu_memory_utilization=0.8"])
    plain = loaded(folder)
    other = loaded(folder, vllm_arg=[f'speculative_config={{"model": "{folder}/draft"}}'])
    assert fast.spec == plain.spec
    assert other.spec["vllm_arg"] == {"speculative_config": {"model": "draft"}}
    assert plain.spec["prepared"] == "by letters"
    assert str(folder.parent) not in json.dumps(dict(other.spec))
    assert (plain.name, plain.spec["model"]) == ("vllm/tiny", "tiny")


def test_an_adapter_is_part_of_the_spec_and_gets_room_for_its_rank(
    package: FakeVLLM, folder: Path, tmp_path: Path
) -> None:
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text(json.dumps({"r": 24, "rank_pattern": {"q": 40}}))
    (adapter / "adapter_model.safetensors").write_bytes(b"one")
    before = load_model(f"vllm/{folder}", lora=str(adapter))
    (adapter / "adapter_model.safetensors").write_bytes(b"two")
    after = load_model(f"vllm/{folder}", lora=str(adapter))
    assert before.spec["lora"]["adapter"] == "adapter"
    assert before.spec != after.spec
    assert before._engine_arguments()["max_lora_rank"] == 64  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"data_parallel_size": 2}, "--data-parallel-size needs --serve or --replicas"),
        ({"replicas": 0}, "--replicas must be at least 1, not 0"),
        ({"tensor_parallel_size": 0}, "--tensor-parallel-size must be at least 1, not 0"),
        ({"concurrency": 4}, "--concurrency is for requests to a server; vllm takes it with --serve or --replicas"),
        ({"vllm_arg": ["fast"]}, "--vllm-arg fast: write key=value"),
        ({"lora": "nowhere"}, "--lora nowhere: no adapter_config.json there"),
        ({"model_revision": "main"}, "--model-revision is for hub ids; tiny is a folder"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_loaded(folder: Path, given: Any, message: str) -> None:
    with pytest.raises(UserError) as caught:
        load_model(f"vllm/{folder}", **given)
    assert str(caught.value).startswith(message)


def test_without_vllm_one_line_says_how_to_install_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    with pytest.raises(ModelError, match=r"^vLLM is not installed; pip install 'longcode-bench\[vllm\]'$"):
        load_model(f"vllm/{folder}").check()


def test_a_model_that_cannot_be_loaded_is_one_line(package: FakeVLLM, folder: Path) -> None:
    package.broken = ValueError("the KV cache is too small.\nTry --max-model-len")
    with pytest.raises(ModelError) as caught:
        loaded(folder)
    assert str(caught.value).startswith("vLLM cannot load tiny: ValueError: the KV cache is too small. Try")
    assert "\n" not in str(caught.value)


def test_the_server_is_given_the_same_options_on_its_command_line() -> None:
    given = {
        "model": "m",
        "enforce_eager": True,
        "enable_prefix_caching": False,
        "hf_overrides": {"a": 1},
        "x_y": [1, 2],
    }
    assert options(given, "127.0.0.1", 80)[5:] == [
        "--model",
        "m",
        "--enforce-eager",
        "--no-enable-prefix-caching",
        "--hf-overrides",
        '{"a": 1}',
        "--x-y",
        "1",
        "2",
    ]
