"""A consumer's inbox: the events it has finished with, by the event's own id.

The consumer writes it as the last step of handling an event; a producer's sweep reads it to find
what was announced and never handled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.models import Model

from shared import dynamo


class Inbox(Protocol):
    """The events that a consumer has finished with."""

    def finish(self, event_id: str, now: datetime) -> None:
        """Record that the consumer needs this event never again; twice is once."""
        ...

    def known(self, event_ids: Iterable[str]) -> set[str]:
        """Return those of the ids that are finished."""
        ...


class InboxRow(Model):
    """One finished event."""

    class Meta(dynamo.Meta):
        """Table settings."""

        table_name = "inbox"

    event_id = UnicodeAttribute(hash_key=True)
    finished_at = UTCDateTimeAttribute()
    expires = TTLAttribute()


@dataclass(frozen=True, slots=True)
class DynamoInbox:
    """An inbox in a table; a row outlives the events it speaks of."""

    rows: type[InboxRow]
    keep: timedelta

    def finish(self, event_id: str, now: datetime) -> None:
        with dynamo.available():
            self.rows(event_id, finished_at=now, expires=now + self.keep).save()

    def known(self, event_ids: Iterable[str]) -> set[str]:
        with dynamo.available():
            return {row.event_id for row in self.rows.batch_get(list(event_ids))}
