"""Would catch a review that needs a mouse, loses an edit, counts time when nobody is there, or is a text's to rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from review_folders import JAVA, PYTHON, asked, found, made_folder, repaired

from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.records import Aligned, Proposal, Solving
from bench.benchmarks.ncb.construction.review.asking import questions
from bench.benchmarks.ncb.construction.review.server import Server
from bench.benchmarks.ncb.construction.review.session import Session
from browser.reviews import Reviewed
from browser.test_accessibility import DESKTOP, PHONE, violations
from browser.test_hostile import HOSTILE, literal

Opens = Callable[..., Reviewed]
HIDE = """
    (state) => {
        Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return made_folder(tmp_path / "problems")


@pytest.fixture
def server(folder: Folder) -> Iterator[Server]:
    made = Server(Session(folder, by="somebody"))
    with made.serving():
        yield made


@pytest.fixture
def opens(browser: Browser, server: Server, folder: Folder) -> Iterator[Opens]:
    """Opens the page of the review; at the end looks whether anything happened that must not."""
    opened: list[Reviewed] = []

    def opening(**options: object) -> Reviewed:
        opened.append(Reviewed(browser, server, folder, **{"viewport": DESKTOP, **options}))
        return opened[-1]

    yield opening
    for page in opened:
        page.close()


@pytest.fixture
def review(opens: Opens) -> Reviewed:
    return opens()


def choice(review: Reviewed, name: str) -> Locator:
    return review(f"#choices [data-choice={name}]")


def test_the_most_doubtful_question_comes_first_with_its_evidence(review: Reviewed) -> None:
    expect(review.question).to_have_text("Do these tests belong to this text?")
    expect(review.question).to_be_focused()
    expect(review("#left")).to_have_text("9 left of 9")
    expect(review("#evidence .why")).to_contain_text("no solution written from the text passes")
    expect(review("#evidence .solved li")).to_have_text("first/model, attempt 1: passes 1 of 3 tests")


def test_expected_and_observed_stand_side_by_side_and_the_line_is_marked(review: Reviewed) -> None:
    review.go_to("expected value")
    expect(review(".expected pre")).to_have_text("11172")
    expect(review(".observed pre")).to_have_text("11160")
    expect(review(".test mark.line")).to_have_text("    assert paid == 11172")
    expect(review(".test mark.line")).to_be_in_viewport()
    expect(review(".test h3")).to_have_text("Test line 5 is the one in question")
    left, right = review(".expected").bounding_box(), review(".observed").bounding_box()
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]


def test_code_is_shown_as_it_is_written(review: Reviewed) -> None:
    review.go_to("expected value")
    lines = review(".solution .line").all_text_contents()
    assert "\n".join(lines) + "\n" == PYTHON.files["python_discounts.py"]


def test_the_whole_review_is_done_by_keyboard_alone(review: Reviewed) -> None:
    for number, one in enumerate(asked(), start=1):
        expect(review.question).to_have_text(one.ask)
        expect(review.question).to_be_focused()
        first = one.choices[0]
        review.press(first.key)
        if first.name.startswith("edit"):
            expect(review("#edited")).to_be_focused()
            review.press("Control+Enter")
        expect(review("#left")).to_have_text(f"{9 - number} left of 9")
    expect(review.question).to_have_text("Everything is decided")
    expect(review("#figures")).to_contain_text("9 questions about 6 problems")
    expect(review("#command")).to_contain_text("bench build-tests --out ")
    assert review.decisions() == [(one.kind, one.choices[0].name) for one in asked()]


def test_without_questions_the_page_says_so(browser: Browser, folder: Folder) -> None:
    folder.write("questions", [])
    made = Server(Session(folder, by=""))
    with made.serving():
        review = Reviewed(browser, made, folder)
        expect(review.question).to_have_text("There is nothing to decide.")
        review.press("j", "k", "u", "e", "1")
        expect(review("#said")).to_have_text("There is nothing to take back.")
        review.close()


