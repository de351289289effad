"""Code to be continued by one line: lcc and repobench-p."""

from __future__ import annotations

from bench.benchmarks.longbench.sample.draw import Draw
from bench.benchmarks.longbench.sample.grammar import Bound, Grammar, Table, grammar
from bench.benchmarks.longbench.sample.order import Maker, Order, Sheet

_LANGUAGES = ("python", "java", "csharp")
_REPO_LANGUAGES = ("python", "java")
_COMMENT = {"python": "#", "java": "//"}
_LAST_CLASS = 300  # words; the class in which a line is asked shows its pattern several times
_WORDS_PER_MODULE = 220
_MOST_STEPS = 6
_WORDS_PER_BLOCK = 28
_CALL = ".{verb}"  # how the asked line of a main file is found: it calls what only the module's file names


def lcc(order: Order) -> Sheet:
    """A file that stops in the middle of a block like the blocks before it."""
    language = _LANGUAGES[order.row % len(_LANGUAGES)]
    tables, draw = grammar("program"), order.row_draw()
    parts = [tables.fill(tables.tables[language]["file"], draw)]
    left = order.size - order.measure(parts[0])
    while left > _LAST_CLASS:
        parts.append(_class(tables, language, draw.between(4, 8), draw))
        left -= order.measure(parts[-1])
    opening, answer = _open_class(order, tables, language, left, draw)
    return Sheet(context="".join([*parts, opening]), answers=[answer], language=language)


def repobench_p(order: Order) -> Sheet:
    """A main file that is about to call a function which another file of the project defines."""
    language = _REPO_LANGUAGES[order.row % len(_REPO_LANGUAGES)]
    tables, draw = grammar("program"), order.row_draw()
    project = tables.tables[language]["project"]
    depot = order.names(tables.pools["depot"], 1)[0]  # a name of its own: no two main files are the same
    nouns = draw.shuffled(_nouns(order, tables))
    modules = [{"noun": noun, "verb": tables.word("verb", draw), "depot": depot} for noun in nouns]
    main, answer = _main_file(tables, language, project, modules[-_MOST_STEPS:], draw)
    left = order.size - order.measure(main)
    files: list[str] = []
    for number, module in enumerate(draw.shuffled(modules)):
        files.append(_module(order, tables, language, project, module, left // (len(modules) - number), draw))
        left -= order.measure(files[-1])
    return Sheet(context="\n".join(files) + "\n", input=main, answers=[answer], language=language)


def _nouns(order: Order, tables: Grammar) -> list[str]:
    nouns = tables.words("noun")
    count = max(2, min(len(nouns), order.size // _WORDS_PER_MODULE))
    start = (order.row * 7 + order.seed) % len(nouns)
    return [nouns[(start + number) % len(nouns)] for number in range(count)]


def _class(tables: Grammar, language: str, blocks: int, draw: Draw) -> str:
    """A whole class."""
    kind: Table = draw.pick(tables.tables[language]["class"])
    bound = tables.bind(["thing", "role"], draw)
    fields = draw.several(tables.words("field"), blocks)
    body = [_block(tables, kind, bound, field, draw) for field in fields]
    return "".join([tables.fill(kind["head"], draw, bound), *body, kind.get("tail", "")])


def _block(tables: Grammar, kind: Table, bound: Bound, field: str, draw: Draw) -> str:
    return tables.fill(kind["block"], draw, {**bound, "field": field, "number": tables.word("number", draw)})


def _open_class(order: Order, tables: Grammar, language: str, size: int, draw: Draw) -> tuple[str, str]:
    """A class of about `size` words that breaks off, and the line that comes next."""
    kind: Table = draw.pick(tables.tables[language]["class"])
    bound = tables.bind(["thing", "role"], draw)
    text = [tables.fill(kind["head"], draw, bound)]
    size -= order.measure(text[0])
    fields = draw.shuffled(tables.words("field"))
    blocks = [_block(tables, kind, bound, field, draw) for field in fields]
    count = max(3, min(len(blocks), round(size / order.measure(blocks[0]) + 0.5)))
    shown, answer = _broken(blocks[count - 1], kind["ask_from"], draw)
    return "".join([*text, *blocks[: count - 1], shown]), answer


def _broken(block: str, first: int, draw: Draw) -> tuple[str, str]:
    """A block up to one of its lines, and that line: one that says something, not a brace alone."""
    lines = block.splitlines(keepends=True)
    askable = [number for number in range(first, len(lines)) if _says_something(lines[number])]
    cut = draw.pick(askable)
    return "".join(lines[:cut]), lines[cut].rstrip("\n")


def _says_something(line: str) -> bool:
    return len(line.strip()) > 2 and not line.rstrip().endswith((":", "{"))


def _main_file(
    tables: Grammar, language: str, project: Table, steps: list[dict[str, str]], draw: Draw
) -> tuple[str, str]:
    """The file in work up to the call of its last step, and that call."""
    path = f"{_COMMENT[language]} Path: {project['main_path']}\n"
    imports = "".join(tables.fill(project["main_import"], draw, step) for step in steps)
    head, opening = (tables.fill(project[part], draw, steps[-1]) for part in ("main_head", "main_class"))
    blocks = [tables.fill(project["main_block"], draw, step) for step in steps]
    last = blocks[-1].splitlines(keepends=True)
    pattern: list[str] = project["main_block"].splitlines()
    cut = next(number for number, line in enumerate(pattern) if _CALL in line)
    return "".join([path, head, imports, opening, *blocks[:-1], *last[:cut]]), last[cut].rstrip("\n")


def _module(order: Order, tables: Grammar, language: str, project: Table, bound: Bound, size: int, draw: Draw) -> str:
    """The file of one kind of goods, filled up with classes that the main file does not use."""
    known = tables.bind(["number", "purpose"], draw, bound)
    path, module = (tables.fill(project[part], draw, known) for part in ("path", "module"))
    text = f"{_COMMENT[language]} Path: {path}\n{module}"
    left = size - order.measure(text)
    parts = [text]
    while left > _WORDS_PER_BLOCK:
        blocks = max(1, min(8, left // _WORDS_PER_BLOCK - 1))
        parts.append(_class(tables, language, blocks, draw))
        left -= order.measure(parts[-1])
    return "".join(parts)


MAKERS: dict[str, Maker] = {"lcc": lcc, "repobench-p": repobench_p}
