"""Where tokenizers come from: a folder, the hub, a server, tiktoken.

What these tests would catch: a run that is another one because its model's folder was moved, a worker that loads
another revision, a server whose /tokenize changes texts, a key in an error message, a download in silence.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from hashlib import sha1, sha256
from pathlib import Path

import pytest
from made_tokenizers import NO_SYSTEM, WITHOUT_BOS, tokenizer_folder
from tokenizer_server import Server, serving

from bench.errors import ModelError
from bench.models import tokens_server, tokens_tiktoken
from bench.models.cutting import Tokens
from bench.models.tokens import Tokenizer, load_tokenizer, server_tokenizer, tiktoken_tokenizer

USER = {"role": "user", "content": "Hi"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tokenizer_folder(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return load_tokenizer(str(folder))


def test_the_same_files_have_the_same_spec_wherever_they_lie(tokenizer: Tokenizer, tmp_path: Path) -> None:
    elsewhere = load_tokenizer(str(tokenizer_folder(tmp_path / "elsewhere")))
    assert elsewhere.spec == tokenizer.spec
    assert str(tmp_path) not in json.dumps(dict(elsewhere.spec))


def test_another_template_is_another_tokenizer(tokenizer: Tokenizer, tmp_path: Path) -> None:
    other = load_tokenizer(str(tokenizer_folder(tmp_path, template=WITHOUT_BOS)))
    assert other.spec != tokenizer.spec
    assert other.template == WITHOUT_BOS


@pytest.mark.parametrize(
    ("config", "window"),
    [
        *[('{"max_position_embeddings": 2048}', 2048), ('{"n_positions": 1024}', 1024), ('{"seq_length": 8192}', 8192)],
        *[('{"text_config": {"max_position_embeddings": 512}}', 512), ("{}", 32_768), ("damaged", 32_768)],
    ],
)
def test_the_window_is_the_configs_and_else_the_tokenizers(tmp_path: Path, config: str, window: int) -> None:
    tokenizer_folder(tmp_path, window=None)
    tokenizer = load_tokenizer(str(tmp_path))
    (tmp_path / "config.json").write_text(config)
    assert tokens_window(tmp_path, tokenizer) == window


def tokens_window(folder: Path, tokenizer: Tokenizer) -> int | None:
    from bench.models import tokens_hub

    return tokens_hub._window(folder, tokenizer._tokenizer)  # type: ignore[attr-defined]


def test_a_window_that_the_library_made_up_is_not_believed(tmp_path: Path) -> None:
    path = tokenizer_folder(tmp_path, window=None) / "tokenizer_config.json"
    settings = json.loads(path.read_text())
    del settings["model_max_length"]
    path.write_text(json.dumps(settings))
    assert load_tokenizer(str(tmp_path)).window is None


def test_a_pickled_tokenizer_loads_again_and_gives_the_same_ids(tokenizer: Tokenizer) -> None:
    pickled = pickle.dumps(tokenizer)
    again: Tokenizer = pickle.loads(pickled)
    assert len(pickled) < 1000
    assert again.encode("def f(): 文学 </s>") == tokenizer.encode("def f(): 文学 </s>")
    assert again.spec == tokenizer.spec


def test_a_hub_id_is_known_by_its_commit_and_pinned_for_the_workers(folder: Path, tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    cached = tmp_path / "hub" / "models--some--model"
    shutil.copytree(folder, cached / "snapshots" / commit)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit)
    program = (
        "import json; from bench.models.tokens import load_tokenizer as load; t = load('some/model');"
        "print(json.dumps([dict(t.spec), t.window, t.__reduce__()[1]]))"
    )
    environment = {
        **os.environ,
        "HF_HOME": str(tmp_path),
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    environment.pop("HF_HUB_CACHE", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"name": "some/model", "revision": commit}, 4096, ["some/model", commit]]
    assert "PyTorch" not in done.stderr


def test_special_tokens_are_skipped_in_texts_and_put_before_them_on_request(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("a") == [0, *tokenizer.encode("a", special=False)]
    assert tokenizer.decode(tokenizer.encode("a </s>b")) == "a b"


@pytest.mark.parametrize("name", ["no/such-model", "./nowhere"])
def test_a_tokenizer_that_cannot_be_had_names_the_option(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"no tokenizer can be loaded .*--tokenizer") as caught:
        load_tokenizer(name)
    assert "\n" not in str(caught.value)


def test_a_tokenizer_with_code_of_its_own_is_refused_without_a_question(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        if file.name != "tokenizer.json":
            shutil.copy(file, tmp_path)
    settings = json.loads((tmp_path / "tokenizer_config.json").read_text())
    settings |= {"tokenizer_class": "Strange", "auto_map": {"AutoTokenizer": ["code.Strange", None]}}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    (tmp_path / "code.py").write_text("raise SystemExit('run')")
    with pytest.raises(ModelError, match=r"code of its own, which is not run.*--tokenizer"):
        load_tokenizer(str(tmp_path))


def test_without_transformers_the_install_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ModelError, match=r"pip install 'longcode-bench\[tokenizers\]'"):
        load_tokenizer("some/model")


def test_a_template_that_refuses_a_message_says_why_in_one_line(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(str(tokenizer_folder(tmp_path, template=NO_SYSTEM)))
    with pytest.raises(ModelError, match="no system messages") as caught:
        tokenizer.render([{"role": "system", "content": "S"}, USER], None, {})
    assert "\n" not in str(caught.value)


def test_without_a_template_only_a_named_one_renders(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(str(tokenizer_folder(tmp_path, template=None)))
    assert tokenizer.template is None
    assert tokenizer.render([USER], "[{{ messages[0].content }}]{{ x }}", {"x": 1}) == "[Hi]1"
    with pytest.raises(ModelError, match="--chat-template"):
        tokenizer.render([USER], None, {})


def found(server: Server, key: str | None = None) -> Tokenizer:
    tokenizer = server_tokenizer(server.url, "tiny", key)
    assert tokenizer is not None
    return tokenizer


@pytest.mark.parametrize("dialect", ["vllm", "sglang", "llama.cpp"])
def test_a_servers_tokenizer_cuts_as_the_folder_behind_it(tokenizer: Tokenizer, dialect: str) -> None:
    text = "def f():\n    return '文学 </s> 🙂 <s>' # é\n" * 5
    with serving(tokenizer, dialect) as server:
        served = found(server)
        assert served.spec["server"] == dialect
        assert served.encode(text) == tokenizer.encode(text)
        for limit in (9, 30, 55):
            for joined in (True, False):
                here, there = Tokens(text, tokenizer), Tokens(text, served)
                assert here.cut(limit, joined=joined) == there.cut(limit, joined=joined)


@pytest.mark.parametrize("dialect", ["vllm", "llama.cpp"])
def test_a_server_that_can_renders_its_own_template(tokenizer: Tokenizer, dialect: str) -> None:
    with serving(tokenizer, dialect) as server:
        assert found(server).render([USER], None, {}) == tokenizer.render([USER], None, {})


def test_a_server_that_cannot_render_says_what_to_do(tokenizer: Tokenizer) -> None:
    with serving(tokenizer, "sglang") as server, pytest.raises(ModelError, match="--tokenizer"):
        found(server).render([USER], None, {})
    with serving(tokenizer, "vllm") as server, pytest.raises(ModelError, match="--tokenizer"):
        found(server).render([USER], "{{ messages }}", {})


def test_the_window_is_what_the_server_says(tokenizer: Tokenizer) -> None:
    with serving(tokenizer) as server:
        assert found(server).window == 777
    with serving(tokenizer, "llama.cpp") as server:
        assert found(server).window is None


def test_a_server_that_changes_a_text_is_not_asked_again(tokenizer: Tokenizer) -> None:
    with serving(tokenizer) as server:
        server.unfaithful = True
        assert server_tokenizer(server.url, "tiny") is None


def test_where_nothing_listens_there_is_no_tokenizer() -> None:
    assert server_tokenizer("http://127.0.0.1:9/v1", "tiny") is None


def test_a_failure_that_passes_is_tried_again(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_server, "_PAUSE", 0.0)
    with serving(tokenizer) as server:
        served = found(server)
        server.failures = [503, 500]
        assert served.encode("a") == tokenizer.encode("a")
        server.failures = [500] * 9
        with pytest.raises(ModelError, match="500"):
            served.encode("a")
        assert len(server.failures) == 5


def test_the_key_is_sent_and_never_shown(tokenizer: Tokenizer) -> None:
    with serving(tokenizer) as server:
        served = found(server, key="sk-secret")
        assert server.keys == {"Bearer sk-secret"}
        server.failures = [401]
        with pytest.raises(ModelError, match="out of order") as caught:
            served.encode("a")
    assert "sk-secret" not in str(caught.value)
    assert "sk-secret" not in json.dumps(dict(served.spec))


def test_a_text_without_any_token_left_is_empty(tokenizer: Tokenizer) -> None:
    with serving(tokenizer) as server:
        assert found(server).decode([0, 1]) == ""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        pytest.fail("tiktoken would have downloaded")

    monkeypatch.setattr("tiktoken.load.read_file", refuse)


def bpe_file(folder: Path, content: bytes) -> Path:
    name = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    path = folder / sha1(name.encode(), usedforsecurity=False).hexdigest()
    path.write_bytes(content)
    return path


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-3.5-turbo", "gpt-oss-120b", "gpt2", "no-model-of-openais"])
def test_tiktoken_downloads_nothing(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert tiktoken_tokenizer(model) is None


@pytest.mark.usefixtures("no_network")
def test_a_damaged_file_is_neither_used_nor_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    path = bpe_file(tmp_path, b"damaged")
    assert tiktoken_tokenizer("gpt-4o") is None
    assert path.read_bytes() == b"damaged"


@pytest.mark.usefixtures("no_network")
def test_with_its_cache_turned_off_tiktoken_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert tiktoken_tokenizer("gpt-4o") is None


def test_to_tiktoken_the_spelling_of_a_special_token_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tiktoken

    made = tiktoken.Encoding(
        "made",
        pat_str=r"\S+|\s+",
        mergeable_ranks={bytes([n]): n for n in range(256)},
        special_tokens={"<|endoftext|>": 256},
    )
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    digest = sha256(bpe_file(tmp_path, b"whole").read_bytes()).hexdigest()
    monkeypatch.setattr(tokens_tiktoken, "_FILES", {"o200k_base": ("o200k_base.tiktoken", digest)})
    monkeypatch.setattr(tiktoken, "get_encoding", {"o200k_base": made}.__getitem__)
    tokenizer = tiktoken_tokenizer("gpt-4o-2024-08-06")
    assert tokenizer is not None
    text = "é <|endoftext|> 文"
    assert tokenizer.encode(text) == list(text.encode())
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.window == 128_000
    assert tokenizer.spec == {"tiktoken": "o200k_base"}


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("gpt-4", 8192),
        ("gpt-4-turbo", 128_000),
        ("gpt-4.1-mini", 1_047_576),
        ("o1-mini", 128_000),
        ("o1", 200_000),
        ("x", None),
    ],
)
def test_the_window_of_openais_names_goes_by_the_longest_beginning(name: str, window: int | None) -> None:
    assert tokens_tiktoken._window(name) == window
