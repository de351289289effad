"""The hidden Markov model with which jieba finds words that its dictionary lacks.

Every character is the beginning (B), middle (M) or end (E) of a word, or a word by itself (S). Sums are taken in
jieba's order and ties go, as there, to the state later in the alphabet: a last digit decides between two cuts.

Source: `jieba/finalseg/__init__.py`, `prob_start.py` and `prob_trans.py` of jieba 0.42.1.
"""

from __future__ import annotations

import pickle
import re
from operator import add

Column = tuple[float, float, float, float]
"""Log probability of one character in the states B, M, E, S."""


class Emissions(dict[str, Column]):
    """The column of each character, put together when it is first met."""

    def __init__(self, by_state: dict[str, dict[str, float]]) -> None:
        """Take the table as jieba keeps it: state, then character."""
        super().__init__()
        self._by_state = by_state

    def __missing__(self, character: str) -> Column:
        """Gather one character's column."""
        b, m, e, s = (self._by_state[state].get(character, NEVER) for state in "BMES")
        column = self[character] = (b, m, e, s)
        return column


NEVER = -3.14e100
"""jieba's logarithm of zero."""

_START = (-0.26268660809250016, NEVER, NEVER, -1.4652633398537678)
BE, BM = -0.51082562376599, -0.916290731874155
EB, ES = -0.5897149736854513, -0.8085250474669937
ME, MM = -0.33344856811948514, -1.2603623820268226
SB, SS = -0.7211965654669841, -0.6658631448798212

_HAN = re.compile(r"([\u4E00-\u9FD5]+)")
_LATIN = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")


def load_emissions(data: bytes) -> Emissions:
    """Log probability of each character in each of the four states, from the content of prob_emit.p.

    The caller has checked its hash: unpickling runs whatever the data say.
    """
    return Emissions(pickle.loads(data))  # noqa: S301


def cut_unknown(run: str, emissions: Emissions) -> list[str]:
    """The words of a run of characters that the dictionary does not join; Latin letters and digits stay together."""
    words: list[str] = []
    for position, block in enumerate(_HAN.split(run)):
        if position % 2:
            words.extend(_cut_han(block, emissions))
        else:
            words.extend(piece for piece in _LATIN.split(block) if piece)
    return words


def _cut_han(block: str, emissions: Emissions) -> list[str]:
    words, start = [], 0
    for position, state in enumerate(_states(block, emissions)):
        if state in "ES":
            words.append(block[start : position + 1])
            start = position + 1
    return words


def _states(block: str, emissions: Emissions) -> str:
    """The likeliest row of states (Viterbi); it always ends with E or S."""
    b, m, e, s = map(add, _START, emissions[block[0]])
    origins: list[dict[str, str]] = []
    for character in block[1:]:
        at_b, at_m, at_e, at_s = emissions[character]
        s_b, e_b = s + SB + at_b, e + EB + at_b
        m_m, b_m = m + MM + at_m, b + BM + at_m
        m_e, b_e = m + ME + at_e, b + BE + at_e
        s_s, e_s = s + SS + at_s, e + ES + at_s
        b, m, e, s = max(s_b, e_b), max(m_m, b_m), max(m_e, b_e), max(s_s, e_s)
        origins.append(
            {
                "B": "S" if s_b == b else "E",
                "M": "M" if m_m == m else "B",
                "E": "M" if m_e == e else "B",
                "S": "S" if s_s == s else "E",
            }
        )
    return _walk_back("S" if s >= e else "E", origins)


def _walk_back(state: str, origins: list[dict[str, str]]) -> str:
    """The states from first to last, found from the last."""
    path = [state]
    for origin in reversed(origins):
        state = origin[state]
        path.append(state)
    return "".join(reversed(path))
