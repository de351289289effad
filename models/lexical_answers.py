"""Short answers out of a passage, by rules alone: find the sentences of the question, take the span it asks for.

A question word tells what kind of span is asked (`how many` a number, `哪家公司` something that ends in 公司). Of the
spans of that kind in the best sentences the one with the question's rarest words near before it wins. Where no rule
holds, the clause that shares most with the question is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.retrieval import BM25, Chunk, best, sentences, words

_LONGEST = {"en": 60, "zh": 120}
"""Words (characters) after which a sentence is cut."""
_SENTENCES = 6
"""How many of the best sentences are searched for a span."""
_NEAR = {"en": 25.0, "zh": 8.0}
"""Characters at which a word of the question has lost half of its pull on a span."""
_BEHIND = 0.35
"""Pull of a word that stands behind the span: answers mostly follow what was asked, but for who did it."""
_NEIGHBOURS = 0.25
"""Share of its neighbours' score that a sentence gets: an answer often stands next to the words of the question."""

_DIGITS = r"\d[\d,，]*(?:\.\d+)?"
_MONTHS = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
_DATE_EN = (
    rf"(?:\d{{1,2}} )?{_MONTHS}(?: \d{{1,2}}(?!\d)(?:st|nd|rd|th)?)?(?:,? \d{{4}})?"
    r"|\d{4}-\d{2}-\d{2}|\b1\d{3}s?\b|\b20\d{2}s?\b"
)
_NUMBER_EN = (
    rf"[$€£]?{_DIGITS}(?: (?:thousand|million|billion|trillion))?(?:%| percent| per cent| [a-z]+)?"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred)\b"
)
# Words that are capital only because a sentence begins with them, and dates, are no names by themselves.
_NO_NAME = (
    rf"(?!(?:The|An?|In|On|At|For|By|It|He|She|We|They|You|I|This|That|These|There|But|And|When|After|As|If|What|How|"
    rf"However|His|Her|Passage|{_MONTHS}|[A-Z][a-z]+day)\b(?! [A-Z]))"
)
_NAME_EN = rf"\b{_NO_NAME}[A-Z][\w'’.-]*(?: (?:(?:of|the|and|de|van|von|for|da|del|la|&) )?[A-Z][\w'’.-]*)*"
_PLACE_EN = (
    rf"(?<=\bin )(?:the )?{_NAME_EN}|(?<=\bat )(?:the )?{_NAME_EN}|(?<=\bnear ){_NAME_EN}|(?<=\bfrom ){_NAME_EN}"
)

_YEAR_ZH = r"(?:\d{2,4}|[一二三四五六七八九〇零]{2,4})年"
_DATE_ZH = (
    rf"{_YEAR_ZH}(?:\d{{1,2}}月(?:\d{{1,2}}日|[上中下]旬)?)?(?:\d{{1,2}}时(?:\d{{1,2}}分)?(?:许)?)?"
    r"|\d{1,2}月\d{1,2}日"
)
_NUMBER_ZH = rf"{_DIGITS}(?:[%％‰]|个百分点|[a-zA-Z°℃]{{1,3}}|[多余]?[十百千万亿]*[多余]?[\u4e00-\u9fff]{{0,2}})"
_RUN_ZH = r"[^\s，,。；;：:、！!？?（）()“”\"《》]"

_RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (r"\bhow (?:many|much|long|old|far|tall|high|large|big|often)\b|percentage|\bnumber of\b", _NUMBER_EN),
        (r"\bwhen\b|\bwhat (?:year|date|day|month|time)\b|\b(?:which|in what) year\b", _DATE_EN),
        (r"\bwhere\b|\b(?:what|which) (?:city|country|state|town|place|county|province|location)\b", _PLACE_EN),
        (
            r"\bwho(?:se|m)?\b|\bwhat is the name\b|\bwhich\b|\b(?:what|in what) (?:\w+ )?(?:company|band|film)\b",
            _NAME_EN,
        ),
    ),
    "zh": (
        (r"百分之|增长(?:了|率)?(?:是)?多少|率(?:是|为|达到了?)?多少|比例|比重", rf"{_DIGITS}(?:[%％‰]|个百分点)"),
        (
            r"多少钱|金额|多少元|价格|预付款|[费款]用?(?:是|为)?多少|损失",
            rf"(?:人民币)?{_DIGITS}[十百千万亿]*(?:美|欧|港)?元",
        ),
        (r"何时|什么时[候间]|哪一?年|哪一?天|时间|日期|几月|哪个月", _DATE_ZH),
        (r"多少|几|多大|多高|多长|多久|号码|电话", _NUMBER_ZH),
    ),
}
_UNIT_ZH = re.compile(r"(?:多少|几)([\u4e00-\u9fff]{1,4}?)(?=[？?，。的]|$)")
_HEADS_ZH = ("公司", "法院", "大学", "学院", "小区", "医院", "银行", "部门", "机构", "省", "市", "县", "区", "国")
"""What an institution's or a place's name ends with."""
_ASKING_ZH = re.compile(
    r"什么样?的?|哪[个家所座位名些种里儿一]?|谁|为何|如何|怎么样?|多少|是否|是|几|何时|的|了|吗|呢|在"
)
_CLAUSE = {"en": re.compile(r"[^,;:()\n]+"), "zh": re.compile(r"[^，,；;。！!？?：:\n]+")}
_WHO = re.compile(r"\bwho(?:se|m)?\b", re.IGNORECASE)
_LONG_ANSWER = {
    "en": re.compile(
        r"\b(?:why|how(?! many| much| long| old| far| tall| often))\b|\b(?:describe|explain)\b", re.IGNORECASE
    ),
    "zh": re.compile(r"哪些|为什么|为何|如何|怎么|怎样|哪几|哪[两二三]|原因|主要"),
}


