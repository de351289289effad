"""`python/FILE.py:factory`: any object with `generate`, from a file of the user's own or handed to `bench.run`.

What such an object yields is looked at before it goes on, because a completion of a prompt that was never asked, or two
of the same one, would be counted as answers.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from bench.errors import BenchError, ModelError, UserError
from bench.own_code import function_in, told
from bench.protocols import Model
from bench.records import Completion, Prompt, Truncation

Key = tuple[str, int, int]
"""Sample id, attempt, step."""
NO_ANSWER = "no_answer: the model yielded no completion for this prompt"


def load_file(argument: str) -> Model:
    """The model that `python/FILE.py:factory` names.

    Raises:
        UserError: the file or the factory is not there, or what it makes has no `generate`.
        ModelError: importing the file or calling the factory raised.
    """
    place, _, name = argument.rpartition(":")
    path = Path(place).expanduser()
    if not (place and name.isidentifier()):
        raise UserError(f"--model python/{argument}: write python/FILE.py:factory")
    if not path.is_file():
        raise UserError(f"--model python/{argument}: there is no file {place}")
    factory = _factory(path, name)
    own = _called(factory, f"{path.name}:{name}")
    spec = {"file": path.stem, "factory": name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    return Wrapped(own, name=f"python/{path.stem}:{name}", spec=spec)


def as_model(own: Generating) -> Model:
    """An object with `generate` as a model: backends of this package as they are, anything else looked after.

    Raises:
        UserError: it has no `generate`.
    """
    if type(own).__module__.startswith("bench.models."):
        return cast("Model", own)
    kind = type(own)
    return Wrapped(own, name=f"python/{kind.__name__}", spec={"class": kind.__qualname__})


class Generating(Protocol):
    """The least that an object must have to be a model."""

    def generate(self, prompts: Iterator[Prompt]) -> Iterable[Completion]:
        """One completion for every prompt, in any order."""


class Wrapped:
    """Somebody's object behind the model seam; of the seam's members it needs to have `generate` alone.

    Args:
        own: the object. Its `name`, `spec`, `notes`, `observed`, `check` and `close` are used where it has them.
        name: where it has none.
        spec: what tells it from others, besides its own `spec`.

    Raises:
        UserError: it has no `generate`.
    """

    def __init__(self, own: Any, *, name: str, spec: Mapping[str, Any]) -> None:
        if not callable(getattr(own, "generate", None)):
            raise UserError(
                f"{name}: a {type(own).__name__} has no method generate(prompts); see bench.protocols.Model"
            )
        given = getattr(own, "name", None)
        self.name = given if isinstance(given, str) and given else name
        self._own = own
        self._spec = spec

    @property
    def spec(self) -> Mapping[str, Any]:
        """The file or class, and the object's own spec."""
        own = getattr(self._own, "spec", None)
        return {"backend": "python", **self._spec, **({"own": dict(own)} if isinstance(own, Mapping) and own else {})}

    @property
    def notes(self) -> Sequence[str]:
        """The object's own."""
        return list(getattr(self._own, "notes", ()))

    @property
    def observed(self) -> Mapping[str, Any]:
        """The object's own."""
        return dict(getattr(self._own, "observed", {}))

    @property
    def said(self) -> Sequence[str]:
        """The object's own: what is worth saying before the first prompt."""
        return list(getattr(self._own, "said", ()))

    @property
    def preparer(self) -> Callable[[], Any] | None:
        """The object's own, by which prompts are counted without a model; None where it has none."""
        return cast("Callable[[], Any] | None", getattr(self._own, "preparer", None))

    def check(self, truncation: Truncation | None = None) -> None:
        """The object's own check, with the rule where it takes one.

        Raises:
            ModelError: it raised.
        """
        check = getattr(self._own, "check", None)
        if check is None:
            return
        arguments = [truncation] if inspect.signature(check).parameters else []
        try:
            check(*arguments)
        except BenchError:
            raise
        except Exception as error:  # it is somebody's code: it may raise anything
            raise ModelError(f"{self.name}: check raised {told(error)}") from error

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """The object's completions; a recorded failure for each prompt that it never answers.

        Raises:
            ModelError: it raised, or yielded what is no answer to an open prompt.
        """
        asked: dict[Key, bool] = {}  # whether it is answered
        watched = _watched(prompts, asked)
        for completion in self._answers(watched):
            self._demand_open(completion, asked)
            asked[completion.key] = True
            yield completion
        for _ in watched:
            pass  # prompts that it did not even take are not answered either
        yield from (_unanswered(key) for key, answered in asked.items() if not answered)

    def close(self) -> None:
        """The object's own end, where it has one."""
        close = getattr(self._own, "close", None)
        if close is not None:
            close()

    def _answers(self, prompts: Iterator[Prompt]) -> Iterator[Any]:
        try:
            yield from self._own.generate(prompts)
        except BenchError:
            raise
        except Exception as error:  # it is somebody's code: it may raise anything
            raise ModelError(f"{self.name}: generate raised {told(error)}") from error

    def _demand_open(self, completion: Any, asked: Mapping[Key, bool]) -> None:
        if not isinstance(completion, Completion):
            raise ModelError(
                f"{self.name}: generate yielded a {type(completion).__name__}; yield bench.records.Completion"
            )
        if completion.key not in asked:
            raise ModelError(f"{self.name}: generate yielded {completion.key}, which is no prompt that it was given")
        if asked[completion.key]:
            raise ModelError(f"{self.name}: generate yielded {completion.key} twice; answer each prompt once")


def _watched(prompts: Iterable[Prompt], asked: dict[Key, bool]) -> Iterator[Prompt]:
    for prompt in prompts:
        asked[(prompt.sample_id, prompt.attempt, prompt.step)] = False
        yield prompt


def _unanswered(key: Key) -> Completion:
    return Completion(sample_id=key[0], attempt=key[1], step=key[2], error=NO_ANSWER)


def _factory(path: Path, name: str) -> Callable[[], object]:
    try:
        return function_in(path, name)
    except UserError as error:
        # What the file itself raised is the model's failure; a name that is not there is a slip of the command line.
        if error.__cause__ is not None:
            raise ModelError(str(error)) from error.__cause__
        raise UserError(f"--model python/{path}:{name}: {error}") from None


def _called(factory: Callable[[], object], shown: str) -> object:
    try:
        return factory()
    except BenchError:
        raise
    except Exception as error:  # it is somebody's code: it may raise anything
        raise ModelError(f"{shown} raised {told(error)}") from error
