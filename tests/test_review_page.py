"""The page of a review as a text: its words, and what it consists of.

Bugs these would catch: a word that is missing in one language, that no script or template says any more, or that one
says and nobody wrote; a script that the page's own policy refuses; a page that asks for anything from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

import pytest

from bench.benchmarks.ncb.construction.review.asking import KINDS
from bench.benchmarks.ncb.construction.review.page import PACKAGE, SCRIPTS, render_page
from bench.pages.inline import joined
from bench.pages.wording import LANGUAGES, words_of

WORDS = words_of(PACKAGE).texts
FAMILIES = ("ask.", "kind.", "choice.", "shown.", "page.editing.")
"""Words whose key a script puts together."""


def said() -> set[str]:
    """Every key that a script or the template names."""
    template = (files(PACKAGE) / "assets" / "review.html").read_text(encoding="utf-8")
    return {
        *re.findall(r'word\(\s*"([^"]+)"', joined(SCRIPTS, PACKAGE)),
        *re.findall(r'data-word(?:-[a-z-]+)?="([^"]+)"', template),
        *re.findall(r'word\(questions\.length \? "([^"]+)" : "([^"]+)"\)', joined(SCRIPTS, PACKAGE))[0],
    }


def test_every_word_is_there_in_both_languages_with_the_same_places() -> None:
    for key, texts in WORDS.items():
        assert all(texts[language].strip() for language in LANGUAGES), key
        english, chinese = (set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES)
        assert english == chinese, key


def test_every_word_that_is_said_is_written_and_every_written_one_is_said() -> None:
    written = {key for key in WORDS if not key.startswith(FAMILIES)}
    assert said() <= set(WORDS)
    assert written <= said()


def test_every_kind_has_words_for_its_question_and_its_choices() -> None:
    for kind, rule in KINDS.items():
        keys = {f"ask.{kind}", f"kind.{kind}", *(f"choice.{kind}.{name}" for name in rule.choices)}
        assert keys <= set(WORDS)
    written = {tuple(key.split(".")[1:]) for key in WORDS if key.startswith("choice.")}
    assert written == {(kind, name) for kind, rule in KINDS.items() for name in rule.choices}


@pytest.mark.parametrize("language", [None, "en", "zh"])
def test_the_policy_names_the_script_and_the_style_that_the_page_holds(language: str | None) -> None:
    page, policy = render_page(language=language)
    for tag in ("script", "style"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        sha256 = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{sha256}'" in policy
    assert f'data-language="{language or ""}"' in page


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    page, _ = render_page()
    assert re.findall(r"\b(?:src|srcset|action)=", page) == []
    assert set(re.findall(r'href="([^"]*)"', page)) == {"data:,", "#question"}
    assert re.findall(r"https?://|//\w+\.", re.sub(r"^\s*//.*$", "", page, flags=re.MULTILINE)) == []
    assert "{{" not in page
