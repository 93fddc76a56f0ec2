"""The one builder of AWS clients: made on first use, with time-outs that fit an API's deadline.

botocore is used without boto3, whose resources nobody here needs: 25 ms less at a cold start.
Region, credentials and endpoint come from the environment as botocore reads it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as BotoConnectionError

from shared.errors import Unavailable

type Connect = Callable[[str], Any]  # what an adapter is given: the name of a service -> its client

CONNECT_SECONDS = 2
READ_SECONDS = 5
ATTEMPTS = 3  # with at most 1 s and 2 s between them: 24 s at worst, below API Gateway's 29 s

_BUSY = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServiceError",
        "KMSThrottlingException",
        "OperationAborted",
        "RequestThrottled",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttled",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_SERVER_FAULT = 500
_building = Lock()


@cache
def client(service: str, **options: Any) -> Any:
    """Return the client of a service: the same one for the same options, made on first use."""
    return build(service, **options)


def build(service: str, **options: Any) -> Any:
    """Make a new client; options are botocore's, such as `endpoint_url`."""
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )
    with _building:  # a session may be used by one thread at a time, a client by many
        return session().create_client(service, config=config, **options)


@contextmanager
def available(what: str) -> Iterator[None]:
    """Turn a service that is busy or does not answer into Unavailable; all else stays loud."""
    try:
        yield
    except (BotoConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise Unavailable(f"The {what} does not answer.") from error
    except ClientError as error:
        if is_busy(error):
            raise Unavailable(f"The {what} is busy.") from error
        raise


def is_busy(error: ClientError) -> bool:
    """Tell whether the same call may succeed in a moment."""
    status: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER_FAULT or code(error) in _BUSY


def code(error: ClientError) -> str:
    """Return AWS's name of an error, such as NoSuchKey."""
    return str(error.response.get("Error", {}).get("Code", ""))


@cache
def session() -> Any:
    """Return the one botocore session: what it has read from disk serves every client."""
    return botocore.session.get_session()
