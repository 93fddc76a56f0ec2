"""Start the emulator with every gap closed; imported only after the environment is set."""

import asyncio
import resource
from dataclasses import dataclass
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as server

from local.emulator import pin
from local.emulator.control import Control
from local.emulator.faults import Switchboard
from local.emulator.patches import (
    conditions,
    environments,
    failures,
    functions,
    invocations,
    misbehaviour,
    queues,
    rest_api,
    schedules,
    snapshots,
    stream_records,
    streams,
    topics,
    workers,
)


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start the emulator."""

    port: int
    lambda_python: Path | None = None  # None: the emulator's own interpreter and packages
    async_width: int = 8
    width: int = environments.default_width()
    snapshot_seconds: float = 20.0


def run(launch: Launch) -> None:
    """Serve until a signal; state is saved then."""
    board = Switchboard()
    close_gaps(launch, board)
    _allow_many_files()
    config = Config()
    config.bind = [f"127.0.0.1:{launch.port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = server.LOG_LEVEL
    application = Control(server.app, board, {"ready": True, "ministack": pin.PINNED})
    asyncio.run(serve(application, config))  # type: ignore[arg-type]  # an ASGI application


def close_gaps(launch: Launch, board: Switchboard) -> None:
    """Apply every patch; the order matters only where one builds on another's function."""
    failures.apply()
    conditions.apply()
    workers.apply(launch.lambda_python)
    functions.apply()
    invocations.apply(launch.async_width)
    topics.apply()
    schedules.apply()
    stream_records.apply()
    streams.apply()
    queues.apply(board.deliver)
    rest_api.apply()
    misbehaviour.apply(board)
    environments.apply(launch.width)
    snapshots.apply(launch.snapshot_seconds)


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
