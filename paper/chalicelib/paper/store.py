"""Papers in DynamoDB: a paper, its event and its receipt are written together or not at all."""

from dataclasses import dataclass
from datetime import timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.models import Model
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from chalicelib.paper.papers import Paper, Text
from chalicelib.paper.ports import Taken
from shared import dynamo, idempotency, outbox
from shared.envelope import Envelope
from shared.errors import NotFound, Stale
from shared.http import etag
from shared.idempotency import Receipt, ReceiptRow
from shared.outbox import EventRow


class PaperRow(Model):
    """One paper in the table."""

    class Meta(dynamo.Meta):
        """Table settings."""

        table_name = "papers"

    id = UnicodeAttribute(hash_key=True)
    subject = UnicodeAttribute()
    description = UnicodeAttribute()
    student_email = UnicodeAttribute()
    tutor_email = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    text_key = UnicodeAttribute()
    text_sha256 = UnicodeAttribute()
    text_size = NumberAttribute()
    submitted_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    version = NumberAttribute()


# Parallel writers of one item make DynamoDB cancel all but one: the others soon see the winner.
_again = retry(
    retry=retry_if_exception(dynamo.collided),
    wait=wait_random_exponential(multiplier=0.05, max=1),
    stop=stop_after_attempt(6),
    reraise=True,
)


@dataclass(frozen=True, slots=True)
class DynamoPapers:
    """Papers, their events and the receipts of requests, in three tables."""

    rows: type[PaperRow]
    events: type[EventRow]
    receipts: type[ReceiptRow]
    keep_events: timedelta
    keep_receipts: timedelta

    def get(self, paper_id: str) -> Paper:
        with dynamo.available():
            try:
                return _paper(self.rows.get(paper_id, consistent_read=True))
            except self.rows.DoesNotExist:
                raise NotFound("There is no paper with this id.") from None

    def add(self, paper: Paper, event: Envelope, receipt: Receipt | None) -> None:
        with dynamo.available():
            try:
                self._add(paper, event, receipt)
            except TransactWriteError as error:
                if not dynamo.failed_condition(error):
                    raise
                raise Taken from error

    def replace(self, paper: Paper, event: Envelope) -> None:
        with dynamo.available():
            try:
                self._replace(paper, event)
            except TransactWriteError as error:
                if not dynamo.failed_condition(error):
                    raise
                present = self.get(paper.id)
                raise Stale("The paper has changed since.", etag(present.version)) from None

    @_again
    def _add(self, paper: Paper, event: Envelope, receipt: Receipt | None) -> None:
        with dynamo.transaction(self.rows) as write:
            write.save(_row(self.rows, paper), condition=PaperRow.id.does_not_exist())
            write.save(outbox.row(self.events, paper.id, event, self.keep_events))
            if receipt is not None:
                fresh = ReceiptRow.key.does_not_exist() | (ReceiptRow.expires <= paper.submitted_at)
                row = idempotency.row(
                    self.receipts, receipt, paper.submitted_at, self.keep_receipts
                )
                write.save(row, condition=fresh)

    @_again
    def _replace(self, paper: Paper, event: Envelope) -> None:
        with dynamo.transaction(self.rows) as write:
            before = PaperRow.version == paper.version - 1
            write.save(_row(self.rows, paper), condition=before)
            write.save(outbox.row(self.events, paper.id, event, self.keep_events))


def _row(rows: type[PaperRow], paper: Paper) -> PaperRow:
    return rows(
        paper.id,
        subject=paper.subject,
        description=paper.description,
        student_email=paper.student_email,
        tutor_email=paper.tutor_email,
        status=paper.status,
        text_key=paper.text.key,
        text_sha256=paper.text.sha256,
        text_size=paper.text.size,
        submitted_at=paper.submitted_at,
        updated_at=paper.updated_at,
        version=paper.version,
    )


def _paper(row: PaperRow) -> Paper:
    return Paper(
        id=row.id,
        subject=row.subject,
        description=row.description,
        student_email=row.student_email,
        tutor_email=row.tutor_email,
        status=row.status,  # type: ignore[arg-type]  # _row wrote it
        text=Text(row.text_key, row.text_sha256, int(row.text_size)),
        submitted_at=row.submitted_at,
        updated_at=row.updated_at,
        version=int(row.version),
    )
