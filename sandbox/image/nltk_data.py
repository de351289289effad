"""Put nltk's data in place while the image is built: from given archives, else by its own downloader, or not at all."""

from __future__ import annotations

import socket
import sys
import zipfile
from pathlib import Path

DATA = {
    "punkt": "tokenizers",
    "averaged_perceptron_tagger": "taggers",
    "stopwords": "corpora",
    "wordnet": "corpora",
    "omw-1.4": "corpora",
}
PATIENCE = 20.0  # seconds without a byte before a download is given up


def main(given: Path, target: Path) -> None:
    """Unpack or fetch each one; missing data is no failure, what is inside is written down elsewhere."""
    socket.setdefaulttimeout(PATIENCE)
    for name, kind in DATA.items():
        archives = [path for path in given.rglob(f"{name}.zip") if path.is_file()]
        if archives:
            unpack(archives[0], target / kind)
        else:
            fetch(name, target)


def unpack(archive: Path, folder: Path) -> None:
    """The archives hold one folder of their own name."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder)


def fetch(name: str, target: Path) -> None:
    """By nltk's downloader, which tells a failure by its value alone."""
    import nltk

    if not nltk.download(name, download_dir=str(target), quiet=True):
        sys.stderr.write(f"nltk data {name!r} cannot be had here: going on without\n")


main(Path(sys.argv[1]), Path(sys.argv[2]))
