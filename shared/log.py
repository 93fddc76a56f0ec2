"""One JSON line per event, with the correlation id, and never a value that came from outside."""

import traceback
from typing import Any

from aws_lambda_powertools import Logger

# The level is not left to LOG_LEVEL: what follows a paper must not depend on where this runs.
LOG = Logger(service="app", level="INFO", use_rfc3339=True, utc=True)


def name_service(name: str) -> None:
    """Give every further line the name of the app."""
    LOG.append_keys(service=name)


def begin(context: object) -> None:
    """Start the lines of one invocation: nothing of the one before is left in them."""
    request_id = str(getattr(context, "aws_request_id", ""))
    LOG.append_keys(request_id=request_id, correlation_id=request_id)
    LOG.remove_keys(["route"])


def correlate(correlation_id: str, **keys: str) -> None:
    """Give every further line of this invocation the correlation id and other keys."""
    LOG.append_keys(correlation_id=correlation_id, **keys)


def fact(message: str, **keys: Any) -> None:
    """Log that something happened; keys hold ids, counts and states, never personal data."""
    LOG.info(message, extra=keys, stacklevel=3)


def failure(error: BaseException, **keys: Any) -> None:
    """Log an unexpected error by type and place.

    The message is left out: it may quote the input, and with it an address or a token.
    """
    known = {"error": type(error).__name__, "at": places(error)}
    LOG.error("unexpected error", extra=known | keys, stacklevel=3)


def places(error: BaseException) -> list[str]:
    """Return where an error passed, innermost last, as "file:line function"."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in frames[-8:]]
