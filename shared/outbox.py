"""Transactional outbox: an event is stored with the change it tells of, and announced after.

A row is written in the same transaction as the change (`row`). The table's stream wakes the
relay, which publishes it. Until a consumer's inbox shows the event as handled, the row carries
the marker `unhandled`; the sweep looks at marked rows and announces again what nobody handled.
Rows are never changed otherwise: together they are the history of their subject.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pynamodb.attributes import JSONAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared import dynamo, log
from shared.clock import stamp
from shared.envelope import Envelope, earliest_id
from shared.inbox import Inbox
from shared.topics import Topic

SHARDS = 8  # the marker is spread, so that the index has no single hot partition
_PAGE = 100


class Unhandled(Protocol):
    """The rows that no consumer is known to have handled."""

    def older_than(self, moment: datetime) -> Iterator[tuple[str, Envelope]]:
        """Give (subject, event) of each marked row whose event happened before the moment."""
        ...

    def handled(self, subject: str, event_id: str) -> None:
        """Take the marker off one row."""
        ...


class ByUnhandled(GlobalSecondaryIndex["EventRow"]):  # type: ignore[no-untyped-call]  # theirs
    """The sparse index of marked rows."""

    class Meta:
        """Index settings."""

        index_name = "unhandled"
        projection = AllProjection()

    unhandled = UnicodeAttribute(hash_key=True)
    event_id = UnicodeAttribute(range_key=True)


class EventRow(Model):
    """One event in the history of its subject."""

    class Meta(dynamo.Meta):
        """Table settings."""

        table_name = "events"

    subject = UnicodeAttribute(hash_key=True)
    event_id = UnicodeAttribute(range_key=True)
    event: JSONAttribute = JSONAttribute()
    unhandled = UnicodeAttribute(null=True)
    expires = TTLAttribute(null=True)
    by_unhandled = ByUnhandled()


def row(rows: type[EventRow], subject: str, event: Envelope, keep: timedelta) -> EventRow:
    """Return the row that goes into the same transaction as the change."""
    return rows(
        subject=subject,
        event_id=event.event_id,
        event=event.model_dump(mode="json"),
        unhandled=_shard(event.event_id),
        expires=event.occurred_at + keep,
    )


@dataclass(frozen=True, slots=True)
class DynamoUnhandled:
    """The marked rows of one outbox table."""

    rows: type[EventRow]

    def older_than(self, moment: datetime) -> Iterator[tuple[str, Envelope]]:
        bound = earliest_id(moment)
        with dynamo.available():
            for shard in range(SHARDS):
                index = self.rows.by_unhandled
                for found in index.query(str(shard), ByUnhandled.event_id < bound):
                    yield found.subject, Envelope.model_validate(found.event)

    def handled(self, subject: str, event_id: str) -> None:
        with dynamo.available():
            self.rows(subject, event_id).update(
                actions=[EventRow.unhandled.remove()],
                condition=EventRow.event_id.exists(),
            )


def inserted(records: Iterable[Mapping[str, Any]]) -> Iterator[Envelope]:
    """Read the events out of stream records; only newly written rows count."""
    for record in records:
        if record["eventName"] == "INSERT":
            image = record["dynamodb"]["NewImage"]
            yield Envelope.model_validate_json(image["event"]["S"])


def relay(topic: Topic, events: Iterable[Envelope]) -> int:
    """Announce events in order; a failure stops here, and the stream brings the rest again."""
    count = 0
    for event in events:
        announce(topic, event)
        count += 1
    return count


def announce(topic: Topic, event: Envelope) -> None:
    """Publish one event and say so in the log."""
    topic.publish(event.model_dump_json(), event.attributes)
    log.fact("announced", event_id=event.event_id, type=event.type, about=event.correlation_id)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep saw: marked rows looked at, found handled, announced again."""

    looked_at: int
    handled: int
    announced: int

    @property
    def counts(self) -> dict[str, int]:
        """Return the three numbers by name."""
        return asdict(self)


def sweep(unhandled: Unhandled, inbox: Inbox, topic: Topic, before: datetime) -> Swept:
    """Announce again every event older than `before` that the inbox does not show as handled."""
    looked_at = handled = announced = 0
    for page in _pages(unhandled.older_than(before)):
        known = inbox.known([event.event_id for _, event in page])
        for subject, event in page:
            looked_at += 1
            if event.event_id in known:
                unhandled.handled(subject, event.event_id)
                handled += 1
            else:
                announce(topic, event)
                announced += 1
    log.fact("swept", before=stamp(before), looked_at=looked_at, announced=announced)
    return Swept(looked_at, handled, announced)


def _pages[T](items: Iterator[T]) -> Iterator[list[T]]:
    page: list[T] = []
    for item in items:
        page.append(item)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


def _shard(event_id: str) -> str:
    return str(zlib.crc32(event_id.encode()) % SHARDS)
