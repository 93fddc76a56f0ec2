"""The emulator and the console as processes of their own, for the real side of every contract."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from uuid import uuid4

import pytest

from shared import clients

ROOT = Path(__file__).parents[2]
REGION = "eu-west-2"
START_SECONDS = 30


@dataclass(frozen=True)
class Emulator:
    """A running emulator: its address, and clients for it as the adapters take them."""

    url: str

    def connect(self, service):
        return _client(service, self.url)

    @staticmethod
    def name():
        return f"contract-{uuid4().hex[:12]}"


@dataclass(frozen=True)
class Console:
    """A running console: SendGrid's stand-in, its mailbox and its fault switches."""

    url: str
    api_key: str

    def call(self, method, path, body=None):
        content = None if body is None else json.dumps(body)
        status, answer = _ask(self.url, method, path, content)
        assert status < 300, answer
        return json.loads(answer or b"null")


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
def emulator(tmp_path_factory):
    home, port = tmp_path_factory.mktemp("emulator"), free_port()
    process = _start("local.emulator", home, "--port", str(port), "--region", REGION)
    url = f"http://127.0.0.1:{port}"
    _until(lambda: _answers(url, "/_local/ready"), process, home)
    yield Emulator(url)
    _stop(process)


@pytest.fixture(scope="session")
def _console(tmp_path_factory):
    home = tmp_path_factory.mktemp("console")
    process = _start("local.console", home, "--port", "0", "--emulator", "http://127.0.0.1:9")
    _until((home / "console.json").exists, process, home)
    facts = json.loads((home / "console.json").read_text())
    yield Console(facts["url"], facts["api_key"])
    _stop(process)


@pytest.fixture
def console(_console):
    """The console with an empty mailbox and no fault."""
    _console.call("DELETE", "/messages")
    _console.call("DELETE", "/faults")
    return _console


def free_port():
    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _start(module, home, *arguments):
    log = (home / "output").open("wb")
    with log:
        return subprocess.Popen(
            [sys.executable, "-m", module, "--home", home, *arguments],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def _answers(url, path):
    try:
        return _ask(url, "GET", path)[0] == 200
    except OSError:
        return False


def _ask(url, method, path, content=None):
    connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request(method, path, content, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _until(ready, process, home):
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"did not start: {(home / 'output').read_text()[-2000:]}")
        time.sleep(0.02)
