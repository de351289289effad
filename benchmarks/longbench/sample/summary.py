"""Documents with a reference summary made of what they say: gov_report, multi_news, vcsum, qmsum."""

from __future__ import annotations

from collections.abc import Mapping

from bench.benchmarks.longbench.sample.draw import Draw
from bench.benchmarks.longbench.sample.grammar import Grammar, Table, grammar
from bench.benchmarks.longbench.sample.layout import Filler, random_scenes, sections, spread, turn_by_turn
from bench.benchmarks.longbench.sample.order import Maker, Order, Sheet

_WORDS_PER_PASSAGE = 400
_WORDS_PER_TOPIC = 160


def gov_report(order: Order) -> Sheet:
    """A report on a public programme."""
    tables = grammar("programme")
    name = order.names(tables.pools["programme"], 1)[0]
    draw = order.document_draw()
    title = tables.line(tables.words("title"), draw, {"name": name})
    findings = _findings(tables, tables.tables["finding"], {"name": name}, draw)
    size = order.size - order.measure(title)
    body = spread([tell for tell, _ in findings], sections(tables, draw), size, order, draw)
    summary = " ".join([f"This report reviews {name}.", *(digest for _, digest in findings)])
    return Sheet(context="\n\n".join([title, *body]), answers=[summary])


def multi_news(order: Order) -> Sheet:
    """Several news items about one event."""
    tables = grammar("news")
    name = order.names(tables.pools["city"], 1)[0]
    draw = order.document_draw()
    event = tables.tables["event"][(order.document + order.seed) % len(tables.tables["event"])]
    findings = _findings(tables, event["finding"], {"name": name}, draw)
    count = max(2, min(len(findings), order.size // _WORDS_PER_PASSAGE))
    texts = [
        spread(
            [tell for tell, _ in findings[number::count]],
            random_scenes(tables, draw),
            order.size // count - 2,
            order,
            draw,
        )
        for number in range(count)
    ]
    context = "\n".join(f"Passage {number}:\n" + "\n\n".join(text) for number, text in enumerate(texts, 1))
    return Sheet(context=context, answers=[" ".join(digest for _, digest in findings)])


def vcsum(order: Order) -> Sheet:
    """The transcript of a Chinese meeting."""
    tables = grammar("council", "chinese")
    name = order.names(tables.pools["firm"], 1)[0]
    draw = order.document_draw()
    findings = draw.several(_findings(tables, tables.tables["finding"], {"name": name}, draw), 5)
    opening = f"发言人1：各位好，{name}现在开始，请大家畅所欲言。"
    told = [_turn(tables, tell, draw) for tell, _ in findings]
    body = spread(told, turn_by_turn(_zh_chatter(tables, draw)), order.size - len(opening), order, draw)
    summary = f"{name}讨论了以下内容：" + "；".join(digest for _, digest in findings) + "。"
    return Sheet(context="\n".join([opening, *body]), answers=[summary], language="zh")


def qmsum(order: Order) -> Sheet:
    """The transcript of a design meeting, with a query about one of its topics."""
    tables = grammar("meeting")
    draw = order.document_draw()
    count = max(2, min(5, order.size // _WORDS_PER_TOPIC))
    names = order.names(tables.pools["topic"], 5)[:count]
    topics = [_topic(tables, name, draw) for name in names]
    blocks = [_discussion(tables, topic, draw) for topic in topics]
    body = spread(blocks, turn_by_turn(_small_talk(tables, draw)), order.size - 8, order, draw)
    topic, ask_draw = topics[order.row % count], order.row_draw()
    query: Table = ask_draw.pick(tables.tables["query"])
    answer = tables.fill(query["answer"], ask_draw, topic)
    return Sheet(context="\n".join(body), input=tables.line(query["ask"], ask_draw, topic), answers=[answer])


def _findings(tables: Grammar, kinds: list[Table], given: Mapping[str, str], draw: Draw) -> list[tuple[str, str]]:
    """Each finding as it is told in the document and as it is put in the summary, with the same values."""
    bounds = [tables.bind(kind["bind"], draw, given) for kind in kinds]
    return [
        (tables.line(kind["tell"], draw, bound), tables.line(kind["digest"], draw, bound))
        for kind, bound in zip(kinds, bounds, strict=True)
    ]


def _turn(tables: Grammar, text: str, draw: Draw) -> str:
    return f"{tables.word('speaker', draw)}：{text}"


def _zh_chatter(tables: Grammar, draw: Draw) -> Filler:
    scenes = random_scenes(tables, draw)

    def turns(progress: float) -> list[str]:
        return [_turn(tables, text, draw) for text in scenes(progress)]

    return turns


def _small_talk(tables: Grammar, draw: Draw) -> Filler:
    people = [*tables.words("speaker"), *tables.words("chair")]

    def turns(_progress: float) -> list[str]:
        lines = tables.scene(tables.tables["smalltalk"][0], draw)
        return [f"{draw.pick(people)}: {_sentence(line)}" for line in lines]

    return turns


def _topic(tables: Grammar, name: str, draw: Draw) -> dict[str, str]:
    """All that is said about a topic, the speakers with it."""
    proposer, objector = draw.several(tables.words("speaker"), 2)
    given = {"name": name, "proposer": proposer, "objector": objector}
    return tables.bind(["option", "reason", "worry", "outcome"], draw, given)


def _discussion(tables: Grammar, topic: Mapping[str, str], draw: Draw) -> str:
    """The four turns in which a topic is opened, argued about and decided."""
    kinds: Table = tables.tables["topic"][0]
    chair = tables.words("chair")[0]
    speakers = {"open": chair, "propose": topic["proposer"], "object": topic["objector"], "decide": chair}
    return "\n".join(
        f"{speaker}: {_sentence(tables.line(kinds[turn], draw, topic))}" for turn, speaker in speakers.items()
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


MAKERS: dict[str, Maker] = {"gov_report": gov_report, "multi_news": multi_news, "vcsum": vcsum, "qmsum": qmsum}
