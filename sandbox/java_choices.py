"""The choices among which a right answer hides.

All answers of one kind that a test file expects are choices of each other's questions, so that whoever sees the choices
learns which values the tests expect, but not where. Where these are few, each comes with a family: values made from it
so that each of them would have made the same family, and the one that was there first cannot be told from the others.
"""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import product

from bench.sandbox.java_constants import NULL, WHOLE, Constant, Leaf, Node, is_sound, key_of, unboxed

FEW = 8
"""Choices that a question has at least, where they can be made."""
MANY = 12
"""Answers of one kind that are choices of each other; more are dealt into several hands."""
LETTERS = 40_000
"""Letters that the choices of one question may take together."""


def hands(answers: Iterable[Constant], rng: random.Random, delta: float = 0.0) -> dict[object, list[Constant]]:
    """For the key of each answer the choices that its questions share.

    Args:
        delta: how far a value may be from a number, in any of these questions, to be taken for it.
    """
    unique = list({key_of(answer): answer for answer in answers}.values())
    rng.shuffle(unique)
    count = max(1, math.ceil(len(unique) / MANY))
    dealt: dict[object, list[Constant]] = {}
    for hand in (unique[at::count] for at in range(count)):
        choices = _with_families(hand, rng, delta)
        dealt.update({key_of(answer): choices for answer in hand})
    return dealt


def _with_families(hand: Sequence[Constant], rng: random.Random, delta: float) -> list[Constant]:
    size = 1 if len(hand) > FEW else max(2, math.ceil(FEW / len(hand)))
    members = [member for answer in hand for member in family(answer, size, rng, delta)]
    unique = {key_of(member): member for member in members if is_sound(member)}
    return list({**unique, **{key_of(answer): answer for answer in hand}}.values())


def chosen(right: Constant, choices: Iterable[Constant], delta: float, rng: random.Random) -> list[Constant]:
    """The choices of one question in a secret order, the right one among them, no two of which one value can equal.

    Args:
        delta: how far a value may be from a number to be taken for it.
    """
    others = [choice for choice in choices if key_of(choice) != key_of(right)]
    rng.shuffle(others)
    found, letters = [right], _size(right)
    for other in others:
        letters += _size(other)
        if letters <= LETTERS and all(apart(other, choice, delta) for choice in found):
            found.append(other)
    rng.shuffle(found)
    return found


def _size(constant: Constant) -> int:
    if isinstance(constant, Leaf):
        return len(str(constant.value)) + 4
    return 16 + sum(map(_size, constant.children))


def apart(one: Constant, other: Constant, delta: float) -> bool:
    """Whether no value can pass for both."""
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        return _numbers_apart(one, other, delta) if _is_number(one) and _is_number(other) else one != other
    if isinstance(one, Leaf) or isinstance(other, Leaf) or len(one.children) != len(other.children):
        return True
    if one.kind in {"set", "map"}:
        return key_of(one) != key_of(other)
    return any(apart(left, right, delta) for left, right in zip(one.children, other.children, strict=True))


def _is_number(leaf: Leaf) -> bool:
    return isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool)


def _numbers_apart(one: Leaf, other: Leaf, delta: float) -> bool:
    a, b = one.value, other.value
    assert isinstance(a, int | float)
    assert isinstance(b, int | float)
    if delta:
        return abs(a - b) > 2.01 * delta + 1e-9 * max(abs(a), abs(b))
    # An expected whole number is compared as a float where the value is one.
    return a != b if isinstance(a, float) and one.kind == "double" else _as_float(a) != _as_float(b)


def _as_float(value: float) -> float:
    found: float = struct.unpack("f", struct.pack("f", value))[0]
    return found


# Families


def family(answer: Constant, size: int, rng: random.Random, delta: float = 0.0) -> list[Constant]:
    """Up to `size` constants, the answer among them, each of which has this family as likely as the answer has."""
    if isinstance(answer, Leaf):
        return _leaf_family(answer, size, rng, delta) if size > 1 else [answer]
    members: list[Constant] = [answer]
    for place in rng.sample(range(len(answer.children)), len(answer.children)):
        if len(members) >= size or (answer.kind == "map" and place % 2 == 0):
            continue
        variants = family(answer.children[place], math.ceil(size / len(members)), rng, delta)
        members = [_with(member, place, child) for member, child in product(members, variants)]
    return [member for member in members if is_sound(member)]


