"""Would catch a kept answer given to another prompt, a failure or half an entry kept, and prompts gathered in memory.

Also hits that cost tokens, an unsound backend that is let in, and a warning that nobody sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import make_data
from steps import Windowed

from bench.benchmarks.longbench import LONGBENCH
from bench.errors import UserError
from bench.models import cached
from bench.models.cached import Cached, cache_folder, cache_key, check_cache
from bench.pipeline import Outcome, run_benchmark
from bench.places import Place
from bench.progress import Silent
from bench.protocols import Selection
from bench.records import Completion, Kind, Parts, Prompt, Sampling, Truncation, Usage
from bench.stages.asking import Asking, Conduct

USAGE = Usage(input_tokens=90, output_tokens=10)


def prompt(name: str = "a", **fields: Any) -> Prompt:
    usual: dict[str, Any] = {"text": f"text of {name}", "parts": Parts(), "kind": Kind.QA, "language": "en"}
    return Prompt(sample_id=name, **(usual | {"max_tokens": 8} | fields))


def ask(folder: Path, *prompts: Prompt, model: Windowed | None = None, key: str = "k") -> list[Completion]:
    return list(Cached(model or Windowed(usage=USAGE), folder, key).generate(prompts))


def test_what_was_answered_once_is_not_asked_again_and_costs_nothing(tmp_path: Path) -> None:
    (first,) = ask(tmp_path, prompt())
    again = Windowed()
    (second,) = ask(tmp_path, prompt(), model=again)
    assert again.asked == []
    assert (second.text, second.finish_reason) == (first.text, first.finish_reason)
    assert (second.requests, second.usage, second.from_cache) == (0, Usage(), True)


@pytest.mark.parametrize(
    "other",
    [
        prompt(text="another text"),
        prompt(attempt=1),
        prompt(step=1),
        prompt(max_tokens=9),
        prompt(stop=("\n",)),
        prompt(chat=False),
        prompt(sampling=Sampling(temperature=0.5)),
        prompt(sampling=Sampling(seed=1)),
        prompt(truncation=Truncation(most=5)),
    ],
)
def test_anything_else_in_a_prompt_asks_the_model(tmp_path: Path, other: Prompt) -> None:
    ask(tmp_path, prompt())
    model = Windowed()
    ask(tmp_path, other, model=model)
    assert len(model.asked) == 1


def test_the_same_text_under_another_name_is_the_same_question(tmp_path: Path) -> None:
    ask(tmp_path, prompt("a", text="one text"))
    model = Windowed()
    (found,) = ask(tmp_path, prompt("b", text="one text"), model=model)
    assert (found.sample_id, model.asked) == ("b", [])


def test_the_key_holds_the_generation_and_the_tags_but_not_the_data() -> None:
    generation = {"benchmark": "x", "model": {"name": "m"}, "data": {"files": {"a": "1"}}}
    key = cache_key(generation, {"gpu": "h100"})
    assert cache_key(generation | {"data": {"limit": 5}}, {"gpu": "h100"}) == key
    assert cache_key(generation, {}) != key
    assert cache_key(generation | {"model": {"name": "n"}}, {"gpu": "h100"}) != key


def test_failures_are_not_kept(tmp_path: Path) -> None:
    ask(tmp_path, prompt(), model=Windowed(failing={("a", 0, 0)}))
    assert not list(tmp_path.rglob("*.json"))
    assert ask(tmp_path, prompt())[0].error is None


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", "null", '{"sample_id": "a", "te', "\x00\x00"])
def test_a_damaged_entry_is_asked_again_and_mended(tmp_path: Path, damage: str) -> None:
    ask(tmp_path, prompt())
    (entry,) = tmp_path.rglob("*.json")
    whole = entry.read_text()
    entry.write_text(damage)
    model = Windowed(usage=USAGE)
    assert ask(tmp_path, prompt(), model=model)[0].text == "red"
    assert len(model.asked) == 1
    assert entry.read_text() == whole


def test_an_answer_that_cannot_be_written_whole_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UserError, match="No space left on device; name another folder with --cache"):
        ask(tmp_path, prompt())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_prompts_are_pulled_one_by_one_whether_kept_or_not(tmp_path: Path) -> None:
    prompts = [prompt(f"s{number}") for number in range(20)]
    ask(tmp_path, *prompts[::2])
    out = 0
    ahead: list[int] = []

    def pulled() -> Iterator[Prompt]:
        for number, one in enumerate(prompts, start=1):
            ahead.append(number - out)
            yield one

    for _ in Cached(Windowed(window=3), tmp_path, "k").generate(pulled()):
        out += 1
    assert out == 20
    assert max(ahead) <= 2 * 3 + 1


def test_many_kept_answers_come_out_before_the_model_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "_WAITING", 4)
    kept = [prompt(f"kept{number}") for number in range(12)]
    ask(tmp_path, *kept)
    model = Windowed(window=100)
    found = [done.sample_id for done in ask(tmp_path, prompt("new0"), *kept, prompt("new1"), model=model)]
    assert sorted(found) == sorted(["new0", "new1", *(one.sample_id for one in kept)])
    assert found.index("new0") < 5
    assert model.rounds == 2


def test_an_engine_is_refused_and_a_server_is_warned_of() -> None:
    model = Windowed()
    assert check_cache(model) is None
    model.spec = {"backend": "openai"}
    assert "a server's own settings cannot be seen" in (check_cache(model) or "")
    model.spec = {"backend": "vllm"}
    with pytest.raises(UserError, match="--cache is not for vllm/"):
        check_cache(model)


def test_the_default_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "longcode-bench" / "completions"


class Telling(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def go(tmp_path: Path, out: str, model: Windowed, progress: Telling | None = None, **options: Any) -> Outcome:
    data = make_data(tmp_path / "data", rows=6)
    conduct = Conduct(cache=tmp_path / "cache", **options)
    place = Place(out=tmp_path / out)
    selection = Selection(data=str(data), limit=6)
    return run_benchmark(LONGBENCH, model, selection, place, asking=Asking(), conduct=conduct, progress=progress)


def test_another_run_takes_its_answers_from_the_cache_and_says_how_many(tmp_path: Path) -> None:
    first = go(tmp_path, "a", Windowed(usage=USAGE))
    again = Windowed(usage=USAGE)
    second = go(tmp_path, "b", again)
    assert again.asked == []
    assert first.result is not None
    assert second.result is not None
    scores = [{name: task["score"] for name, task in found.result.tasks.items()} for found in (first, second)]  # type: ignore[union-attr]
    assert scores[0] == scores[1]
    assert first.result.accounting["requests"] == 12
    assert (second.result.accounting["from_cache"], second.result.accounting["requests"]) == (12, None)
    assert second.result.tokens["input"] is None
    assert any("12 answers came from the response cache" in note for note in second.result.notes)
    other = Windowed(usage=USAGE)
    go(tmp_path, "c", other, tags={"gpu": "h100"})
    assert len(other.asked) == 12


def test_the_warning_is_told_and_the_refusal_comes_before_anything_is_written(tmp_path: Path) -> None:
    served = Windowed()
    served.spec = {"backend": "openai"}
    telling = Telling()
    go(tmp_path, "a", served, telling)
    assert sum("cannot be seen" in line for line in telling.lines) == 1
    served.spec = {"backend": "vllm"}
    with pytest.raises(UserError, match="leave --cache out"):
        go(tmp_path, "b", served)
    assert not (tmp_path / "b").exists()
