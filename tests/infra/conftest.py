"""An emulator for this folder's tests, and projects with names of their own on it."""

import os
import socket
from uuid import uuid4

import pytest

from local import environment
from local.processes import Process
from tests.infra.house import build_house

REGION = "eu-west-2"


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    home, port = tmp_path_factory.mktemp("emulator"), _free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["--home", str(home), "--port", str(port), "--region", REGION]
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    process = Process("emulator", "local.emulator", arguments, home / "log", variables)
    process.wait_for(f"{url}/_local/ready")
    yield environment.clean() | environment.for_clients(url, REGION, "test", "test")
    process.stop()


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


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
