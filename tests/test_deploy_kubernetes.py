"""The files for Kubernetes: every field is one that exists, and what is said twice is said alike.

It would catch a misspelt field, which Kubernetes drops without a word, a Ray of another version in the image than the
cluster is told, code of models that runs where no daemon is, a daemon's socket that is open to a network, and pods that
lend a right they need not have.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import REPOSITORY

FOLDER = REPOSITORY / "deploy" / "kubernetes"
SCHEMA = json.loads((Path(__file__).parent / "fixtures" / "kuberay.schema.json").read_text())
CHECK = REPOSITORY / "scripts" / "check_crd.py"


def documents() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FOLDER / "bench-job.yaml").read_text()))


@pytest.fixture
def job() -> dict[str, Any]:
    return next(document for document in documents() if document["kind"] == "RayJob")


@pytest.fixture
def cluster(job: dict[str, Any]) -> dict[str, Any]:
    return dict(job["spec"]["rayClusterSpec"])


def groups(cluster: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The head and every group of workers, by name."""
    return {"head": cluster["headGroupSpec"], **{group["groupName"]: group for group in cluster["workerGroupSpecs"]}}


def containers(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    spec = group["template"]["spec"]
    yield from spec.get("initContainers", [])
    yield from spec["containers"]


@pytest.mark.parametrize("document", documents(), ids=lambda document: document["kind"])
def test_every_field_is_known(document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize("field", ["entrypiont", "rayStartParam", "volumeMount"])
def test_the_schema_refuses_a_misspelt_field(job: dict[str, Any], field: str) -> None:
    spec = job["spec"]
    places = {
        "entrypiont": spec,
        "rayStartParam": spec["rayClusterSpec"]["headGroupSpec"],
        "volumeMount": spec["rayClusterSpec"]["headGroupSpec"]["template"]["spec"]["containers"][0],
    }
    places[field][field] = "x"
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(job)


def test_image_cluster_and_tests_have_one_ray(cluster: dict[str, Any]) -> None:
    image = re.search(r"^ARG RAY=(\S+)$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    tested = re.search(r"^ray==(\S+)", (REPOSITORY / "requirements" / "ray.txt").read_text(), re.MULTILINE)
    assert image is not None
    assert tested is not None
    assert cluster["rayVersion"] == image[1] == tested[1]


def test_the_image_has_what_kuberay_asks_pods_for() -> None:
    assert '"ray[default]==${RAY}"' in (FOLDER / "Dockerfile").read_text()


def test_one_image_is_on_all_nodes(cluster: dict[str, Any]) -> None:
    images = {group["template"]["spec"]["containers"][0]["image"] for group in groups(cluster).values()}
    assert len(images) == 1


def test_only_nodes_with_a_daemon_offer_to_run_code(cluster: dict[str, Any]) -> None:
    for name, group in groups(cluster).items():
        resources = json.loads(group["rayStartParams"].get("resources", '"{}"'))
        daemons = [each for each in containers(group) if each["image"].startswith("docker:")]
        assert json.loads(resources) == ({"docker": 1} if daemons else {}), name
        assert len(daemons) <= 1


def test_the_daemon_is_reached_by_a_socket_that_its_pod_alone_has(cluster: dict[str, Any]) -> None:
    group = groups(cluster)["docker"]
    daemon, *others = containers(group)
    hosts = [argument for argument in daemon["args"] if argument.startswith("--host")]
    # Named, so that the image's start script does not add a port that everybody may use.
    assert daemon["args"][0] == "dockerd"
    assert len(hosts) == 1
    socket = hosts[0].removeprefix("--host=")
    assert socket.startswith("unix:///run/bench/")
    for container in others:
        assert {"name": "DOCKER_HOST", "value": socket} in container["env"], container["name"]
        assert "/run/bench" in {mount["mountPath"] for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in group["template"]["spec"]["volumes"]}
    assert volumes["socket"] == {"name": "socket", "emptyDir": {}}


def test_only_the_daemon_is_privileged_and_it_stands_on_nodes_of_its_own(cluster: dict[str, Any]) -> None:
    for name, group in groups(cluster).items():
        privileged = [each["name"] for each in containers(group) if each.get("securityContext", {}).get("privileged")]
        assert privileged == (["docker"] if name == "docker" else [])
        assert group["template"]["spec"]["automountServiceAccountToken"] is False
    spec = groups(cluster)["docker"]["template"]["spec"]
    (taint,) = spec["tolerations"]
    assert spec["nodeSelector"] == {taint["key"]: taint["value"]}


def test_nobody_else_reaches_ray(cluster: dict[str, Any]) -> None:
    assert cluster["authOptions"] == {"mode": "token"}
    policy = next(document for document in documents() if document["kind"] == "NetworkPolicy")
    chosen = policy["spec"]["podSelector"]["matchLabels"]
    for name, group in groups(cluster).items():
        assert chosen.items() <= group["template"]["metadata"]["labels"].items(), name
    among, outside = policy["spec"]["ingress"]
    assert among == {"from": [{"podSelector": {"matchLabels": chosen}}]}
    assert [port["port"] for port in outside["ports"]] == [8265]


def test_as_many_jobs_run_at_a_time_as_the_daemon_has_cores_for(cluster: dict[str, Any]) -> None:
    group = groups(cluster)["docker"]
    daemon, *_ = containers(group)
    assert group["rayStartParams"]["num-cpus"] == daemon["resources"]["requests"]["cpu"]


def test_every_volume_that_is_mounted_is_there(cluster: dict[str, Any]) -> None:
    claims = {document["metadata"]["name"] for document in documents() if document["kind"] == "PersistentVolumeClaim"}
    for name, group in groups(cluster).items():
        volumes = group["template"]["spec"].get("volumes", [])
        mounted = {mount["name"] for each in containers(group) for mount in each.get("volumeMounts", [])}
        assert mounted == {volume["name"] for volume in volumes}, name
        used = {volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "persistentVolumeClaim" in volume}
        assert used <= claims, name


def test_the_run_is_kept_where_the_volume_is(job: dict[str, Any], cluster: dict[str, Any]) -> None:
    words = job["spec"]["entrypoint"].split()
    (head,) = containers(groups(cluster)["head"])
    assert words[words.index("--out") + 1] in {mount["mountPath"] for mount in head["volumeMounts"]}


DEFINITION = {
    "spec": {
        "names": {"kind": "RayJob"},
        "versions": [
            {
                "name": "v1",
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "apiVersion": {"type": "string"},
                            "kind": {"type": "string"},
                            "metadata": {"type": "object"},
                            "spec": {
                                "type": "object",
                                "properties": {
                                    "entrypoint": {"type": "string"},
                                    "backoffLimit": {"type": "integer"},
                                    "shutdownAfterJobFinishes": {"type": "boolean"},
                                    "rayClusterSpec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                                },
                            },
                        },
                    }
                },
            }
        ],
    }
}


def check(definition: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [sys.executable, CHECK, definition, FOLDER / "bench-job.yaml"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_definition_of_kuberay_s_own_is_held_against_the_file(tmp_path: Path) -> None:
    known = tmp_path / "crd.yaml"
    known.write_text(yaml.safe_dump(DEFINITION))
    done = check(known)
    assert (done.returncode, done.stdout) == (0, f"{FOLDER / 'bench-job.yaml'}: RayJob bench: fits\n")


def test_a_field_that_a_definition_does_not_know_is_named(tmp_path: Path) -> None:
    older = copy.deepcopy(DEFINITION)
    versions: Any = older["spec"]["versions"]
    del versions[0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["backoffLimit"]
    known = tmp_path / "crd.yaml"
    known.write_text(yaml.safe_dump(older))
    done = check(known)
    assert done.returncode == 1
    assert "spec: " in done.stdout
    assert "'backoffLimit'" in done.stdout
