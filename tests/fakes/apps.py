"""Every app with all of its ports in memory; a new app adds its ports here."""

from datetime import timedelta

from infra.apps import load
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.mail import MemoryMailer
from tests.fakes.objects import MemoryObjects
from tests.fakes.outbox import MemoryEvents, MemoryInbox, MemoryReceipts
from tests.fakes.papers import MemoryPapers
from tests.fakes.queues import MemoryQueue
from tests.fakes.secrets import MemorySecrets
from tests.fakes.tokens import MemoryTokens
from tests.fakes.topics import MemoryTopic


def paper():
    from chalicelib.paper.ports import Ports  # noqa: PLC0415  # a namespace that load() completes

    events, receipts = MemoryEvents(), MemoryReceipts(timedelta(days=1))
    return Ports(
        papers=MemoryPapers(events, receipts),
        texts=MemoryObjects(),
        receipts=receipts,
        tokens=MemoryTokens(),
        unhandled=events,
        inbox=MemoryInbox(),
        topic=MemoryTopic(),
        clock=StoppedClock(),
        sweep_grace=timedelta(minutes=15),
    )


def notifier():
    from chalicelib.notifier.ports import Ports, Sender  # noqa: PLC0415  # as above

    return Ports(
        ledger=MemoryLedger(),
        inbox=MemoryInbox(),
        mailer=MemoryMailer(),
        queue=MemoryQueue(),
        dead=MemoryQueue(),
        secrets=MemorySecrets(sendgrid={"webhook_public_key": ""}),
        tokens=MemoryTokens(),
        clock=StoppedClock(),
        sender=Sender("no-reply@example.org", "Coursework"),
        operators=("operator@example.org",),
        settle=timedelta(minutes=10),
        mail_secret="sendgrid",
    )


PORTS = {"paper": paper, "notifier": notifier}


def start(name):
    """Import an app and give it memory ports."""
    module = load(name)
    ports = PORTS[name]()
    module.ports = lambda: ports
    return module
