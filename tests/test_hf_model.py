"""transformers as a backend, against stand-ins for it and for torch (the real ones: `make test-vllm`).

These would catch: an answer given to another prompt of its batch, padding or an end token read as text, a sampling
field left to the model, a prompt lost where memory runs out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from engine_helpers import ENDS, LetterPreparer, Letters, model_folder, prompt

from bench.errors import ModelError
from bench.models import hf
from bench.models.hf import HF
from bench.models.rendering import Prepared
from bench.records import Prompt, Sampling


class Rows:
    """As much of a tensor as is needed."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.rows = [list(row) for row in rows]

    def to(self, _: Any) -> Rows:
        return self

    def __getitem__(self, place: tuple[slice, slice]) -> Rows:
        return Rows([row[place[1]] for row in self.rows])

    def tolist(self) -> list[list[int]]:
        return self.rows


class GenerationConfig:
    """transformers' own."""

    def __init__(self, **fields: Any) -> None:
        self.repetition_penalty = 1.0
        self.bos_token_id = self.pad_token_id = self.eos_token_id = None
        vars(self).update(fields)


class Speaker:
    """A model that says a prompt's letters again, then an end token, then padding.

    Attributes:
        calls: the prompts of each call of `generate`, without padding.
        fields: the options of each call.
        most: prompts in one call that memory has room for.
    """

    def __init__(self) -> None:
        self.generation_config = GenerationConfig(eos_token_id=list(ENDS), pad_token_id=2, repetition_penalty=1.3)
        self.device, self.dtype = "cpu", "torch.float32"
        self.calls: list[list[str]] = []
        self.fields: list[dict[str, Any]] = []
        self.most = 100

    def generate(self, *, input_ids: Rows, attention_mask: Rows, pad_token_id: int, **fields: Any) -> Rows:
        pairs = zip(input_ids.rows, attention_mask.rows, strict=True)
        said = [[token for token, seen in zip(row, mask, strict=True) if seen] for row, mask in pairs]
        self.calls.append([Letters().decode(row) for row in said])
        self.fields.append(fields)
        if len(said) > self.most or any("huge" in text for text in self.calls[-1]):
            raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
        new = [[*row[1:], ENDS[1]] for row in said]
        longest = max(map(len, new))
        padded = [row + [pad_token_id] * (longest - len(row)) for row in new]
        return Rows([old + row[: fields["max_new_tokens"]] for old, row in zip(input_ids.rows, padded, strict=True)])


@pytest.fixture
def speaker(monkeypatch: pytest.MonkeyPatch) -> Speaker:
    speaker = Speaker()
    torch, transformers = ModuleType("torch"), ModuleType("transformers")
    missing = SimpleNamespace(is_available=lambda: False)
    torch.__dict__.update(tensor=Rows, manual_seed=lambda _: None, cuda=missing, backends=SimpleNamespace(mps=missing))
    automatic = SimpleNamespace(from_pretrained=lambda *_, **__: speaker)
    transformers.__dict__.update(AutoModelForCausalLM=automatic, __version__="5.0.0")
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "transformers", transformers)
    monkeypatch.setattr(hf, "load_tokenizer", lambda *_, **__: Letters())
    monkeypatch.setattr(hf, "Preparer", LetterPreparer)
    return speaker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return model_folder(tmp_path / "tiny")


def answers(folder: Path, asked: Sequence[Prompt], **given: Any) -> dict[str, Any]:
    model = HF(str(folder), **given)
    model.check()
    found = list(model.generate(iter(asked)))
    assert len(found) == len(asked)
    return {one.sample_id: one for one in found}


LENGTHS = [3, 9, 1, 7, 5, 2, 8]


def by_length(count: int = len(LENGTHS)) -> list[Prompt]:
    return [prompt(f"s/{size}", text=chr(96 + size) * size, max_tokens=20) for size in LENGTHS[:count]]


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_every_prompt_gets_its_own_answer_whatever_the_batch(speaker: Speaker, folder: Path, batch: int) -> None:
    found = answers(folder, by_length(), concurrency=batch)
    assert {name: one.text for name, one in found.items()} == {one.sample_id: one.text for one in by_length()}
    assert {one.finish_reason for one in found.values()} == {"stop"}
    assert found["s/9"].usage.output_tokens == 10
    assert max(map(len, speaker.calls)) == min(batch, len(LENGTHS))


def test_a_batch_holds_prompts_of_like_length(speaker: Speaker, folder: Path) -> None:
    answers(folder, by_length(), concurrency=2)
    assert [[len(text) for text in call] for call in speaker.calls] == [[9, 8], [7, 5], [3, 2], [1]]


def test_one_at_a_time_goes_in_the_order_given(speaker: Speaker, folder: Path) -> None:
    answers(folder, by_length())
    assert [len(call[0]) for call in speaker.calls] == LENGTHS


def test_an_answer_that_was_cut_says_so(speaker: Speaker, folder: Path) -> None:
    found = answers(folder, [prompt("s/0", text="abcdef", max_tokens=4)])["s/0"]
    assert (found.text, found.finish_reason, found.usage.output_tokens) == ("abcd", "length", 4)


