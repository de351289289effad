"""How the lexical baseline's cost grows with the context: CPU time at twice the length over that at the length.

    python benches/lexical_growth.py [--characters 400000]

About 2 is linear; a pattern that backtracks or an index over the whole text per sentence shows as 4 and more.
"""

from __future__ import annotations

import argparse
import time

from bench.models.lexical import ANSWERERS
from bench.records import Kind, Parts

UNITS = ("x", "word ", "Bob: hi\n", "他说。", "Paragraph 1: a\n", 'He said: "No." ')
QUESTION = "How many words, 多少？\n(A) a\nType:"


def main() -> None:
    """Print a row for each kind of prompt and each kind of text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=int, default=400_000, help="the shorter of the two lengths")
    length = parser.parse_args().characters
    print(f"{'kind':<10} {'text':<18} {'CPU s':>8} {'ratio':>6}")
    for kind in Kind:
        for unit in UNITS:
            short, long = (cost(kind, unit, size) for size in (length, 2 * length))
            print(f"{kind:<10} {unit!r:<18} {long:8.2f} {long / max(short, 1e-3):6.1f}")


def cost(kind: Kind, unit: str, characters: int) -> float:
    """CPU seconds of one answer over that many characters."""
    parts = Parts(context=unit * (characters // len(unit)), question=QUESTION)
    begin = time.process_time()
    ANSWERERS[kind](parts, "zh" if unit == "他说。" else "en")
    return time.process_time() - begin


if __name__ == "__main__":
    main()
