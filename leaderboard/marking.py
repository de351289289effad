"""Helpers of the templates: words that can change their language, names that came from runs, numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.pages.wording import Words, visible

if TYPE_CHECKING:
    from markupsafe import Markup

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Marking:
    """The helpers, over one set of words."""

    words: Words

    def helpers(self) -> Mapping[str, Callable[..., object]]:
        """By the name that templates call them."""
        return {
            "text": self.words.text,
            "has": self.words.__contains__,
            "say": self.say,
            "labelled": self.labelled,
            "named": self.named,
            "name": name,
            "broken": broken,
            "seen": visible,
            "number": number,
            "signed": signed,
            "probability": probability,
        }

    def say(self, key: str, **values: object) -> Markup:
        """An element with the English text, which the language switch puts into Chinese."""
        from markupsafe import Markup

        arguments = Markup(' data-values="{}"').format(_packed(values)) if values else ""
        return Markup('<span data-word="{}"{}>{}</span>').format(key, arguments, self.words.text(key, **_seen(values)))

    def labelled(self, attribute: str, key: str, **values: object) -> Markup:
        """An attribute with the English text, and what the switch needs to put it into Chinese."""
        from markupsafe import Markup

        text = self.words.text(key, **_seen(values))
        more = Markup(' data-values="{}"').format(_packed(values)) if values else ""
        return Markup('{}="{}" data-word-{}="{}"{}').format(attribute, text, attribute, key, more)

    def named(self, kind: str, value: str, *, wrap: bool = False) -> Markup:
        """What a run calls something, in the reader's language where the page has a word for it."""
        key = f"{kind}.{value}"
        if key in self.words:
            return self.say(key)
        return broken(value) if wrap else name(value)


def name(text: str) -> Markup:
    """Text that came from a run, kept apart from the direction of the text around it."""
    from markupsafe import Markup

    return Markup("<bdi>{}</bdi>").format(visible(text))


def broken(text: str) -> Markup:
    """The same, breaking after the signs at which long names may break."""
    from markupsafe import Markup, escape

    parts = escape(visible(text))
    for sign in "_-/":
        parts = parts.replace(sign, Markup("{}<wbr>").format(sign))
    return Markup("<bdi>{}</bdi>").format(parts)


def number(value: float | None, digits: int = 1) -> str:
    """A score as text; a dash where there is none."""
    return NOTHING if value is None else f"{value:.{digits}f}".replace("-", "\u2212")


def signed(value: float | None, digits: int = 1) -> str:
    """A difference as text."""
    if value is None:
        return NOTHING
    rounded = round(value, digits)
    return f"{abs(rounded):.{digits}f}" if rounded == 0 else f"{rounded:+.{digits}f}".replace("-", "\u2212")


def probability(value: float | None) -> str:
    """A p-value with its sign: `= 0.031`, `< 0.001`."""
    if value is None:
        return NOTHING
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def _seen(values: Mapping[str, object]) -> dict[str, object]:
    return {key: visible(str(value)) for key, value in values.items()}


def _packed(values: Mapping[str, object]) -> str:
    return json.dumps(_seen(values), ensure_ascii=False)