def test_samsum_ends_at_a_newline_after_at_least_one_token(speaker: Speaker, folder: Path) -> None:
    asked = prompt("s/0", text="ab\ncd", stop=("\n",), sampling=Sampling(min_tokens=1), max_tokens=20)
    assert answers(folder, [asked])["s/0"].text == "ab"
    assert speaker.fields[0]["eos_token_id"] == [*ENDS, ord("\n")]
    assert speaker.fields[0]["min_new_tokens"] == 1


def test_greedy_answers_take_nothing_from_the_models_generation_config(speaker: Speaker, folder: Path) -> None:
    answers(folder, by_length(1))
    sent = speaker.fields[0]
    assert (sent["do_sample"], sent["num_beams"], sent["repetition_penalty"]) == (False, 1, 1.0)
    assert sent["eos_token_id"] == list(ENDS)
    assert speaker.generation_config.repetition_penalty == 1.0


def test_the_models_own_fields_are_used_on_request_alone(speaker: Speaker, folder: Path) -> None:
    answers(folder, by_length(1), generation_config="model")
    assert "repetition_penalty" not in speaker.fields[0]
    assert speaker.generation_config.repetition_penalty == 1.3


def test_warm_answers_are_drawn_one_by_one(speaker: Speaker, folder: Path) -> None:
    warm = Sampling(temperature=0.8, top_p=0.9)
    asked = [prompt(f"s/{number}", text="abc", sampling=warm) for number in range(3)]
    answers(folder, asked, concurrency=8)
    assert [len(call) for call in speaker.calls] == [1, 1, 1]
    sent = speaker.fields[0]
    assert (sent["do_sample"], sent["temperature"], sent["top_p"], sent["top_k"]) == (True, 0.8, 0.9, 0)


def test_where_memory_runs_out_batches_get_smaller_and_nothing_is_lost(speaker: Speaker, folder: Path) -> None:
    speaker.most = 2
    found = answers(folder, by_length(), concurrency=6)
    assert {name: one.text for name, one in found.items()} == {one.sample_id: one.text for one in by_length()}
    sizes = [len(call) for call in speaker.calls]
    assert sizes[:2] == [6, 3]
    assert set(sizes[2:]) == {1}


def test_a_prompt_that_does_not_fit_alone_is_its_own_failure(speaker: Speaker, folder: Path) -> None:
    asked = [prompt("s/0", text="abc"), prompt("s/1", text="huge"), prompt("s/2", text="def")]
    found = answers(folder, asked, concurrency=3)
    assert found["s/1"].error == "out_of_memory: this prompt alone does not fit"
    assert [found[name].text for name in ("s/0", "s/2")] == ["abc", "def"]


def test_whatever_a_patched_model_raises_is_that_prompts_failure(speaker: Speaker, folder: Path) -> None:
    def fail(model: Any) -> Any:
        def generate(**_: Any) -> Any:
            raise IndexError("the cache is\nempty")

        model.generate = generate
        return model

    found = answers(folder, by_length(2), patch=fail)
    assert found["s/3"].error == "generate: IndexError: the cache is empty"


def test_a_patch_is_applied_and_part_of_the_spec(speaker: Speaker, folder: Path) -> None:
    patched: list[Any] = []
    model = HF(str(folder), patch=patched.append)
    plain = HF(str(folder))
    model.check()
    plain.check()
    assert patched == [speaker]
    assert model.spec["patch"] == "list.append"
    assert {name: value for name, value in model.spec.items() if name != "patch"} == plain.spec


def test_prompts_that_cannot_be_sent_are_recorded(speaker: Speaker, folder: Path) -> None:
    assert answers(folder, [prompt("s/0", text="refuse")])["s/0"].error == "too_long: it must not be cut"
    assert speaker.calls == []


def test_prompts_are_gathered_for_a_few_batches_only(speaker: Speaker, folder: Path, monkeypatch: Any) -> None:
    preparer = LetterPreparer()
    monkeypatch.setattr(hf, "Preparer", lambda *_, **__: preparer)

    def endless() -> Iterator[Prompt]:
        number = 0
        while True:
            number += 1
            yield prompt(f"s/{number}")

    model = HF(str(folder), concurrency=2)
    model.check()
    next(model.generate(endless()))
    assert preparer.pulled == hf.WINDOW * 2


def test_without_torch_one_line_says_how_to_install_it(
    folder: Path, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        ModelError, match=r"^transformers and torch are not installed; pip install 'longcode-bench\[hf\]'"
    ):
        HF(str(folder)).check()


def test_a_prepared_prompt_keeps_what_was_done_to_it(speaker: Speaker, folder: Path, monkeypatch: Any) -> None:
    class Cut(LetterPreparer):
        def prepare(self, prompts: Any) -> Iterator[Prepared]:
            yield from (Prepared(prompt=one, ids=(0, 97), truncated_tokens=5, remarks=("cut",)) for one in prompts)

    monkeypatch.setattr(hf, "Preparer", Cut)
    found = answers(folder, by_length(1))["s/3"]
    assert (found.truncated_tokens, found.remarks) == (5, ("cut",))
