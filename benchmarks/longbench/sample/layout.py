"""Texts of a given length out of facts and filler."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from bench.benchmarks.longbench.sample.draw import Draw
from bench.benchmarks.longbench.sample.grammar import Bound, Grammar, Table
from bench.benchmarks.longbench.sample.order import Order

# Gives the sentences of the next paragraph; its argument in [0, 1) says how far the text has come.
Filler = Callable[[float], list[str]]


def random_scenes(grammar: Grammar, draw: Draw) -> Filler:
    """Filler that takes any scene of the grammar, not the same one twice in a row."""
    scenes = grammar.tables["scene"]
    last = 0

    def next_scene(_progress: float) -> list[str]:
        nonlocal last
        last = (last + 1 + draw.below(len(scenes) - 1)) % len(scenes)
        return grammar.scene(scenes[last], draw)

    return next_scene


def sections(grammar: Grammar, draw: Draw) -> Filler:
    """Filler that goes through the scenes in order, each a section of equal length under its heading."""
    scenes = grammar.tables["scene"]
    opened, count = -1, 0

    def next_scene(progress: float) -> list[str]:
        nonlocal opened, count
        number = int(progress * len(scenes))
        first, *rest = grammar.scene(scenes[number], draw)
        if number != opened:
            count += 1
            first = f"{count} {scenes[number]['heading']}\n{first}"
        opened = number
        return [first, *rest]

    return next_scene


def turn_by_turn(filler: Filler) -> Filler:
    """The same sentences, one at a call: each turn of a transcript is a paragraph of its own."""
    waiting: deque[str] = deque()

    def next_turn(progress: float) -> list[str]:
        if not waiting:
            waiting.extend(filler(progress))
        return [waiting.popleft()]

    return next_turn


def spread(facts: Sequence[str], filler: Filler, size: int, order: Order, draw: Draw) -> list[str]:
    """Paragraphs of `size` units in all; the facts, in their order, are paragraphs spread over the whole."""
    dues = [(place + draw.unit()) / len(facts) for place in range(len(facts))]
    room = size - sum(map(order.measure, facts))
    paragraphs: list[str] = []
    used = 0
    for due, fact in zip([*dues, 1.0], [*facts, ""], strict=True):
        used += _fill_to(due * room, used, room, paragraphs, filler, order)
        paragraphs.append(fact)
    return [paragraph for paragraph in paragraphs if paragraph]


def _fill_to(due: float, used: int, room: int, out: list[str], filler: Filler, order: Order) -> int:
    """Append paragraphs until `due` units are reached; gives the units added."""
    added = 0
    while due - used - added > _slack(order):
        sentences = fitted(filler((used + added) / room), room - used - added, order)
        out.append(glue(order).join(sentences))
        added += order.measure(out[-1])
    return added


def fitted(sentences: Sequence[str], room: float, order: Order) -> list[str]:
    """The first sentences that fit the room, at least one."""
    kept: list[str] = []
    for sentence in sentences:
        kept.append(sentence)
        room -= order.measure(sentence)
        if room <= _slack(order):
            break
    return kept


def entry_text(opening: str, more: Sequence[str], size: int, order: Order, draw: Draw, grammar: Grammar) -> str:
    """An encyclopaedia entry of about `size` units: its opening and as many further sentences as fit."""
    text = [opening]
    left = size - order.measure(opening)
    filler = random_scenes(grammar, draw)
    coming = [grammar.fill(pattern, draw) for pattern in draw.shuffled(more)]
    while left > _slack(order):
        kept = fitted(coming, left, order)
        left -= sum(map(order.measure, kept))
        text += kept
        coming = filler(0.0)
    return glue(order).join(text)


def make_entry(grammar: Grammar, entry: Table, bound: Bound, size: int, order: Order, draw: Draw) -> str:
    """The text of an entry whose opening has the bound values; the sentences after it have none of them."""
    return entry_text(grammar.line(entry["open"], draw, bound), entry["more"], size, order, draw, grammar)


def _slack(order: Order) -> int:
    """Half a sentence: nearer than this a text is long enough."""
    return 12 if order.chinese else 7


def glue(order: Order) -> str:
    """What stands between two sentences."""
    return "" if order.chinese else " "
