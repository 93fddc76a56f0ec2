"""Emulators and consoles as processes of their own, on free ports."""

import json
import os
import signal
from pathlib import Path

from local import environment, ports
from local.processes import Process
from tests.aws import Aws
from tests.waiting import until

REGION = "eu-west-2"
NO_EMULATOR = "http://127.0.0.1:9"
QUICK = {"LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.05"}


def start_emulator(home: Path, *options: str) -> tuple[Process, Aws]:
    """Start our emulator and wait until it answers."""
    port = ports.free()
    arguments = ["--home", str(home), "--port", str(port), "--region", REGION, *options]
    env = environment.clean() | QUICK
    process = Process("emulator", "local.emulator", arguments, home / "log", env)
    return _ready(process, port, "/_local/ready")


def start_stock(home: Path) -> tuple[Process, Aws]:
    """Start the emulator as it comes and wait until it answers."""
    port = ports.free()
    settings = environment.for_emulator(home, port, REGION, enforce_iam=False)
    (home / "tmp").mkdir()
    env = environment.clean() | settings | QUICK
    process = Process("stock emulator", "ministack", [], home / "log", env)
    return _ready(process, port, "/_ministack/health")


def start_console(home: Path, emulator: str) -> tuple[Process, dict[str, str]]:
    """Start a console and return what it publishes about itself."""
    published = home / "console.json"
    published.unlink(missing_ok=True)
    arguments = ["--home", str(home), "--port", "0", "--emulator", emulator]
    arguments += ["--webhook-delay", "0.05"]
    env = environment.clean()
    process = Process("console", "local.console", arguments, home / "log", env)
    until(lambda: published.exists() or not process.running, 40)
    assert process.running, process.tail()
    return process, json.loads(published.read_text())


def kill(process: Process) -> None:
    """Take a process away as a failing machine would."""
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not process.running)


def _ready(process: Process, port: int, path: str) -> tuple[Process, Aws]:
    aws = Aws(port, REGION)
    process.wait_for(f"{aws.endpoint}{path}")
    return process, aws
