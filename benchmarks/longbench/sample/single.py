"""Questions about one document: narrativeqa, qasper, multifieldqa_en, multifieldqa_zh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.benchmarks.longbench.sample.draw import Draw
from bench.benchmarks.longbench.sample.grammar import Grammar, Table, grammar
from bench.benchmarks.longbench.sample.layout import Filler, random_scenes, sections, spread
from bench.benchmarks.longbench.sample.order import Maker, Order, Sheet

FACTS = 8
_WORDS_PER_FACT = 60
_STEP = 3  # from row to row the asked fact moves on by so many places, through the beginning, middle and end
_UNANSWERABLE_EVERY = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a document says once, or does not say at all."""

    tell: str
    ask: str
    answer: str


def narrativeqa(order: Order) -> Sheet:
    """A question about a story."""
    facts = _facts(order, grammar("story"))
    return _asked(order, grammar("story"), facts, random_scenes)


def multifieldqa_en(order: Order) -> Sheet:
    """A question about a county's yearly report."""
    facts = _facts(order, grammar("county"))
    return _asked(order, grammar("county"), facts, random_scenes)


def multifieldqa_zh(order: Order) -> Sheet:
    """A Chinese question about a county's yearly report."""
    annals = grammar("annals", "chinese")
    return _asked(order, annals, _facts(order, annals), random_scenes)


def qasper(order: Order) -> Sheet:
    """A question about a scientific article; one in five is about something that the article does not say."""
    article = grammar("article")
    tables = article.tables["fact"]
    name = order.names(article.pools["corpus"], 1)[0]
    draw = order.document_draw()
    facts = [_fact(article, table, name, draw) for table in tables]
    # The facts with a key are those whose absence a reader can be sure of, because no filler sentence has the key.
    told = [fact for fact, table in zip(facts, tables, strict=True) if "key" not in table]
    untold = [fact for fact, table in zip(facts, tables, strict=True) if "key" in table]
    sheet = _asked(order, article, draw.several(told, _count(order)), sections, name)
    if order.row % _UNANSWERABLE_EVERY != _UNANSWERABLE_EVERY - 2:
        return sheet
    return Sheet(context=sheet.context, input=order.row_draw().pick(untold).ask, answers=["unanswerable"])


def _facts(order: Order, tables: Grammar) -> list[Fact]:
    """The facts of a document, each about a name of its own, in the order in which they will be told."""
    kinds = tables.tables["fact"]
    names = order.names(tables.pools[kinds[0]["pool"]], FACTS)
    draw = order.document_draw()
    chosen = draw.several(kinds, _count(order))
    return [_fact(tables, kind, name, draw) for kind, name in zip(chosen, names, strict=False)]


def _fact(tables: Grammar, kind: Table, name: str, draw: Draw) -> Fact:
    answer, tell = _case(tables, kind, draw)
    bound = {"name": name, "answer": answer}
    return Fact(tables.fill(tell, draw, bound), tables.line(kind["ask"], draw, bound), answer)


def _case(tables: Grammar, kind: Table, draw: Draw) -> tuple[str, str]:
    """An answer with the sentence that tells it."""
    if "cases" in kind:
        answer, tell = draw.pick(kind["cases"])
        return answer, tell
    return tables.line(kind["answer"], draw), draw.pick(kind["tell"])


def _count(order: Order) -> int:
    """How many facts a document of this size can hold without consisting of them."""
    words = order.size * 3 // 5 if order.chinese else order.size
    return max(4, min(FACTS, words // _WORDS_PER_FACT))


def _asked(
    order: Order, tables: Grammar, facts: list[Fact], filler: Callable[[Grammar, Draw], Filler], name: str = ""
) -> Sheet:
    draw = order.document_draw()
    title = tables.line(tables.words("title"), draw, {"name": name})
    asked = facts[(order.seed + order.row * _STEP) % len(facts)]
    size = order.size - order.measure(title) - order.measure(facts[0].ask)
    body = spread([fact.tell for fact in facts], filler(tables, draw), size, order, draw)
    return Sheet(
        context="\n\n".join([title, *body]),
        input=asked.ask,
        answers=[asked.answer],
        language="zh" if order.chinese else "en",
    )


MAKERS: dict[str, Maker] = {
    "narrativeqa": narrativeqa,
    "qasper": qasper,
    "multifieldqa_en": multifieldqa_en,
    "multifieldqa_zh": multifieldqa_zh,
}
