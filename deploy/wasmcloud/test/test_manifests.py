"""What is tested is what Kubernetes deploys."""

import json
from pathlib import Path
from typing import Any

import yaml

DEPLOYMENT = Path(__file__).parent.parent


def documents(name: str) -> dict[str, Any]:
    """Return the documents of a manifest by their kinds."""
    return {it["kind"]: it for it in yaml.safe_load_all((DEPLOYMENT / "kubernetes" / name).read_text())}


def test_both_forms_have_the_same_service() -> None:
    by_nats = json.loads((DEPLOYMENT / "workload.json").read_text())["workload"]["witWorld"]
    by_kubernetes = documents("paypal.yaml")["WorkloadDeployment"]["spec"]["template"]["spec"]
    assert by_kubernetes["hostInterfaces"] == by_nats["hostInterfaces"]
    (one,), (other,) = by_nats["components"], by_kubernetes["components"]
    assert other["localResources"]["allowedHosts"] == one["localResources"]["allowedHosts"]
    environment = other["localResources"]["environment"]
    (secret,) = environment["secretFrom"]
    example = documents("secret.example.yaml")["Secret"]
    assert secret["name"] == example["metadata"]["name"]
    assert environment["config"].keys() | example["stringData"].keys() == one["localResources"]["environment"].keys()
    assert not environment["config"].keys() & example["stringData"].keys()
    for name, value in environment["config"].items():
        # What is filled in there is text here.
        assert one["localResources"]["environment"][name] in (value, f"${{{name}}}"), name
        assert isinstance(value, str), name
        assert "$" not in value, name


def test_the_service_has_the_endpoints_of_the_workload() -> None:
    manifest = documents("paypal.yaml")
    service = manifest["WorkloadDeployment"]["spec"]["kubernetes"]["service"]["name"]
    assert service == manifest["Service"]["metadata"]["name"]
    assert "selector" not in manifest["Service"]["spec"], "Kubernetes would manage the endpoints itself"
