"""The baseline without weights.

Would catch: a kind of prompt that is not answered, an answer that differs between runs, a crash on an empty or odd
context, an answer over the limit, a lost indentation, a label spelled in another way than in the context, and a
context of megabytes that takes minutes.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.models.lexical import ANSWERERS, Lexical, paragraphs
from bench.records import Completion, Kind, Parts, Prompt


def complete(kind: Kind, language: str = "en", max_tokens: int = 64, **parts: str) -> Completion:
    prompt = Prompt(
        sample_id="task/1", text="", parts=Parts(**parts), kind=kind, language=language, max_tokens=max_tokens
    )
    return next(iter(Lexical().generate([prompt])))


def ask(kind: Kind, language: str = "en", max_tokens: int = 64, **parts: str) -> str:
    return complete(kind, language, max_tokens, **parts).text


STORY = (
    "Passage 1:\nThe old bridge at Kelso was painted green.\n\nPassage 2:\nAnna Meyer opened the library in Brno on "
    "12 March 1921. The library held 4,000 books when it opened. It closed because the roof leaked.\n"
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the library opened?", "12 March 1921"),
        ("How many books did the library hold when it opened?", "4,000 books"),
        ("Who opened the library in Brno?", "Anna Meyer"),
        ("Where did Anna Meyer open the library?", "Brno"),
        ("Why was the library closed?", "It closed because the roof leaked."),
    ],
)
def test_the_question_word_decides_what_kind_of_span_is_taken(question: str, expected: str) -> None:
    assert ask(Kind.QA, context=STORY, question=question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("学校是哪一年成立的？", "1952年"),
        ("图书馆藏书多少万册？", "30万册"),
        ("财政收入增长了多少？", "7.5%"),
        ("建设费用的金额是多少？", "120万元"),
    ],
)
def test_chinese_question_words_decide_it_too(question: str, expected: str) -> None:
    context = "这所学校成立于1952年。图书馆藏书30万册，建设费用金额为120万元。\n当年财政收入80亿元，增长7.5%。"
    assert ask(Kind.QA, "zh", context=context, question=question) == expected


def test_a_summary_takes_the_lead_of_every_document() -> None:
    lead = "The council agreed on a new bridge over the river. "
    other = "Farmers in the valley expect a poor harvest this year. "
    summary = ask(Kind.SUMMARY, max_tokens=512, context=f"Passage 1:\n{lead * 30}\nPassage 2:\n{other * 30}")
    assert lead.strip() in summary
    assert other.strip() in summary
    assert len(summary.split()) <= 300


def test_a_summary_for_a_question_keeps_to_what_was_asked_in_the_order_of_the_document() -> None:
    transcript = "".join(
        [
            "Anna: Good morning everybody, let us begin.\n" * 3,
            "Bob: The remote control should have a rubber case.\n",
            "Anna: Lunch will be at noon in the small hall.\n" * 40,
            "Bob: The rubber case costs two euros for each remote control.\n",
        ]
    )
    summary = ask(Kind.SUMMARY, max_tokens=512, context=transcript, question="What was said about the rubber case?")
    assert summary.index("should have a rubber case") < summary.index("costs two euros")
    assert "Bob:" not in summary


def test_a_transcript_without_a_question_is_not_summed_up_by_its_greetings() -> None:
    talk = "".join(f"讲者{n % 3}：我们今年的新能源汽车销量增长很快，市场份额达到{n}个百分点。\n" for n in range(30))
    assert "新能源汽车" in ask(Kind.SUMMARY, "zh", context="讲者1：大家好。\n" + talk)


def test_few_shot_classes_come_from_the_nearest_examples() -> None:
    examples = (
        "Question: How far is it from Rome to Oslo?\nType: Distance\nQuestion: Who wrote Faust?\nType: Individual\n"
        "Question: How far is the moon?\nType: Distance\n"
    )
    assert ask(Kind.FEW_SHOT, examples=examples, question="Question: How far is Mars?\nType:") == "Distance"


def test_few_shot_cues_are_found_in_chinese_and_in_the_context() -> None:
    examples = "新闻内容：球队赢得比赛\n类别：体育\n新闻内容：银行降低利率\n类别：财政、金融\n"
    assert ask(Kind.FEW_SHOT, "zh", context=examples, question="新闻内容：央行利率不变\n类别：") == "财政、金融"


def test_a_few_shot_question_about_a_passage_is_answered_from_the_passage() -> None:
    example = "Passage:\nRain fell.\nQuestion:\nWhat fell?\nAnswer:\nRain\n\n"
    question = f"Passage:\n{STORY}\nQuestion:\nWho opened the library in Brno?\nAnswer:\n"
    assert ask(Kind.FEW_SHOT, examples=example * 3, question=question) == "Anna Meyer"


def test_a_dialogue_is_summed_up_by_how_it_begins() -> None:
    example = "Dialogue: Tim: Hi\nSue: Hello\nSummary: Tim greets Sue.\n\n"
    question = "Dialogue: Eva: My car broke down\nMax: I can pick you up at six\nSummary: "
    answer = ask(Kind.FEW_SHOT, examples=example * 4, question=question)
    assert "My car broke down" in answer
    assert "\n" not in answer


def test_repeated_paragraphs_count_once_whatever_their_spacing() -> None:
    context = "Paragraph 1: One  thing.\n\nParagraph 2: Another.\nNote 3: in it\n\nParagraph 3: one thing.\n\n"
    assert ask(Kind.COUNT, context=context) == "2"


@pytest.mark.parametrize(
    ("language", "context", "question", "expected"),
    [
        (
            "en",
            "Paragraph 1: Cats sleep.\n\nParagraph 2: Whales sing at sea.\n",
            "Singing whales at sea",
            "Paragraph 2",
        ),
        ("zh", "段落1：猫在睡觉。\n\n段落2：鲸鱼在海里唱歌。\n", "鲸鱼唱歌", "段落2"),
    ],
)
def test_a_paragraph_is_named_as_the_context_spells_it(
    language: str, context: str, question: str, expected: str
) -> None:
    assert ask(Kind.RETRIEVAL, language, context=context, question=question) == expected


def test_a_heading_that_looks_like_a_label_does_not_begin_a_paragraph() -> None:
    context = "Paragraph 1: a\nChapter 9: b\nParagraph 2: c\nParagraph 7: d\nParagraph 3: e"
    assert [label for label, _ in paragraphs(context)] == ["Paragraph 1", "Paragraph 2", "Paragraph 3"]


def test_code_repeats_what_followed_the_same_lines_with_the_indentation_of_the_place() -> None:
    code = "def f():\n    x = load()\n    check(x)\n\ndef g():\n  if True:\n\n    # again\n    x = load()\n"
    assert ask(Kind.CODE, context=code) == "    check(x)"
    deeper = code.replace("    x = load()\n", "        x = load()\n").replace("        x", "    x", 1)
    assert ask(Kind.CODE, context=deeper) == "        check(x)"


def test_code_prefers_the_place_that_agrees_for_more_lines() -> None:
    code = "a()\nopen()\nuse_a()\nb()\nopen()\nuse_b()\nc()\nopen()\nuse_b()\na()\nopen()\n"
    assert ask(Kind.CODE, context=code) == "use_a()"


def test_code_never_seen_before_follows_the_line_most_like_it() -> None:
    code = "total = price * count\nreturn total\nname = 'x'\nprint(name)\n"
    assert ask(Kind.CODE, context=code, question="total = price * amount\n") == "return total"


def test_the_option_that_the_context_speaks_of_is_chosen() -> None:
    question = "What did the library lack?\n(A) A garden\n(B) A sound roof that leaked\n(C) Snow\n(D) Electricity"
    assert ask(Kind.CHOICE, context=STORY, question=question) == "The correct answer is (B)"


def test_answers_keep_to_the_limit_and_say_when_they_were_cut() -> None:
    long = "The word is " + "very " * 200 + "long because it is explained."
    cut = complete(Kind.QA, max_tokens=14, context=long, question="Why is the word long?")
    assert len(cut.text.split()) <= 10
    assert cut.finish_reason == "length"


def test_the_answer_carries_the_keys_of_its_prompt() -> None:
    prompt = Prompt(
        sample_id="t/9", attempt=2, step=1, text="", parts=Parts(), kind=Kind.QA, language="en", max_tokens=8
    )
    assert next(iter(Lexical().generate([prompt]))).key == ("t/9", 2, 1)


def test_prompts_are_pulled_one_at_a_time() -> None:
    pulled: list[int] = []

    def prompts() -> object:
        for number in range(3):
            pulled.append(number)
            yield Prompt(sample_id="", text="", parts=Parts(), kind=Kind.QA, language="en", max_tokens=8)

    next(iter(Lexical().generate(prompts())))  # type: ignore[arg-type]
    assert pulled == [0]


def test_every_kind_has_an_answerer() -> None:
    assert set(ANSWERERS) == set(Kind)


def test_the_spec_names_backend_and_version() -> None:
    assert dict(Lexical.spec) == {"backend": "lexical", "version": 1}
    Lexical().check()


BLOCKS = ["Paragraph 1: a\n", "段落2：b\n", "Passage:\n", "Question: q\n", "Type:", "Answer:\n", "A: b\n", "(A) x\n"]
CRUMBS = [
    "(B) \n",
    "\n",
    "    ",
    "\t",
    "def f():\n",
    "。",
    "? ",
    "\ud800",
    "\x00",
    "\u2028",
    "多少",
    "when",
    "3%",
    "9" * 9,
]
odd = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(BLOCKS + CRUMBS), max_size=25).map("".join))


@settings(max_examples=150, deadline=None)
@given(odd, odd, odd, st.sampled_from(list(Kind)), st.sampled_from(["en", "zh", "python"]), st.integers(1, 64))
def test_no_input_breaks_it_and_the_same_input_gives_the_same_answer(
    context: str, question: str, examples: str, kind: Kind, language: str, max_tokens: int
) -> None:
    parts = {"context": context, "question": question, "examples": examples}
    first = complete(kind, language, max_tokens, **parts)
    assert first.error is None
    assert first.text == ask(kind, language, max_tokens, **parts)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("unit", ["x", "word ", "Bob: hi\n", "他说。", "Paragraph 1: a\n"])
def test_long_contexts_of_one_thing_over_and_over_are_answered(kind: Kind, unit: str) -> None:
    text = unit * (400_000 // len(unit))
    language = "zh" if unit == "他说。" else "en"
    found = complete(kind, language, 64, context=text, question="How many words, 多少？\n(A) a\nType:")
    assert found.error is None
    assert kind is Kind.CODE or len(found.text if language == "zh" else found.text.split()) <= 64