def test_when_all_is_decided_the_last_decision_can_still_be_taken_back(browser: Browser, folder: Folder) -> None:
    folder.write("questions", asked()[:1])
    made = Server(Session(folder, by=""))
    with made.serving():
        review = Reviewed(browser, made, folder)
        review.press("3")
        expect(review("#done")).to_be_visible()
        review("#undo").click()
        expect(review("#left")).to_have_text("1 left of 1")
        expect(review("#done")).to_be_hidden()
        review.close()


def test_everything_can_be_reached_by_the_tabulator(review: Reviewed) -> None:
    reached = set()
    for _ in range(60):
        review.press("Tab")
        reached.add(review.page.evaluate("document.activeElement.id || document.activeElement.dataset.choice || ''"))
    assert {"problem", "language", "help", "previous", "undo", "next", "keep", "edit_text", "drop_problem"} <= reached


def test_a_click_decides_and_the_next_open_question_is_shown_and_said(review: Reviewed) -> None:
    choice(review, "keep").click()
    expect(review.question).to_contain_text("test_members_pay_less expects 11172")
    expect(review("#said")).to_have_text("Decided: Yes, keep both. 8 left.")
    assert review.decisions() == [("misaligned", "keep")]


def test_undo_takes_back_and_shows_the_question_again(review: Reviewed) -> None:
    review.press("1")
    expect(review("#left")).to_have_text("8 left of 9")
    review.press("4")
    expect(review("#left")).to_have_text("7 left of 9")
    review.press("u")
    expect(review.question).to_contain_text("test_members_pay_less expects 11172")
    expect(review("#said")).to_have_text("Taken back. 8 left.")
    review.press("u")
    expect(review.question).to_have_text("Do these tests belong to this text?")
    expect(review("#left")).to_have_text("9 left of 9")
    review.press("u")
    expect(review("#said")).to_have_text("There is nothing to take back.")
    assert [name for _, name in review.decisions()] == ["keep", "drop", "undo", "undo"]


def test_dropping_a_problem_leaves_nothing_of_it_to_decide(review: Reviewed) -> None:
    review.press("1")
    expect(review("#left")).to_have_text("8 left of 9")
    review.press("5")
    expect(review("#left")).to_have_text("4 left of 9")
    expect(review.question).to_contain_text("testOverlap expects 1")


def test_one_goes_forth_and_back_and_sees_what_was_decided(review: Reviewed) -> None:
    review.press("1")
    expect(review("#place")).to_have_text("2 of 9")
    review.press("k")
    expect(review("#place")).to_have_text("1 of 9")
    expect(review("#said")).to_have_text("Question 1 of 9: Do these tests belong to this text?")
    expect(review("#chosen")).to_have_text("decided")
    expect(choice(review, "keep")).to_have_attribute("aria-pressed", "true")
    review.press("ArrowLeft")
    expect(review("#place")).to_have_text("1 of 9")
    review.press("ArrowRight", "j")
    expect(review("#place")).to_have_text("3 of 9")
    review("#previous").click()
    expect(review("#place")).to_have_text("2 of 9")


def test_an_edit_is_saved_and_the_next_one_begins_with_it(review: Reviewed) -> None:
    review.go_to("hidden name")
    review.press("e")
    expect(review("#editing")).to_have_text("Edit: the text")
    expect(review("#edited")).to_have_value(PYTHON.statements["en"])
    review("#edited").fill("Write `net` and `round_cents(value)`: 1 2 3 u j k.\n")
    review.press("Control+Enter")
    expect(review("#editor")).to_be_hidden()
    expect(review("#left")).to_have_text("8 left of 9")
    review.press("k")
    expect(review(".text pre")).to_contain_text("Write `net` and `round_cents(value)`")
    expect(review(".text h3")).to_contain_text("as edited")
    review.press("e")
    expect(review("#edited")).to_have_value("Write `net` and `round_cents(value)`: 1 2 3 u j k.\n")
    review.press("Escape")
    assert review.decisions() == [("hidden_name", "edit_text")]


