"""The words of the leaderboard's page."""

from __future__ import annotations

from bench.pages.wording import Words, words_of


def load_words() -> Words:
    """Every table of words in the package."""
    return words_of("bench.leaderboard")
