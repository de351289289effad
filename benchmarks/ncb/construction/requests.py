"""What a user asks for: a JSONL file, or a text file with one request a block."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.benchmarks.ncb.construction.records import Request
from bench.errors import DataError, UserError
from bench.jsonl import Line, read_lines, reason

if TYPE_CHECKING:
    from bench.benchmarks.ncb.construction.folder import Folder

SAMPLE = "sample"
_ID = re.compile(r"[A-Za-z0-9_]{1,64}")
_BORDER = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
_HEADER = re.compile(r"(id|language|natural_language|files):[ \t]*(.*)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_FORMAT = (
    "each line is an object with id, text, language (python or java), natural_language (en or zh) and perhaps files"
)


def read_requests(source: str, *, language: str | None = None, natural_language: str | None = None) -> list[Request]:
    """The requests of a file, or this package's own for `sample`; `files` become absolute.

    In a text file requests are parted by lines of `---`; a block may begin with lines `language: java`, `id: ...`,
    `natural_language: zh`, `files: FOLDER`. A request without an id is called by its number.

    Args:
        language: of requests that do not say theirs.
        natural_language: likewise; without it a text with Chinese characters counts as `zh`.

    Raises:
        UserError: there is no such file, or a request that says no language.
        DataError: a line or a block is no request.
    """
    if source == SAMPLE:
        with as_file(files("bench.benchmarks.ncb.construction.sample") / "requests.jsonl") as path:
            return list(_requests(path, language, natural_language))
    path = Path(source).expanduser()
    if not path.is_file():
        raise UserError(f"{source}: no such file; name a JSONL file or a text file with requests, or `sample`")
    return list(_requests(path, language, natural_language))


def _requests(path: Path, language: str | None, natural_language: str | None) -> Iterator[Request]:
    seen: dict[str, int] = {}
    for number, (line, given) in enumerate(_rows(path), start=1):
        row = {"id": str(number), "language": language, **{key: one for key, one in given.items() if one is not None}}
        problem = _wrong(row) or (
            f"the id {row['id']} stands in line {seen[row['id']]} too" if row["id"] in seen else ""
        )
        if problem:
            raise DataError(problem, path=path, line=line, remedy=_FORMAT)
        seen[row["id"]] = line
        natural = row.get("natural_language") or natural_language or ("zh" if _HAN.search(row["text"]) else "en")
        yield Request(
            id=row["id"],
            text=row["text"].strip(),
            language=row["language"].lower(),
            natural_language=natural.lower(),
            files=_folder(path, line, row.get("files")),
        )
    if not seen:
        raise DataError("holds no request", path=path, remedy=_FORMAT)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each request as it was written, with its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = reason(error) if isinstance(error, OSError) else "not UTF-8"
        raise DataError(what, path=path, remedy="name a readable file in UTF-8") from None
    if path.suffix in {".jsonl", ".json"} or text.lstrip().startswith("{"):
        yield from ((line.number, _row(path, line)) for line in read_lines(path, drop_unfinished=False))
    else:
        yield from _blocks(text)


def _row(path: Path, line: Line) -> Mapping[str, Any]:
    if not isinstance(line.data, dict):
        raise DataError("not a JSON object", path=path, line=line.number, remedy=_FORMAT)
    known = {item.name for item in dataclasses.fields(Request)}
    row = {key: value for key, value in line.data.items() if key in known}
    whole = isinstance(row.get("id"), int) and not isinstance(row["id"], bool)
    return {**row, "id": str(row["id"])} if whole else row


def _blocks(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    start = 0
    for end, following in [*((found.start(), found.end()) for found in _BORDER.finditer(text)), (len(text), len(text))]:
        if text[start:end].strip():
            first = start + len(text[start:end]) - len(text[start:end].lstrip())
            yield text.count("\n", 0, first) + 1, _block(text[start:end])
        start = following


def _block(text: str) -> Mapping[str, Any]:
    """A block's header lines, if it has any, and its text."""
    lines, row = text.strip().splitlines(), {}
    while lines and (found := _HEADER.fullmatch(lines[0].strip())):
        row[found[1]] = found[2].strip()
        del lines[0]
    return {**row, "text": "\n".join(lines)}


def _wrong(row: Mapping[str, Any]) -> str:
    """What keeps a row from being a request; what keeps a request from becoming a problem is the screen's matter."""
    if not isinstance(row.get("text"), str):
        return "'text' is missing" if "text" not in row else "'text' is not a string"
    if not isinstance(row["id"], str) or not _ID.fullmatch(row["id"]):
        return f"the id {row['id']!r} is not made of letters, digits and underscores"
    if row.get("language") is None:
        return "says no language, and neither does --language"
    wrong = next(
        (key for key in ("language", "natural_language", "files") if not isinstance(row.get(key, ""), str)), ""
    )
    return f"{wrong!r} is not a string" if wrong else ""


def _folder(path: Path, line: int, given: str | None) -> str | None:
    if not given:
        return None
    folder = (path.parent / Path(given).expanduser()).absolute()
    if not folder.is_dir():
        raise DataError(f"there is no folder {given}", path=path, line=line, remedy="it lies beside this file")
    return str(folder)


def is_sample(folder: Folder) -> bool:
    """Whether a folder's requests are this package's own."""
    stored = {request.text for request in folder.read("requests")}
    return bool(stored) and stored <= {request.text for request in read_requests(SAMPLE)}
