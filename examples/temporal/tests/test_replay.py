"""Histories that workers have recorded are still those of the workflow as it is: a checkout can outlive a deployment.

If one fails, do not record it anew but keep the old way with `workflow.patched`.
"""

import asyncio
import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from activities import Activities
from checkout import Checkout, Progress
from workflow import CheckoutWorkflow

RECORDED = sorted(path.stem for path in (Path(__file__).parent / "histories").glob("*.json"))


def recorded(histories: Path, name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"checkout-{name}", json.loads((histories / f"{name}.json").read_text()))


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_history_is_replayed(histories: Path, name: str) -> None:
    asyncio.run(Replayer(workflows=[CheckoutWorkflow]).replay_workflow(recorded(histories, name)))


@workflow.defn(name="Checkout")
class Changed(CheckoutWorkflow):
    """A workflow that asks PayPal something more than the one that was recorded."""

    @workflow.run
    async def run(self, checkout: Checkout) -> Progress:
        await self._read(Activities.order_status, "5O190127TN364715T")
        return await super().run(checkout)


@pytest.mark.parametrize("name", RECORDED)
def test_a_change_is_noticed(histories: Path, name: str) -> None:
    replayer = Replayer(workflows=[Changed], workflow_runner=UnsandboxedWorkflowRunner())
    with pytest.raises(workflow.NondeterminismError):
        asyncio.run(replayer.replay_workflow(recorded(histories, name)))


def test_each_end_is_recorded() -> None:
    assert RECORDED == ["abandoned", "cancelled", "refunded", "shipped"]
