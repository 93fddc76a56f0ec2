from types import SimpleNamespace

import pytest

from infra.apps import load
from tests.fakes.gateway import Context, Gateway
from tests.fakes.notifier import memory_ports, records


@pytest.fixture(scope="session")
def notifier_module():
    return load("notifier", "local")


@pytest.fixture
def ports(notifier_module):
    ports = memory_ports()
    notifier_module.ports = lambda: ports
    return ports


@pytest.fixture
def app(notifier_module, ports):
    return notifier_module.app


@pytest.fixture
def operator(app):
    return Gateway(app, "operator")


@pytest.fixture
def deliver(notifier_module, ports):
    """Put messages into the queue, and let the function have all that waits there once."""

    def run(*bodies, seconds=25.0):
        for body in bodies:
            ports.queue.send(body, {})
        return notifier_module.deliver(records(ports.queue), Context(seconds))

    return run


@pytest.fixture
def kept(ports):
    """The ledger by recipient, for tests of one event."""

    def look():
        return SimpleNamespace(
            **{
                recipient.partition("@")[0]: row
                for (_, recipient), row in ports.ledger.rows.items()
            }
        )

    return look
