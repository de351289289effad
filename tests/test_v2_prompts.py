"""Would catch a prompt of LongBench v2 that differs from the authors' by a single byte, in any setting."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from made_tokenizers import tokenizer_folder
from preparing_helpers import preparer
from v2_helpers import real, row, write_data

from bench.benchmarks.longbench.v2 import LONGBENCH_V2
from bench.benchmarks.longbench.v2.data import LongBenchV2Data
from bench.errors import DataError, UserError
from bench.models.cutting import Tokens
from bench.models.tokens import load_tokenizer
from bench.protocols import Selection, Setting
from bench.records import Completion, Kind, Prompt

SETTINGS = {
    "zero-shot": Setting(),
    "cot": Setting(cot=True),
    "no-context": Setting(no_context=True),
    "rag-3": Setting(rag=3, retriever="given"),
}
THOUGHT = "  Thinking of $C_A$ and $DOC$.\n"


def load(path: Path, setting: Setting | None = None, **selection: Any) -> LongBenchV2Data:
    asked = Selection(data=str(path), **selection)
    return LONGBENCH_V2.in_setting(setting or Setting()).load(asked)


def prompts(data: LongBenchV2Data, thought: str | None = None) -> list[list[Prompt]]:
    with closing(data):
        samples = [data.read(entry) for entry in data.entries]
        earlier = [[Completion(sample_id=s.id, text=thought)] if thought is not None else [] for s in samples]
        return [list(data.prompts(s, e)) for s, e in zip(samples, earlier, strict=True)]


def by_the_authors(item: dict[str, Any], setting: str, folder: Path) -> list[str]:
    """What pred.py sends, written down from it once more: (`query_llm`'s first argument) of each call."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    context = item["context"]
    if setting.startswith("rag"):
        best = item["retrieved_context"][: int(setting[4:])]
        in_order = sorted(best, key=lambda chunk: chunk["c_idx"])
        context = "\n\n".join(f"Retrieved chunk {i + 1}: {chunk['content']}" for i, chunk in enumerate(in_order))
        names = ["0shot_rag"]
    elif setting == "no-context":
        names = ["0shot_no_context"]
    else:
        names = ["0shot_cot", "0shot_cot_ans"] if setting == "cot" else ["0shot"]
    sent = []
    for name in names:
        text = texts[name].replace("$DOC$", context.strip()).replace("$Q$", item["question"].strip())
        for letter in "ABCD":
            text = text.replace(f"$C_{letter}$", item[f"choice_{letter}"].strip())
        sent.append(text.replace("$COT$", THOUGHT.strip()) if name == "0shot_cot_ans" else text)
    return sent


def with_chunks(path: Path, out: Path) -> Path:
    """The same rows, each with chunks of its document in an order of a retriever's."""
    with path.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as stream:
        for number, line in enumerate(lines):
            item = json.loads(line)
            pieces = [item["context"][start : start + 900] for start in range(0, 9000, 900)]
            ranked = sorted(range(len(pieces)), key=lambda i: (i * 7 + number) % len(pieces))
            item["retrieved_context"] = [{"content": pieces[i], "c_idx": i} for i in ranked]
            stream.write(json.dumps(item, ensure_ascii=False) + "\n")
    return out


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_81_real_items_are_asked_byte_for_byte_as_the_authors_ask(
    shared: Path, tmp_path: Path, setting: str
) -> None:
    path, folder = real(shared, "longbench_v2_short_contexts.jsonl"), real(shared, "prompts")
    if setting.startswith("rag"):
        path = with_chunks(path, tmp_path / "chunks.jsonl")
    items = [json.loads(line) for line in path.read_bytes().splitlines()]
    data = load(path, SETTINGS[setting], prompts=folder)
    assert data.expected is not None
    found = prompts(data, THOUGHT if setting == "cot" else None)
    assert len(found) == 81
    assert [[prompt.text for prompt in asked] for asked in found] == [
        by_the_authors(item, setting, folder) for item in items
    ]


def test_requests_are_the_authors_in_temperature_and_length(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0)])
    for setting, most in (("zero-shot", [128]), ("cot", [1024, 128]), ("no-context", [128])):
        data = load(tmp_path, SETTINGS[setting])
        (asked,) = prompts(data, "thought")
        assert [prompt.max_tokens for prompt in asked] == most
        assert [prompt.step for prompt in asked] == list(range(len(most)))
        assert data.entries[0].steps == len(most)
        assert data.entries[0].max_tokens == sum(most)
        assert {(prompt.chat, prompt.sampling.temperature, prompt.sampling.top_p) for prompt in asked} == {
            (True, 0.1, 1.0)
        }


def test_a_document_that_holds_a_mark_is_filled_there_too(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0, context="It says $Q$ and $C_B$, but not $DOC$ again", choice_A="$C_D$")])
    ((prompt,),) = prompts(load(tmp_path))
    assert "It says Which colour has thing 0? and colour b, but not $DOC$ again" in prompt.text
    assert "(A) colour d\n" in prompt.text


def test_a_model_of_rules_gets_the_pieces_with_lettered_choices(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0, choice_B="two\nlines", question="What?\n(A) not this")])
    ((prompt,),) = prompts(load(tmp_path))
    assert prompt.parts.question == "What? (A) not this\n(A) colour a\n(B) two lines\n(C) colour c\n(D) colour d"
    assert prompt.kind is Kind.CHOICE
    ((without,),) = prompts(load(tmp_path, Setting(no_context=True)))
    assert without.parts.context == ""
    ((first, second),) = prompts(load(tmp_path, Setting(cot=True)), "a thought")
    assert (first.kind, second.kind) == (Kind.QA, Kind.CHOICE)
    assert second.parts.context == "a thought"


