"""The service on two hosts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster import cluster
from fleet import Fleet
from service import Key


@pytest.fixture(scope="session")
def fleet() -> Iterator[Fleet]:
    with cluster() as it:
        image = it.push("paypal-service-postgres", Path(os.environ["SERVICE"]))
        fleet = Fleet(it, image, Key())
        for name in ("a", "b"):
            fleet.start(it.start_host(name))
        yield fleet
