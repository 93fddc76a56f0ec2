"""Settings of this app, and the one place where its ports meet AWS and SendGrid."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.notifier.ledger import DynamoLedger, LedgerRow
from chalicelib.notifier.ports import Ports, Sender
from shared.clients import client
from shared.clock import utc_now
from shared.dynamo import use_table
from shared.inbox import DynamoInbox, InboxRow
from shared.queues import SqsQueue
from shared.secrets import AwsSecrets
from shared.sendgrid_mail import SendGridMailer
from shared.tokens import DynamoTokens, TokenRow


@dataclass(frozen=True, slots=True)
class Settings:
    """Environment variables, by lower-case name."""

    aws_region: str
    tokens_table: str
    ledger_table: str
    inbox_table: str
    mail_queue: str
    mail_dead_queue: str
    alarms_topic: str
    mail_secret: str
    mail_hosts: tuple[str, ...]
    mail_sender: str
    mail_sender_name: str
    operators: tuple[str, ...]
    settle_seconds: int
    mail_days: int


def connect(settings: Settings) -> Ports:
    """Tie the ports to the tables, queues and secret that the settings name."""
    region, keep = settings.aws_region, timedelta(days=settings.mail_days)
    secrets = AwsSecrets(client)
    return Ports(
        ledger=DynamoLedger(use_table(LedgerRow, settings.ledger_table, region), keep),
        inbox=DynamoInbox(use_table(InboxRow, settings.inbox_table, region), keep),
        mailer=SendGridMailer(secrets, settings.mail_secret, settings.mail_hosts),
        queue=SqsQueue(client, settings.mail_queue),
        dead=SqsQueue(client, settings.mail_dead_queue),
        secrets=secrets,
        tokens=DynamoTokens(use_table(TokenRow, settings.tokens_table, region)),
        clock=utc_now,
        sender=Sender(settings.mail_sender, settings.mail_sender_name),
        operators=tuple(operator.lower() for operator in settings.operators),
        settle=timedelta(seconds=settings.settle_seconds),
        mail_secret=settings.mail_secret,
    )