def test_an_edit_that_is_left_changes_nothing_and_gives_the_focus_back(review: Reviewed) -> None:
    choice(review, "edit_text").click()
    review("#edited").fill("Something else")
    review.press("Escape")
    expect(review("#editor")).to_be_hidden()
    expect(choice(review, "edit_text")).to_be_focused()
    review.press("Enter")
    expect(review("#edited")).not_to_have_value("Something else")
    review("#cancel").click()
    assert review.decisions() == []


def test_an_edit_that_cannot_be_read_stays_in_the_editor_with_the_reason(review: Reviewed) -> None:
    review.go_to("clock")
    review.press("e")
    review("#edited").fill("   \n")
    review("#save").click()
    expect(review("#about")).to_contain_text("There is nothing in it")
    review("#edited").fill("def test_x(:\n    pass\n")
    review.press("Control+Enter")
    expect(review("#about")).to_have_text("Not saved: not Python, line 1: invalid syntax")
    expect(review("#edited")).to_have_value("def test_x(:\n    pass\n")
    expect(review("#edited")).to_be_focused()
    review("#edited").fill("def test_x():\n    pass\n")
    review.press("Control+Enter")
    expect(review("#left")).to_have_text("8 left of 9")
    assert review.folder.decisions()[-1].edited == "def test_x():\n    pass\n"
    review.said.clear()  # the browser itself says that one request was refused


def test_letters_are_typed_where_one_types_and_shortcuts_of_the_browser_stay_its_own(review: Reviewed) -> None:
    review.press("2")
    review("#edited").fill("")
    review("#edited").press_sequentially("1ju?e")
    expect(review("#edited")).to_have_value("1ju?e")
    review.press("Escape", "Control+u", "Alt+1", "Meta+j")
    expect(review("#place")).to_have_text("1 of 9")
    assert review.decisions() == []


def test_the_keys_are_shown(review: Reviewed) -> None:
    review.press("?")
    expect(review("#keys")).to_be_visible()
    expect(review("#keys dd")).to_have_count(8)
    review.press("j", "1", "Escape")
    expect(review("#keys")).to_be_hidden()
    expect(review("#place")).to_have_text("1 of 9")
    assert review.decisions() == []


def test_one_problem_can_be_chosen(review: Reviewed) -> None:
    review("#problem").select_option("discounts")
    expect(review("#place")).to_have_text("1 of 4")
    review.press("k")
    expect(review("#id")).to_have_text("discounts")
    review.press("4")
    expect(review("#problem option:checked")).to_have_text("discounts: 3 left")
    review.press("u")
    expect(review("#problem option:checked")).to_have_text("discounts: 4 left")
    for _ in range(3):
        review.press("j")
    expect(review("#place")).to_have_text("4 of 4")
    review.press("j")
    expect(review("#place")).to_have_text("4 of 4")


def test_what_was_decided_is_there_after_the_page_is_loaded_again(review: Reviewed) -> None:
    review.press("1")
    expect(review("#left")).to_have_text("8 left of 9")
    review.page.reload()
    expect(review.question).to_contain_text("test_members_pay_less expects 11172")
    review.press("u")
    expect(review.question).to_have_text("Do these tests belong to this text?")


def test_two_windows_do_not_overrule_each_other_in_silence(opens: Opens) -> None:
    first, second = opens(), opens()
    first.press("1")
    expect(first("#left")).to_have_text("8 left of 9")
    second.press("3")
    expect(second("#alert")).to_contain_text("Another window decided this meanwhile")
    expect(choice(second, "keep")).to_have_attribute("aria-pressed", "true")
    second.said.clear()  # the browser itself says that one request was refused
    second.press("3")
    expect(second("#said")).to_have_text("Decided: No, drop the problem. 8 left.")
    assert [name for _, name in first.decisions()] == ["keep", "drop_problem"]


