"""The connector, from environment variables."""

import os
from pathlib import Path

from paypal_connector import (
    AsyncClient,
    ClientCredentials,
    Environment,
    Journal,
    JournalError,
    PayPalConnection,
    PostgresJournal,
    Secret,
    SqliteJournal,
)

CALLS = 16
"""How many calls a process makes at once."""
TENANT = "shop"


def setting(name: str) -> str:
    """Return an environment variable that is required."""
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set: README.md says what it is")
    return value


def journal() -> Journal:
    """Open the journal of `JOURNAL`: a database that workers on several machines share, or a file for those of one."""
    where = os.environ.get("JOURNAL") or "journal.sqlite"
    try:
        if not where.startswith(("postgresql://", "postgres://")):
            return SqliteJournal(where, tenant=TENANT)
        found = PostgresJournal(where, tenant=TENANT)
        found.migrate()
    except JournalError as error:
        raise SystemExit(f"JOURNAL: {error}") from None
    return found


def client() -> AsyncClient:
    """Make the client. It makes one attempt per call: Temporal alone repeats, and sees each attempt."""
    source = ClientCredentials(setting("PAYPAL_CLIENT_ID"), Secret(setting("PAYPAL_CLIENT_SECRET")))
    environment = os.environ.get("PAYPAL_ENVIRONMENT", "sandbox")
    if environment not in list(Environment):
        raise SystemExit("PAYPAL_ENVIRONMENT must be sandbox or live")
    authorities = os.environ.get("PAYPAL_AUTHORITIES")
    try:
        connection = PayPalConnection(
            source,
            environment=Environment(environment),
            base_url=os.environ.get("PAYPAL_BASE_URL") or None,
            max_attempts=1,
            # The simulator's own; none for PayPal.
            certificate_authorities=[Path(authorities).read_text()] if authorities else [],
        )
    except OSError as error:
        raise SystemExit(f"PAYPAL_AUTHORITIES cannot be read: {error}") from None
    except ValueError as error:
        raise SystemExit(f"PAYPAL_BASE_URL: {error}") from None
    return AsyncClient(connection, journal(), concurrency=CALLS)
