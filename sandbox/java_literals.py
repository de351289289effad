"""Literals of Java: numbers in any base, and what the escapes of texts stand for."""

from __future__ import annotations

import re
import struct

from bench.sandbox.java_constants import Leaf, wrapped
from bench.sandbox.java_source import NotUnderstood

_ESCAPED = re.compile(r"\\(u+[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " ", '"': '"', "'": "'", "\\": "\\"}


def unescaped(text: str) -> str:
    """What stands between the quotes of a text or a letter, as it is at run time."""
    found = _ESCAPED.sub(lambda match: _escape(match.group(1)), text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _escape(text: str) -> str:
    if text.startswith("u"):
        return chr(int(text.lstrip("u"), 16))
    if text[0] in "01234567":
        return chr(int(text, 8))
    if text not in _SIMPLE:
        raise NotUnderstood
    return _SIMPLE[text]


def number(text: str) -> Leaf:
    """A literal number.

    Raises:
        ValueError: it is written in a way that is not known here.
    """
    plain = text.replace("_", "").lower()
    if plain.startswith(("0x", "0b")) or re.fullmatch(r"0\d+l?", plain):
        return _based(plain)
    if re.fullmatch(r"\d+l?", plain):
        return Leaf("long" if plain.endswith("l") else "int", int(plain.rstrip("l")))
    if plain.endswith("f"):
        return Leaf("float", struct.unpack("f", struct.pack("f", float(plain[:-1])))[0])
    return Leaf("double", float(plain.rstrip("d")))


def _based(plain: str) -> Leaf:
    kind = "long" if plain.endswith("l") else "int"
    digits = plain.rstrip("l")
    value = int(digits, 0) if digits[1:2] in {"x", "b"} else int(digits, 8)
    return Leaf(kind, wrapped(kind, value))
