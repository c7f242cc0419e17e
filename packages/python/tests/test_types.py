"""The types, as a checker sees them, and the examples."""

import subprocess
import sys
from pathlib import Path

import pytest

import paypal_connector

HERE = Path(__file__).parent

WRONG = {
    'p.orders.create(body={"intent": "CAPTUR", "purchase_units": []})': "typeddict-item",
    'p.orders.create(body={"intent": "CAPTURE"})': "typeddict-item",
    "p.orders.get()": "call-arg",
    "p.orders.get(id=1)": "arg-type",
    'p.orders.get(id="1").body["sum"]': "typeddict-item",
    'p.orders.capture(id="1", options={"deadline": 1})': "arg-type",
    'p.orders.cancel(id="1")': "attr-defined",
}


def mypy(*arguments: str | Path) -> str:
    config = ["--config-file", str(HERE.parent / "pyproject.toml"), "--no-error-summary"]
    command = [sys.executable, "-m", "mypy", *config, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_the_package_the_examples_and_the_tests_are_typed() -> None:
    package = Path(paypal_connector.__file__).parent
    assert (package / "py.typed").is_file()
    assert mypy("--package", "paypal_connector") == ""
    assert mypy(*HERE.parent.glob("examples/*.py"), *HERE.glob("*.py")) == ""


@pytest.mark.parametrize(("line", "code"), WRONG.items())
def test_mistakes_are_found(line: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(f"from paypal_connector import Client\n\ndef run(p: Client) -> None:\n    {line}\n")
    assert f"[{code}]" in mypy(file)
