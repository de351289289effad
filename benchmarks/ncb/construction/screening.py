"""Stage 1: whether a request becomes a problem, by rules first and then by a model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.benchmarks.ncb.construction.interview import Answers, prompt
from bench.benchmarks.ncb.construction.records import Request, Screened
from bench.benchmarks.ncb.construction.templates import Templates
from bench.benchmarks.ncb.tasks import LANGUAGES, NATURAL_LANGUAGES
from bench.evaluators.thoughts import without_thoughts
from bench.records import Prompt

if TYPE_CHECKING:
    from bench.models.embedding import Embedder

DOMAINS: Sequence[str] = (
    "Algorithm and Data Structure",
    "Artificial Intelligence",
    "Data Science",
    "Front-End",
    "Operation System",
    "Software Engineering",
)
"""Of NaturalCodeBench, as its files spell them."""
OTHER = "Other"
SPELLINGS: Mapping[str, str] = {"python": "Python", "java": "Java"}
SHORTEST, LONGEST = 30, 8_000
"""Characters of a request; Chinese ones count three times, since each says as much as a short word."""
SAME, NEAR = 0.6, 0.35
"""Share of common character n-grams from which a request repeats another, or may."""
SAME_MEANING = 0.93
"""Cosine of two embeddings from which a person should look."""
UNCERTAIN = 0.5
NO_ANSWER = "the model gave no answer"

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table of what cannot be tested.

    Attributes:
        pattern: in the request's text, in any case.
        reason: why it is dropped.
    """

    pattern: re.Pattern[str]
    reason: str


def _rule(pattern: str, reason: str) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), reason)


RULES: Sequence[Rule] = (
    _rule(
        r"\b(tkinter|pyqt\d?|pygame|swing|javafx|wxpython|selenium)\b|\bGUI\b|graphical (user )?interface|"
        r"pop[- ]?up window|图形界面|弹出窗口|用户界面",
        "asks for a graphical interface, which tests cannot see",
    ),
    _rule(
        r"\b(web ?scrap\w*|crawl(er|s|ing)?|send(s|ing)? (?:\w+ ){0,3}e-?mails?|"
        r"call(s|ing)? (?:\w+ ){0,3}(rest |web )?api|"
        r"download(s|ing)? (?:\w+ ){0,4}(from|at) (?:\w+ ){0,3}(url|web|site|internet|http))\b|爬虫|爬取|联网|发送邮件",
        "needs a network",
    ),
    _rule(
        r"\b(current|today'?s|present|system) (date|time|day|clock)\b|\b(right )?now\(\)|\bat this moment\b|"
        r"当前(时间|日期)|今天的日期|现在的时间|系统时间",
        "depends on the current time",
    ),
    _rule(
        r"\A(?![\s\S]*(\bseed|种子))[\s\S]*(\brandom(ly|i[sz]ed?)?\b|\bshuffl(e|es|ing)\b|随机)",
        "asks for random results without a seed",
    ),
    _rule(
        r"\b(keyboard input|user types|prompts? the user|interactive(ly)?|console menu)\b|键盘输入|交互式|用户输入菜单",
        "waits for somebody at the keyboard",
    ),
)
"""What keeps a request from being tested by comparing results; the model judges all that these do not catch."""


def ruled(request: Request, earlier: Sequence[Request]) -> Screened | None:
    """The verdict of the rules; None where they have none."""
    reason = next(_reasons(request), None)
    if reason is not None:
        return _by_rule(request, reason)
    twin, share = _nearest(request, earlier)
    if twin is not None and share >= SAME:
        return _by_rule(request, f"repeats the request {twin.id} ({share:.0%} of its text)", twin.id)
    return None


def _by_rule(request: Request, reason: str, similar_to: str | None = None) -> Screened:
    return Screened(id=request.id, request=request, keep=False, reason=reason, by="rule", similar_to=similar_to)


def _reasons(request: Request) -> Iterator[str]:
    text, natural = request.text, request.natural_language
    size = len(text) + 2 * len(_HAN.findall(text))
    if request.language not in LANGUAGES:
        yield f"asks for {request.language}; problems are made in {' and '.join(LANGUAGES)}"
    if natural not in NATURAL_LANGUAGES:
        yield f"is in the natural language {natural}; problems are made in {' and '.join(NATURAL_LANGUAGES)}"
    if not text.strip():
        yield "is empty"
    elif size < SHORTEST:
        yield f"is too short to say what is wanted ({len(text)} characters)"
    elif size > LONGEST:
        yield f"is too long for one problem ({len(text):,} characters)"
    if (natural == "zh") != _is_chinese(text):
        yield f"is not written in the language that it names, {natural}"
    yield from (rule.reason for rule in RULES if rule.pattern.search(text))


def _is_chinese(text: str) -> bool:
    letters = len(_LETTER.findall(text))
    return len(_HAN.findall(text)) > 0.15 * letters


def _grams(request: Request) -> frozenset[str]:
    size = 2 if request.natural_language == "zh" else 5
    text = re.sub(r"\W+", " ", request.text.lower()).strip()
    return frozenset(text[at : at + size] for at in range(max(1, len(text) - size + 1)))


