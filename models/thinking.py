"""A thought and the answer after it, told apart in a text."""

from __future__ import annotations

MODES = ("auto", "keep", "strip")


def split(text: str, mode: str, *, opened: bool = False) -> tuple[str, str | None]:
    """The answer, and the thought where there is one.

    Args:
        text: what the model wrote.
        mode: `auto` takes a thought off that the text opens with, `strip` one anywhere, `keep` none.
        opened: the prompt ended with the tag that opens a thought, so the text begins inside it.
    """
    raise NotImplementedError
