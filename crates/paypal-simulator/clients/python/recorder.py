"""What the SDK's methods did, and what a case may expect of them."""

import json
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from paypalserversdk.exceptions.api_exception import ApiException
from paypalserversdk.http.api_response import ApiResponse
from paypalserversdk.http.http_request import HttpRequest


class Recorder:
    """The outcomes of all calls: the request as it was sent, and the status, with the issue or the name of a refusal."""

    def __init__(self) -> None:
        self.outcomes: list[dict[str, str]] = []
        self.problems: list[str] = []

    def wrap(self, controller: object) -> Any:
        """Return a controller whose calls are recorded."""
        return Recorded(self, controller)

    def add(self, method: str, sent: HttpRequest, result: str) -> None:
        """Record an outcome."""
        request = f"{sent.http_method} {urlsplit(sent.query_url).path}"
        self.outcomes.append({"method": method, "request": request, "result": result})

    @contextmanager
    def case(self, name: str) -> Iterator[None]:
        """Run a case. If it fails, that is a problem, and the next one runs all the same."""
        try:
            yield
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]
            told = error.response.text if isinstance(error, ApiException) else ""
            self.problems.append(f"{name}: {type(error).__name__}: {error} {told} ({', '.join(lines)})")


class Recorded:
    """A controller whose calls are recorded."""

    def __init__(self, recorder: Recorder, controller: object) -> None:
        self._recorder, self._controller = recorder, controller

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method that records what it does."""
        call = getattr(self._controller, name)
        method = f"{type(self._controller).__name__}.{name}"

        def recorded(*arguments: Any) -> Any:
            try:
                response = call(*arguments)
            except ApiException as error:
                self._recorder.add(method, error.response.request, f"{error.response_code} {reason(error)}")
                raise
            self._recorder.add(method, response.request, str(response.status_code))
            return response

        return recorded


def reason(error: ApiException) -> str:
    """Return the code that a program can act on: the issue, the name of the error, or OAuth's."""
    details = getattr(error, "details", None)
    issue = getattr(details[0], "issue", None) if details else None
    if issue and re.fullmatch("[A-Z0-9_]+", issue):
        return issue
    # The SDK has no class for some statuses, and leaves the text.
    document = json.loads(error.response.text or "{}")
    return getattr(error, "name", None) or document.get("name") or document.get("error") or ""


def answered(status: int, response: ApiResponse) -> Any:
    """Expect success with a status. Return the document as the SDK has parsed it."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    return response.body


def refused(kind: type[ApiException], expected: str, call: Callable[[], ApiResponse], field: str | None = None) -> None:
    """Expect that PayPal refuses, and that the SDK raises its own error, with a debug id and with the field at fault."""
    error = refusal(call)
    assert error is not None, f"nothing was refused with {expected}"
    text = error.response.text
    assert f"{error.response_code} {reason(error)}" == expected, f"{error.response_code} {text} is not {expected}"
    assert type(error) is kind, f"the error is {error!r}"
    # Some documents have no debug id, and the header has it all the same.
    debug_id = error.response.headers["paypal-debug-id"]
    assert debug_id
    if kind is not ApiException and "debug_id" in json.loads(text):
        assert error.debug_id == debug_id, text
    if field is not None:
        assert error.details[0].field == field, text


def refusal(call: Callable[[], ApiResponse]) -> Any:
    """Return the SDK's error, or None if there is none."""
    try:
        call()
    except ApiException as error:
        return error
    return None
