"""A thought and the answer after it, told apart in a text."""

from __future__ import annotations

import re

MODES = ("auto", "keep", "strip")

_TAGS: tuple[tuple[str, str], ...] = (
    ("<think>", "</think>"),  # DeepSeek, Qwen, GLM, MiniMax, Hunyuan and most others
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<seed:think>", "</seed:think>"),  # Seed-OSS
    ("[THINK]", "[/THINK]"),  # Magistral
    ("<|begin_of_thought|>", "<|end_of_thought|>"),  # OpenThinker, Sky-T1
    ("<|START_THINKING|>", "<|END_THINKING|>"),  # Command A
    ("◁think▷", "◁/think▷"),  # Kimi
    ("<unused94>thought", "<unused95>"),  # MedGemma
)
"""How models spell the beginning and the end of a thought."""
OPENINGS: tuple[str, ...] = tuple(opening for opening, _ in _TAGS)

_HARMONY = (
    # gpt-oss: everything before its final channel is thought.
    (
        r"(?:<\|start\|>assistant)?<\|channel\|>(?:analysis|commentary)[^<]*<\|message\|>",
        r"<\|channel\|>final[^<]*<\|message\|>",
    ),
    # The same after its special tokens were skipped. It opens with a lower-case word glued to a sentence, which
    # neither prose nor code does: "analysisWe need", but not "analysisType = 3".
    (r"(?-i:\Aanalysis(?=[A-Z][a-z']* [a-z]|.*assistantfinal))", "(?-i:assistantfinal)"),
)
_PROSE = (r"\AHere(?:'s| is) my thought process:", r"Here(?:'s| is) my response:")  # Granite 3.2
_PAIRS = (*((re.escape(opening), re.escape(closing)) for opening, closing in _TAGS), *_HARMONY, _PROSE)
_LONE = _PAIRS[: len(_TAGS) + 1]  # whose closing tag can stand for a thought that was opened elsewhere
_WORDS = ("</thinking>", "</thought>", "</reasoning>", "</reflection>")
"""Closing tags that XML may hold as well: they end no thought that nobody is known to have opened."""
_WRAPS = (
    ("<answer>", "</answer>"),  # Hunyuan, GLM-4.1V
    ("<response>", "</response>"),  # Granite 3.3, ERNIE
    ("<|begin_of_solution|>", "<|end_of_solution|>"),  # OpenThinker
)
"""What some models put around the answer that follows a thought."""
_HARMONY_SEAMS = re.compile(r"<\|end\|>|<\|start\|>assistant|<\|channel\|>(?:analysis|commentary)[^<]*<\|message\|>")


def _pattern(*alternatives: str) -> re.Pattern[str]:
    """One pattern for all; `lastindex` tells which of them matched, counted from 1."""
    return re.compile("|".join(f"({one})" for one in alternatives), re.IGNORECASE | re.DOTALL)


_OPENING = _pattern(*(opening for opening, _ in _PAIRS))
_CLOSINGS = tuple(_pattern(closing) for _, closing in _PAIRS)
_ANY_CLOSING = _pattern(*(closing for _, closing in _LONE))
_TELLING_CLOSING = _pattern(*(closing for _, closing in _LONE if closing not in map(re.escape, _WORDS)))
_BLANK = re.compile(r"\s*")


def split(text: str, mode: str, *, opened: bool = False) -> tuple[str, str | None]:
    """The answer, and the thought where there is one.

    A thought that does not end runs to the end of the text, and the answer is empty. A closing tag without an opening
    one before it ends a thought too: chat templates write the opening tag into the prompt, and a server does not send
    it back. Tags that are ordinary words (`</reasoning>`) do so only where the thought is known to be open, or under
    `strip`. What stands between tags is never looked into, and an answer that mentions a tag later stays whole.

    Args:
        text: what the model wrote.
        mode: `auto` takes thoughts off that the text opens with, one after the other; `strip` those anywhere;
            `keep` none.
        opened: the prompt ended with the tag that opens a thought, so the text begins inside it.

    Returns:
        The answer without the white space before it and a wrap around it, and the thought; None instead of a thought
        that was closed and empty, as models write it with thinking turned off.
    """
    if mode == "keep":
        return text, None
    found = _Thoughts()
    rest = found.take_first(text, opened=opened, any_tag=opened or mode == "strip")
    if rest is not None:
        rest = found.take_leading(rest) if mode == "auto" else found.take_all(rest)
    return found.answer(text, rest)


def opens_thought(rendered: str) -> bool:
    """Whether a prompt ends with a tag that opens a thought, so that the answer begins inside it."""
    return rendered.rstrip().endswith(OPENINGS)


class _Thoughts:
    """The thoughts found so far. Every `take` gives what follows them, or None where the last one does not end."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._open = False

    def take_first(self, text: str, *, opened: bool, any_tag: bool) -> str | None:
        """A thought that the prompt opened, unless the model wrote the tag once more."""
        opened = opened and not _OPENING.match(text, _after_blank(text, 0))
        closing = (_ANY_CLOSING if any_tag else _TELLING_CLOSING).search(text)
        if closing is None:
            return self._never_closed(text) if opened else text
        if not opened and _OPENING.search(text, 0, closing.start()):
            return text
        self._found.append(text[: closing.start()])
        return text[closing.end() :]

    def take_leading(self, text: str) -> str | None:
        """Thoughts with which the text opens."""
        at = 0
        while opening := _OPENING.match(text, _after_blank(text, at)):
            closing = _closing(opening, text)
            if closing is None:
                return self._never_closed(text[opening.end() :])
            self._found.append(text[opening.end() : closing.start()])
            at = closing.end()
        return text[at:]

    def take_all(self, text: str) -> str:
        """Thoughts anywhere; where closing tags are left over, all before the last of them."""
        kept, at = list[str](), 0
        while opening := _OPENING.search(text, at):
            kept.append(text[at : opening.start()])
            closing = _closing(opening, text)
            self._found.append(text[opening.end() : closing.start() if closing else None])
            self._open = closing is None
            at = closing.end() if closing else len(text)
        return self._after_last_closing("".join([*kept, text[at:]]))

    def answer(self, text: str, rest: str | None) -> tuple[str, str | None]:
        """The answer and the thought; the text as it was where no thought was found."""
        if not self._found:
            return text, None
        thought = _HARMONY_SEAMS.sub("", "\n\n".join(filter(str.strip, self._found)))
        answer = _unwrapped((rest or "").lstrip().removesuffix("<|return|>"))
        return answer, thought if thought.strip() or self._open else None

    def _never_closed(self, thought: str) -> str | None:
        self._found.append(thought)
        self._open = True
        return None

    def _after_last_closing(self, text: str) -> str:
        end = 0
        for closing in _ANY_CLOSING.finditer(text):
            self._found.append(text[end : closing.start()])
            end = closing.end()
        return text[end:]


def _unwrapped(answer: str) -> str:
    """The answer without the tags around the whole of it; the closing one is missing where the answer was cut off."""
    for opening, closing in _WRAPS:
        if answer.startswith(opening):
            return answer.removeprefix(opening).rstrip().removesuffix(closing).strip()
    return answer


def _closing(opening: re.Match[str], text: str) -> re.Match[str] | None:
    """The closing tag that belongs to an opening one."""
    assert opening.lastindex is not None
    return _CLOSINGS[opening.lastindex - 1].search(text, opening.end())


def _after_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at
