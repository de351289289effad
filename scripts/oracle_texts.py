"""Answers, awkward inputs and samples from a seeded generator, in the layouts of the authors' files.

They say nothing about any model: they are there so that every metric meets right, nearly right, wrong, empty,
repeated and over-long answers in both languages, wherever the tests run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from bench.benchmarks.longbench.tasks import TASKS, Task

MODELS = {"phi-2": tuple(TASKS), "longlora-16k": tuple(name for name, task in TASKS.items() if task.language != "zh")}
"""Names of the folders, as of the real answers that the tests otherwise read, and the data sets they have."""

CASES = "metric_edge_cases.jsonl"
SAMPLES = {"multi_news": 200, "multifieldqa_zh": 200, "passage_retrieval_zh": 200}
PARAGRAPHS = 30

Row = dict[str, Any]

ENGLISH = re.findall(
    r"\S+",
    """the of and a to in council river report budget water city school health program federal agency state people new
    Paris London Mary committee agreed decided found increased reduced years percent million costs review plan their
    was were had said after before between because however U.S. 2019 3.5 12 well-known it's Dr. not under over data""",
)
CHINESE = re.findall(
    r"\S+",
    """北京 上海 大学 研究 会议 主席 我们 认为 经济 发展 问题 可以 进行 已经 因为 所以 但是 2019 年 3.5% 增长 公司 市场
    学生 老师 的 了 是 在 和 有 他 她 这 那 王小明 魑魅 GPT-4 技术 科学 文化 历史 音乐 人民 银行 行长 讨论 项目 时间
    工作 组织 国家 。 ， 、""",
)
CODE = re.findall(
    r"\S+",
    """return self.value (x, y) = foo bar[i] if not None: for in range(10) += 1 ; { } print('a') public static void""",
)
TREC = ["Food", "Date", "Individual", "Group or organization of person", "Title of a person", "Sport", "Reason", "City"]
LSHT = ["农业、农村", "军事", "文学、艺术", "体育", "经济", "教育", "科学技术", "财政、金融"]


def write_all(data: Path) -> None:
    """Write the predictions of both models, the awkward inputs (still without values) and the samples."""
    for model, names in MODELS.items():
        for name in names:
            write_lines(data / "predictions" / model / f"{name}.jsonl", predictions(model, TASKS[name]))
    write_lines(data / "golden" / CASES, cases())
    for name, rows in SAMPLES.items():
        write_lines(data / "samples" / f"{name}.jsonl", (sample(TASKS[name], number) for number in range(rows)))


def write_lines(path: Path, rows: Iterable[Row]) -> None:
    """One row a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def predictions(model: str, task: Task) -> Iterable[Row]:
    """A model's answers to one data set, as many as it has rows."""
    random = seeded(f"{model}/{task.name}")
    for number in range(task.rows):
        answers = references(task, random)
        answer = overlong(task, answers[0]) if number == 7 else prediction(task, answers, random)
        yield {
            "pred": answer,
            "answers": answers,
            "all_classes": classes(task),
            "length": random.randint(500, 20_000),
        }


def seeded(seed: str) -> Random:
    """The same numbers for the same seed on every machine; they make test data, not secrets."""
    return Random(seed)  # noqa: S311


def classes(task: Task) -> list[str] | None:
    """The class names of the two classification tasks."""
    return {"trec": TREC, "lsht": LSHT}.get(task.name)


def references(task: Task, random: Random) -> list[str]:
    """One accepted answer or several."""
    write = WRITERS[task.metric]
    several = random.randint(1, 3) if task.metric == "qa_f1_score" else 1
    return [write(task, random) for _ in range(several)]


def prediction(task: Task, answers: list[str], random: Random) -> str:
    """An answer: right, with words around it, changed a little, wrong, repeated, or nothing."""
    right, wrong = random.choice(answers), WRITERS[task.metric](task, random)
    kind = random.choice(
        ["right", "around", "changed", "changed", "wrong", "wrong", "repeated", "more", "thought", "none"]
    )
    return {
        "right": right,
        "around": f"The answer is: {right}.",
        "changed": changed(right, random),
        "wrong": wrong,
        "repeated": f"{wrong}. {right}. " * random.randint(2, 5),
        "more": f"\n\n{right}\n{wrong}\n",
        "thought": f"<think>{wrong}</think>{right}",
        "none": random.choice(["", " ", "\n", "..."]),
    }[kind]


