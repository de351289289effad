"""Words of a text and of a program, so that one can be looked for in the other.

Identifiers are taken apart (`createPhoneNumber`, `phone_number`), endings are cut off (`permutations`, `permute`), and
words that stand in every task are left out. Chinese counts by pairs of characters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_STRING = re.compile(r'"((?:\\.|[^"\\\n])*)"|\'((?:\\.|[^\'\\\n])*)\'')
_TEST = re.compile(r"\b(?:def|void)\s+(\w+)")
_FENCED = re.compile(r"^[ \t]*```[^\n`]*\n.*?(?:^[ \t]*```|\Z)", re.DOTALL | re.MULTILINE)
_CODE_LINE = re.compile(
    r"\s*(?:(?:public|private|protected|static|import)\s|class\s+\w+.*[:{]\s*$|def\s+\w+|from\s+\w+\s+import|@\w+|assert|[{}])"
    r"|.*[;{}]\s*$|\s{4,}\S|\s*\w+\s*=\s*\S|\s*[\w.]+\(.*\)\s*$"
)
_ENDINGS = (
    "ations", "ation", "ators", "ator", "ating", "ates", "ated", "ate", "ings", "ing", "ies", "ied", "ers", "er",
    "ions", "ion", "es", "ed", "s", "e", "y", "or", "al", "ly", "ity",
)  # fmt: skip
_SHORTEST = 3

_EVERYWHERE = """
a an the and or of to in on for is are be by with as at from that this it its which if then else not no can will
should must you your we he she they them there these those into each all any one two three first second last new
use used using write writing program function functions method methods class classes code implement implementation
java python test tests testing case cases input inputs output outputs return returns returned value values result
results string strings str int integer integers number numbers list lists array arrays object objects type types
data given name names named get set add main void public private static final import print println out system
assert equals true false none null self init def args arg param parameter parameters expected actual example
following need needs create created define defined call called include includes make made also when where how what
please only other same different such may has have do does done than more less between valid invalid empty single
multiple basic simple normal edge boundary default correct wrong error exception throw throws raise raises raised
length size len index key keys item items util junit jupiter api org assertions double float boolean bool char long
byte map hash arraylist hashmap lang before after setup
"""
COMMON = frozenset(_EVERYWHERE.split())
"""Words that stand in so many tasks and tests that finding them says nothing."""

WEIGHTS: Mapping[str, float] = MappingProxyType({"called": 3.0, "titles": 1.0, "tests": 0.5, "solution": 0.5})
"""How much a word counts, by the most telling place that it stands in: names of the solution that the tests use, names
of tests, anything else in the tests, names in the solution."""


def words(text: str) -> frozenset[str]:
    """The telling words of a text or of identifiers, without their endings."""
    return frozenset(_words(text))


def _words(text: str) -> Iterator[str]:
    for found in _WORD.findall(text):
        if _HAN.match(found):
            yield from (found[place : place + 2] for place in range(len(found) - 1))
        elif len(found) >= _SHORTEST and found.lower() not in COMMON:
            yield _stem(found.lower())


def _stem(word: str) -> str:
    found = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST), "")
    return word.removesuffix(found)


def prose(text: str) -> str:
    """A text without the lines that are code: what it shows of tests says nothing about what it asks for."""
    return "\n".join(line for line in _FENCED.sub("\n", text).split("\n") if not _CODE_LINE.match(line))


def is_chinese(text: str) -> bool:
    """Whether more of its letters are Chinese than not, so that its words are not those of a program."""
    return 2 * len(_HAN.findall(text)) > sum(map(str.isalpha, text))


def told_words(called: Collection[str], tests: str, solution: str) -> Mapping[str, float]:
    """The words of a program with their weights.

    Args:
        called: names of the solution that the tests use.
        tests, solution: source without comments.
    """
    places = {
        "solution": " ".join(_IDENTIFIER.findall(solution)),
        "tests": " ".join([*_IDENTIFIER.findall(tests), *(one or other for one, other in _STRING.findall(tests))]),
        "titles": " ".join(_TEST.findall(tests)),
        "called": " ".join(called),
    }
    return {word: WEIGHTS[place] for place, text in places.items() for word in words(text)}
