from datetime import timedelta

import pytest

from chalicelib.paper.ports import Ports
from infra.apps import load
from tests.fakes.clock import StoppedClock
from tests.fakes.gateway import Gateway
from tests.fakes.objects import MemoryObjects
from tests.fakes.outbox import MemoryEvents, MemoryInbox, MemoryReceipts
from tests.fakes.papers import MemoryPapers
from tests.fakes.tokens import MemoryTokens
from tests.fakes.topics import MemoryTopic


@pytest.fixture(scope="session")
def paper_module():
    return load("paper", "local")


@pytest.fixture
def ports():
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


@pytest.fixture
def app(paper_module, ports):
    paper_module.ports = lambda: ports
    return paper_module.app


@pytest.fixture
def student(app):
    return Gateway(app, "student")


@pytest.fixture
def tutor(app):
    return Gateway(app, "tutor")


@pytest.fixture
def coordinator(app):
    return Gateway(app, "coordinator")
