"""The rules of the fields that stand both at the root of a request and in its personalizations."""

import re
from collections.abc import Iterator
from time import time
from typing import Any

from local.console.standin.errors import Problem, wrong_type

RESERVED = frozenset(
    [
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    ]
)
CUSTOM_ARGS_BYTES = 10_000
_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\"\\]{1,64}@[^@\s<>()\[\],;:\"\\.]+(\.[^@\s<>,;\".]+)+")
_LONGEST_ADDRESS = 320
_SEND_AT_SECONDS = 72 * 3600


def is_address(value: Any) -> bool:
    """Tell whether a value is an e-mail address in a form that SendGrid takes."""
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_ADDRESS
        and _ADDRESS.fullmatch(value) is not None
    )


def subject(value: Any, field: str, anchor: str) -> Iterator[Problem]:
    """Check a subject line that is present."""
    if not isinstance(value, str) or not value:
        yield Problem(
            "The subject of your email must be a string at least one character in length.",
            field,
            anchor,
        )


def headers(values: Any, field: str, anchor: str) -> Iterator[Problem]:
    """Check header lines of the sender's own: their names, and that none is reserved."""
    if values is None:
        return
    if not isinstance(values, dict):
        yield wrong_type("object", values, field, anchor)
        return
    for name, value in values.items():
        place = f"{field}.{name}"
        if not isinstance(value, str):
            yield Problem("The header values must be strings.", place, anchor)
        if not name.isascii() or not name or " " in name:
            yield Problem(
                "Header keys can't contain non-ASCII characters and empty spaces.", place, anchor
            )
        if name.lower() in RESERVED:
            yield Problem("Header can not be one of the reserved keys.", place, anchor)


def custom_args(values: Any, field: str, anchor: str) -> Iterator[Problem]:
    """Check custom arguments: a map of strings."""
    if values is None:
        return
    if not isinstance(values, dict):
        yield wrong_type("object", values, field, anchor)
        return
    if not all(isinstance(value, str) for value in values.values()):
        yield Problem("All values of custom arguments object must be strings", field, anchor)


def send_at(value: Any, field: str, anchor: str) -> Iterator[Problem]:
    """Check the moment of a scheduled mail: Unix seconds, at most three days ahead."""
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        yield Problem(
            "The send_at parameter is expecting a UNIX timestamp as an integer. We will send "
            "immediately if you include a send_at timestamp that is in the past.",
            field,
            anchor,
        )
    elif value > time() + _SEND_AT_SECONDS:
        yield Problem("Scheduling more than 72 hours in advance is forbidden.", field, anchor)
