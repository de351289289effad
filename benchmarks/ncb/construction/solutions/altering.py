"""A solution that gives wrong values of the right kind. This module's text is put behind a Python solution's.

It runs inside the sandbox, with nothing but what the solution itself has: of this package it imports `altered_values`
alone, and that line is left out where its text stands in front of this one. Only what the outermost call of a solution
gives is changed: a function that calls itself, or another one, works as before.
"""

import enum
import functools
import inspect
import os
import sys
import threading
import types
from typing import Any

from bench.benchmarks.ncb.construction.solutions.altered_values import altered, of_str, other, shifted

DEPTH = 0
WRITTEN: dict[str, bool] = {}
LARGEST = 1_000_000
CONTROL = set(range(9))
LIMIT = 20000  # every call of the solution takes two frames now
SPECIAL = """
    call str repr eq ne lt le gt ge len bool contains getitem next add sub mul truediv floordiv mod pow neg abs int
    float round and or xor matmul format iter
"""
OPERATORS = frozenset(SPECIAL.split())


def alter(namespace: Any, gives: Any, prints: Any) -> None:
    """Change every function and method that a module defines.

    Args:
        namespace: the module's.
        gives: qualified names of the functions that return a value somewhere: for these None is one too.
        prints: whether anything in the module prints.
    """
    sys.addaudithook(note_file)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), LIMIT))
    made = Made(namespace["__name__"], frozenset(gives), prints=prints)
    for name, value in list(namespace.items()):
        if not name.startswith("__"):
            namespace[name] = made.member(value, name)


class Made:
    """What is made of a module's members."""

    def __init__(self, module: Any, gives: Any, *, prints: Any) -> None:
        self.module, self.gives, self.prints = module, gives, prints
        self.seen: set[type] = set()

    def member(self, value: Any, name: Any) -> Any:
        """A member as it is to be seen from outside."""
        if getattr(value, "__module__", None) != self.module and not isinstance(value, WRAPPED):
            return value
        if isinstance(value, type):
            return self.type(value)
        if isinstance(value, staticmethod | classmethod):
            return type(value)(self.member(value.__func__, name))
        if isinstance(value, property):
            return property(*[one and self.member(one, name) for one in (value.fget, value.fset, value.fdel)])
        if isinstance(value, functools.cached_property):
            value.func = self.member(value.func, name)
            return value
        if isinstance(value, types.FunctionType) or hasattr(value, "cache_info"):
            return self.function(value)
        return value

    def type(self, value: Any) -> Any:
        """A class: its methods are changed, and what it holds where that is read from outside."""
        if value in self.seen or issubclass(value, enum.Enum):
            return value
        self.seen.add(value)
        for name, one in list(vars(value).items()):
            special = name.startswith("__") and name.strip("_") not in OPERATORS
            made = framed(one) if special else self.member(one, name)
            if made is not one:
                setattr(value, name, made)
        if all(base.__module__ in {self.module, "builtins", "abc", "typing"} for base in value.__mro__):
            value.__getattribute__ = reading(value.__getattribute__)
        return value

    def function(self, value: Any) -> Any:
        """A function, with a frame around it."""
        code = getattr(inspect.unwrap(value), "__code__", None)
        if code is None:
            return value
        give = other if code.co_qualname in self.gives else altered
        wrapper = self.frame(value, give)
        for extra in ("cache_info", "cache_clear"):
            if hasattr(value, extra):
                setattr(wrapper, extra, getattr(value, extra))
        return wrapper

    def frame(self, value: Any, give: Any) -> Any:
        """The frame: what goes through it from the outermost call is changed."""
        if inspect.iscoroutinefunction(value):
            return coroutine(value, give)
        if inspect.isasyncgenfunction(value):
            return value

        @functools.wraps(value)
        def wrapper(*arguments: Any, **named: Any) -> Any:
            outermost = outside()
            with Inside(printing=outermost and self.prints) as inside:
                result = value(*arguments, **named)
            if not outermost:
                return result
            rewrite()
            if result is None and inside.silent:
                inside.say()
            return seen(result, give)

        return wrapper


def framed(value: Any) -> Any:
    """A constructor, or another method that Python calls: what it calls and reads is read from inside."""
    if not isinstance(value, types.FunctionType):
        return value

    @functools.wraps(value)
    def wrapper(*arguments: Any, **named: Any) -> Any:
        with Inside():
            return value(*arguments, **named)

    return wrapper


