"""How well reading alone tells texts that belong to tests from texts that do not, on NaturalCodeBench's pairs.

    python benches/alignment_ranking.py DATA

Every text is paired with every problem's tests, as a text without its demo test (`problem`) and with it (`prompt`). No
solution is run and no model asked. The nine problems that are known to be misaligned are
named only here, to be counted.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from seeding.material import LANGUAGES, Material, materials

from bench.benchmarks.ncb.construction.evidence.aligning import SUSPECT
from bench.benchmarks.ncb.construction.evidence.reading import Told

FIRST = 15


def main() -> None:
    """Print a line for each language, each natural language and each kind of text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of NaturalCodeBench's problems")
    data = parser.parse_args().data
    for natural in ("en", "zh"):
        for line in rankings(materials(data, natural)):
            print(line)


def rankings(found: Sequence[Material]) -> Iterator[str]:
    """What is found on each language, by its problems without and with their demo tests."""
    for language in LANGUAGES:
        group = [one for one in found if one.draft.language == language]
        for shown in ("problem", "prompt") if group else ():
            yield f"{language} {group[0].draft.natural_language} {shown}: {_ranked(group, shown)}"


def _ranked(group: Sequence[Material], shown: str) -> str:
    texts = [one.problem if shown == "problem" else next(iter(one.draft.statements.values())) for one in group]
    told = [Told.of(one.draft) for one in group]
    right = [one.suspicion(text) for one, text in zip(told, texts, strict=True)]
    places = range(len(group))
    wrong = [told[one].suspicion(texts[other]) for one in places for other in places if one != other]
    above = 100 * sum(value > median(right) for value in wrong) / len(wrong)
    asked = sum(value > SUSPECT for value in right)
    ranked = f"{above:.2f} % of {len(wrong)} wrong pairs above the median right pair"
    said = f"{ranked}; {asked} of {len(right)} right pairs asked about"
    known = sum(one.misaligned for one in group)
    first = sorted(range(len(group)), key=lambda place: -right[place])[:FIRST]
    caught = sum(group[place].misaligned for place in first)
    return f"{said}; {caught} of {known} misaligned among the first {FIRST}" if known else said


if __name__ == "__main__":
    main()
