"""Tasks with solved examples in front: trec, triviaqa, samsum, lsht."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.benchmarks.longbench.sample.draw import Draw
from bench.benchmarks.longbench.sample.grammar import Bound, Grammar, Table, grammar
from bench.benchmarks.longbench.sample.layout import make_entry
from bench.benchmarks.longbench.sample.order import Maker, Order, Sheet

_WORDS_PER_PASSAGE = 350
_MOST_PASSAGES = 120  # below the size of the smallest pool of names


@dataclass(frozen=True, slots=True)
class Shot:
    """An example: what is given, up to the place of the answer, and the answer."""

    given: str
    answer: str


NextShot = Callable[[int], Shot]  # of the example's number


def trec(order: Order) -> Sheet:
    """The type of a question. Every type has an example before any has a second one."""
    tables, draw = grammar("questions"), order.row_draw()
    pools = {slot: order.names(tables.pools[slot], 1)[0] for slot in ("person", "town", "land")}
    classes = draw.shuffled(list(tables.tables["classes"]))
    asked = draw.pick(classes)
    # Only patterns with a slot of the row's own names, so that no other row can ask the same.
    patterns = [line for line in tables.tables["classes"][asked] if any(f"{{{slot}}}" in line for slot in pools)]
    last = Shot(_question(tables.line(patterns, draw, pools)), asked)

    def next_shot(number: int) -> Shot:
        kind = classes[number % len(classes)]
        return Shot(_question(tables.line(tables.tables["classes"][kind], draw)), kind)

    context = _examples(order, last, next_shot, joint=" ", end="\n")
    return Sheet(context=context, input=last.given, answers=[asked], all_classes=list(tables.tables["classes"]))


def lsht(order: Order) -> Sheet:
    """The class of a Chinese news item; its class always has an example."""
    tables, draw = grammar("bulletin", "chinese"), order.row_draw()
    classes = draw.shuffled(list(tables.tables["classes"]))
    last = _news(tables, draw.pick(classes[:3]), draw)

    def next_shot(number: int) -> Shot:
        return _news(tables, classes[number % len(classes)], draw)

    context = _examples(order, last, next_shot, joint="", end="\n")
    all_classes = list(tables.tables["classes"])
    return Sheet(context=context, input=last.given, answers=[last.answer], language="zh", all_classes=all_classes)


def triviaqa(order: Order) -> Sheet:
    """A question about a passage, after other questions about other passages."""
    tables, draw = grammar("encyclopedia"), order.row_draw()
    entries = tables.tables["entry"]
    count = max(2, min(_MOST_PASSAGES, order.size // _WORDS_PER_PASSAGE))
    size = order.size // (count + 1) - 12
    last_entry = entries[(order.row + order.seed) % len(entries)]
    asked = _trivia(order, last_entry, 0, size, draw, extra=False)

    def next_shot(number: int) -> Shot:
        entry = draw.pick(entries)
        return _trivia(order, entry, order.row * count + number, size, draw, extra=True)

    context = _examples(order, asked, next_shot, joint="\n", end="\n")
    return Sheet(context=context, input=asked.given, answers=[asked.answer])


def samsum(order: Order) -> Sheet:
    """The summary of a dialogue."""
    tables, draw = grammar("dialogue"), order.row_draw()
    chats = tables.tables["chat"]
    last = _chat(tables, chats[(order.row + order.seed) % len(chats)], draw)

    def next_shot(_number: int) -> Shot:
        return _chat(tables, draw.pick(chats), draw)

    context = _examples(order, last, next_shot, joint="", end="\n\n")
    return Sheet(context=context, input=last.given, answers=[last.answer])


def _examples(order: Order, last: Shot, next_shot: NextShot, *, joint: str, end: str) -> str:
    """As many examples as come nearest to the size, none of them the one that is asked."""
    left = order.size - order.measure(last.given)
    shots: list[str] = []
    while True:
        shot = next_shot(len(shots))
        if shot.given == last.given:
            continue
        text = f"{shot.given}{joint}{shot.answer}"
        length = order.measure(text)
        if shots and length > 2 * left:
            return end.join(shots)
        shots.append(text)
        left -= length


def _question(text: str) -> str:
    return f"Question: {text}\nType:"


def _news(tables: Grammar, kind: str, draw: Draw) -> Shot:
    tails = draw.several(tables.words("tail"), draw.between(1, 2))
    text = "".join(tables.fill(line, draw) for line in [draw.pick(tables.tables["classes"][kind]), *tails])
    return Shot(f"新闻内容：{text}\n类别：", kind)


def _trivia(order: Order, entry: Table, number: int, size: int, draw: Draw, *, extra: bool) -> Shot:
    tables = grammar("encyclopedia")
    start = order.row if not extra else number
    given = {
        slot: tables.pools[pool].name(start, extra=extra)
        for slot, pool in (("name", entry["pool"]), ("maker", "maker"))
    }
    bound = tables.bind(entry["bind"], draw, given)
    passage = make_entry(tables, entry, bound, size, order, draw)
    ask, answer = draw.pick(entry["ask"])
    return Shot(
        f"Passage:\n{passage}\nQuestion:\n{tables.fill(ask, draw, bound)}\nAnswer:", tables.fill(answer, draw, bound)
    )


def _chat(tables: Grammar, chat: Table, draw: Draw) -> Shot:
    first, second = draw.several(tables.words("first"), 2)
    bound: Bound = tables.bind(chat["bind"], draw, {"a": first, "b": second})
    lines = "\n".join(tables.fill(line, draw, bound) for line in chat["lines"])
    return Shot(f"Dialogue: {lines}\nSummary: ", _sentences(tables.fill(chat["summary"], draw, bound)))


def _sentences(text: str) -> str:
    return text[0].upper() + text[1:]


MAKERS: dict[str, Maker] = {"trec": trec, "lsht": lsht, "triviaqa": triviaqa, "samsum": samsum}
