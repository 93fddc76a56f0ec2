"""The ledger in DynamoDB: every write is conditional on the version that it replaces."""

from dataclasses import dataclass
from datetime import timedelta

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from chalicelib.notifier.deliveries import UNSETTLED, Delivery, Mail, Status
from shared import dynamo


class ByUnsettled(GlobalSecondaryIndex["LedgerRow"]):  # type: ignore[no-untyped-call]  # theirs
    """The sparse index of mails that are not SENT."""

    class Meta:
        """Index settings."""

        index_name = "unsettled"
        projection = AllProjection()

    unsettled = UnicodeAttribute(hash_key=True)
    changed_at = UTCDateTimeAttribute(range_key=True)


class LedgerRow(Model):
    """One mail in the table."""

    class Meta(dynamo.Meta):
        """Table settings."""

        table_name = "ledger"

    event_id = UnicodeAttribute(hash_key=True)
    recipient = UnicodeAttribute(range_key=True)
    template = UnicodeAttribute()
    correlation_id = UnicodeAttribute()
    status = UnicodeAttribute()
    unsettled = UnicodeAttribute(null=True)
    sends = NumberAttribute()
    version = NumberAttribute()
    changed_at = UTCDateTimeAttribute()
    lease_until = UTCDateTimeAttribute(null=True)
    settle_at = UTCDateTimeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    expires = TTLAttribute()
    by_unsettled = ByUnsettled()


@dataclass(frozen=True, slots=True)
class DynamoLedger:
    """The ledger in a table; a row is kept for `keep` after its last change."""

    rows: type[LedgerRow]
    keep: timedelta

    def find(self, event_id: str, recipient: str) -> Delivery | None:
        with dynamo.available():
            try:
                return _delivery(self.rows.get(event_id, recipient, consistent_read=True))
            except self.rows.DoesNotExist:
                return None

    def save(self, delivery: Delivery, over: Delivery | None) -> bool:
        before = (
            LedgerRow.event_id.does_not_exist()
            if over is None
            else LedgerRow.version == over.version
        )
        with dynamo.available():
            try:
                self._row(delivery).save(condition=before)
            except PutError as error:
                if not dynamo.failed_condition(error):
                    raise
                return False
        return True

    def of_event(self, event_id: str) -> list[Delivery]:
        with dynamo.available():
            return [_delivery(row) for row in self.rows.query(event_id, consistent_read=True)]

    def unsettled(self, status: Status, limit: int) -> list[Delivery]:
        with dynamo.available():
            found = self.rows.by_unsettled.query(status.value, limit=limit)
            return [_delivery(row) for row in found]

    def _row(self, delivery: Delivery) -> LedgerRow:
        mail, status = delivery.mail, delivery.status
        return self.rows(
            mail.event_id,
            mail.recipient,
            template=mail.template,
            correlation_id=mail.correlation_id,
            status=status.value,
            unsettled=status.value if status in UNSETTLED else None,
            sends=delivery.sends,
            version=delivery.version,
            changed_at=delivery.changed_at,
            lease_until=delivery.lease_until,
            settle_at=delivery.settle_at,
            message_id=delivery.message_id,
            reason=delivery.reason,
            expires=delivery.changed_at + self.keep,
        )


def _delivery(row: LedgerRow) -> Delivery:
    return Delivery(
        mail=Mail(row.event_id, row.recipient, row.template, row.correlation_id),
        status=Status(row.status),
        sends=int(row.sends),
        version=int(row.version),
        changed_at=row.changed_at,
        lease_until=row.lease_until,
        settle_at=row.settle_at,
        message_id=row.message_id,
        reason=row.reason,
    )
