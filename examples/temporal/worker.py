"""A worker: run as many as you like, on as many machines; each may be killed at any time."""

import asyncio
import os
import signal
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from activities import Activities
from checkout import TASK_QUEUE
from paypal import CALLS, client
from workflow import CheckoutWorkflow


async def connect() -> Client:
    """Connect to Temporal."""
    address = os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    return await Client.connect(address, namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"))


async def main() -> None:
    """Work until SIGTERM or Ctrl-C. What is under way then has some time to end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with client() as paypal:
        activities = Activities(paypal)
        worker = Worker(
            await connect(),
            task_queue=TASK_QUEUE,
            workflows=[CheckoutWorkflow],
            activities=[
                activities.create_order,
                activities.order_status,
                activities.capture_order,
                activities.refund_capture,
                activities.add_tracker,
                activities.has_tracker,
            ],
            # Not more than there are threads for: a call must not wait for its turn while its deadline passes.
            max_concurrent_activities=CALLS,
            # How long a workflow's next task waits for the worker that has run it before, which may be dead.
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
            graceful_shutdown_timeout=timedelta(seconds=25),
        )
        async with worker:
            print("The worker is ready.", flush=True)
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