def test_a_window_that_is_looked_at_again_knows_what_the_other_decided(opens: Opens) -> None:
    first, second = opens(), opens()
    first.press("1")
    expect(first("#left")).to_have_text("8 left of 9")
    second.page.evaluate(HIDE, "hidden")
    second.page.evaluate(HIDE, "visible")
    expect(second("#left")).to_have_text("8 left of 9")


def test_a_review_that_has_ended_says_so_and_keeps_the_question(review: Reviewed, server: Server) -> None:
    server.shutdown()
    server.server_close()
    review.page.context.set_offline(offline=True)
    review.press("1")
    expect(review("#alert")).to_contain_text("Is bench review still running?")
    expect(review.question).to_have_text("Do these tests belong to this text?")
    assert review.decisions() == []
    review.said.clear()  # the browser itself says that nobody answers


def took(least: float, seconds: float) -> bool:
    """Whether about so much was counted: what the browser itself took may be more on a busy machine, less it cannot."""
    return least <= round(seconds, 6) < least + 60


def shown_minutes(review: Reviewed, selector: str) -> float:
    return float(review(selector).inner_text().split()[0])


def test_time_is_counted_while_somebody_is_there_and_no_longer(review: Reviewed) -> None:
    clock = review.page.clock
    clock.install()
    review.page.reload()
    review.ready()
    clock.fast_forward(60_000)
    review.press("Shift")  # somebody is there
    clock.fast_forward(600_000)  # nobody did anything: two minutes of it count
    review.page.evaluate(HIDE, "hidden")
    clock.fast_forward(600_000)  # nobody can see it
    review.page.evaluate(HIDE, "visible")
    clock.fast_forward(30_000)
    review.press("1")
    expect(review("#left")).to_have_text("8 left of 9")
    decided = [line for line in review.folder.decisions() if line.choice == "keep"]
    assert took(60 + 120 + 30, decided[0].seconds)
    assert took(60 + 120 + 30, 60 * shown_minutes(review, "#minutes"))
    average, minutes = shown_minutes(review, "#average"), shown_minutes(review, "#minutes")
    # the problem that is shown now counts as a second one once a second has gone by
    assert any(average == pytest.approx(minutes / problems, abs=0.15) for problems in (1, 2))


def test_time_spent_without_deciding_is_counted_too(review: Reviewed) -> None:
    review.page.clock.install()
    review.page.reload()
    review.ready()
    review.page.clock.fast_forward(20_000)
    with review.page.expect_response("**/decisions"):
        review.press("j")
    review.page.clock.fast_forward(40_000)
    with review.page.expect_response("**/decisions"):
        review.press("j")
    assert took(60, 60 * shown_minutes(review, "#minutes"))
    seconds = [(line.choice, line.question.split("/")[0], line.seconds) for line in review.folder.decisions()]
    assert [one[:2] for one in seconds][-2:] == [("look", "rivers"), ("look", "discounts")]
    assert took(40, seconds[-1][2])


def test_a_chinese_browser_gets_a_chinese_page_and_can_change_it(opens: Opens) -> None:
    review = opens(locale="zh-CN")
    expect(review.question).to_have_text("这些测试与这段题面相符吗？")
    assert review.page.evaluate("document.documentElement.lang") == "zh-CN"
    review.press("j")
    expect(review.question).to_have_text("test_members_pay_less 期望 11172，而解答给出 11160：哪个正确？")
    words = review("#choices .label, .tools button span, .moves span[data-word], h3").all_text_contents()
    assert [text for text in words if text.isascii()] == []
    review("#language").select_option("en")
    expect(review.question).to_contain_text("test_members_pay_less expects 11172")
    expect(choice(review, "drop").locator(".label")).to_have_text("Drop the test")


