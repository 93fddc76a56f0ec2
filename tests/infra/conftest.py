"""Projects with names of their own on the emulator."""

from uuid import uuid4

import pytest

from local import environment
from tests.infra.house import build_house


@pytest.fixture(scope="session")
def emulator(emulator):
    """The environment in which a process reaches the emulator."""
    variables = environment.for_clients(emulator.endpoint, emulator.region, "test", "test")
    return environment.clean() | variables


@pytest.fixture
def house(emulator, tmp_path):
    """A project that nothing has been deployed of."""
    return build_house(tmp_path / "house", _name(), emulator)


@pytest.fixture(scope="session")
def standing(emulator, tmp_path_factory):
    """A project that has been deployed once for all tests; what a test changes, a deploy mends."""
    house = build_house(tmp_path_factory.mktemp("standing") / "house", _name(), emulator)
    house.deploy()
    return house


@pytest.fixture
def keeping(emulator, tmp_path):
    """A project whose stage keeps its data."""
    return build_house(tmp_path / "house", _name(), emulator, removal="keep")


def _name():
    return f"t{uuid4().hex[:8]}"
