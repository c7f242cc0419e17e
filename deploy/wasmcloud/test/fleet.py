"""The service on the hosts of a cluster."""

import json
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from cluster import Cluster, Host
from service import Key, request

DEPLOYMENT = Path(__file__).parent.parent


@dataclass
class Fleet:
    """Hosts with the service."""

    cluster: Cluster
    image: str
    key: Key
    webhooks: str = "WH-none"
    """The ids of the webhooks whose events a service takes that starts from now on."""

    @property
    def hosts(self) -> list[Host]:
        """The hosts, in order of their names."""
        return [self.cluster.hosts[name] for name in sorted(self.cluster.hosts)]

    def start(self, host: Host, hosts: list[str] | None = None, paypal: str | None = None, **variables: str) -> None:
        """Start the service on a host: the workload of the documents, with the simulator, or another server, for PayPal."""
        simulator = self.cluster.simulator
        paypal = paypal or simulator.url
        text = Template((DEPLOYMENT / "workload.json").read_text())
        keys = json.dumps(self.key.configuration())[1:-1]
        document: dict[str, Any] = json.loads(
            text.substitute(
                HOST=host.name,
                IMAGE=self.image,
                PAYPAL_CLIENT_ID=simulator.client_id,
                PAYPAL_CLIENT_SECRET=simulator.client_secret,
                PAYPAL_WEBHOOK_IDS=self.webhooks,
                PAYPAL_IPN_RECEIVERS="",
                GATEWAY_KEYS=keys,
            )
        )
        (component,) = document["workload"]["witWorld"]["components"]
        resources = component["localResources"]
        resources["environment"] |= {
            "PAYPAL_BASE_URL": paypal,
            "PAYPAL_CERTIFICATE_AUTHORITIES": simulator.get("/simulator/authorities").decode(),
        }
        resources["environment"] |= variables
        resources["allowedHosts"] = [paypal] if hosts is None else hosts
        answer = self.cluster.ask(host, "start", document)
        state = answer["workloadStatus"]["workloadState"]
        assert state == "WORKLOAD_STATE_RUNNING", f"{answer}\n{host.process.printed[-5000:]}"
        assert request(host, "GET", "/healthz").status == 200, host.process.printed[-5000:]

    def stop(self, host: Host) -> None:
        """Stop the service on a host."""
        self.cluster.ask(host, "stop", {"workloadId": f"paypal-{host.name}"})

    def restart(self, host: Host) -> Host:
        """Start a host again that was killed. It has forgotten its workloads."""
        again = self.cluster.start_host(host.name)
        self.start(again)
        return again

    def order(self, key: str) -> dict[str, Any]:
        """Return the input of an order."""
        unit = {"custom_id": key, "amount": {"currency_code": "USD", "value": "10.00"}}
        return {"body": {"intent": "CAPTURE", "purchase_units": [unit]}}
