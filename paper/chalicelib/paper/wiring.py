"""Settings of this app, and the one place where its ports meet AWS."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.paper.ports import Ports
from chalicelib.paper.store import DynamoPapers, PaperRow
from shared.clients import client
from shared.clock import utc_now
from shared.dynamo import use_table
from shared.idempotency import DynamoReceipts, ReceiptRow
from shared.inbox import DynamoInbox, InboxRow
from shared.objects import S3Objects
from shared.outbox import DynamoUnhandled, EventRow
from shared.tokens import DynamoTokens, TokenRow
from shared.topics import SnsTopic


@dataclass(frozen=True, slots=True)
class Settings:
    """Environment variables, by lower-case name."""

    aws_region: str
    tokens_table: str
    papers_table: str
    events_table: str
    keys_table: str
    inbox_table: str
    files_bucket: str
    events_topic: str
    event_days: int
    key_days: int
    sweep_grace_seconds: int
    sweep_schedule: str


def connect(settings: Settings) -> Ports:
    """Tie the ports to the tables, bucket and topic that the settings name."""
    region = settings.aws_region
    events = use_table(EventRow, settings.events_table, region)
    receipts = use_table(ReceiptRow, settings.keys_table, region)
    return Ports(
        papers=DynamoPapers(
            rows=use_table(PaperRow, settings.papers_table, region),
            events=events,
            receipts=receipts,
            keep_events=timedelta(days=settings.event_days),
            keep_receipts=timedelta(days=settings.key_days),
        ),
        texts=S3Objects(client, settings.files_bucket),
        receipts=DynamoReceipts(receipts),
        tokens=DynamoTokens(use_table(TokenRow, settings.tokens_table, region)),
        unhandled=DynamoUnhandled(events),
        inbox=DynamoInbox(
            use_table(InboxRow, settings.inbox_table, region), timedelta(days=settings.event_days)
        ),
        topic=SnsTopic(client, settings.events_topic),
        clock=utc_now,
        sweep_grace=timedelta(seconds=settings.sweep_grace_seconds),
    )
