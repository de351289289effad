"""Opening the page in a browser without its token in any process's arguments, which everybody on a machine can read."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path


@contextmanager
def browser_opened(url: str, *, opens: bool) -> Iterator[None]:
    """Open the page through a file that this user alone can read, which is there as long as the review."""
    if not opens:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="bench-review-") as folder:  # for its owner alone
        file = Path(folder) / "review.html"
        file.write_text(f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={escape(url)}">\n')
        webbrowser.open(file.as_uri())
        yield
