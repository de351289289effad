"""What a set of problems needs besides the image, in a layer of its own: packages of Python and jars of Java."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.errors import SandboxError
from bench.sandbox.building import SILENCE, Say, missing, plainly, told
from bench.sandbox.context import given, tag
from bench.sandbox.engine import Api, asking, found

_DOCKERFILE = """\
FROM {base}
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
USER 0:0
COPY . /tmp/layer/
RUN sh /tmp/layer/install.sh
USER 65534:65534
"""
_INSTALL = """\
#!/bin/sh
set -eu
layer=/tmp/layer
if [ -s $layer/requirements.txt ]; then
    /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --find-links $layer/wheels \\
        -r $layer/requirements.txt
fi
# At the end of the class path, so that the archives of loaded classes still fit its beginning.
for jar in $layer/jars/*.jar; do
    [ -e "$jar" ] || continue
    mkdir -p /opt/bench/more
    install -m 644 "$jar" /opt/bench/more/
    for runner in /opt/bench/java-runner /opt/bench/java-compiler /opt/bench/java-trial; do
        [ ! -e $runner ] || sed -i "s#-cp \\"\\([^\\"]*\\)\\"#-cp \\"\\1:/opt/bench/more/$(basename "$jar")\\"#" $runner
    done
done
rm -rf $layer
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What is added to the image.

    Attributes:
        name: of the set, for messages.
        folder: that of its card; jars lie in `jars/` there.
        packages: lines of a requirements.txt.
        jars: sha256 by file name.
    """

    name: str
    folder: Path
    packages: tuple[str, ...] = ()
    jars: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """Of the image with this layer: that of the image without it, and a hash of what is added."""
        content = json.dumps([_INSTALL, _DOCKERFILE, list(self.packages), sorted(self.jars.items())])
        return f"{tag()}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def build_layer(api: Api, layer: Layer, arguments: Mapping[str, str], folder: Path | None, say: Say) -> str:
    """Build the image with a layer; returns its tag.

    Args:
        arguments: build arguments, for mirrors.
        folder: with wheels that cannot be fetched here.

    Raises:
        SandboxError: there is no image to add to, a jar is not the one that the card names, or it cannot be built.
    """
    if problem := missing(api):
        raise SandboxError(problem)
    jars = {f"jars/{name}": _jar(layer, name) for name in layer.jars}
    wheels = {} if folder is None else {name: path for name, path in given(folder).items() if path.suffix == ".whl"}
    with plainly("the image cannot be built"), tempfile.TemporaryFile() as packed:
        _archive(layer, {**jars, **wheels}, packed)
        packed.seek(0)
        options = {"custom_context": True, "rm": True, "forcerm": True, "decode": True, "timeout": SILENCE}
        with asking("building"):
            told(api.build(fileobj=packed, tag=layer.tag, buildargs=dict(arguments), **options), say)
    return layer.tag


def _jar(layer: Layer, name: str) -> Path:
    path = layer.folder / "jars" / name
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise SandboxError(f"{path}: is not there; put the jar that the card names there") from None
    if sha256 != layer.jars[name]:
        raise SandboxError(f"{path}: its sha256 is {sha256}, the card says {layer.jars[name]}; restore the file")
    return path


def _archive(layer: Layer, extra: Mapping[str, Path], into: io.BufferedIOBase) -> None:
    texts = {
        "Dockerfile": _DOCKERFILE.format(base=tag()),
        "install.sh": _INSTALL,
        "requirements.txt": "".join(f"{line}\n" for line in layer.packages),
        "wheels/README": "wheels that were given\n",
    }
    with tarfile.open(fileobj=into, mode="w") as tar:
        for name, text in texts.items():
            _add(tar, name, text.encode())
        for name, path in extra.items():
            tar.add(path, name)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o644
    tar.addfile(entry, io.BytesIO(content))


def missing_layer(api: Api, layer: Layer | None) -> str | None:
    """Why there is no image to run in, in one line; None where there is one."""
    problem = missing(api)
    if problem is not None or layer is None:
        return problem
    with plainly("the image cannot be looked for"):
        if found(api, layer.tag) is not None:
            return None
    needed = ", ".join([*(line.partition(" ")[0] for line in layer.packages), *layer.jars])
    return f"{layer.name} needs {needed} besides the sandbox's image: run `bench sandbox build --for {layer.folder}`"
