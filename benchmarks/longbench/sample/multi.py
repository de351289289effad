"""Questions over several documents: hotpotqa, 2wikimqa, musique, dureader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.benchmarks.longbench.sample.draw import Draw
from bench.benchmarks.longbench.sample.grammar import Grammar, Table, grammar
from bench.benchmarks.longbench.sample.layout import make_entry, random_scenes, spread
from bench.benchmarks.longbench.sample.order import Maker, Order, Sheet

_WORDS_PER_PASSAGE = 110
_MOST_PASSAGES = 120  # below the size of the smallest pool of names
_MANY_CHAINS_FROM = 800
_COMPARE_EVERY = 4
_DISTRACTORS_FROM = 1_200  # characters
_CHARACTERS_PER_FACT = 55


@dataclass(frozen=True, slots=True)
class Chain:
    """A work, the person who made it and the town where that person was born, as what is bound in their passages."""

    entry: Table
    work: Mapping[str, str]
    maker: Mapping[str, str]
    town: Mapping[str, str]

    @property
    def year(self) -> str:
        """When the work appeared."""
        return self.work[_year_slot(self.entry)]

    @property
    def asked(self) -> dict[str, str]:
        """What a question may name: the role and the work, never what lies between them and the answer."""
        return {"role": self.entry["role"], "work": self.work["name"]}


@dataclass(frozen=True, slots=True)
class Passage:
    """A document of which only the opening is made; `tables` says how it may go on."""

    title: str
    tables: Table
    bound: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked and what is right."""

    ask: str
    answer: str


def hotpotqa(order: Order) -> Sheet:
    """Two hops from a work over its maker; one question in four compares two makers."""
    chains = _chains(order, grammar("encyclopedia"))
    compares = order.row % _COMPARE_EVERY == _COMPARE_EVERY - 1
    question = _same_school(chains) if compares else _hops(order, chains, "maker")
    return _passages(order, chains, question, hops=2)


def two_wiki(order: Order) -> Sheet:
    """Two hops from a work over its maker; one question in four compares two years."""
    chains = _chains(order, grammar("encyclopedia"))
    compares = order.row % _COMPARE_EVERY == _COMPARE_EVERY // 2
    question = _older(chains) if compares else _hops(order, chains, "maker")
    return _passages(order, chains, question, hops=2)


def musique(order: Order) -> Sheet:
    """Three hops: from a work over its maker to the maker's town."""
    chains = _chains(order, grammar("encyclopedia"))
    return _passages(order, chains, _hops(order, chains, "place"), hops=3)


