"""Runs the Python solution of one job and then its tests: a file of the image that needs nothing but pytest beside it.

Two messages come on standard input and one answer to each goes out on what was standard output: four bytes of length,
big-endian, then JSON. The solution owns this process from the moment it is imported, so nothing that is said here is
believed: the tests are questions whose right answers are not known here.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import importlib
import json
import os
import re
import struct
import sys
import traceback
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

import pytest

HEAD = struct.Struct(">I")
FIRST = 200  # the lowest number that our own descriptors get, out of the way of those a solution opens
TEXT, MESSAGES, LETTERS = 2_000, 100, 20_000  # characters of a failure's text, such texts, answers to one question
HELD, NOT, RAISED, OPAQUE, LONG = "1", "0", "e", '["o"]', '["long"]'
WORST = ("error", "failed", "skipped", "passed")
"""The outcomes of a test; what was run several times, or in several phases, has the first of these that it had."""

TOLD, DEEP, BITS = 500_000, 50, 10_000  # of a value that is told: characters, levels, bits of a whole number

Holds = Callable[..., Any]
Values = tuple[Any, ...]
Types = Iterable[type[BaseException]]

write, read, leave, dumps = os.write, os.read, os._exit, json.dumps  # as they are before a solution can change them


class Wire:
    """The two descriptors that a solution does not see by accident."""

    def __init__(self) -> None:
        self._in, self._out = (fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, FIRST) for number in (0, 1))
        os.close(0)
        os.open(os.devnull, os.O_RDONLY)  # it gets the lowest number that is free: 0
        os.dup2(2, 1)
        os.register_at_fork(after_in_child=self.close)  # a child that lives on must not keep the channel open

    def close(self) -> None:
        """Let go of both; in a child of a child that was done before."""
        with contextlib.suppress(OSError):
            os.close(self._in)
            os.close(self._out)

    def receive(self) -> dict[str, Any]:
        """The next message; the process ends where none comes."""
        (size,) = HEAD.unpack(self._exactly(HEAD.size))
        return dict(json.loads(self._exactly(size)))

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = read(self._in, size - len(parts))
            if not part:
                leave(0)
            parts += part
        return bytes(parts)

    def send(self, message: dict[str, Any]) -> None:
        """Write a message whole."""
        body = dumps(message).encode()
        view = memoryview(HEAD.pack(len(body)) + body)
        while view:
            view = view[write(self._out, view) :]


class Caught(pytest.ExceptionInfo[BaseException]):  # type: ignore[misc]
    """What `as` names: pytest's information, and unittest's `exception`."""

    @property
    def exception(self) -> BaseException:
        """The exception itself."""
        return self.value


class Nothing:
    """Stands among types of exceptions for none being raised."""


def _is(kind: type[BaseException] | None, expected: Any) -> bool:
    return expected is Nothing if kind is None else expected is not Nothing and issubclass(kind, expected)


class Raised:
    """`with ... as caught`: what `pytest.raises` is to a test, but which of several types was asked for is not said."""

    def __init__(self, book: Book, question: str, types_: Types, pattern: str | None) -> None:
        self._book, self._question, self._types, self._pattern = book, question, tuple(types_), pattern
        self._info = Caught(None)

    def __enter__(self) -> Caught:
        return self._info

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> bool:
        letters = "".join(HELD if _is(kind, one) else NOT for one in self._types)
        if kind is None or value is None or HELD not in letters:
            self._book.note(self._question, letters)
            if HELD not in letters and kind is None:
                raise AssertionError("no exception was raised")
            return HELD in letters
        if trace is not None:
            self._info.fill_unfilled((kind, value, trace))
        return self._matches(value, letters)

    def _matches(self, value: BaseException, letters: str) -> bool:
        fits = self._pattern is None or re.search(self._pattern, str(value)) is not None
        self._book.note(self._question, letters if fits else NOT * len(letters))
        if not fits:
            raise AssertionError(f"{str(value)[:TEXT]!r} does not match {self._pattern!r}")
        return True


class Book:
    """What the questions of the tests are put to; it writes down which choices held."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, int]] = {}

    def note(self, question: str, letters: str) -> None:
        """Count an answer."""
        given = self.answers.setdefault(question, {})
        if letters in given or len(given) < LETTERS:
            given[letters] = given.get(letters, 0) + 1

    def ask(self, question: str, holds: Callable[..., Any], values: tuple[Any, ...], choices: tuple[Any, ...]) -> None:
        """Note for which of the choices it holds.

        Args:
            holds: takes the values, then one choice.

        Raises:
            Exception: what comparing raised, where it raised for all.
            AssertionError: it holds for none.
        """
        letters = self._compared(question, holds, values, choices)
        if HELD not in letters:
            raise AssertionError("this is none of the expected values")

    def find(self, question: str, holds: Callable[..., Any], values: tuple[Any, ...], choices: tuple[Any, ...]) -> None:
        """The same where it may be right that it holds for none; an iterator is read once."""
        once = tuple(list(value) if hasattr(value, "__next__") else value for value in values)
        self._compared(question, holds, once, choices)

    def _compared(self, question: str, holds: Holds, values: Values, choices: Values) -> str:
        letters, errors = "", []
        for choice in choices:
            letter, error = _held(holds, values, choice)
            letters += letter
            errors += [] if error is None else [error]
        self.note(question, letters)
        if letters == RAISED * len(letters):
            raise errors[0]
        return letters

    def tell(self, question: str, value: object) -> None:
        """Note what a value is; what it should be is not known here."""
        self.note(question, _text_of(plain(value)))

    def array(self, question: str, value: object) -> None:
        """The same for what numpy makes of a value."""
        numpy = sys.modules.get("numpy")
        try:
            self.note(question, _text_of(plain(value if numpy is None else numpy.asarray(value))))
        except ValueError:  # numpy makes nothing of it
            self.tell(question, value)

    def folder(self, question: str, asked: tuple[str, Any]) -> None:
        """Note the names in a folder for which a predicate of `os.path` is true."""
        predicate, folder = getattr(os.path, asked[0]), os.fspath(asked[1])
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208 - the name of a file may be bytes that are no text
        except OSError:  # it is not there, or no folder: nothing is in it
            names = []
        self.tell(question, [name for name in names if predicate(os.path.join(folder, name))])  # noqa: PTH118 - see above

    def truth(self, question: str, value: object) -> None:
        """Note whether a value is true; whether it should be is not known here."""
        self.note(question, HELD + NOT if value else NOT + HELD)

    def raises(self, question: str, types_: Types, match: str | None = None) -> Raised:
        """Note which of the types is raised in a `with` block."""
        return Raised(self, question, types_, match)


