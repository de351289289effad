"""The next line of a program, by looking up what followed the same lines earlier in it.

Programs repeat themselves; a line that was seen before is mostly followed by what followed it then. Blank lines and
whole-line comments are no candidates.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from bench.retrieval import BM25, best

_COMMENT = ("#", "//", "/*", "*", "'''", '"""', "<!--")
_WORD = re.compile(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]")
_DEPTH = 6
"""Lines before the last one that are compared when several places match it."""
_SIMILAR = 5
"""Lines most like the last one whose followers are compared where it was never seen."""
_LOOK_BACK = 1_500_000
"""Characters of the program that are read, from its end: what stands near matters most, and time stays bounded."""


def next_line(program: str) -> str:
    """The line that most probably follows `program`, with its indentation; empty where the program has no lines."""
    lines = [line for line in program[-_LOOK_BACK:].splitlines() if _is_code(line)]
    if not lines:
        return ""
    keys = ["".join(line.split()) for line in lines]
    places = _same(keys) or _alike(lines)
    if not places:
        return lines[-1]
    return _reindent(lines, places)


def _is_code(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith(_COMMENT)


def _same(keys: Sequence[str]) -> list[int]:
    """Where the last line stands earlier, those places alone that agree with it for the most lines upwards."""
    last = len(keys) - 1
    depths: dict[int, list[int]] = defaultdict(list)
    for place in range(last):
        if keys[place] == keys[last]:
            depths[_agreement(keys, place)].append(place)
    return depths[max(depths)] if depths else []


def _agreement(keys: Sequence[str], place: int) -> int:
    last = len(keys) - 1
    depth = 1
    while depth < _DEPTH and depth <= place and keys[place - depth] == keys[last - depth]:
        depth += 1
    return depth


def _alike(lines: Sequence[str]) -> list[int]:
    """The lines most like the last one, by the rarity of what they share."""
    index = BM25(_WORD.findall(line) for line in lines[:-1])
    scores = index.scores(_WORD.findall(lines[-1]))
    return [place for place in best(scores, _SIMILAR) if scores[place] > 0][:1]


def _reindent(lines: Sequence[str], places: Iterable[int]) -> str:
    """The most frequent follower, the latest of equals, moved to where the last line stands."""
    followers = Counter[str]()
    latest: dict[str, int] = {}
    for place in places:
        follower = lines[place + 1].strip()
        followers[follower] += 1
        latest[follower] = place
    chosen = max(followers, key=lambda follower: (followers[follower], latest[follower]))
    place = latest[chosen]
    return _moved(_indent(lines[place]), _indent(lines[place + 1]), _indent(lines[-1])) + chosen


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _moved(before: str, after: str, here: str) -> str:
    """The indentation that stands to `here` as `after` stands to `before`."""
    if after.startswith(before):
        return here + after[len(before) :]
    return here.removesuffix(before[len(after) :]) if before.startswith(after) else after