def overlong(task: Task, answer: str) -> str:
    """For the two long kinds of answer one sentence that the authors' scorer recurses to death on."""
    if task.name == "gov_report":
        return f"{answer.replace('.', '')} " + " ".join(f"w{number}" for number in range(1100))
    if task.name == "vcsum":
        return answer.replace(".", "") + "，".join(f"词{number}" for number in range(600))
    return answer


def changed(text: str, random: Random) -> str:
    """A part of the text, with pieces exchanged."""
    pieces = text.split(" ") if " " in text else list(text)
    start = random.randint(0, len(pieces) // 3)
    kept = pieces[start : start + max(1, len(pieces) * 2 // 3)]
    random.shuffle(kept) if random.random() < 0.3 else None
    return (" " if " " in text else "").join(kept)


def words(vocabulary: list[str], least: int, most: int, random: Random, join: str = " ") -> str:
    """Some words of a list."""
    return join.join(random.choices(vocabulary, k=random.randint(least, most)))


def short_english(_task: Task, random: Random) -> str:
    """A few words."""
    return words(ENGLISH, 1, 6, random)


def short_chinese(_task: Task, random: Random) -> str:
    """A few words without spaces."""
    return words(CHINESE, 1, 8, random, "")


def long_english(task: Task, random: Random) -> str:
    """Some sentences."""
    sentences = random.randint(1, 2) if task.name == "samsum" else random.randint(2, 8)
    return ". ".join(words(ENGLISH, 4, 25, random) for _ in range(sentences)) + "."


def long_chinese(_task: Task, random: Random) -> str:
    """Some sentences with Chinese full stops."""
    return "。".join(words(CHINESE, 5, 40, random, "") for _ in range(random.randint(1, 4))) + "。"


def one_class(task: Task, random: Random) -> str:
    """A class name."""
    return random.choice(classes(task) or TREC)


def count(_task: Task, random: Random) -> str:
    """A number."""
    return str(random.randint(1, PARAGRAPHS))


def paragraph(_task: Task, random: Random) -> str:
    """A paragraph in English."""
    return f"Paragraph {random.randint(1, PARAGRAPHS)}"


def paragraph_zh(_task: Task, random: Random) -> str:
    """A paragraph in Chinese."""
    return f"段落{random.randint(1, PARAGRAPHS)}"


def line_of_code(_task: Task, random: Random) -> str:
    """An indented line."""
    return " " * random.choice([0, 4, 8]) + words(CODE, 2, 12, random)


WRITERS: dict[str, Callable[[Task, Random], str]] = {
    "qa_f1_score": short_english,
    "qa_f1_zh_score": short_chinese,
    "rouge_score": long_english,
    "rouge_zh_score": long_chinese,
    "classification_score": one_class,
    "count_score": count,
    "retrieval_score": paragraph,
    "retrieval_zh_score": paragraph_zh,
    "code_sim_score": line_of_code,
}

ODD_ENGLISH = [
    "", " ", ".", "...", "a an the", "The cat", "the cat.", "Yes, it is.", "It’s naïve café", "U.S.A. 1,000 dollars",
    "x" * 60, "Paris\nLondon", "\n\nParis", "paris paris Paris", "İstanbul ß", "a.b.c. d", " . ", "３.５",
]  # fmt: skip
ODD_CHINESE = [
    "", "。", "北京", "中国的首都是北京市。", "２０２３年１０月，增长5%。", "GPT-3.5-Turbo在2023年发布",
    "他说：“今天天气很好。”", "《红楼梦》·曹雪芹",
    "北京 上海", "段落3",
    "魑魅魍魉。.。", "王小明　说\r\n是",
]  # fmt: skip
ODD_CODE = [
    "", "\n", "x", "return x", "# c\nreturn x", "x = 1 # c", "`x`\n//y", "    return x;",
    "\n\nprint('hi')\nmore", "\t" * 250 + "x"
]  # fmt: skip
ODD_NUMBERS = ["", "3", "03", "３", "Paragraph 3", "段落3", "3 and 13", "33", "no", "3 3 3", "-3.3"]
ODD_CLASSES = [
    "",
    "Group",
    "Group or organization of person",
    "food",
    "Food Date",
    "Foodstuff",
    "Group or Food",
    "Title of a person",
]


def cases() -> Iterable[Row]:
    """Awkward inputs for every metric, each with every awkward reference, and some hundred random ones."""
    for metric, odd, wanted in (
        ("qa_f1_score", ODD_ENGLISH, ODD_ENGLISH[::2]),
        ("rouge_score", ODD_ENGLISH, ODD_ENGLISH[::2]),
        ("qa_f1_zh_score", ODD_CHINESE, ODD_CHINESE),
        ("rouge_zh_score", ODD_CHINESE, ODD_CHINESE[::2]),
        ("code_sim_score", ODD_CODE, ODD_CODE[::2]),
        ("count_score", ODD_NUMBERS, ["3", "13", "03", ""]),
        ("retrieval_score", ODD_NUMBERS, ["Paragraph 3", "Paragraph 03 or Paragraph 13"]),
        ("retrieval_zh_score", ODD_NUMBERS, ["段落3", "段落13"]),
    ):
        for answer, reference in product(odd, wanted):
            yield {"metric": metric, "prediction": answer, "reference": reference}
    names = ["Group", "Group or organization", *TREC]
    for answer, reference in product(ODD_CLASSES, names[:4]):
        yield {"metric": "classification_score", "prediction": answer, "reference": reference, "all_classes": names}
    yield from random_cases()


def random_cases() -> Iterable[Row]:
    """Plausible answers of all kinds."""
    random = seeded("cases")
    for task, _ in product(TASKS.values(), range(4)):
        answers = references(task, random)
        answer = prediction(task, answers, random)
        case = {"metric": task.metric, "prediction": answer, "reference": answers[0]}
        yield {**case, "all_classes": classes(task)} if classes(task) else case


def sample(task: Task, number: int) -> Row:
    """One row of a data set in the authors' eight keys."""
    random = seeded(f"{task.name}/{number}")
    context, question, answer = SAMPLE_WRITERS[task.name](task, random)
    return {
        "input": question,
        "context": context,
        "answers": [answer],
        "length": len(context) if task.language == "zh" else len(context.split()),
        "dataset": task.name,
        "language": task.language,
        "all_classes": None,
        "_id": hashlib.sha256(f"{task.name}/{number}".encode()).hexdigest()[:48],
    }


def news(task: Task, random: Random) -> tuple[str, str, str]:
    """Passages to be put together."""
    texts = [" ".join(long_english(task, random) for _ in range(random.randint(5, 20))) for _ in range(3)]
    context = "\n\n".join(f"Passage {number}:\n{text}" for number, text in enumerate(texts, 1))
    return context, "", " ".join(text[:200] for text in texts)


def field(task: Task, random: Random) -> tuple[str, str, str]:
    """A text with the answer in its last line."""
    texts = [long_chinese(task, random) for _ in range(random.randint(20, 80))]
    answer = short_chinese(task, random)
    return "\n".join(texts) + f"\n王小明认为{answer}。", "王小明认为什么？", answer


def haystack(task: Task, random: Random) -> tuple[str, str, str]:
    """Paragraphs, one of which the question repeats in part."""
    texts = [long_chinese(task, random) for _ in range(PARAGRAPHS)]
    right = random.randrange(PARAGRAPHS)
    context = "\n\n".join(f"段落{number}：{text}" for number, text in enumerate(texts, 1))
    return context, texts[right][: len(texts[right]) * 2 // 3], f"段落{right + 1}"


SAMPLE_WRITERS: dict[str, Callable[[Task, Random], tuple[str, str, str]]] = {
    "multi_news": news,
    "multifieldqa_zh": field,
    "passage_retrieval_zh": haystack,
}