@dataclass(frozen=True, slots=True)
class _Passage:
    """The pieces of a context with their scores for one question."""

    pieces: list[Chunk]
    scores: list[float]
    index: BM25
    query: list[str]
    language: str


def answer(question: str, context: str, language: str) -> str:
    """The span of `context` that best answers `question`; empty where the context has no words."""
    passage = _read(question, context, language)
    top = [index for index in best(passage.scores, _SENTENCES) if passage.pieces[index].text.strip()]
    if not top:
        return ""
    behind = 1.0 if _WHO.search(question) else _BEHIND
    for pattern in _patterns(question, language):
        span = _nearest(passage, top, pattern, question, behind)
        if span:
            return span
    return _clause(passage, top[0], question)


def ranked(question: str, context: str, language: str) -> tuple[list[Chunk], list[float]]:
    """The sentences of `context` in order, and how well each fits `question`."""
    passage = _read(question, context, language)
    return passage.pieces, passage.scores


def _read(question: str, context: str, language: str) -> _Passage:
    pieces = sentences(context, language, _LONGEST.get(language, 60))
    index = BM25(words(piece.text, language) for piece in pieces)
    query = words(_ASKING_ZH.sub(" ", question) if language == "zh" else question, language)
    return _Passage(pieces, _spread(index.scores(query)), index, query, language)


def _spread(scores: Sequence[float]) -> list[float]:
    before, after = [0.0, *scores][:-1], [*scores, 0.0][1:]
    return [own + _NEIGHBOURS * (left + right) for own, left, right in zip(scores, before, after, strict=True)]


def _patterns(question: str, language: str) -> Iterator[re.Pattern[str]]:
    """What the question asks for, most certain first."""
    if language == "zh":
        yield from _chinese_heads(question)
    flags = re.IGNORECASE if language != "zh" else 0
    for cue, span in _RULES["zh" if language == "zh" else "en"]:
        if re.search(cue, question, flags):
            yield re.compile(span)


def _chinese_heads(question: str) -> Iterator[re.Pattern[str]]:
    """`多少公里` asks for a number before 公里, `哪所大学` for something that ends in 大学."""
    unit = _UNIT_ZH.search(question)
    if unit:
        yield re.compile(rf"{_DIGITS}[多余]?[十百千万亿]*[多余]?{re.escape(unit[1])}")
    asked = re.search(r"哪一?[个家所座位名]?|什么", question)
    rest = question[asked.end() : asked.end() + 6] if asked else ""
    for head in _HEADS_ZH:
        if rest.startswith(head):
            yield re.compile(rf"{_RUN_ZH}{{1,14}}?{head}")


def _nearest(passage: _Passage, top: Sequence[int], pattern: re.Pattern[str], question: str, behind: float) -> str:
    """The span of that kind with most of the question near it; the first of equals."""
    found, best_pull = "", 0.0
    near = _NEAR["zh" if passage.language == "zh" else "en"]
    for rank in top:
        text = passage.pieces[rank].text
        places = _places(passage, text)
        for match in pattern.finditer(text):
            span = match[0].strip(" .,，")
            pull = passage.scores[rank] * _pull(places, match.span(), near, behind)
            if pull > best_pull and span and span not in question:
                found, best_pull = span, pull
    return found


def _places(passage: _Passage, text: str) -> list[tuple[int, float]]:
    """Where the question's words stand in a sentence, and how rare each is."""
    lowered = text.lower()
    border = "" if passage.language == "zh" else r"\b"
    return [
        (match.start(), passage.index.idf(word))
        for word in dict.fromkeys(passage.query)
        for match in re.finditer(f"{border}{re.escape(word)}{border}", lowered)
    ]


def _pull(places: Sequence[tuple[int, float]], span: tuple[int, int], near: float, behind: float) -> float:
    start, end = span
    total = 0.0
    for place, weight in places:
        if place < start:
            total += weight / (1 + (start - place) / near)
        elif place >= end:
            total += behind * weight / (1 + (place - end) / near)
    return total


def _clause(passage: _Passage, rank: int, question: str) -> str:
    """The clause that shares most with the question; the whole sentence where an explanation is asked."""
    text = passage.pieces[rank].text.strip()
    language = "zh" if passage.language == "zh" else "en"
    if _LONG_ANSWER[language].search(question):
        return text
    asked = set(words(question, passage.language))
    clauses = [clause.strip() for clause in _CLAUSE[language].findall(text)]
    telling = [clause for clause in clauses if len(set(words(clause, passage.language)) - asked) > 1]
    shares = [sum(weight for _, weight in _places(passage, clause)) for clause in telling]
    return telling[best(shares, 1)[0]] if telling else text
