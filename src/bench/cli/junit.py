"""A comparison as a JUnit file, for the test reports of CI systems."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from bench.comparing import Comparison, Difference

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold, however they are written."""


def write_junit(path: Path, found: Comparison, failed: Sequence[Difference], fail_below: float | None) -> None:
    """A test case for each task and average; those that the gate is about fail where it fails.

    Raises:
        RunFolderError: the file cannot be written.
    """
    from bench.jsonl import writing

    name = _text(f"{found.benchmark}: {found.b} against {found.a}")
    cases = list(dict.fromkeys([*found.tasks, *found.overall, found.headline]))
    suite = ET.Element(
        "testsuite", name=name, tests=str(len(cases)), failures=str(len(failed)), errors="0", skipped="0"
    )
    for difference in cases:
        _add(suite, found, difference, fail_below if difference in failed else None)
    ET.SubElement(suite, "system-out").text = _text("\n".join([found.sentence, *found.remarks]))
    root = ET.Element("testsuites")
    root.append(suite)
    stream = io.BytesIO()
    ET.ElementTree(root).write(stream, encoding="utf-8", xml_declaration=True)
    with writing(path, "name another file with --junit"):
        path.write_bytes(stream.getvalue())


def _add(suite: ET.Element, found: Comparison, difference: Difference, missed: float | None) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_text(f"{found.benchmark}.{difference.kind}"),
        name=_text(difference.name),
        time="0",
    )
    numbers = (
        f"{difference.a:.2f} and {difference.b:.2f} over {difference.n} samples, B - A {difference.difference:+.2f}"
    )
    said = f"{numbers}, 95 % interval {difference.low:.2f} to {difference.high:.2f}"
    if missed is not None:
        ET.SubElement(case, "failure", message=f"the interval reaches below {missed:g}").text = said
    ET.SubElement(case, "system-out").text = said


def _text(text: str) -> str:
    """What a name holds that XML cannot, as an escape."""
    return NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
