"""What the ports before a cluster's servers cost: `bench run` straight to a stand-in server, and through a port.

    python benches/relay_speed.py [--prompts 1000] [--in-flight 64] [--repeat 5]

The stand-in answers after 50 ms, so that the processor is the limit; the middle of the ratios counts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from api_throughput import Watch, make_data, stand_in

from bench.clusters.relays import Relays
from bench.library import run
from bench.places import Place


def main() -> None:
    """Measure both in turn, and print a line for each pair and one of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=1000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as temporary, stand_in(50) as url:
        data = make_data(Path(temporary) / "data", options.prompts)
        relays = Relays(1)
        relays.lead(0, ("127.0.0.1", urlsplit(url).port or 0))
        for number in range(options.repeat):
            straight, through = (
                seconds(data, Path(temporary) / f"{number}-{way}", where, options.in_flight)
                for way, where in (("straight", url), ("through", relays.urls[0]))
            )
            ratios.append(through / straight)
            print(f"straight {straight:.2f} s, through a port {through:.2f} s, ratio {ratios[-1]:.3f}")
        relays.close()
    print(json.dumps({"through_to_straight": round(sorted(ratios)[len(ratios) // 2], 3)}))


def seconds(data: Path, out: Path, url: str, width: int) -> float:
    """Of generation."""
    watch = Watch()
    options: dict[str, Any] = {"base_url": url, "concurrency": width, "truncate_by": "chars"}
    result = run("longbench", model="openai/m", data=str(data), place=Place(out=out), progress=watch, **options)
    assert result.not_judged == 0
    return watch.seconds


if __name__ == "__main__":
    main()
