"""Longest common subsequences without a table: rows of bits in whole numbers (Crochemore et al. 2001, Hyyrö 2004).

Row i has a bit at each column j where the table of the textbook grows, table[i, j] = table[i, j-1] + 1. One row is
made from the last with four operations on whole numbers, however many columns there are.
"""

from __future__ import annotations

from collections.abc import Sequence

Columns = dict[str, int]
"""For each word of a sentence the bits of the columns where it stands."""


def columns(words: Sequence[str]) -> Columns:
    """Where each word of a sentence stands, bit j for the j-th word, counted from 0."""
    places: Columns = {}
    bit = 1
    for word in words:
        places[word] = places.get(word, 0) | bit
        bit <<= 1
    return places


def length(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence, in words, or in characters of two strings."""
    common = {*first} & {*second}
    rows, longer = sorted(([word for word in words if word in common] for words in (first, second)), key=len)
    places = columns(longer)
    everywhere = state = (1 << len(longer)) - 1
    for word in rows:
        found = state & places[word]
        state = ((state + found) | (state - found)) & everywhere
    return (everywhere ^ state).bit_count()


def chosen_words(rows: Sequence[str], places: Columns, size: int) -> set[str]:
    """The words of the one longest common subsequence that the `rouge` package reads back from its table.

    From the last cell: a match goes diagonally, otherwise up where the cell above is greater than the one to the
    left (exactly where the row has its bit), otherwise left. Rows without a match only carry the walk left to the
    next bit of the row below them, so that any number of them in a row is one step, and they are never computed.

    Args:
        rows: the reference sentence.
        places: `columns` of the sentence of the prediction.
        size: its number of words.
    """
    everywhere = (1 << size) - 1
    steps, state, gap = [], everywhere, False
    for word in rows:
        matches = places.get(word)
        if matches is None:
            gap = True
            continue
        found = state & matches
        steps.append((word, matches, everywhere ^ state, gap))
        gap = False
        state = ((state + found) | (state - found)) & everywhere
    steps.append(("", 0, everywhere ^ state, gap))
    return _read_back(steps, size)


def _read_back(steps: list[tuple[str, int, int, bool]], size: int) -> set[str]:
    """Walk back over the matching rows; each step has its word, its matches and what lies above it.

    The last step stands for the end of the table and has neither word nor matches.
    """
    chosen, column = set(), size
    _, _, grows, gap = steps.pop()
    for word, matches, above, gap_above in reversed(steps):
        left = (1 << column) - 1
        if gap:
            column = (grows & left).bit_length()
            left = (1 << column) - 1
        column = ((matches | grows) & left).bit_length()
        if not column:
            break
        if matches >> (column - 1) & 1:
            chosen.add(word)
            column -= 1
        grows, gap = above, gap_above
    return chosen


def steps_back(rows: Sequence[str], columns_: Sequence[str]) -> int:
    """How many steps the same walk takes over the whole table, which is how deep the `rouge` package recurses."""
    size = len(columns_)
    places, everywhere = columns(columns_), (1 << size) - 1
    state, grows = everywhere, []
    for word in rows:
        found = state & places.get(word, 0)
        state = ((state + found) | (state - found)) & everywhere
        grows.append(everywhere ^ state)
    column, steps = size, 0
    for word, bits in zip(reversed(rows), reversed(grows), strict=True):
        matches = places.get(word, 0)
        reached = ((matches | bits) & ((1 << column) - 1)).bit_length()
        steps += column - reached
        if not reached:
            break
        steps += 1
        column = reached - (matches >> (reached - 1) & 1)
        if not column:
            break
    return steps