def test_the_command_chooses_the_language(browser: Browser, folder: Folder) -> None:
    made = Server(Session(folder, by=""), language="zh")
    with made.serving():
        review = Reviewed(browser, made, folder)
        expect(review.question).to_have_text("这些测试与这段题面相符吗？")
        review.close()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, {"width": 320, "height": 640}], ids=["desktop", "phone", "small"])
def test_nothing_sticks_out_of_the_window(opens: Opens, viewport: dict[str, int]) -> None:
    review = opens(viewport=viewport)
    for one in asked():
        expect(review.question).to_have_text(one.ask)
        wide = review.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= viewport["width"], one.kind
        review.press("j")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_on_any_screen(opens: Opens, axe: str, viewport: dict[str, int], scheme: str) -> None:
    review = opens(viewport=viewport, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    for one in asked():
        expect(review.question).to_have_text(one.ask)
        assert violations(review, axe) == [], one.kind
        review.press("j")
    review.press("?")
    assert violations(review, axe) == []
    review.press("Escape", "e")
    expect(review("#editor")).to_be_visible()
    assert violations(review, axe) == []


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_axe_finds_nothing_grave_when_all_is_decided(opens: Opens, axe: str, locale: str) -> None:
    review = opens(locale=locale, bypass_csp=True)
    assert violations(review, axe) == []
    review("#problem").select_option("")
    for left in (8, 4, 3, 2, 1, 0):
        choice(review, "drop_problem").or_(choice(review, "drop")).last.click()
        expect(review("#left")).to_contain_text(str(left))
    expect(review("#done")).to_be_visible()
    assert violations(review, axe) == []


def hostile_folder(path: Path) -> Folder:
    """Problems in which every text is hostile."""
    folder = made_folder(path)
    tests = f"def test_negative():\n    # {' '.join(HOSTILE.split())}\n    assert 1\n".replace("\x07", "")
    draft = replace(PYTHON, statements={"en": HOSTILE, "zh": HOSTILE}, files={"a.py": HOSTILE}, tests=tests)
    marks = [found("test_negative", "fails", HOSTILE), found("test_negative", "clock", HOSTILE, line="1")]
    marks.append(found("test_negative", "hidden_name", HOSTILE, name=HOSTILE))
    sides = {"test": HOSTILE, "solution": HOSTILE}
    proposal = Proposal(
        test="test_negative", line=1, expected=HOSTILE, observed=HOSTILE, fixed=HOSTILE, arguments=sides
    )
    solving = Solving(solver=HOSTILE, problem=HOSTILE)
    aligned = Aligned(id=draft.id, suspicion=0.9, hidden={HOSTILE: (HOSTILE,)}, solved=(solving,), why=HOSTILE)
    other = replace(JAVA, statements={"en": HOSTILE}, files={"A.java": HOSTILE, "B.java": HOSTILE})
    rows = [repaired(draft, marks, (proposal,)), repaired(other, [found("testOverlap", "fails", HOSTILE)])]
    asked_ = questions([], rows, [aligned])
    folder.write("questions", [replace(one, ask=HOSTILE) for one in asked_])
    return folder


@pytest.mark.parametrize("policy", ["with the policy", "without the policy"])
@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_whatever_a_problem_holds_is_text(browser: Browser, tmp_path: Path, policy: str, locale: str) -> None:
    folder = hostile_folder(tmp_path / "<img src=x onerror=canary(30)>")
    made = Server(Session(folder, by=HOSTILE))
    with made.serving():
        review = Reviewed(browser, made, folder, bypass_csp=policy.startswith("without"), locale=locale)
        for _ in folder.read("questions"):
            shown = review("#main").inner_text()
            literal(shown)
            active = "#main :is(script, iframe, img, svg, base, meta, title, style, link, a, form, [onerror], [onload])"
            assert review(active).count() == 0
            review.press("e")
            if review("#editor").is_visible():
                review.press("Control+Enter")
            review.press("j")
        assert review.page.evaluate("Object.keys({}).length === 0 && ({}).x === undefined")
        review.said.clear()  # edits that are no Python are refused, which the browser says
        review.close()
