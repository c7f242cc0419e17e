"""What is wrongly set is said by its name, and no secret with it."""

import os
import subprocess
import sys

import pytest
from processes import EXAMPLE

GOOD = {
    "PAYPAL_CLIENT_ID": "id",
    "PAYPAL_CLIENT_SECRET": "s3cr3t",
    "JOURNAL": "/dev/null/no",
    "PAYPAL_BASE_URL": "",
    "PAYPAL_AUTHORITIES": "",
}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PAYPAL_CLIENT_ID": ""}, "PAYPAL_CLIENT_ID is not set"),
        ({"PAYPAL_CLIENT_SECRET": ""}, "PAYPAL_CLIENT_SECRET is not set"),
        ({"PAYPAL_ENVIRONMENT": "production"}, "PAYPAL_ENVIRONMENT must be sandbox or live"),
        ({"PAYPAL_BASE_URL": "http://example.com"}, "PAYPAL_BASE_URL: the base URL must lead to this machine"),
        ({"PAYPAL_AUTHORITIES": "/nothing"}, "PAYPAL_AUTHORITIES cannot be read"),
        ({"JOURNAL": "/dev/null/no"}, "JOURNAL: the journal cannot be opened"),
        ({"JOURNAL": "postgresql://a:s3cr3t@127.0.0.1:1/a"}, "JOURNAL: the journal cannot be opened"),
    ],
)
def test_a_worker_says_what_is_wrong(wrong: dict[str, str], said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "worker.py"], cwd=EXAMPLE, env=os.environ | GOOD | wrong, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(said)
    assert "s3cr3t" not in ended.stderr


def test_a_checkout_that_cannot_be_is_refused_before_it_is_started() -> None:
    ended = subprocess.run([sys.executable, "start.py"], cwd=EXAMPLE, capture_output=True, text=True, check=False)
    assert "ORDER-NUMBER AMOUNT CURRENCY" in ended.stderr
