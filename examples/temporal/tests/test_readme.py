"""The README's commands run as they are."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from processes import EXAMPLE, free_port


def test_the_readme_takes_a_payment_and_gives_one_back(tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", (EXAMPLE / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    # The first one builds what this test runs with.
    script = "".join(["set -euo pipefail\n", *blocks[1:]])
    temporal = free_port()
    for old, new in {
        "4010": str(free_port()),
        "4020": str(free_port()),
        "target/temporal/venv/bin": str(Path(sys.executable).parent),
        "$PWD//": "/",
        "../../target/debug/host-test": os.environ["HOST_TEST"],
        "start-dev": f"start-dev --port {temporal}",
    }.items():
        assert old in script
        script = script.replace(old, new)
    environment = os.environ | {"TEMPORAL_ADDRESS": f"127.0.0.1:{temporal}", "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=EXAMPLE.parent.parent,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=120)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, printed
    assert re.findall(r'"state":"(\w+)"', printed) == ["shipped", "refunded"], printed
