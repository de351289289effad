"""Our files for Kubernetes against KubeRay's own definitions (CustomResourceDefinition), as a server would check them.

    python scripts/check_crd.py ray.io_rayjobs.yaml deploy/kubernetes/bench-job.yaml

The definitions are in KubeRay's repository under helm-chart/kuberay-operator/crds. A server drops a field that it does
not know without a word; here it is an error. Ends with 1 where something does not fit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml

CLOSED = {"additionalProperties", "x-kubernetes-preserve-unknown-fields"}


def strict(schema: Any) -> Any:
    """The same schema as JSON Schema reads it, and without room for fields that nobody knows."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: strict(value) for name, value in schema.items()}
    if isinstance(changed.get("properties"), dict) and not CLOSED & changed.keys():
        changed["additionalProperties"] = False
    if changed.get("x-kubernetes-int-or-string"):
        changed.pop("type", None)
    return changed


def problems(definition: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    """What does not fit, a line each."""
    version = document["apiVersion"].split("/")[-1]
    found = [each for each in definition["spec"]["versions"] if each["name"] == version]
    if not found:
        yield f"apiVersion: {document['apiVersion']} is not defined"
        return
    schema = strict(found[0]["schema"]["openAPIV3Schema"])
    schema["properties"]["metadata"] = {"type": "object"}  # the server's own; the definition leaves it open
    for error in jsonschema.Draft7Validator(schema).iter_errors(document):
        yield f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def main(crd: Path, file: Path) -> int:
    """Print what fits and what does not."""
    definition = yaml.safe_load(crd.read_text(encoding="utf-8"))
    kind = definition["spec"]["names"]["kind"]
    found = [each for each in yaml.safe_load_all(file.read_text(encoding="utf-8")) if each and each["kind"] == kind]
    wrong = 0
    for document in found:
        lines = list(problems(definition, document))
        wrong += len(lines)
        print(f"{file}: {kind} {document['metadata']['name']}: {'; '.join(lines) or 'fits'}")
    if not found:
        print(f"{file}: holds no {kind}")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