def _text_of(data: Any) -> str:
    try:
        text = dumps(data)
    except (TypeError, ValueError, RecursionError):
        return OPAQUE
    return text if len(text) <= TOLD else LONG


def plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON: what JSON has no word for is a list that begins with one."""
    if value is None or value is True or value is False:
        return value
    if depth > DEEP:
        return ["o"]
    for base, write_out in PLAIN:
        if isinstance(value, base):
            return write_out(value, depth + 1) if _is_as_equal_as(value, base) else ["o"]
    return _of_packages(value, depth + 1)


def _is_as_equal_as(value: Any, base: Any) -> bool:
    """Whether an object is compared as its builtin type is, or as a subclass of Python's own is."""
    kind = type(value)
    compared = [one.__eq__ for one in (base if isinstance(base, tuple) else (base,))]
    return kind.__eq__ in compared or kind.__module__ in {"collections", "numpy", "enum"}


def _integer(value: Any, _: int) -> Any:
    whole = int.__int__(value)
    return whole if abs(whole).bit_length() < BITS else ["o"]


def _each(kind: str) -> Callable[[Any, int], Any]:
    return lambda value, depth: [kind, *(plain(one, depth) for one in value)]


PLAIN: tuple[tuple[Any, Callable[[Any, int], Any]], ...] = (
    (int, _integer),
    (float, lambda value, _: float.__float__(value)),
    (str, lambda value, _: str.__str__(value)),
    (complex, lambda value, _: ["c", value.real, value.imag]),
    ((bytes, bytearray), lambda value, _: ["b", value.hex()]),
    (list, _each("l")),
    (tuple, _each("t")),
    (dict, lambda value, depth: ["d", *([plain(key, depth), plain(one, depth)] for key, one in dict.items(value))]),
    ((set, frozenset, type({}.keys())), _each("s")),
)


