"""What is known of single published problems, found by running their references and by reading them.

Keys are `<language>/<_id>`; both natural languages have the same tests. The tables speak of the published files alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """Whether a verdict on a problem says anything about a model."""

    VALID = "valid"
    NEEDS_INPUTS = "needs input files"
    NEEDS_LIBRARY = "needs library"
    MISALIGNED = "misaligned"
    VACUOUS = "vacuous"
    REFERENCE_FAILS = "reference fails"
    UNKNOWN = "unknown"


INPUT_FILES: Mapping[str, str] = MappingProxyType(
    {
        "python/154": "folders of images test1, test2, ... to divide",
        "python/161": "test2/dataset.csv, test2/new_train.csv, ...",
        "python/165": "test2.csv, test3.csv, ...",
        "python/168": "folders test2/input, ...",
        "python/170": "test2/test.txt, ...; some tests pass without them",
        "python/173": "test2/test.npz, ...",
        "python/175": "test2/test.npz, ...",
        "python/188": "test2/test.jpg, test2/label.png, ...",
        "python/189": "folders of PDF files test2, ...; some tests pass without them",
        "java/141": "testFile2.txt, ...; some tests pass without them",
        "java/160": "testEncodeLetters.txt, ...",
        "java/184": "test2/test.java, ...: the tests catch the missing file, so they pass without it",
        "java/185": "folders of images test1, test2, ... to sort",
        "java/189": "test1/test.txt, ...; some tests pass without them",
    }
)
"""Problems that read files which exist in the authors' image alone."""

VACUOUS_WITHOUT_INPUTS = frozenset({"java/184"})
CANNOT_PASS_WITHOUT_INPUTS = frozenset(INPUT_FILES) - VACUOUS_WITHOUT_INPUTS

LIBRARIES: Mapping[str, str] = MappingProxyType(
    {
        "python/160": "nltk's tokenizer and tagger data",
        "java/156": "fastjson2",
    }
)
"""Problems that need something which an image may lack."""

MISALIGNED: Mapping[str, str] = MappingProxyType(
    {
        "java/184": "asks to switch between JDK versions; its tests call CommentRemover, which 185 asks for",
        "java/185": "asks to remove the comments of a Java file; its tests call ImageClassifier, which 186 asks for",
        "java/186": "asks to sort images by size; its tests call Distance, which 187 asks for",
        "java/187": "asks for distance functions; its tests call ConvertLabels, which 188 asks for",
        "java/188": "asks to convert VOC labels; its tests call UserManager, which 189 asks for",
        "java/189": "asks for a User class with checks; its tests call CopyFile, which no problem here asks for",
        "java/190": "asks for k-means clustering; its tests call LongestPath, which no problem here asks for",
        "java/191": "asks for a ProgressBar; its tests call ValidPassword, which no problem here asks for",
        "java/195": "asks for entity classes of a store; its tests call MaxLCMGCD.maxLCMMinusGCD",
    }
)
"""Problems whose request and tests belong to two different tasks, in English and in Chinese."""

IMAGE = "codegeex/codegeex:0.1.23"


def remark_on_inputs(asked: int, without: int) -> list[str]:
    """What to say, before a run and below its table, of problems that cannot pass for want of their input files."""
    if not without:
        return []
    where = f"get them with `bench download ncb --from-image {IMAGE}`, or name a folder that has them by --data"
    what = "they read input files that exist only in the authors' image, and published numbers had them"
    return [f"{without} of {asked} problems cannot pass here: {what}; {where}"]