def _with(member: Constant, place: int, child: Constant) -> Constant:
    assert isinstance(member, Node)
    return Node(member.kind, (*member.children[:place], child, *member.children[place + 1 :]))


_EXTREMES = {
    (kind, value): tuple(Leaf(kind, extreme) for extreme in (2 ** (bits - 1) - 1, -(2 ** (bits - 1))))
    for kind, bits in WHOLE.items()
    for value in (2 ** (bits - 1) - 1, -(2 ** (bits - 1)))
}


def _leaf_family(leaf: Leaf, size: int, rng: random.Random, delta: float) -> list[Constant]:
    kind, value = unboxed(leaf.kind), leaf.value
    if leaf == NULL:
        return [leaf]
    if kind == "boolean":
        return [Leaf(leaf.kind, True), Leaf(leaf.kind, False)]  # noqa: FBT003 - values, not options
    if isinstance(value, int) and (kind, value) in _EXTREMES:
        return [Leaf(leaf.kind, extreme.value) for extreme in _EXTREMES[kind, value]]
    text = chr(int(value or 0)) if kind == "char" else _digits(value)
    spelt = kind in {"char", "String"}
    places = _places_of_text(text) if spelt else _places_of_number(text, delta)
    texts = _texts(text, rng.choice(places), size, rng, spelt=spelt) if places else [text]
    return [found for other in texts if is_sound(found := Leaf(leaf.kind, _read(kind, other)))]


def _digits(value: object) -> str:
    """A value as text; a number in plain digits, since a changed exponent would show."""
    if not isinstance(value, float):
        return str(value)
    try:
        return format(Decimal(repr(value)), "f") if 1e-6 < abs(value) < 1e15 or value == 0 else repr(value)
    except InvalidOperation:
        return repr(value)


def _read(kind: str, text: str) -> str | int | float:
    if kind == "char":
        return ord(text)
    if kind in WHOLE:
        return int(text)
    if kind == "float":
        return _as_float(float(text))
    return float(text) if kind == "double" else text


_DIGITS = "0123456789"
# Common characters are changed for each other: a rare one among them would show.
_COMMON = (
    "的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知民"
    "样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体"
)
_ALPHABETS = (
    _DIGITS,
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    _COMMON,
    "".join(map(chr, range(0x4E00, 0x9FA6))),
)


def _alphabet(letter: str) -> str:
    return next((letters for letters in _ALPHABETS if letter in letters), "")


def _places_of_text(text: str) -> list[int]:
    """Where a letter may change; digits before letters, for nobody knows how a number is spelt."""
    digits = [at for at, letter in enumerate(text) if letter in _DIGITS]
    return digits or [at for at, letter in enumerate(text) if _alphabet(letter)]


def _places_of_number(text: str, delta: float) -> list[int]:
    """Where a digit may change so that the number does by more than the tolerance either way."""
    mantissa = text.partition("e")[0]
    point = mantissa.find(".") if "." in mantissa else len(mantissa)
    powers = ((at, point - at - (at < point)) for at, letter in enumerate(mantissa) if letter in _DIGITS)
    wide = [at for at, power in powers if not delta or 10.0**power > 2.1 * delta]
    return [at for at in wide if text[at] != "0" or not _leads(text, at)]


def _texts(text: str, place: int, size: int, rng: random.Random, *, spelt: bool) -> list[str]:
    """Texts that differ in one letter, of its own class.

    Args:
        spelt: any letter may stand anywhere; in front of a number no zero does.
    """
    letters = _alphabet(text[place])
    if not spelt and _leads(text, place):
        letters = letters.replace("0", "")
    others = rng.sample([letter for letter in letters if letter != text[place]], min(size, len(letters)) - 1)
    return [text[:place] + letter + text[place + 1 :] for letter in (text[place], *others)]


def _leads(text: str, place: int) -> bool:
    """Whether a digit is the first of several, or stands behind a sign."""
    if text[:place] not in {"", "-"}:
        return False
    return text.startswith("-") or text[place + 1 : place + 2].isdigit()
