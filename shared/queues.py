"""Queues: port `Queue` and its adapter for SQS, and how a batch of messages is worked off.

A mapping with ReportBatchItemFailures deletes what the answer does not list as failed, a mapping
without it deletes everything when the function returns and nothing when it raises. The flag is
set after a deploy and may be missing, so nothing here depends on it: a message is deleted as soon
as it is done, and what is left is left by raising. That is right both ways; an answer that lists
failures is not, because without the flag it would delete them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, Self

from botocore.exceptions import ClientError

from shared import log
from shared.clients import Connect, available, code
from shared.errors import Invalid, MissingSettings
from shared.topics import as_strings, check_size

LIMIT = 1024 * 1024  # bytes of body and attributes together
LONGEST_DELAY = 900  # seconds
REASON = "reason"  # the attribute that tells why a message is a dead letter
_MOST_ATTRIBUTES = 10  # SQS takes no more
_REASON_LENGTH = 256
_UNSENDABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Record:
    """One delivery of one message; `receipt` deletes it, `deliveries` counts this one too."""

    id: str
    body: str
    receipt: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    deliveries: int = 1

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read a record of Lambda's SQS event."""
        sent = record.get("messageAttributes") or {}
        return cls(
            id=record["messageId"],
            body=record["body"],
            receipt=record["receiptHandle"],
            attributes={name: str(value.get("stringValue", "")) for name, value in sent.items()},
            deliveries=int((record.get("attributes") or {}).get("ApproximateReceiveCount", 1)),
        )


class Queue(Protocol):
    """A queue, which gives each message to somebody at least once."""

    def send(self, body: str, attributes: Mapping[str, str], delay_seconds: int = 0) -> None:
        """Put a message in, to be seen after the delay (at most LONGEST_DELAY).

        Raises TooLarge over LIMIT, Unavailable when the queue does not take it now (it may have
        taken it all the same), MissingSettings when there is no such queue.
        """
        ...

    def delete(self, receipt: str) -> None:
        """Take a delivered message out for good; a second time is no error."""
        ...


class Unfinished(Exception):
    """Raised when messages stay in the queue, to be delivered again and in the end given up."""


def each_record(
    records: Iterable[Record],
    handle: Callable[[Record], None],
    queue: Queue,
    dead: Queue,
    *,
    may_start: Callable[[], bool] = lambda: True,
) -> None:
    """Handle each message alone, so that none is lost and none suffers for its neighbour.

    A message whose `handle` returns is deleted. One whose `handle` raises Invalid can never
    succeed: it goes to the dead letters at once, with the reason. Any other error, or no time
    left to start, leaves it in the queue; then Unfinished is raised at the end. The handler of the
    event must return None, which deletes nothing that is not deleted already.
    """
    left: dict[str, str] = {}
    for record in records:
        try:
            if not may_start():
                raise TimeoutError("no time left to start")  # noqa: TRY301  # a failure like any
            _settle(record, handle, queue, dead)
        except Exception as error:  # noqa: BLE001  # all are raised as one after the last record
            log.failure(error, message_id=record.id, deliveries=record.deliveries)
            left[record.id] = type(error).__name__
    if left:
        raise Unfinished("left in the queue: " + ", ".join(f"{i} ({e})" for i, e in left.items()))


def _settle(record: Record, handle: Callable[[Record], None], queue: Queue, dead: Queue) -> None:
    try:
        handle(record)
    except Invalid as error:
        bury(record, f"{error.code}: {error}", dead)
    queue.delete(record.receipt)


def bury(record: Record, reason: str, dead: Queue) -> None:
    """Send a message to the dead letters with the reason and all else that it carried."""
    kept = dict(list(record.attributes.items())[: _MOST_ATTRIBUTES - 1])
    dead.send(record.body, kept | {REASON: _UNSENDABLE.sub("?", reason)[:_REASON_LENGTH]})
    log.fact("dead letter", message_id=record.id, reason=reason[:_REASON_LENGTH])


class SqsQueue:
    """A queue of SQS in the account and region of the caller, by its name."""

    def __init__(self, connect: Connect, name: str) -> None:
        self._connect = connect
        self._name = name

    def send(self, body: str, attributes: Mapping[str, str], delay_seconds: int = 0) -> None:
        check_size(body, attributes, LIMIT)
        with available(f"queue {self._name}"):
            self._connect("sqs").send_message(
                QueueUrl=self._url,
                MessageBody=body,
                MessageAttributes=as_strings(attributes),
                DelaySeconds=min(delay_seconds, LONGEST_DELAY),
            )

    def delete(self, receipt: str) -> None:
        with available(f"queue {self._name}"):
            try:
                self._connect("sqs").delete_message(QueueUrl=self._url, ReceiptHandle=receipt)
            except ClientError as error:
                # Deleted already; SQS itself is silent about most such receipts.
                if code(error) != "ReceiptHandleIsInvalid":
                    raise

    @cached_property
    def _url(self) -> str:
        try:
            return str(self._connect("sqs").get_queue_url(QueueName=self._name)["QueueUrl"])
        except ClientError as error:
            if code(error) not in {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}:
                raise
            raise MissingSettings(f"there is no queue {self._name}") from error
