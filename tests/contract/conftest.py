"""The emulator as the adapters take it, for the real side of every contract."""

from dataclasses import dataclass
from functools import cache
from uuid import uuid4

import pytest

from shared import clients
from tests.running import REGION


@dataclass(frozen=True)
class Emulator:
    """A running emulator: its address, and clients for it as the adapters take them."""

    url: str

    def connect(self, service):
        return _client(service, self.url)

    @staticmethod
    def name():
        return f"contract-{uuid4().hex[:12]}"


@cache
def _client(service, url):
    return clients.build(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture(scope="session")
def emulator(emulator):
    return Emulator(emulator.endpoint)
