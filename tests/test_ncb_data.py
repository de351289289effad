"""Would catch problems read wrongly or left out in silence, prompts not the authors', lost input files."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import write_lines
from ncb_helpers import make_problems, problem, samples_of

from bench.benchmarks.ncb import NATURAL_CODE_BENCH as NCB
from bench.errors import DataError, UserError
from bench.jsonl import read_lines
from bench.protocols import Selection
from bench.records import Kind


def load(folder: Path, **selection: object) -> object:
    return NCB.load(Selection(data=str(folder), **selection))  # type: ignore[arg-type]


def test_the_published_problems_are_known_by_their_hash(ncb: Path) -> None:
    found = NCB.load(Selection(data=str(ncb / "problems")))
    assert len(found.entries) == 280
    assert found.expected == dict.fromkeys(NCB.tasks, 70)
    assert {entry.id for entry in found.entries if entry.document == "python/131"} == {
        *("python_en/131", "python_zh/131")
    }
    (note,) = found.notes
    assert note.startswith("26 of 280 problems cannot pass here: they read input files that exist only in the authors'")
    assert "bench download ncb --from-image codegeex/codegeex:0.1.23`, or name a folder that has them by --data" in note


def test_the_references_are_the_authors_own_responses(ncb: Path) -> None:
    found = NCB.load(Selection(data=str(ncb)))
    for task in NCB.tasks:
        path = ncb / "responses" / "reference" / f"reference_ncb_{task}.jsonl"
        theirs = {f"{task}/{row['_id']}": row["response"] for row in (line.data for line in read_lines(path))}
        ours = {e.id: found.reference(found.read(e)) for e in found.entries if e.task == task}
        assert ours == theirs


def test_a_prompt_is_the_problems_own_text_as_the_one_user_message(tmp_path: Path) -> None:
    found = NCB.load(Selection(data=str(make_problems(tmp_path))))
    prompt = found.prompts(found.read(found.entries[4]), [])[0]
    assert (prompt.text, prompt.chat, prompt.max_tokens) == ("Double a number, please (2).", True, 4096)
    assert (prompt.kind, prompt.language, prompt.sampling.temperature) == (Kind.CODE, "zh", 0.0)


def test_a_sample_alone_holds_all_that_running_an_answer_takes(tmp_path: Path) -> None:
    sample = samples_of(make_problems(tmp_path))[0]
    assert sample.id == "python_en/1"
    assert sample.language == "python"
    assert set(sample.metadata) == {
        *("problem", "natural_language", "classification", "testcases", "setup_code", "inputs", "published")
    }
    assert str(tmp_path) not in str(sample)


@pytest.mark.parametrize("layout", ["", "problems", "data/{task}", "{task}"])
def test_both_official_layouts_are_found(tmp_path: Path, layout: str) -> None:
    for task in NCB.tasks:
        write_lines(tmp_path / layout.format(task=task) / f"ncb_{task}.jsonl", [problem(task, 7)])
    assert [sample.id for sample in samples_of(tmp_path)] == [f"{task}/7" for task in NCB.tasks]


def test_input_files_are_found_beside_the_problems_and_serve_both_natural_languages(tmp_path: Path) -> None:
    make_problems(tmp_path / "problems")
    folder = tmp_path / "data" / "python_en" / "input_files" / "2"
    folder.mkdir(parents=True)
    (folder / "orders.csv").write_text("a,b\n")
    for data in (tmp_path, tmp_path / "problems"):
        located = NCB.located(str(data))
        found = {sample.id: sample for sample in samples_of(data)}
        for name in ("python_en/2", "python_zh/2"):
            assert found[name].metadata["inputs"].endswith("/input_files/2")
            assert located.gate(found[name])[0].inputs == str(folder)
        assert located.inputs(found["java_en/2"]) is None
        assert located.inputs(found["python_en/1"]) is None


def test_languages_choose_the_sets(tmp_path: Path) -> None:
    make_problems(tmp_path)
    ids = [s.id for s in samples_of(tmp_path, languages=("java",), natural_languages=("zh",), limit=2)]
    assert ids == ["java_zh/1", "java_zh/2"]
    assert [s.id for s in samples_of(tmp_path, tasks=("python_zh",), limit=1)] == ["python_zh/1"]


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"languages": ("rust",)}, "no language 'rust'"),
        ({"natural_languages": ("fr",)}, "no natural language 'fr'"),
        ({"tasks": ("python",)}, "no task 'python'; did you mean"),
        ({"tasks": ("python_en",), "languages": ("java",)}, "leave no task"),
        ({"prompts": Path("p.json")}, "part of its problems"),
    ],
)
def test_a_wrong_choice_is_refused_by_name(tmp_path: Path, selection: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        load(make_problems(tmp_path), **selection)


def test_only_what_is_there_is_loaded_unless_more_is_asked_for(tmp_path: Path) -> None:
    make_problems(tmp_path, tasks=("java_en",))
    assert {s.task for s in samples_of(tmp_path)} == {"java_en"}
    with pytest.raises(UserError, match=r"holds no ncb_java_zh\.jsonl"):
        load(tmp_path, languages=("java",))


@pytest.mark.parametrize("data", ["nowhere", ""])
def test_a_folder_without_problems_is_said_to_be_one(tmp_path: Path, data: str) -> None:
    with pytest.raises(UserError, match="name a folder with ncb_"):
        load(tmp_path / data)


def test_other_problems_are_taken_and_marked(tmp_path: Path) -> None:
    found = NCB.load(Selection(data=str(make_problems(tmp_path, tasks=("java_en",)))))
    assert found.expected is None
    assert found.notes == ["not the published problems: ncb_java_en.jsonl"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"_id": 1}', "the key 'prompt' is missing"),
        (b"[1]", "not a JSON object"),
        (b'{"_id": 1', "not valid JSON"),
        (b'{"_id": "\xff"}', "not UTF-8"),
    ],
)
def test_a_damaged_line_is_named_with_its_number(tmp_path: Path, line: bytes, message: str) -> None:
    path = make_problems(tmp_path, tasks=("python_en",)) / "ncb_python_en.jsonl"
    path.write_bytes(path.read_bytes() + line + b"\n" + path.read_bytes())
    with pytest.raises(DataError, match=rf"ncb_python_en\.jsonl:4: {message}"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"_id": 1}, "the id 1 stands here twice"),
        ({"_id": None}, "'_id' is neither"),
        ({"_id": "../x"}, "'_id' is neither"),
        ({"testcases": None}, "'testcases' is not a string"),
    ],
)
def test_a_line_that_is_no_problem_is_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    rows = [problem("python_en", 1), {**problem("python_en", 2), **change}]
    write_lines(tmp_path / "ncb_python_en.jsonl", rows)
    with pytest.raises(DataError, match=f":2: {message}"):
        load(tmp_path)


def test_java_tests_without_a_class_are_refused(tmp_path: Path) -> None:
    write_lines(tmp_path / "ncb_java_en.jsonl", [problem("java_en", 1, testcases="void test() {}")])
    with pytest.raises(DataError, match="'testcases' holds no class"):
        load(tmp_path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ncb_java_en.jsonl").write_text("\n\n")
    with pytest.raises(DataError, match="holds no problem"):
        load(tmp_path)
