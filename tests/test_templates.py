"""Chat templates, and the one beginning-of-sequence token.

What these tests would catch: two such tokens or none where a template and a tokenizer both or neither write one, a
system message that gets lost, a template that a server puts on a second time, a count that forgets the template.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from made_tokenizers import NO_SYSTEM, THINKING, WITH_BOS, WITHOUT_BOS, tokenizer_folder
from tokenizer_server import serving

from bench.errors import ModelError, UserError
from bench.models.fitting import once
from bench.models.preparing import Preparer
from bench.models.rendering import Prepared, Rendering
from bench.models.tokens import Tokenizer, load_tokenizer, server_tokenizer
from bench.records import Kind, Parts, Prompt, Truncation

BOS = 0
V1 = Truncation(limits=((4096, 3500),))


def prompt(text: str = "What is 2 + 2?", *, chat: bool = True, **other: Any) -> Prompt:
    fields: dict[str, Any] = {"sample_id": "t/0", "parts": Parts(), "kind": Kind.QA, "language": "en", "max_tokens": 64}
    return Prompt(text=text, chat=chat, **fields | {"truncation": V1} | other)


def made(folder: Path, **habits: Any) -> Tokenizer:
    return load_tokenizer(str(tokenizer_folder(folder, **habits)))


def prepared(
    tokenizer: Tokenizer | None, question: Prompt, *, render: bool = True, window: int | None = 4096, **options: Any
) -> Prepared:
    preparer = Preparer(Rendering(**options), tokenizer, window=window, render=render)
    [result] = preparer.prepare([question])
    return result


@pytest.mark.parametrize("template", [WITH_BOS, WITHOUT_BOS], ids=["template writes it", "template does not"])
@pytest.mark.parametrize("begins", [0, 1, 2])
@pytest.mark.parametrize("chat", [True, False], ids=["chat", "raw"])
@pytest.mark.parametrize("text", ["What?", "<s>What?"])
def test_one_beginning_token_reaches_the_model(
    tmp_path: Path, template: str, begins: int, text: str, *, chat: bool
) -> None:
    tokenizer = made(tmp_path, template=template, begins=begins)
    result = prepared(tokenizer, prompt(text, chat=chat))
    assert result.ids is not None
    written = text.count("<s>") if not chat else template is WITH_BOS
    leading = 0
    while result.ids[leading] == BOS:
        leading += 1
    assert leading == (1 if begins or written else 0)
    assert tokenizer.decode(result.ids).endswith("<|assistant|>" if chat else "What?")


def test_an_opening_of_two_tokens_is_kept_and_not_repeated() -> None:
    assert once([7, 8, 1], [7, 8]) == (7, 8, 1)
    assert once([7, 8, 7, 8, 1], [7, 8]) == (7, 8, 1)
    assert once([7, 7, 7, 1], [7]) == (7, 1)
    assert once([1, 1], []) == (1, 1)


def test_the_rendered_text_is_the_tokenizers_template(tmp_path: Path) -> None:
    tokenizer = made(tmp_path)
    result = prepared(tokenizer, prompt("Hi"), system="Be brief.")
    assert result.rendered == "<s><|system|>\nBe brief.</s>\n<|user|>\nHi</s>\n<|assistant|>"
    assert result.ids == tuple(tokenizer.encode(result.rendered, special=False))
    assert result.messages == ()


def test_a_raw_prompt_gets_no_template_and_no_system_message(tmp_path: Path) -> None:
    tokenizer = made(tmp_path)
    result = prepared(tokenizer, prompt("Hi", chat=False), system="Be brief.")
    assert result.rendered is None
    assert result.ids == tuple(tokenizer.encode("Hi"))


@pytest.mark.parametrize("chat", [True, False], ids=["chat", "raw"])
@pytest.mark.parametrize("begins", [0, 1, 2])
@pytest.mark.parametrize("template", [WITH_BOS, WITHOUT_BOS], ids=["template writes it", "template does not"])
def test_a_server_that_would_begin_a_sequence_otherwise_than_once_gets_ids(
    tmp_path: Path, template: str, begins: int, *, chat: bool
) -> None:
    tokenizer = made(tmp_path, template=template, begins=begins)
    with serving(tokenizer) as server:
        served = server_tokenizer(server.url, "tiny")
        result = prepared(served, prompt("Hi", chat=chat), render=False)
        here = prepared(tokenizer, prompt("Hi", chat=chat))
    astray = (begins > 0 and template is WITHOUT_BOS) if chat else begins == 2
    assert result.ids == (here.ids if astray else None)
    assert bool(result.messages) == (chat and not astray)
    assert result.input_tokens == here.input_tokens


def test_none_sends_everything_raw(tmp_path: Path) -> None:
    tokenizer = made(tmp_path)
    result = prepared(tokenizer, prompt("Hi"), chat_template="none")
    assert (result.rendered, result.ids) == (None, tuple(tokenizer.encode("Hi")))
    served = prepared(tokenizer, prompt("Hi"), chat_template="none", render=False)
    assert (served.messages, served.ids, served.prompt.text) == ((), None, "Hi")


def test_a_file_takes_the_templates_place_and_a_server_gets_ids(tmp_path: Path) -> None:
    tokenizer = made(tmp_path / "model")
    file = tmp_path / "mine.jinja"
    file.write_text("{{ bos_token }}Q: {{ messages[-1].content }} A:", encoding="utf-8")
    for render in (True, False):
        preparer = Preparer(Rendering(chat_template=str(file)), tokenizer, window=4096, render=render)
        [result] = preparer.prepare([prompt("Hi")])
        assert result.rendered == "<s>Q: Hi A:"
        assert result.ids == tuple(tokenizer.encode("Q: Hi A:"))
        assert preparer.spec["chat_template_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert str(tmp_path) not in str(preparer.spec)


def test_a_server_gets_messages_where_the_template_is_its_own(tmp_path: Path) -> None:
    result = prepared(made(tmp_path), prompt("Hi"), render=False, system="S")
    assert result.messages == ({"role": "system", "content": "S"}, {"role": "user", "content": "Hi"})
    assert (result.ids, result.rendered) == (None, None)


def test_what_a_server_will_count_is_counted_here(tmp_path: Path) -> None:
    tokenizer = made(tmp_path)
    for system in (None, "Be brief."):
        here = prepared(tokenizer, prompt("Hi there"), system=system)
        served = prepared(tokenizer, prompt("Hi there"), system=system, render=False)
        assert here.ids is not None
        assert here.input_tokens == len(here.ids) == served.input_tokens
    raw = prepared(tokenizer, prompt("Hi there", chat=False), render=False)
    assert raw.input_tokens == len(tokenizer.encode("Hi there"))


def test_without_a_template_chat_prompts_go_raw_and_the_result_says_so(tmp_path: Path) -> None:
    tokenizer = made(tmp_path, template=None)
    preparer = Preparer(Rendering(), tokenizer, window=4096, render=True)
    assert any("no chat template" in line for line in preparer.check(V1))
    assert any("no chat template" in note for note in preparer.notes)
    [result] = preparer.prepare([prompt("Hi")])
    assert result.ids == tuple(tokenizer.encode("Hi"))


def test_variables_reach_the_template_and_the_users_own_win(tmp_path: Path) -> None:
    tokenizer = made(tmp_path, template=THINKING)
    assert prepared(tokenizer, prompt()).opens_thought
    assert not prepared(tokenizer, prompt(), no_thinking=True).opens_thought
    assert prepared(tokenizer, prompt(), no_thinking=True, chat_template_kwargs={"enable_thinking": True}).opens_thought
    assert prepared(tokenizer, prompt(), render=False).opens_thought
    assert not prepared(tokenizer, prompt(chat=False)).opens_thought


def test_a_template_that_writes_the_date_is_said_and_noted(tmp_path: Path) -> None:
    tokenizer = made(tmp_path, template="{{ date_string or strftime_now('%d %b %Y') }}" + WITH_BOS)
    preparer = Preparer(Rendering(), tokenizer, window=4096, render=True)
    assert any("date" in line for line in preparer.check(V1))
    assert any("date" in note for note in preparer.notes)
    pinned = Preparer(Rendering(chat_template_kwargs={"date_string": "1 Jan"}), tokenizer, window=4096, render=True)
    assert pinned.check(V1) == []


def test_the_spec_tells_every_way_of_rendering_apart(tmp_path: Path) -> None:
    tokenizer = made(tmp_path)
    ways: list[dict[str, Any]] = [
        *[dict[str, Any](), {"system": "S"}, {"no_thinking": True}, {"thinking": "strip"}, {"chat_template": "none"}],
        *[{"max_input_tokens": "window"}, {"truncate_by": "chars"}, {"generation_config": "model"}],
        {"chat_template_kwargs": {"date": "today"}},
    ]
    specs = [Preparer(Rendering(**way), tokenizer, window=4096, render=True).spec for way in ways]
    assert all(one != other for at, one in enumerate(specs) for other in specs[:at])


def test_a_template_that_fails_on_a_message_is_found_before_the_first_prompt(tmp_path: Path) -> None:
    tokenizer = made(tmp_path, template=NO_SYSTEM)
    with pytest.raises(ModelError, match="no system messages"):
        Preparer(Rendering(system="S"), tokenizer, window=4096, render=True).check(V1)


def test_a_system_message_without_a_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--system needs a chat template"):
        Preparer(Rendering(system="S", chat_template="none"), None, window=4096, render=False)
    tokenizer = made(tmp_path, template=None)
    with pytest.raises(ModelError, match="--system needs a chat template"):
        Preparer(Rendering(system="S"), tokenizer, window=4096, render=True).check(V1)


def test_a_template_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"--chat-template .*nowhere.jinja: No such file"):
        Preparer(Rendering(chat_template=str(tmp_path / "nowhere.jinja")), None, window=None, render=False)
    (tmp_path / "bytes.jinja").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="UTF-8"):
        Preparer(Rendering(chat_template=str(tmp_path / "bytes.jinja")), None, window=None, render=False)


def test_a_template_file_needs_a_tokenizer(tmp_path: Path) -> None:
    (tmp_path / "t.jinja").write_text("{{ messages }}")
    preparer = Preparer(Rendering(chat_template=str(tmp_path / "t.jinja")), None, window=4096, render=False)
    with pytest.raises(ModelError, match="--tokenizer"):
        preparer.check(None)
