"""The chart library as one script, kept between pages: making it takes seconds."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from bench.errors import UserError
from bench.home import home

PACKAGE = "vl-convert-python"
ABSENT = "the page needs packages that are not installed: pip install 'longcode-bench[leaderboard]'"
SETTING = "window.vegaEmbed = vegaEmbed;"


def chart_library() -> str:
    """Vega, Vega-Lite and vega-embed, setting `window.vegaEmbed` and nothing else.

    Raises:
        UserError: the package that carries them is not installed.
    """
    try:
        kept = home() / "pages" / f"vega-{version(PACKAGE)}.js"
        import vl_convert
    except ImportError as problem:
        raise UserError(ABSENT) from problem
    with suppress(OSError):
        return kept.read_text(encoding="utf-8")
    text = f"(function () {{\n{_safe(vl_convert.javascript_bundle(SETTING))}\n}})();\n"
    with suppress(OSError):  # a home that cannot be written costs seconds, not the page
        _keep(kept, text)
    return text


def _safe(script: str) -> str:
    """A script that an HTML page can hold: nothing in it ends or hides the element around it."""
    script = script.replace("\r\n", "\n").replace("\r", "\n")
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _keep(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
