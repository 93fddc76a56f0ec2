"""How every table is reached: short time-outs, few retries, and clear errors.

A call to DynamoDB answers or fails within about 15 s, well before API Gateway gives up at 29 s.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.exceptions import HTTPClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from shared.clients import session
from shared.errors import Unavailable

_BUSY = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_COLLIDED = {"TransactionConflict"}
_CANCELLED_FOR_A_MOMENT = _COLLIDED | {"ThrottlingError"}


class Meta:
    """Connection settings of every table; a model's Meta inherits them."""

    connect_timeout_seconds = 1
    read_timeout_seconds = 2
    max_retry_attempts = 3
    max_pool_connections = 10


def use_table[M: Model](model: type[M], table: str, region: str) -> type[M]:
    """Tie a model to its table; called once by wiring."""
    model.Meta.table_name = table
    model.Meta.region = region
    # A session of its own would read botocore's files again: 100 ms a table at a cold start.
    _connection(model)._local.session = session()  # noqa: SLF001  # no public way
    return model


def transaction(model: type[Model]) -> TransactWrite:
    """Return a transaction over any tables of a model's region: all its writes happen, or none."""
    return TransactWrite(connection=_connection(model))


def _connection(model: type[Model]) -> Connection:
    return model._get_connection().connection  # noqa: SLF001  # no public way


def failed_condition(error: PynamoDBException) -> bool:
    """Tell whether a write, alone or in a transaction, failed because of its condition."""
    return error.cause_response_code == "ConditionalCheckFailedException" or (
        "ConditionalCheckFailed" in _cancellations(error)
    )


@contextmanager
def available() -> Iterator[None]:
    """Turn a table that is busy or does not answer into Unavailable; all else stays loud."""
    try:
        yield
    except PynamoDBException as error:
        if is_busy(error):
            raise Unavailable("The database is busy.") from error
        raise


def collided(error: BaseException) -> bool:
    """Tell whether a transaction was cancelled only because another one wrote the same items.

    Unlike a throttled call, which botocore has repeated already, it can be repeated at once.
    """
    return isinstance(error, TransactWriteError) and _cancellations(error) == _COLLIDED


def is_busy(error: PynamoDBException) -> bool:
    """Tell whether the same call may succeed in a moment."""
    if error.cause_response_code in _BUSY:
        return True
    if isinstance(error.cause, BotoConnectionError | HTTPClientError):
        return True
    codes = _cancellations(error)
    return bool(codes) and codes <= _CANCELLED_FOR_A_MOMENT


def _cancellations(error: PynamoDBException) -> set[str]:
    reasons = getattr(error, "cancellation_reasons", None) or []
    return {reason.code for reason in reasons if reason is not None}
