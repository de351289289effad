import re

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escape(text):
    return "".join(ENTITIES.get(letter, letter) for letter in text)


def table(rows):
    if not rows:
        return ""
    if len({len(row) for row in rows}) > 1:
        raise ValueError("rows are of unequal length")
    lines = []
    for number, row in enumerate(rows):
        tag = "td" if number else "th"
        lines.append("".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in row))
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def slug(title):
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