def dureader(order: Order) -> Sheet:
    """A question in Chinese whose answer stands in two of several articles about a place."""
    guide = grammar("guide", "chinese")
    draw = order.document_draw()
    spots = order.names(guide.pools["spot"], 2)
    if order.size >= _DISTRACTORS_FROM:
        spots += order.names(guide.pools["spot"], 2, extra=True)
    pages = [(spot, half) for spot in spots for half in range(2)]
    size = (order.size - 20) // len(pages)
    facts = draw.several(guide.tables["fact"], max(2, size // _CHARACTERS_PER_FACT))
    told = {spot: [_guide_fact(guide, fact, spot, draw) for fact in facts] for spot in spots}
    texts = [_guide_page(order, guide, spot, told[spot], half, size, draw) for spot, half in draw.shuffled(pages)]
    context = "\n\n".join(f"文章{number}\n{text}" for number, text in enumerate(texts, 1))
    ask, parts = order.row_draw().pick(told[spots[order.row % 2]])
    return Sheet(context=context, input=ask, answers=["".join(parts)], language="zh")


def _guide_fact(guide: Grammar, fact: Table, spot: str, draw: Draw) -> tuple[str, list[str]]:
    bound = guide.bind(fact["bind"], draw, {"name": spot})
    return guide.fill(fact["ask"], draw, bound), [guide.fill(tell, draw, bound) for tell in fact["tell"]]


def _guide_page(
    order: Order, guide: Grammar, spot: str, told: list[tuple[str, list[str]]], half: int, size: int, draw: Draw
) -> str:
    """One article: of every fact it has one of the two sentences."""
    title = f"标题：{spot}{('攻略', '游记')[half]}"
    facts = [parts[half] for _, parts in told]
    body = spread(facts, random_scenes(guide, draw), size - len(title) - 4, order, draw)
    return "\n".join([title, *body])


def _chains(order: Order, tables: Grammar) -> list[Chain]:
    """What the questions of a document are about: works of different kinds, different years, different towns."""
    draw = order.document_draw()
    count = 4 if order.size >= _MANY_CHAINS_FROM else 2
    entries = draw.several(tables.tables["entry"], count)
    chains: list[Chain] = []
    for number, entry in enumerate(entries):
        names = {
            kind: order.names(tables.pools[kind], count)[number] for kind in (entry["pool"], "maker", "town", "river")
        }
        taken = {chain.year for chain in chains}
        chains.append(_chain(tables, entry, names, draw, taken))
    return _maybe_same_school(chains, draw)


def _chain(tables: Grammar, entry: Table, names: Mapping[str, str], draw: Draw, taken: set[str]) -> Chain:
    work = tables.bind(entry["bind"], draw, {"name": names[entry["pool"]], "maker": names["maker"]})
    while work[_year_slot(entry)] in taken:
        work = tables.bind(entry["bind"], draw, work)
    maker = tables.bind(["trade", "school"], draw, {"name": names["maker"], "birthplace": names["town"]})
    town = tables.bind(["weekday", "crop"], draw, {"name": names["town"], "river": names["river"]})
    return Chain(entry, work, maker, town)


def _maybe_same_school(chains: list[Chain], draw: Draw) -> list[Chain]:
    """Let the first two makers share a school in half of the documents, so that both "yes" and "no" are right."""
    first, second, *rest = chains
    school = first.maker["school"] if draw.below(2) else second.maker["school"]
    return [first, Chain(second.entry, second.work, {**second.maker, "school": school}, second.town), *rest]


def _year_slot(entry: Table) -> str:
    slots: list[str] = entry["bind"]
    return next(slot for slot in slots if slot.endswith("year"))


def _hops(order: Order, chains: list[Chain], last: str) -> Question:
    """A question from a work to something told of its maker, or of the place where the maker was born."""
    tables = grammar("encyclopedia")
    chain = chains[order.row % len(chains)]
    draw = order.row_draw()
    asking: Mapping[str, str] = draw.pick(tables.tables[last][0]["ask"])
    found = chain.maker if last == "maker" else chain.town
    return Question(tables.fill(asking["ask"], draw, chain.asked), found[asking["answer"]])


def _older(chains: list[Chain]) -> Question:
    first, second = chains[0], chains[1]
    older = min(first, second, key=lambda chain: int(chain.year))
    works = [f"the {chain.entry['kind']} {chain.work['name']}" for chain in (first, second)]
    return Question(f"Which came first, {works[0]} or {works[1]}?", older.work["name"])


def _same_school(chains: list[Chain]) -> Question:
    first, second = chains[0], chains[1]
    ask = (
        f"Did the {first.entry['role']} of {first.work['name']} and the {second.entry['role']} of "
        f"{second.work['name']} study at the same place?"
    )
    return Question(ask, "yes" if first.maker["school"] == second.maker["school"] else "no")


def _passages(order: Order, chains: list[Chain], question: Question, *, hops: int) -> Sheet:
    tables = grammar("encyclopedia")
    draw = order.document_draw()
    needed = [passage for chain in chains for passage in _of_chain(tables, chain)[:hops]]
    count = max(len(needed) + 2, 8, min(_MOST_PASSAGES, order.size // _WORDS_PER_PASSAGE))
    shown = draw.shuffled([*needed, *_distractors(order, tables, count - len(needed), draw)])
    size = (order.size - 15) // count
    texts = [_text(order, tables, passage, size, draw) for passage in shown]
    context = "\n".join(f"Passage {number}:\n{text}" for number, text in enumerate(texts, 1))
    return Sheet(context=context, input=question.ask, answers=[question.answer])


def _of_chain(tables: Grammar, chain: Chain) -> list[Passage]:
    return [
        Passage(chain.work["name"], chain.entry, chain.work),
        Passage(chain.maker["name"], tables.tables["maker"][0], chain.maker),
        Passage(chain.town["name"], tables.tables["place"][0], chain.town),
    ]


def _distractors(order: Order, tables: Grammar, count: int, draw: Draw) -> list[Passage]:
    """Passages of the same kinds about other works, makers, towns and rivers, which have nothing to do with a chain."""
    entries: list[dict[str, Any]] = tables.tables["entry"]
    kinds = {entry["pool"] for entry in entries} | {"maker", "town", "river"}
    names = {kind: order.names(tables.pools[kind], count, extra=True) for kind in sorted(kinds)}
    passages: list[Passage] = []
    for number in range(count):
        entry = entries[(number + order.document) % len(entries)]
        chosen = {kind: names[kind][number] for kind in (entry["pool"], "maker", "town", "river")}
        chain = _chain(tables, entry, chosen, draw, set())
        stream = Passage(f"{chosen['river']} (river)", tables.tables["stream"][0], {"name": chosen["river"]})
        passages.append([*_of_chain(tables, chain), stream][number % 4])
    return passages


def _text(order: Order, tables: Grammar, passage: Passage, size: int, draw: Draw) -> str:
    room = size - 2 - order.measure(passage.title)
    return f"{passage.title}\n{make_entry(tables, passage.tables, passage.bound, room, order, draw)}\n"


MAKERS: dict[str, Maker] = {"hotpotqa": hotpotqa, "2wikimqa": two_wiki, "musique": musique, "dureader": dureader}
