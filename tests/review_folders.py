"""Work folders of problems that wait for a person: seven problems, every kind of question among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.records import (
    Aligned,
    Decision,
    Draft,
    Finding,
    Measured,
    Proposal,
    Question,
    Repaired,
    Request,
    Screened,
    Solving,
    TestReport,
    Verified,
)
from bench.benchmarks.ncb.construction.review.asking import questions
from bench.benchmarks.ncb.construction.source.assembling import HEADER_LINES

PYTHON = Draft(
    id="discounts",
    language="python",
    natural_language="en",
    statements={
        "en": "A shop gives a discount of 5 % from 100 on and of 10 % from 500 on. Write "
        "`net(prices, member)`, which takes a list of prices and returns the sum to pay in cents, "
        "rounded half up. Members get 2 % more.\n\n"
        "```python\ndef net(prices: list[float], member: bool = False) -> int:\n    ...\n```\n\n"
        "An empty list costs nothing. A negative price is an error: raise `ValueError`.\n",
        "zh": "商店对满 100 的订单打 95 折，满 500 打 9 折。请编写 `net(prices, member)`，"
        "返回以分为单位的应付金额，四舍五入；会员再减 2%。",
    },
    files={
        "python_discounts.py": '"""What a basket costs."""\n\nfrom decimal import ROUND_HALF_UP, Decimal\n\n'
        'STEPS = ((500, "0.10"), (100, "0.05"))\n\n\n'
        "def net(prices, member=False):\n    # a basket is a list of prices\n"
        "    if any(price < 0 for price in prices):\n"
        '        raise ValueError("a price is negative")\n    whole = sum(map(Decimal, map(str, prices)), Decimal(0))\n'
        "    off = next((Decimal(rate) for least, rate in STEPS if whole >= least), Decimal(0))\n"
        '    off += Decimal("0.02") if member else 0\n'
        "    return int((whole * (1 - off) * 100).quantize(Decimal(1), ROUND_HALF_UP))\n\n\ndef round_cents(value):\n"
        "    return int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))\n"
    },
    tests="def test_small_basket():\n    assert net([10.0, 20.0]) == 3000\n\n\n"
    "def test_members_pay_less():\n    basket = [60.0, 60.0]\n    # five percent, and two for members\n"
    "    paid = net(basket, member=True)\n    assert paid == 11172\n\n\n"
    "def test_cents_are_rounded():\n    assert round_cents(10.5) == 11\n    assert net([0.125]) == 13\n\n\n"
    "def test_half_cents():\n    assert round_cents(0.5) == 1\n\n\n"
    'def test_receipt_is_from_today():\n    assert receipt()["year"] == 2026\n\n\n'
    "def test_negative():\n    with pytest.raises(ValueError):\n        net([-1.0])\n",
)
JAVA = Draft(
    id="intervals",
    language="java",
    natural_language="en",
    statements={
        "en": "Write a class `Intervals` with `static List<int[]> merge(List<int[]> given)`. It merges intervals.\n"
    },
    files={
        "Intervals.java": "import java.util.*;\n\npublic class Intervals {\n"
        "    public static List<int[]> merge(List<int[]> given) {\n        /* sorted by their beginning */\n"
        "        List<int[]> sorted = new ArrayList<>(given);\n"
        "        sorted.sort(Comparator.comparingInt(one -> one[0]));\n"
        "        return sorted;\n    }\n}\n",
        "Span.java": "class Span {\n    int from, to;\n}\n",
    },
    tests="import org.junit.jupiter.api.Test;\nimport static org.junit.jupiter.api.Assertions.*;\n\n"
    "public class Test_java_intervals {\n    @Test\n    public void testOverlap() {\n"
    "        assertEquals(1, Intervals.merge(List.of(new int[]{1, 3}, new int[]{2, 4})).size());\n    }\n\n"
    "    @Test\n    public void testSpan() {\n        assertEquals(3, new Span(1, 4).length());\n    }\n}\n",
)


def line_of(draft: Draft, text: str) -> int:
    """The line of the test file on which this stands."""
    return HEADER_LINES[draft.language] + draft.tests[: draft.tests.index(text)].count("\n") + 1


def found(test: str, mark: str, why: str, **evidence: str) -> Finding:
    """One mark."""
    return Finding(test=test, mark=mark, why=why, evidence=evidence)


def repaired(draft: Draft, findings: Sequence[Finding], proposals: tuple[Proposal, ...] = ()) -> Repaired:
    """A problem with marks on its tests."""
    names = dict.fromkeys(finding.test for finding in findings)
    tests = tuple(
        TestReport(name=name, kept=False, findings=tuple(one for one in findings if one.test == name)) for name in names
    )
    verified = Verified(id=draft.id, tests=tests)
    return Repaired(id=draft.id, draft=draft, verified=verified, measured=Measured(id=draft.id), proposals=proposals)


def rows() -> tuple[list[Screened], list[Repaired], list[Aligned]]:
    """The records of stages 1, 5 and 6."""
    asked = Request(id="weather", text="How will the weather be?", language="python", natural_language="en")
    screened = [
        Screened(id="weather", request=asked, keep=False, reason="it is not deterministic", by="model", doubt=0.6)
    ]
    members = Proposal(
        test="test_members_pay_less",
        line=line_of(PYTHON, "assert paid"),
        expected="11172",
        observed="11160",
        fixed=PYTHON.tests.split("\n\n\n")[1].replace("11172", "11160") + "\n",
        arguments={
            "test": "5 % and then 2 % of the rest: 120 · 0.95 · 0.98 = 111.72.",
            "solution": "The text says 2 % more, so 7 % in all: 120 · 0.93 = 111.60.",
        },
    )
    hidden = "calls round_cents, which the text does not name"
    marks = [
        found("test_members_pay_less", "fails", "expected 11172, observed 11160"),
        found("test_cents_are_rounded", "hidden_name", hidden, name="round_cents"),
        found("test_half_cents", "hidden_name", hidden, name="round_cents"),
        found(
            "test_receipt_is_from_today",
            "clock",
            "fails when the clock shows a year later",
            line=str(line_of(PYTHON, "assert receipt")),
        ),
    ]
    overlap = Proposal(test="testOverlap", line=line_of(JAVA, "assertEquals(1"), expected="1", observed="2", fixed=None)
    java_marks = [
        found("testOverlap", "fails", "expected 1, observed 2"),
        found("testSpan", "fails", "java.lang.NoSuchMethodError: Span.length()", line=str(line_of(JAVA, "new Span(1"))),
        found("testSpan", "vacuous", "no mutant is noticed"),
    ]
    others = [replace(PYTHON, id=name, statements={"en": text}) for name, text in OTHERS.items()]
    proposed = repaired(PYTHON, marks, (members,)), repaired(JAVA, java_marks, (overlap,))
    more = [
        repaired(
            others[0],
            [
                found(
                    "test_half_cents",
                    "fails",
                    "Decimal is not defined",
                    line=str(line_of(PYTHON, "assert round_cents(0.5)")),
                )
            ],
        )
    ]
    more += [
        repaired(
            others[1], [found("test_negative", "clock", "fails at night", line=str(line_of(PYTHON, "with pytest")))]
        ),
        repaired(others[2], []),
    ]
    hint = Solving(solver="first/model", passed=("test_negative",), failed=("test_small_basket", "test_half_cents"))
    why = "no solution written from the text passes, and 3 of 4 names in the tests are not in it"
    names: Mapping[str, tuple[str, ...]] = {
        "net": ("test_small_basket", "test_negative"),
        "receipt": ("test_receipt_is_from_today",),
    }
    suspicion = Aligned(
        id="rivers", suspicion=0.93, hidden=names, solved=(hint,), disputed=("test_half_cents",), why=why
    )
    return screened, [*proposed, *more], [suspicion, Aligned(id="discounts", suspicion=0.1)]


OTHERS = {
    "rounding": "Round numbers half up, as cashiers do: `round_cents(value)`.",
    "nights": "Tell whether a shop is open: `is_open(at)`.",
    "rivers": "Read the levels of a river from a file and name the days on which it rises by more than a metre.",
}


def asked() -> tuple[Question, ...]:
    """The questions about them."""
    return questions(*rows())


def made_folder(path: Path) -> Folder:
    """A work folder with them."""
    path.mkdir(parents=True, exist_ok=True)
    folder = Folder(path)
    screened, problems, aligned = rows()
    folder.write_build({})
    folder.write("screen", screened)
    folder.write("repair", problems)
    folder.write("align", aligned)
    folder.write("questions", asked())
    return folder


def by_kind(kind: str, among: Sequence[Question] | None = None) -> Question:
    """The first question of a kind."""
    return next(one for one in (asked() if among is None else among) if one.kind == kind)


def decision(question: Question, choice: str, **more: object) -> Decision:
    """What somebody decided."""
    return Decision(question=question.id, choice=choice, **more)  # type: ignore[arg-type]
