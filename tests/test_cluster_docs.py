"""Every command that docs/cluster.md and the files of deploy/ tell people to type exists, with the options given.

It would catch an option that was renamed, a command that never came to be, and a file that is no longer where the page
says.
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator

import click
import pytest
import yaml
from conftest import REPOSITORY

from bench.cli import bench

PAGE = REPOSITORY / "docs" / "cluster.md"
DEPLOY = REPOSITORY / "deploy"
PROMPT = re.compile(r"^\w*\$ +(.+)$")
TYPED = re.compile(r"^# {3}((?:[\w=$(]*sbatch|bench|python|docker|kubectl) .+)$", re.MULTILINE)
"""Commands in the comment at the head of a file."""
SCRIPTS = ("bench.sbatch", "shards.sbatch")
"""Scripts whose arguments are handed to `bench run`."""


def shell_lines() -> Iterator[str]:
    """Every line that somebody is told to type, and the one that Kubernetes starts."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL):
        yield from (found[1] for line in block.splitlines() if (found := PROMPT.match(line)))
    yield from re.findall(r"`(bench [^`]+)`", PAGE.read_text())
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file():
            yield from TYPED.findall(path.read_text())
    for document in yaml.safe_load_all((DEPLOY / "kubernetes" / "bench-job.yaml").read_text()):
        if document["kind"] == "RayJob":
            yield document["spec"]["entrypoint"]


def bench_commands() -> list[tuple[str, ...]]:
    """The arguments of `bench` in all of them."""
    found: dict[tuple[str, ...], None] = {}
    for line in shell_lines():
        for words in _bench_words(line):
            found[tuple(words)] = None
    return list(found)


def _bench_words(line: str) -> Iterator[list[str]]:
    """The arguments of each `bench`, or script that calls it, in a line, without words that only stand for others."""
    lexer = shlex.shlex(re.sub(r"\[[^]]*--[^]]*\]", "", line), posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split, lexer.commenters = True, "#"
    for _, group in itertools.groupby((word for word in lexer if word != "..."), key=lambda word: word[0] in ";&|()"):
        program, *words = [*itertools.dropwhile(re.compile(r"\w+=").match, group), ""]
        words = words[:-1]
        if program == "bench" or program.endswith("/bin/bench"):
            yield words
        script = next((n for n, word in enumerate(words) if word.endswith(SCRIPTS)), None)
        if program == "sbatch" and script is not None:
            yield ["run", *words[script + 1 :]]
        for word in words:
            if program == "sbatch" and "bench " in word:  # the command of `--wrap`
                yield from _bench_words(word)


def command_of(arguments: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these arguments are for, and what is left for it."""
    command: click.Command = bench
    while isinstance(command, click.Group):
        name, *arguments = arguments
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"bench has no command {name}"
        command = found
    return command, arguments


def test_the_page_and_the_files_name_the_commands_that_this_is_about() -> None:
    told = {arguments[0] for arguments in bench_commands() if arguments}
    assert {"run", "score", "merge", "sandbox"} <= told
    options = {word for arguments in bench_commands() for word in arguments if word.startswith("--")}
    assert {"--cluster", "--replicas", "--shard", "--run-dir"} <= options


@pytest.mark.parametrize("arguments", bench_commands(), ids=" ".join)
def test_every_command_is_one_that_bench_takes(arguments: tuple[str, ...]) -> None:
    command, rest = command_of(list(arguments))
    given = [word.split("=")[0] for word in rest if word.startswith("--")]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert set(given) <= known
    if "--model" in given or (rest and command.name in {"merge", "score"}):
        with command.make_context(str(command.name), rest):
            pass


@pytest.mark.parametrize("file", sorted(set(re.findall(r"deploy/[\w./-]+\w", PAGE.read_text()))))
def test_every_file_that_the_page_names_is_there(file: str) -> None:
    made = {"deploy/kubernetes/sandbox.tar.gz"}
    assert (REPOSITORY / file).exists() or file in made


def test_every_link_leads_somewhere() -> None:
    text = PAGE.read_text()
    anchors = {_anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        if target.startswith("#"):
            assert anchor in anchors, target
        elif not target.startswith("https://"):
            assert (PAGE.parent / file).is_file(), target


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


OF_RAY = ("Failed to connect to Ray cluster", "The current node timed out during startup")
"""Messages of the table that are not ours."""


FOLDERS = ("src/bench/clusters", "src/bench", "models", "sandbox")
TEXTS = (path.read_text() for folder in FOLDERS for path in sorted((REPOSITORY / folder).glob("*.py")))
SOURCES = re.sub(r'"\s*\n\s*f?"', "", "".join(TEXTS)) + (REPOSITORY / "src/bench/cli/output.py").read_text()
"""With texts that stand on several lines in one piece."""


def messages() -> list[str]:
    """The first column of the table of remedies."""
    _, table = PAGE.read_text().split("| it says | do |")
    rows = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    return [told for row in rows for told in re.findall(r"`([^`]+)`", row) if told not in OF_RAY and " " in told]


@pytest.mark.parametrize("message", messages())
def test_every_message_with_a_remedy_is_one_that_is_said(message: str) -> None:
    parts = [part.strip() for part in re.split(r"\.\.\.|HOST:PORT|\bN\b", message) if len(part.strip(" :")) > 2]
    assert parts
    assert [part for part in parts if part not in SOURCES] == []
