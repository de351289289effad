"""Replayed answers, the table of backends and the fake.

Would catch: an answer given to another sample or attempt, an error that comes back as an empty answer, a sample without
an answer that disappears, a damaged file that is replayed in part, a spec that changes with the folder's place, an
option that is silently ignored, and a heavy package imported for a list of backends.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path

import pytest

from bench.errors import DataError, UserError
from bench.jsonl import to_line
from bench.models import MODELS, load_model
from bench.models.fake import Fake
from bench.models.rendering import RENDERING_OPTIONS
from bench.protocols import Model
from bench.records import Completion, Kind, Parts, Prompt, Usage


def prompt(sample_id: str, attempt: int = 0, step: int = 0) -> Prompt:
    return Prompt(
        sample_id=sample_id,
        attempt=attempt,
        step=step,
        text="?",
        parts=Parts(),
        kind=Kind.QA,
        language="en",
        max_tokens=8,
    )


def answers(model: Model, *prompts: Prompt) -> list[Completion]:
    return list(model.generate(prompts))


def run_folder(folder: Path, *completions: Completion) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "run.json").write_text("{}", encoding="utf-8")
    (folder / "completions.jsonl").write_text("".join(map(to_line, completions)), encoding="utf-8")
    return folder


FULL = Completion(
    sample_id="t/1",
    attempt=1,
    step=2,
    text="答案\u2028😀",
    thought="hm",
    finish_reason="length",
    usage=Usage(input_tokens=5, output_tokens=2, cached_tokens=1, thought_tokens=1),
    seconds=1.5,
    truncated_tokens=7,
)


def test_a_run_folder_gives_its_completions_back_unchanged(tmp_path: Path) -> None:
    failed = Completion(sample_id="t/2", error="timeout: no answer")
    model = load_model(f"replay/{run_folder(tmp_path / 'run', failed, FULL)}")
    assert answers(model, prompt("t/1", 1, 2), prompt("t/2")) == [FULL, failed]


def test_attempts_and_steps_are_told_apart(tmp_path: Path) -> None:
    other = Completion(sample_id="t/1", attempt=0, step=2, text="other")
    model = load_model(f"replay/{run_folder(tmp_path / 'run', FULL, other)}")
    assert [each.text for each in answers(model, prompt("t/1", 0, 2), prompt("t/1", 1, 2))] == ["other", FULL.text]


def test_a_sample_that_was_asked_again_has_its_last_answer(tmp_path: Path) -> None:
    first, second = Completion(sample_id="a", error="timeout: x"), Completion(sample_id="a", text="late")
    model = load_model(f"replay/{run_folder(tmp_path / 'run', first, second)}")
    assert answers(model, prompt("a")) == [second]


def test_a_prompt_without_an_answer_is_a_failure_with_a_reason(tmp_path: Path) -> None:
    (found,) = answers(load_model(f"replay/{run_folder(tmp_path / 'run', FULL)}"), prompt("t/9"))
    assert found.error is not None
    assert found.error.startswith("not_in_replay: ")
    assert found.key == ("t/9", 0, 0)


@pytest.mark.parametrize(
    "row", [{"id": "a", "text": "x"}, {"sample_id": "a", "pred": "x"}, {"_id": "a", "response": "x", "more": [1]}]
)
def test_plain_lines_may_use_any_of_the_usual_names(tmp_path: Path, row: dict[str, object]) -> None:
    (tmp_path / "file.jsonl").write_text("\n" + json.dumps(row), encoding="utf-8")
    for place in (tmp_path, tmp_path / "file.jsonl"):
        assert [each.text for each in answers(load_model(f"replay/{place}"), prompt("a"))] == ["x"]


def test_numbers_are_ids_too_and_an_empty_text_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "file.jsonl").write_text('{"id": 7, "text": ""}\n', encoding="utf-8")
    assert answers(load_model(f"replay/{tmp_path}"), prompt("7")) == [Completion(sample_id="7")]


def test_several_files_of_a_folder_are_one_replay(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": name, "text": name * 3}) + "\n", encoding="utf-8")
    assert [each.text for each in answers(load_model(f"replay/{tmp_path}"), prompt("b"), prompt("a"))] == ["bbb", "aaa"]


def test_two_plain_answers_for_one_sample_are_refused(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text('{"id": "x", "text": "y"}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"b\.jsonl:1: a second answer for sample x, which a\.jsonl answers"):
        load_model(f"replay/{tmp_path}")


def test_the_spec_holds_the_content_and_not_the_place(tmp_path: Path) -> None:
    one, two = (load_model(f"replay/{run_folder(tmp_path / name, FULL)}") for name in ("one", "two"))
    other = load_model(f"replay/{run_folder(tmp_path / 'three', Completion(sample_id='z'))}")
    assert one.spec == two.spec != other.spec
    assert str(tmp_path) not in json.dumps(dict(one.spec))
    assert one.name == "replay/one"


@pytest.mark.parametrize("tail", ['{"sample_id": "b", "te', '{"sample_id": "b", "text": "\\ud8', "{"])
def test_an_unfinished_last_line_is_dropped(tmp_path: Path, tail: str) -> None:
    folder = run_folder(tmp_path / "run", FULL)
    with (folder / "completions.jsonl").open("a", encoding="utf-8") as file:
        file.write(tail)
    first, second = answers(load_model(f"replay/{folder}"), prompt("t/1", 1, 2), prompt("b"))
    assert first == FULL
    assert second.error is not None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{]\n", "not valid JSON"),
        (b"\xff\xfe\xfa\n", "not UTF-8"),
        (b"[1]\n", "not a JSON object"),
        (b'{"text": "x"}\n', "none of sample_id, id, _id"),
        (b'{"id": "x"}\n', "none of text, pred, response"),
        (b'{"id": "x", "text": null}\n', "none of text"),
        (b'{"id": "x", "text": "y", "attempt": "1"}\n', "whole numbers"),
    ],
)
def test_a_bad_line_is_named_by_file_and_number(tmp_path: Path, line: bytes, problem: str) -> None:
    (tmp_path / "file.jsonl").write_bytes(b'{"id": "a", "text": "b"}\n' + line + b'{"id": "c", "text": "d"}\n')
    with pytest.raises(DataError, match=rf"file\.jsonl:2: .*{problem}"):
        load_model(f"replay/{tmp_path}")


@pytest.mark.parametrize("name", ["", "missing", "missing.jsonl"])
def test_a_folder_without_completions_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="no completions to replay"):
        load_model(f"replay/{tmp_path / name}")


def test_a_run_folder_without_completions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match=r"completions\.jsonl|no completions"):
        load_model(f"replay/{tmp_path}")


def test_prompts_are_pulled_one_at_a_time(tmp_path: Path) -> None:
    pulled: list[str] = []

    def prompts() -> Iterator[Prompt]:
        for name in "abc":
            pulled.append(name)
            yield prompt(name)

    next(load_model(f"replay/{run_folder(tmp_path / 'run', FULL)}").generate(prompts()))
    assert pulled == ["a"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("opnai/gpt", "did you mean openai/<name>"),
        ("gpt-4o", "There are lexical, reference, replay/<folder>, openai/<name>"),
        ("", "no backend is called ''"),
        ("openai", "write openai/<name>"),
        ("openai/", "write openai/<name>"),
        ("lexical/x", "write lexical"),
    ],
)
def test_a_model_that_does_not_exist_is_explained(spec: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_model(spec)


def test_an_option_of_another_backend_is_refused_and_none_is_not_given() -> None:
    with pytest.raises(UserError, match="--base-url is not an option of lexical"):
        load_model("lexical", base_url="http://x")
    assert load_model("lexical", base_url=None, retries=None).name == "lexical"


ONLY_FROM_PYTHON = {"patch", "key", "cluster"}
"""A function, a secret, and what `--cluster` has become: none of them is an option."""


@pytest.mark.parametrize("prefix", MODELS)
def test_the_table_lists_exactly_the_options_that_the_factory_takes(prefix: str) -> None:
    module, _, name = MODELS[prefix].factory.partition(":")
    parameters = signature(getattr(import_module(module), name)).parameters.values()
    named = {each.name for each in parameters if each.kind is Parameter.KEYWORD_ONLY}
    rendering = {name for each in parameters if each.kind is Parameter.VAR_KEYWORD for name in RENDERING_OPTIONS}
    assert (named | rendering) - ONLY_FROM_PYTHON == set(MODELS[prefix].options)
    assert ("cluster" in named) == MODELS[prefix].spreads


def test_finding_and_making_models_imports_nothing_heavy() -> None:
    heavy = ("torch", "vllm", "openai", "jieba", "docker", "pandas", "transformers", "numpy")
    program = (
        "import sys; from bench.models import load_model; load_model('lexical'); load_model('openai/x');"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_fake_answers_and_fails_as_told() -> None:
    fake = Fake(lambda asked: asked.sample_id.upper(), failing={"b"})
    first, second = answers(fake, prompt("a", 1), prompt("b"))
    assert (first.text, first.attempt, first.error) == ("A", 1, None)
    assert (second.text, second.error) == ("", "fake: asked to fail")
    assert fake.asked == [("a", 1, 0), ("b", 0, 0)]
