"""The words of a page in English and Chinese, as the tables in a package's `words/*.toml` have them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

LANGUAGES = ("en", "zh")

_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e"
    "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0e\\ufeff\\uffa0\\ufff0-\\ufffb\\ud800-\\udfff"
    "\\U000e0000-\\U000e0fff]"
)
"""Controls, signs that turn the direction of text or hide in it, tags, halves of a pair: as `untrusted.js` has them."""


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by key and language; a text may hold `{name}` for what changes."""

    texts: Mapping[str, Mapping[str, str]]

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def by_language(self) -> dict[str, dict[str, str]]:
        """What `words.js` reads: a language's texts by their key."""
        return {language: {key: texts[language] for key, texts in self.texts.items()} for language in LANGUAGES}

    def text(self, key: str, **values: object) -> str:
        """The English text.

        Raises:
            KeyError: there is no such key, which is a mistake in a template.
        """
        return filled(self.texts[key]["en"], values)


def filled(text: str, values: Mapping[str, object]) -> str:
    """A text with its values put in, one by one: braces inside a value stay what they are."""
    parts = text.split("{")
    ends = (part.partition("}") for part in parts[1:])
    return parts[0] + "".join(f"{values.get(name, '')}{rest}" for name, _, rest in ends)


def visible(text: str) -> str:
    """Text from a run, with the signs in it that cannot be seen written out: `[U+202E]`."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


@cache
def words_of(package: str) -> Words:
    """Every table of words in a package's folder `words`."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted((files(package) / "words").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            found.update(_entries(tomllib.loads(file.read_text(encoding="utf-8"))))
    return Words(MappingProxyType(found))


def _entries(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """`[category] "Few-shot" = {en, zh}` is the key `category.Few-shot`."""
    for name, value in table.items():
        if set(value) == set(LANGUAGES) and all(isinstance(text, str) for text in value.values()):
            yield before + name, value
        else:
            yield from _entries(value, f"{before}{name}.")
