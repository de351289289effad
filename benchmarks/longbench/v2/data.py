"""LongBench v2's data: the published data.json, any file of rows in its format, or the package's own sample.

The index is made in one pass that holds one row at a time; rows are then read by their place in the file, so that
contexts of megabytes need the memory of one of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bench.benchmarks.longbench.v2.documents import Documents, find_documents, kept_size
from bench.benchmarks.longbench.v2.groups import NAMES, OVERALL, PUBLISHED, belongs, chosen_groups
from bench.benchmarks.longbench.v2.prompts import PromptTexts, Said, load_texts, make_prompt
from bench.benchmarks.longbench.v2.rows import ABOUT, ASKED, RETRIEVED, checked
from bench.benchmarks.longbench.v2.settings import CARD, GIVEN, STEPS, TEMPERATURE, way
from bench.benchmarks.longbench.v2.sources import Source, find_source
from bench.benchmarks.pinning import marked, remarks
from bench.benchmarks.reading import Reader
from bench.benchmarks.selecting import said, select
from bench.json_rows import JsonRows
from bench.jsonl import Line
from bench.protocols import Entry, Selection, Setting
from bench.records import Completion, Prompt, Sample

LANGUAGE = "en"
_UNPINNED = "the data is not the published data.json"


class LongBenchV2Data:
    """The selected questions, indexed; a `SampleSet`.

    Raises:
        UserError: there is no such data, group or retriever.
        DataError: a row is not what it should be, or a prompt text is missing.
    """

    def __init__(self, benchmark: str, setting: Setting, selection: Selection) -> None:
        self._benchmark, self._setting = benchmark, setting
        self._steps = STEPS[way(setting)]
        self._source = find_source(selection.data)
        self._texts = _texts(self._source, selection, setting)
        self._chosen = chosen_groups(selection.tasks)
        self._whole = not self._chosen and not said(selection)
        self._reader = Reader(lambda _: self._source.open())
        self._rows = JsonRows(self._source.path, self._source.open)
        self.entries: Sequence[Entry] = self._index(selection)
        self._documents: Documents = find_documents(setting)
        self.spec: Mapping[str, Any] = self._spec(selection)

    def _index(self, selection: Selection) -> list[Entry]:
        strata: dict[str, list[Entry]] = {}
        seen: set[str] = set()
        for line in self._rows:
            row = checked(self._rows, line, retrieved=self._setting.retriever == GIVEN)
            if row["_id"] in seen:
                raise self._rows.error(line, f"the _id {row['_id']} stood in an earlier row", "remove one of them")
            seen.add(row["_id"])
            if belongs(row, self._chosen):
                # A sample of N is spread over all difficulties and lengths; the first N are those of the data.
                stratum = "/".join(row[key] for key in NAMES) if selection.sample is not None else OVERALL
                strata.setdefault(stratum, []).append(self._entry(row, line))
        return sorted(select(strata, selection), key=lambda entry: entry.offset)

    def _entry(self, row: Mapping[str, Any], line: Line) -> Entry:
        document = row["context"].encode("utf-8", "surrogatepass")
        kept = kept_size(self._setting, len(document))
        return Entry(
            id=f"v2/{row['_id']}",
            task=OVERALL,
            document=hashlib.sha256(document).hexdigest()[:16],
            offset=line.offset,
            size=line.size,
            max_tokens=sum(step.max_tokens for step in self._steps),
            steps=len(self._steps),
            document_size=len(document),
            asked=max(1, line.size - len(document)) + kept // len(self._steps),
        )

    def _spec(self, selection: Selection) -> dict[str, Any]:
        retrieval = self._documents.spec
        return {
            "source": self._source.kind,
            "files": {self._source.path.name: self._rows.sha256},
            "prompts": {"sha256": dict(self._texts.sha256), "official": self._texts.official},
            "asked": {"temperature": TEMPERATURE, "max_new_tokens": [step.max_tokens for step in self._steps]},
            **({"retrieval": dict(retrieval)} if retrieval is not None else {}),
            **({"groups": ",".join(self._chosen)} if self._chosen else {}),
            **marked(unpinned=self._source.unpinned),
            **said(selection),
        }

    def read(self, entry: Entry) -> Sample:
        """The whole sample at an entry."""
        row = self._reader.read(self._source.path.name, entry.offset, entry.size)
        fields = {key: row[key] for key in (*ASKED, "context")}
        if self._setting.retriever == GIVEN:
            fields[RETRIEVED] = json.dumps(row[RETRIEVED])
        return Sample(
            id=entry.id,
            benchmark=self._benchmark,
            task=entry.task,
            language=LANGUAGE,
            input=fields,
            targets=(row["answer"],),
            metadata={key: row[key] for key in (*ABOUT, *ASKED)},
        )

    @property
    def expected(self) -> Mapping[str, int] | None:
        """Published questions of each group, where the authors' prompts are asked of what claims to be their data."""
        claims = self._texts.official and self._source.kind != "sample" and not self._chosen
        return PUBLISHED if claims else None

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:
        """The first prompt, and the second once the first is answered."""
        document = self._documents.of(sample)
        thought = next((done.text for done in earlier if done.step == 0), None)
        first = make_prompt(self._steps, 0, sample, self._texts, Said(document=document))
        if thought is None or len(self._steps) == 1:
            return [first]
        return [first, make_prompt(self._steps, 1, sample, self._texts, Said(document=document, thought=thought))]

    def reference(self, sample: Sample) -> str | None:  # noqa: ARG002 - the seam's
        """None: a letter is not what a model would write."""
        return None

    @property
    def notes(self) -> Sequence[str]:
        """What makes this run differ from the authors' protocol."""
        return [*self._about_data(), *self._documents.notes]

    def _about_data(self) -> list[str]:
        if self._source.kind == "sample":
            return ["sample data, made for trying things out: not LongBench v2"]
        notes = list(remarks(CARD, _UNPINNED, self._source.path, unpinned=self._source.unpinned))
        count, published = len(self.entries), PUBLISHED[OVERALL]
        if not self._texts.official:
            notes.append(f"prompts are not the authors' ({', '.join(self._texts.foreign)})")
        elif self._whole and count != published:
            notes.append(f"{count} of the {published} published questions")
        return notes

    def close(self) -> None:
        """Let go of the file and of the retriever."""
        self._reader.close()
        self._documents.close()


def _texts(source: Source, selection: Selection, setting: Setting) -> PromptTexts:
    steps = STEPS[way(setting)]
    return source.texts(steps) if selection.prompts is None else load_texts(selection.prompts, steps)
