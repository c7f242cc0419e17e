"""Starts a checkout, and prints the link at which the payer approves.

    python start.py ORDER-NUMBER AMOUNT CURRENCY

Run again with the same number it prints the same link: a number has one workflow, one PayPal order, and one payment. After its
end the number is refused for as long as Temporal keeps the workflow: for the namespace's retention. Started after that it is
another checkout, with another order and another payment.
"""

import asyncio
import sys

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from checkout import PREFIX, TASK_QUEUE, Checkout
from worker import connect
from workflow import CheckoutWorkflow


async def start(temporal: Client, number: str, checkout: Checkout) -> str:
    """Start the checkout of an order of the shop unless it is started. Return the link.

    Raises `ValueError` for amounts that cannot be, `WorkflowAlreadyStartedError` if that checkout has ended within the
    namespace's retention, and `WorkflowUpdateFailedError` if PayPal refuses the order.
    """
    checkout.check()
    operation = WithStartWorkflowOperation(
        CheckoutWorkflow.run,
        checkout,
        id=f"{PREFIX}{number}",
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
    )
    return await temporal.execute_update_with_start_workflow(CheckoutWorkflow.approve_link, start_workflow_operation=operation)


async def main() -> None:
    """Start the one of the command line."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    number, amount, currency = sys.argv[1:]
    try:
        print(await start(await connect(), number, Checkout(amount, currency)))
    except (ValueError, WorkflowAlreadyStartedError) as error:
        sys.exit(f"{number}: {error}")
    except WorkflowUpdateFailedError as error:
        sys.exit(f"{number}: {error.cause}")


if __name__ == "__main__":
    asyncio.run(main())
