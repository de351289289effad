"""What the image holds, as JSON: Debian's packages, Python's packages, the jars and nltk's data."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

JAVA = Path("/opt/bench/jars")
NLTK = Path("/opt/venv/nltk_data")
QUERY = ("dpkg-query", "--show", "--showformat", "${Package}=${Version}\n")


def main() -> None:
    """Write it to standard output."""
    packages = subprocess.run(QUERY, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603
    content = {
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "debian": dict(sorted(package.split("=", 1) for package in packages)),
        "pip": dict(sorted((found.metadata["Name"], found.version) for found in metadata.distributions())),
        "jars": sorted(path.name for path in JAVA.glob("*.jar")),
        "nltk_data": sorted(path.name for path in NLTK.glob("*/*") if path.is_dir()),
    }
    json.dump(content, sys.stdout, indent=1)


main()