def _nearest(request: Request, earlier: Sequence[Request]) -> tuple[Request | None, float]:
    """The earlier request for the same language that shares most of its text, and how much that is."""
    grams = _grams(request)
    others = [one for one in earlier if one.language == request.language]
    shares = [len(grams & _grams(one)) / max(1, min(len(grams), len(_grams(one)))) for one in others]
    best = max(range(len(others)), key=shares.__getitem__, default=None)
    return (None, 0.0) if best is None else (others[best], shares[best])


def screen_prompt(request: Request, templates: Templates) -> Prompt:
    """What a model is asked about a request that the rules let pass."""
    values = {"text": request.text, "language": SPELLINGS[request.language], "domains": "; ".join(DOMAINS)}
    text = templates.filled("screen", request.natural_language, values)
    return prompt(f"screen/{request.id}", text, request.natural_language)


def screened(requests: Sequence[Request], verdicts: Mapping[str, Screened], answers: Answers) -> list[Screened]:
    """Stage 1's records, from the rules' verdicts and the model's answers."""
    return [verdicts.get(request.id) or _judged(request, answers, requests) for request in requests]


def _judged(request: Request, answers: Answers, requests: Sequence[Request]) -> Screened:
    answer = answers[f"screen/{request.id}", 0]
    if answer.error is not None:
        return Screened(id=request.id, request=request, keep=False, reason=f"{NO_ANSWER}: {answer.error}", by="model")
    said = read_verdict(answer.text)
    twin, share = _nearest(request, requests[: requests.index(request)])
    near = twin.id if twin is not None and share >= NEAR else None
    told = said["reason"] if not said["keep"] or said["doubt"] >= UNCERTAIN else ""
    reasons = [told, *([f"resembles the request {near} ({share:.0%} of its text)"] if near else [])]
    return Screened(
        id=request.id,
        request=request,
        keep=said["keep"],
        reason="; ".join(filter(None, reasons)),
        domain=said["domain"],
        by="model",
        similar_to=near,
        doubt=max(said["doubt"], share if near else 0.0),
    )


_OBJECT = re.compile(r"\{[^{}]*\}")
_DROP = re.compile(r"\b(drop|reject|discard|no)\b|丢弃|不保留|拒绝|删除", re.IGNORECASE)
_KEEP = re.compile(r"\b(keep|accept|yes)\b|保留|接受", re.IGNORECASE)


def read_verdict(text: str) -> dict[str, Any]:
    """What a model says of a request: an object of JSON anywhere in its answer, else the first plain word.

    Where it says neither, the request stays and a person is asked: prose is no reason to lose a request.
    """
    text = without_thoughts(text)
    for found in _OBJECT.finditer(text):
        try:
            said = json.loads(found.group())
        except ValueError:
            continue
        if isinstance(said, dict) and "keep" in said:
            return _of_object(said)
    drop, keep = _DROP.search(text), _KEEP.search(text)
    short = len(text) <= 400 and "{" not in text  # an object that was cut says nothing
    if short and (drop or keep) and not (drop and keep):
        return {"keep": keep is not None, "reason": _line(text), "domain": OTHER, "doubt": 0.3}
    what = "answered in prose" if text.strip() else "gave an empty answer"
    said = f": {_line(text)}" if text.strip() else ""
    return {"keep": True, "reason": f"the model {what}{said}", "domain": OTHER, "doubt": UNCERTAIN}


def _of_object(said: Mapping[str, Any]) -> dict[str, Any]:
    keep, doubt = said["keep"], said.get("doubt", 0)
    if isinstance(keep, str):
        keep = keep.strip().lower() in {"true", "yes", "keep", "是", "保留"}
    given = str(said.get("domain", "")).strip().lower()
    domain = next((name for name in DOMAINS if name.lower() == given or (given and given in name.lower())), OTHER)
    sure = isinstance(doubt, int | float) and not isinstance(doubt, bool) and 0 <= doubt <= 1
    return {
        "keep": bool(keep),
        "reason": _line(str(said.get("reason", ""))),
        "domain": domain,
        "doubt": float(doubt) if sure else UNCERTAIN,
    }


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def near_by_meaning(found: Sequence[Screened], embedder: Embedder) -> list[Screened]:
    """The records with a doubt where an earlier request for the same language means nearly the same.

    Raises:
        UserError: the embedder cannot be used.
    """
    import dataclasses

    import numpy as np

    kept = [one for one in found if one.keep]
    if len(kept) < 2:
        return list(found)
    vectors = embedder.embed([one.request.text for one in kept])
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    changed: dict[str, Screened] = {}
    for at, one in enumerate(kept):
        others = [at_other for at_other in range(at) if kept[at_other].request.language == one.request.language]
        best = max(others, key=lambda other: float(unit[at] @ unit[other]), default=None)
        cosine = 0.0 if best is None else float(unit[at] @ unit[best])
        if best is not None and cosine >= SAME_MEANING:
            why = f"means nearly the same as {kept[best].id} (cosine {cosine:.2f})"
            reason = "; ".join(filter(None, (one.reason, why)))
            doubt = max(one.doubt, UNCERTAIN)
            changed[one.id] = dataclasses.replace(one, reason=reason, similar_to=kept[best].id, doubt=doubt)
    return [changed.get(one.id, one) for one in found]