def _of_packages(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind.__module__ in {"decimal", "fractions", "_decimal"} and hasattr(value, "as_integer_ratio"):
        return _ratio(value)
    if kind.__module__ == "numpy" and hasattr(value, "dtype"):
        return plain(value.item(), depth) if kind.__name__ != "ndarray" else _array(value, depth)
    if kind.__module__.startswith("pandas.") and hasattr(value, "to_numpy"):
        return plain(value.to_numpy(), depth)
    if kind.__module__ == "torch" and hasattr(value, "detach"):
        tensor = value.detach().cpu().numpy()
        return plain(
            tensor if tensor.ndim else tensor.reshape(1), depth
        )  # of one number numpy would forget how precise
    return ["o"]


def _ratio(value: Any) -> Any:
    try:
        return ["q", *map(str, value.as_integer_ratio())]
    except (ValueError, ArithmeticError):  # not a number, or not a finite one
        return ["o"]


def _array(value: Any, depth: int) -> Any:
    kind = value.dtype.kind
    if kind in "cO":
        return ["a", kind, [value.real.tolist(), value.imag.tolist()] if kind == "c" else plain(value.tolist(), depth)]
    return ["a", value.dtype.str, value.tolist()] if kind in "biufU" else ["o"]


def _held(holds: Holds, values: Values, choice: Any) -> tuple[str, Exception | None]:
    try:
        return (HELD if holds(*values, choice) else NOT), None
    except AssertionError as error:  # numpy's, pandas' and unittest's comparisons say no by raising it
        return NOT, error
    except Exception as error:  # noqa: BLE001 - whatever a solution's objects raise
        return RAISED, error


class Recorder:
    """A pytest plugin that keeps each test's outcome, its phases and parameters folded into one."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.messages: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """One phase of one test."""
        name = report.nodeid.partition("::")[2].partition("[")[0]
        found = _outcome(report)
        if found == "passed" and report.when != "call":
            return
        before = self.outcomes.get(name, found)
        self.outcomes[name] = min(before, found, key=WORST.index)
        if found != "passed" and name not in self.messages and len(self.messages) < MESSAGES:
            self.messages[name] = _text(report)


def _outcome(report: Any) -> str:
    if report.failed:
        return "failed" if report.when == "call" else "error"
    return "skipped" if report.skipped or hasattr(report, "wasxfail") else "passed"


def _text(report: Any) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(getattr(crash, "message", report.longrepr))[:TEXT]


def warm(packages: Iterable[str]) -> None:
    """Import now what the first tests would otherwise wait for, and the packages that the job is known to need."""
    import pdb  # noqa: F401, T100 - pytest imports it for each session

    from _pytest.config import default_plugins

    for plugin in default_plugins:
        importlib.import_module(f"_pytest.{plugin}")
    for package in packages:
        with contextlib.suppress(ImportError):  # the solution will say so, if it needs it
            importlib.import_module(package)


def lay_out(folder: Path, message: dict[str, Any]) -> None:
    """Write a job's input files and its sources into the working folder."""
    for name, content in message.get("inputs", {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
    for name, text in message["files"].items():
        (folder / name).write_text(text, encoding="utf-8", errors="surrogatepass")


def load(name: str) -> str | None:
    """Import the solution; what was raised, in one line, or None."""
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt fail an import as any other does
        traceback.print_exc()
        return " ".join("".join(traceback.format_exception_only(error)).split())[:TEXT]
    return None


def examine(folder: Path, message: dict[str, Any]) -> dict[str, Any]:
    """Run the tests; the report."""
    book, recorder = Book(), Recorder()
    module: Any = types.ModuleType(message["vocabulary"])
    module.__dict__.update(
        {name: getattr(book, name) for name in ("ask", "find", "tell", "array", "folder", "truth", "raises")}
    )
    module.Nothing = Nothing
    sys.modules[message["vocabulary"]] = module
    path = folder / message["file"]
    path.write_text(message["tests"], encoding="utf-8", errors="surrogatepass")
    options = ["-s", "-q", "--disable-warnings", "--tb=short", "--assert=plain", "--noconftest"]
    place = ["-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={folder}", str(path)]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    try:
        pytest.main([*options, *place], plugins=[recorder])
    except BaseException:  # noqa: BLE001 - the report says what became of each test
        traceback.print_exc()
    return {"tests": recorder.outcomes, "answers": book.answers, "messages": recorder.messages}


def main() -> NoReturn:
    """One job, from the first message to the last."""
    wire = Wire()
    sys.dont_write_bytecode = True
    warm(sys.argv[1:])
    del sys.argv[1:]
    message = wire.receive()
    folder = Path.cwd()
    lay_out(folder, message)
    sys.path.insert(0, str(folder))
    error = load(message["name"])
    wire.send({"loaded": True} if error is None else {"failed": error})
    if error is None:
        wire.send(examine(folder, wire.receive()))
    leave(0)


if __name__ == "__main__":
    main()
