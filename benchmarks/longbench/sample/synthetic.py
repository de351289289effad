"""Paragraphs to count and to find again: passage_count, passage_retrieval_en, passage_retrieval_zh."""

from __future__ import annotations

from dataclasses import dataclass

from bench.benchmarks.longbench.sample.grammar import Grammar, grammar
from bench.benchmarks.longbench.sample.layout import make_entry
from bench.benchmarks.longbench.sample.order import Maker, Order, Sheet

_MOST_PARAGRAPHS = 30
_MOST_TO_COUNT = 100  # below the size of the smallest pool of names
_FEWEST_PARAGRAPHS = 8
_STEP = 11  # from row to row the asked paragraph moves on by so many places


@dataclass(frozen=True, slots=True)
class Entry:
    """An encyclopaedia entry and the same facts in other words."""

    text: str
    abstract: str


def passage_count(order: Order) -> Sheet:
    """How many paragraphs there are when repetitions are taken away."""
    draw = order.row_draw()
    count = max(6, min(_MOST_TO_COUNT, order.size // 90))
    unique = draw.between(count // 2, count - 1)
    texts = [entry.text for entry in _entries(order, grammar("encyclopedia"), "maker", unique, order.size // count - 2)]
    repeated = [draw.pick(texts) for _ in range(count - unique)]
    shown = draw.shuffled([*texts, *repeated])
    context = "\n\n".join(f"Paragraph {number}: {text}" for number, text in enumerate(shown, 1))
    return Sheet(context=context, answers=[str(unique)])


def passage_retrieval_en(order: Order) -> Sheet:
    """Which paragraph an abstract describes."""
    entries = _entries(order, grammar("encyclopedia"), "maker", *_layout(order))
    return _retrieval(order, entries, "Paragraph {}", ": ")


def passage_retrieval_zh(order: Order) -> Sheet:
    """Which Chinese paragraph an abstract describes."""
    entries = _entries(order, grammar("gazetteer", "chinese"), "master", *_layout(order))
    return _retrieval(order, entries, "段落{}", "：")


def _layout(order: Order) -> tuple[int, int]:
    """Number of paragraphs and the size of each, room for the abstract left."""
    least = 75 if order.chinese else 45
    count = max(_FEWEST_PARAGRAPHS, min(_MOST_PARAGRAPHS, order.size // least))
    abstract = 55 if order.chinese else 27
    heading = 6 if order.chinese else 2
    return count, (order.size - abstract) // count - heading


def _retrieval(order: Order, entries: list[Entry], label: str, colon: str) -> Sheet:
    asked = (order.row * _STEP + order.row_draw().below(3)) % len(entries)
    context = "\n\n".join(f"{label.format(number)}{colon}{entry.text}" for number, entry in enumerate(entries, 1))
    return Sheet(
        context=context,
        input=entries[asked].abstract,
        answers=[label.format(asked + 1)],
        language="zh" if order.chinese else "en",
    )


def _entries(order: Order, tables: Grammar, makers: str, count: int, size: int) -> list[Entry]:
    """Entries about different things by different people, so that the person alone tells them apart."""
    draw = order.row_draw()
    kinds = tables.tables["entry"]
    people = order.names(tables.pools[makers], count)
    made: list[Entry] = []
    for number, person in enumerate(people):
        kind = kinds[draw.below(len(kinds))]
        name = tables.pools[kind["pool"]].name(order.row * count + number)
        bound = tables.bind(kind["bind"], draw, {"name": name, "maker": person})
        text = make_entry(tables, kind, bound, size, order, draw)
        made.append(Entry(text, tables.line(kind["abstract"], draw, bound)))
    return made


MAKERS: dict[str, Maker] = {
    "passage_count": passage_count,
    "passage_retrieval_en": passage_retrieval_en,
    "passage_retrieval_zh": passage_retrieval_zh,
}
