"""A client for programs without asyncio."""

from collections.abc import Iterator, Mapping
from typing import Any

from .actions import Actions
from .choices import Choices
from .connection import Connection
from .connector import Connector, shared
from .journal import Journal, records_calls
from .reply import Reply
from .trigger import Trigger


class Client(Actions):
    """PayPal, by one connection. It may be shared by threads.

    Each action is a method of its group, such as `client.orders.create(body=...)`. It raises `Failure` if PayPal or the local
    check refuses the call, `Interrupted` if the component was stopped, and `TypeError` or `ValueError` for what JSON does not
    have.
    """

    def __init__(
        self,
        connection: Connection,
        journal: Journal,
        *,
        connector: Connector | None = None,
        record_calls: bool | None = None,
    ) -> None:
        """Create one.

        `journal` belongs to this connection alone: its entries are what `history` and duplicates of events are answered from.
        With `record_calls`, calls that move money are noted in it before they are sent, so that `calls.unresolved` lists those
        that a crash has cut off; a call that cannot be noted is not sent. By default they are, unless it is a `MemoryJournal`.
        """
        self._connection, self._journal, self._connector = connection, journal, connector or shared()
        self._record_calls = records_calls(journal) if record_calls is None else record_calls
        super().__init__(self.invoke)

    def invoke(self, action: str, given: Mapping[str, Any]) -> Reply[Any]:
        """Run any action by its id, such as `orders.create`, with its input: its parameters, `body` and `options`."""
        return self._connector.invoke(self._connection, self._journal, action, given, record_calls=self._record_calls)

    def options(
        self,
        action: str,
        parameter: str,
        given: Mapping[str, Any] | None = None,
        *,
        search: str | None = None,
        page: Mapping[str, Any] | None = None,
    ) -> Choices:
        """List what can be chosen for a parameter of an action, as values and labels for a drop-down.

        `parameter` is its name, or a JSON Pointer into the input such as `/body/plan_id`. `given` is what is filled in so far
        of the input, which narrows the choices. `search` is a text that the value or the label must contain, in any case, and
        `page` is `next` of the page before. It raises `Failure` where nothing lists choices, and says where to find the value.
        """
        return self._connector.options(self._connection, self._journal, action, parameter, given or {}, search, page)

    def list_triggers(self) -> list[Trigger]:
        """List what can start a workflow, and how each is switched on and off, received and polled. Sends nothing."""
        return self._connector.triggers(self._connection, self._journal)

    def pages(self, action: str, given: Mapping[str, Any]) -> Iterator[Reply[Any]]:
        """Run an action that is paged, and go on with its next pages."""
        following: Mapping[str, Any] | None = given
        while following is not None:
            reply = self.invoke(action, following)
            yield reply
            following = reply.next