def coroutine(value: Any, give: Any) -> Any:
    """The same for a coroutine; while it waits, nothing else counts as outermost."""

    @functools.wraps(value)
    async def wrapper(*arguments: Any, **named: Any) -> Any:
        outermost = outside()
        with Inside():
            result = await value(*arguments, **named)
        return give(result) if outermost else result

    return wrapper


def seen(value: Any, give: Any) -> Any:
    """What is given, as it is seen from outside: what a function or a generator gives later counts too."""
    if isinstance(value, types.FunctionType):
        return Made("", frozenset(), prints=False).frame(value, altered)
    return generated(value) if isinstance(value, types.GeneratorType) else give(value)


def generated(values: Any) -> Any:
    """A generator's values, changed one by one; one more where there are none."""
    number = 0
    while True:
        with Inside():
            try:
                value = next(values)
            except StopIteration:
                break
        number += 1
        yield altered(value)
    if not number:
        yield 1


WRAPPED = (staticmethod, classmethod, property, functools.cached_property)


def outside() -> Any:
    """Whether nothing of the solution is running: threads that it starts are inside."""
    return DEPTH == 0 and threading.current_thread() is threading.main_thread()


class Inside:
    """While something of the solution is running; what it prints meanwhile comes out changed."""

    def __init__(self, *, printing: bool = False) -> None:
        self.printing = printing
        self.silent = False

    def __enter__(self) -> Any:
        global DEPTH  # noqa: PLW0603 - one depth for all that is called
        DEPTH += 1
        if self.printing:
            self.stdout = sys.stdout
            sys.stdout = self.said = Saying(sys.stdout)
        return self

    def __exit__(self, *error: object) -> None:
        global DEPTH  # noqa: PLW0603
        DEPTH -= 1
        if self.printing:
            if sys.stdout is self.said:
                sys.stdout = self.stdout
            self.silent = not self.said.spoke

    def say(self) -> None:
        """Print where the solution printed nothing."""
        self.stdout.write("x\n")


class Saying:
    """Standard output that says something else."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.spoke = stream, False

    def write(self, text: Any) -> Any:
        """Write the text changed, its spaces and line ends kept."""
        self.spoke = True
        return self.stream.write(shifted(text) if isinstance(text, str) else text)

    def __getattr__(self, name: Any) -> Any:
        return getattr(self.stream, name)


def note_file(event: Any, arguments: Any) -> None:
    """Remember which files the solution opens for writing."""
    if DEPTH and event == "open" and isinstance(arguments[0], str) and set(arguments[1] or "") & set("wax+"):
        WRITTEN[os.path.abspath(arguments[0])] = True


def rewrite() -> None:
    """Change what is in the files that were written; where that cannot be, put a copy of another name beside them."""
    for path in list(WRITTEN):
        WRITTEN.pop(path)
        try:
            if os.path.isfile(path) and os.path.getsize(path) < LARGEST:
                KINDS_OF_FILE.get(os.path.splitext(path)[1], rewrite_text)(path)
        except Exception:  # noqa: BLE001, S112 - whatever a library raises on a file that it cannot read
            continue


def rewrite_text(path: Any) -> None:
    """A text; any other file has a copy beside it."""
    with open(path, "rb") as file:
        data = file.read()
    if not data or CONTROL & set(data):
        add_file(path)
        return
    with open(path, "wb") as file:
        file.write(of_str(data.decode()).encode())


def add_file(path: Any) -> None:
    """A copy of another name."""
    import shutil

    name, ending = os.path.splitext(path)
    shutil.copyfile(path, name + "x" + ending)


def rewrite_array(path: Any) -> None:
    """An array of numpy's."""
    import numpy

    numpy.save(path, altered(numpy.load(path)))


def rewrite_sheet(path: Any) -> None:
    """A workbook."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    for cell in [cell for sheet in book for row in sheet.iter_rows() for cell in row]:
        cell.value = altered(cell.value)
    book.save(path)


KINDS_OF_FILE = {".npy": rewrite_array, ".xlsx": rewrite_sheet}


def reading(original: Any) -> Any:
    """Attributes of an object as they are seen from outside of the solution."""

    @functools.wraps(original)
    def getattribute(self: Any, name: str) -> Any:
        value = original(self, name)
        if name.startswith("_") or not outside():
            return value
        held = name in original(self, "__dict__") if hasattr(type(self), "__dict__") and has_dict(self) else False
        return altered(value) if held else value

    return getattribute


def has_dict(one: Any) -> Any:
    """Whether an object holds its attributes in a dictionary."""
    return type(one).__dictoffset__ != 0