def test_chunks_are_numbered_in_the_order_of_the_document(tmp_path: Path) -> None:
    facts = [f"Part {n} is about thing {n % 3} and nothing else." for n in range(9)]
    write_data(tmp_path, [row(1, context="\n".join(facts), question="Which part is about thing 1?")])
    ((prompt,),) = prompts(load(tmp_path, Setting(rag=3, chunk=10)))
    found = re.findall(r"Retrieved chunk (\d): Part (\d)", prompt.parts.context)
    assert [place for place, _ in found] == ["1", "2", "3"]
    numbers = [number for _, number in found]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 3


def test_the_retriever_is_part_of_what_the_run_is(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0)])
    with closing(load(tmp_path, Setting(rag=3, chunk=10))) as data:
        assert data.spec["retrieval"]["chunk"] == 10
        assert data.spec["retrieval"]["chunks"] == 3
    with closing(load(tmp_path)) as data:
        assert "retrieval" not in data.spec


def test_a_missing_prompt_file_is_named(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0)])
    (tmp_path / "prompts" / "0shot_cot_ans.txt").unlink()
    load(tmp_path).close()
    with pytest.raises(DataError, match=r"0shot_cot_ans\.txt: No such file.*--prompts"):
        load(tmp_path, Setting(cot=True))
    with pytest.raises(DataError, match=r"nowhere.0shot\.txt: No such file"):
        load(tmp_path, prompts=tmp_path / "nowhere")
    (tmp_path / "prompts").rename(tmp_path / "elsewhere")
    with pytest.raises(UserError, match=r"prompts: no such folder.*--prompts DIR"):
        load(tmp_path)


def test_a_prompt_file_without_a_place_for_the_question_is_refused(tmp_path: Path) -> None:
    write_data(tmp_path, [row(0)])
    (tmp_path / "prompts" / "0shot.txt").write_text("Read $DOC$ and answer.")
    with pytest.raises(DataError, match=r"0shot\.txt: has no \$Q\$"):
        load(tmp_path)


def test_changed_prompts_are_told_and_are_not_the_benchmark(shared: Path, tmp_path: Path) -> None:
    write_data(tmp_path, [row(0)])
    folder = tmp_path / "theirs"
    folder.mkdir()
    for path in real(shared, "prompts").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with closing(load(tmp_path, prompts=folder)) as data:
        assert data.expected is not None
        assert data.notes == ["1 of the 503 published questions"]
    (folder / "0shot.txt").write_bytes((folder / "0shot.txt").read_bytes() + b" ")
    with closing(load(tmp_path, prompts=folder)) as data:
        assert data.expected is None
        assert data.notes == ["prompts are not the authors' (0shot.txt)"]


def test_a_real_prompt_is_cut_as_the_authors_cut_it(shared: Path, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    folder = tokenizer_folder(tmp_path / "tokenizer")
    path = real(shared, "longbench_v2_short_contexts.jsonl")
    data = load(path, prompts=real(shared, "prompts"), limit=1)
    ((prompt,),) = prompts(data)
    assert prompt.truncation is not None
    assert prompt.truncation.most == 120_000
    theirs = transformers.AutoTokenizer.from_pretrained(str(folder))
    for most in (1000, 1001):
        ids = theirs.encode(prompt.text)
        ids = ids[: most // 2] + ids[-most // 2 :]
        cut = Tokens(prompt.text, load_tokenizer(str(folder))).cut(most, joined=prompt.truncation.joined)
        assert cut.text == theirs.decode(ids, skip_special_tokens=True)
        assert cut.removed > 0


def test_a_window_smaller_than_the_limit_is_told_with_the_option_that_widens_it(shared: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(str(tokenizer_folder(tmp_path / "tokenizer")))
    data = load(real(shared, "longbench_v2_short_contexts.jsonl"), prompts=real(shared, "prompts"), limit=1)
    ((prompt,),) = prompts(data)
    with closing(preparer(tokenizer, window=8192)) as made:
        (said,) = [line for line in made.check(LONGBENCH_V2.truncation) if "--max-model-len" in line]
        assert "less than the 120,000 input tokens of the benchmark's authors" in said
        (prepared,) = made.prepare([prompt])
    assert prepared.truncated_tokens
    assert prepared.input_tokens is not None
    assert prepared.input_tokens <= 8192 - 128
    assert prepared.prompt.text[:60] == prompt.text[:60]
    assert prepared.prompt.text[-60:] == prompt.text[-60:]
    with closing(preparer(tokenizer, window=131_072)) as made:
        assert not [line for line in made.check(LONGBENCH_V2.truncation) if "--max-model-len" in line]


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        (Setting(cot=True, rag=4), "--cot and --rag exclude each other"),
        (Setting(cot=True, no_context=True), "--cot and --no-context exclude"),
        (Setting(compress="summary"), "--compress is of longbench"),
        (Setting(top_k=3), "--top-k is of longbench"),
        (Setting(chunk=100), "--chunk needs --rag N"),
        (Setting(rag=4, retriever="given", chunk=100), "leave --chunk out"),
    ],
)
def test_ways_that_cannot_be_meant_together_are_refused(setting: Setting, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        LONGBENCH_V2.in_setting(setting)


def test_settings_have_the_names_that_tables_show() -> None:
    assert [LONGBENCH_V2.in_setting(setting).setting for setting in SETTINGS.values()] == list(SETTINGS)
