"""State that survives a kill: saved regularly and as a whole, not only on a graceful stop.

A snapshot is several files that belong together. They are written beside the old ones and moved
into place once a marker says that all are there; a start finishes a move that was cut short.
"""

import json
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ministack import app as server
from ministack.core import persistence
from ministack.services import lambda_svc

# A busy emulator is saved in a quiet moment, but after this many periods at the latest.
_PATIENCE = 3
_MARKER = "complete"

_one_at_a_time = threading.Lock()


def apply(every: float) -> None:
    """Save all state every `every` seconds and on a graceful stop, whole or not at all."""
    recover(Path(persistence.STATE_DIR))
    server.save_all = save
    threading.Thread(target=_run, args=(every,), daemon=True, name="snapshots").start()


def save(services: Mapping[str, Callable[[], Any]]) -> None:
    """Save the state of all services, looked at as closely together as can be."""
    with _one_at_a_time:
        states = {name: get() for name, get in services.items()}
        folder = Path(persistence.STATE_DIR)
        following = folder / "next"
        shutil.rmtree(following, ignore_errors=True)
        following.mkdir(parents=True)
        for name, state in states.items():
            if state is not None:  # a service that could not be loaded keeps what it had
                (following / f"{name}.json").write_text(_text(name, state))
        (following / _MARKER).touch()
        recover(folder)


def recover(folder: Path) -> None:
    """Move a complete snapshot into place; throw away one that is not."""
    following = folder / "next"
    if (following / _MARKER).exists():
        for file in following.glob("*.json"):
            file.replace(folder / file.name)
    shutil.rmtree(following, ignore_errors=True)


def _text(service: str, state: Any) -> str:
    version = persistence._state_format_version(service)
    content = {"__ministack_format__": version, "payload": state}
    return json.dumps(content, default=persistence._json_default)


def _run(every: float) -> None:
    while True:
        time.sleep(every)
        _wait_for_quiet(every * _PATIENCE)
        try:
            server.save_all(server._build_persistence_save_dict())
        except (RuntimeError, OSError) as error:
            # A store changed while it was copied, or the disk is full: the next one may do.
            server.logger.warning("snapshot skipped: %s", error)


def _wait_for_quiet(most: float) -> None:
    until = time.monotonic() + most
    while lambda_svc.executions_in_flight()[0] and time.monotonic() < until:
        time.sleep(0.1)
