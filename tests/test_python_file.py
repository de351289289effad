"""Models of the user's own, from a file or handed over as an object.

These would catch: an answer to a prompt that was never asked being scored, a prompt that drops out without a record, a
traceback where one line would do, a changed file taken for the same model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_helpers import prompt
from helpers import make_data

import bench
from bench.errors import DataError, ModelError, UserError
from bench.models import load_model
from bench.models.fake import Fake
from bench.models.python_file import NO_ANSWER, as_model
from bench.places import Place
from bench.records import Completion, Prompt, Truncation

MODEL = """
from dataclasses import dataclass

from bench.records import Completion

@dataclass
class Upper:
    mark: str

    def generate(self, prompts):
        for prompt in prompts:
            yield Completion(sample_id=prompt.sample_id, attempt=prompt.attempt, step=prompt.step, text=self.mark)

def factory():
    return Upper("!")

def broken():
    raise ValueError("no weights\\nhere")

def nothing():
    return None

number = 3
"""


class Odd:
    """Yields what it is given to yield."""

    def __init__(self, *yields: Any) -> None:
        self._yields = yields

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Any]:
        list(prompts)
        yield from self._yields


def answer(name: str, **other: Any) -> Completion:
    return Completion(sample_id=name, text="yes", **other)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(MODEL)
    return path


def test_a_file_answers_as_any_model_does(file: Path) -> None:
    model = load_model(f"python/{file}:factory")
    model.check(Truncation(most=5))
    answers = list(model.generate([prompt("s/0"), prompt("s/1", attempt=1)]))
    assert [(one.key, one.text) for one in answers] == [(("s/0", 0, 0), "!"), (("s/1", 1, 0), "!")]
    assert model.name == "python/mine:factory"
    assert (list(model.notes), dict(model.observed)) == ([], {})
    model.close()


def test_a_changed_file_is_another_model_and_a_moved_one_is_not(file: Path, tmp_path: Path) -> None:
    before = load_model(f"python/{file}:factory").spec
    elsewhere = tmp_path / "there"
    elsewhere.mkdir()
    moved = file.rename(elsewhere / "mine.py")
    assert load_model(f"python/{moved}:factory").spec == before
    moved.write_text(MODEL + "\n")
    assert load_model(f"python/{moved}:factory").spec != before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mine.py", "write python/FILE.py:factory"),
        ("none.py:factory", "there is no file"),
        ("mine.py:other", "mine.py has no function other"),
        ("mine.py:number", "mine.py has no function number"),
        ("mine.py:nothing", "a NoneType has no method generate(prompts)"),
        ("mine.py:broken", "mine.py:broken raised ValueError: no weights here"),
    ],
)
def test_a_file_that_makes_no_model_is_one_line(file: Path, name: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        load_model(f"python/{file.parent}/{name}")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_imported_is_one_line(file: Path) -> None:
    file.write_text("import not_there_at_all")
    with pytest.raises(ModelError, match=r"^mine\.py cannot be imported: ModuleNotFoundError: No module named"):
        load_model(f"python/{file}:factory")


@pytest.mark.parametrize(
    ("yields", "message"),
    [
        (["yes"], "generate yielded a str; yield bench.records.Completion"),
        ([answer("other")], "generate yielded ('other', 0, 0), which is no prompt that it was given"),
        ([answer("s/0", attempt=1)], "generate yielded ('s/0', 1, 0), which is no prompt that it was given"),
        ([answer("s/0"), answer("s/0")], "generate yielded ('s/0', 0, 0) twice; answer each prompt once"),
    ],
)
def test_what_is_no_answer_to_an_open_prompt_is_refused(yields: list[Any], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        list(as_model(Odd(*yields)).generate([prompt("s/0")]))
    assert str(caught.value) == f"python/Odd: {message}"


def test_a_prompt_without_an_answer_is_a_recorded_failure() -> None:
    class First:
        def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
            for one in prompts:
                yield answer(one.sample_id)
                return

    answers = list(as_model(First()).generate([prompt("s/0"), prompt("s/1"), prompt("s/2")]))
    assert [(one.sample_id, one.error) for one in answers] == [("s/0", None), ("s/1", NO_ANSWER), ("s/2", NO_ANSWER)]


def test_what_its_generate_raises_is_one_line_and_what_the_data_raise_stays_theirs() -> None:
    class Raises:
        def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
            for _ in prompts:
                raise IndexError("out of\nrange")
            yield answer("none")

    def damaged(one: Prompt) -> Prompt:
        raise DataError("damaged", path=one.sample_id, remedy="fetch it again")

    with pytest.raises(ModelError, match=r"^python/Raises: generate raised IndexError: out of range$"):
        list(as_model(Raises()).generate([prompt()]))
    with pytest.raises(DataError, match="damaged"):
        list(as_model(Raises()).generate(map(damaged, [prompt()])))


def test_its_own_name_spec_notes_and_check_are_used() -> None:
    class Full(Odd):
        name = "mine"
        spec = {"rate": 4}  # noqa: RUF012 - as a user writes it
        notes = ("compressed",)
        observed = {"dtype": "float16"}  # noqa: RUF012
        closed = False
        rule: Any = None

        def check(self, truncation: Truncation | None = None) -> None:
            self.rule = truncation

        def close(self) -> None:
            self.closed = True

    own = Full()
    model = as_model(own)
    model.check(Truncation(most=3))
    model.close()
    assert own.closed
    assert own.rule == Truncation(most=3)
    assert (model.name, model.spec["own"], list(model.notes)) == ("mine", {"rate": 4}, ["compressed"])
    assert model.observed == {"dtype": "float16"}


def test_a_backend_of_this_package_stays_as_it_is() -> None:
    fake = Fake()
    assert as_model(fake) is fake


def test_an_object_runs_a_benchmark(tmp_path: Path) -> None:
    class Echo:
        def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
            return (Completion(sample_id=one.sample_id, text="red0", attempt=one.attempt) for one in prompts)

    data = make_data(tmp_path / "data", tasks=("qasper",))
    result = bench.run("longbench", model=Echo(), data=str(data), place=Place(out=tmp_path / "runs"))
    assert result.model == "python/Echo"
    assert result.tasks["qasper"]["score"] > 0
