import re
from html import escape

MARKS = (("# ", "h1"), ("## ", "h2"), ("- ", "li"))
BOLD = re.compile(r"\*\*(.+?)\*\*")


def _lines(text):
    for line in text.splitlines():
        line = line.strip()
        if line:
            mark, tag = next(((mark, tag) for mark, tag in MARKS if line.startswith(mark)), ("", "p"))
            yield tag, line[len(mark):].strip()


def to_html(text):
    found = []
    for tag, line in _lines(text):
        content = BOLD.sub(r"<b>\1</b>", escape(line, quote=False))
        found.append(f"<{tag}>{content}</{tag}>")
    return "\n".join(found)


def plain(text):
    return " ".join(BOLD.sub(r"\1", line) for _, line in _lines(text))
