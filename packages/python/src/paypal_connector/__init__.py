"""PayPal's REST APIs: typed, safe to repeat, and exact about what has happened.

See `Client` and `AsyncClient`. The types of PayPal's documents are in `paypal_connector.documents`.
"""

from .async_client import AsyncClient
from .async_platform import AsyncConnection, AsyncJournal
from .choices import Choice, Choices
from .client import Client
from .connection import Connection
from .connector import Connector
from .delegation import Delegation
from .environment import Environment
from .failure import Failure, FailureKind, Interrupted, Issue
from .journal import Entry, Journal, JournalError, MemoryJournal
from .paypal_connection import PayPalConnection
from .postgres_journal import PostgresJournal
from .reply import File, Reply
from .secret import Secret
from .sqlite_journal import SqliteJournal
from .token import Token, TokenError, TokenErrorKind
from .token_source import ClientCredentials, StaticToken, TokenSource
from .trigger import Operation, Trigger

__all__ = [
    "AsyncClient",
    "AsyncConnection",
    "AsyncJournal",
    "Choice",
    "Choices",
    "Client",
    "ClientCredentials",
    "Connection",
    "Connector",
    "Delegation",
    "Entry",
    "Environment",
    "Failure",
    "FailureKind",
    "File",
    "Interrupted",
    "Issue",
    "Journal",
    "JournalError",
    "MemoryJournal",
    "Operation",
    "PayPalConnection",
    "PostgresJournal",
    "Reply",
    "Secret",
    "SqliteJournal",
    "StaticToken",
    "Token",
    "TokenError",
    "TokenErrorKind",
    "TokenSource",
    "Trigger",
]
