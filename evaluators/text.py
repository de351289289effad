"""What the authors take out of an answer before they compare its words.

Source: `normalize_answer` and `normalize_zh_answer` in `LongBench/metrics.py`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from functools import lru_cache

CHINESE_PUNCTUATION = (
    "！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、〃》「」『』【"
    "】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏."
)
"""The authors' list, as it is: it has no 《 and no ·, so these stay and count as words."""

_DROP_ENGLISH = str.maketrans("", "", string.punctuation)
_DROP_CHINESE = str.maketrans("", "", string.punctuation + CHINESE_PUNCTUATION)
_ARTICLE = re.compile(r"\b(a|an|the)\b")


@lru_cache(maxsize=64)
def english_words(text: str) -> tuple[str, ...]:
    """Lower-case words without ASCII punctuation and without articles; hyphenated words become one.

    Remembered for the texts of a few rows, since the official and the corrected value mostly ask for the same.
    """
    return tuple(_ARTICLE.sub(" ", text.lower().translate(_DROP_ENGLISH)).split())


def chinese_words(words: Iterable[str]) -> list[str]:
    """Segmented words in lower case without punctuation and white space; those that vanish are dropped."""
    normal = [chinese_text(word) for word in words]
    return [word for word in normal if word]


def chinese_text(text: str) -> str:
    """A text in lower case without punctuation and white space."""
    return "".join(text.lower().translate(_DROP_CHINESE).split())


def first_full_line(text: str) -> str:
    """The first line that is not blank, stripped; empty where there is none."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
