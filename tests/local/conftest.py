import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local import environment, ports
from local.emulator import pin
from local.processes import answers
from tests.local.aws import Aws

REGION = "eu-west-2"


def _run(home: Path, command: list[str], port: int, env: dict[str, str], ready: str):
    home.mkdir(parents=True, exist_ok=True)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=repository())
    until = time.monotonic() + 20
    while not answers(f"http://127.0.0.1:{port}{ready}"):
        assert process.poll() is None, (home / "log").read_text()
        assert time.monotonic() < until, (home / "log").read_text()
        time.sleep(0.05)
    return process


def repository() -> Path:
    return Path(__file__).resolve().parents[2]


def start_emulator(home: Path, *options: str) -> tuple[subprocess.Popen, Aws]:
    port = ports.free()
    command = [sys.executable, "-m", "local.emulator", "--home", str(home), "--port", str(port)]
    env = {**environment.clean(), "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.05"}
    process = _run(home, [*command, *options], port, env, "/_local/ready")
    return process, Aws(port, REGION)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    """Our emulator, shared by all tests of a process."""
    process, aws = start_emulator(tmp_path_factory.mktemp("emulator"), "--async-width", "3")
    yield aws
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def stock(tmp_path_factory):
    """The emulator as it comes, with which each gap is looked at again."""
    home, port = tmp_path_factory.mktemp("stock"), ports.free()
    settings = environment.for_emulator(home, port, REGION, enforce_iam=False)
    env = environment.clean() | settings | {"LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.05"}
    start = "from ministack.app import main; main()"
    (home / "tmp").mkdir()
    process = _run(home, [sys.executable, "-c", start], port, env, "/_ministack/health")
    yield Aws(port, REGION)
    process.terminate()
    process.wait(10)


@pytest.fixture
def faults(emulator):
    """Set faults by HTTP; they are taken back afterwards."""

    def put(**fault):
        status, answer = emulator.control("POST", fault)
        assert status == 201, answer
        return json.loads(answer)

    yield put
    emulator.control("DELETE")


def pytest_collection_modifyitems(items):
    if pin.installed() != pin.PINNED:
        for item in items:
            if "stock" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xfail(reason="another emulator: see test_pin"))
