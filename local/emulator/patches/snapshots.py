"""State that survives a kill: saved regularly, not only on a graceful stop."""

import threading
import time

from ministack import app as server
from ministack.services import lambda_svc

# A busy emulator is saved in a quiet moment, but after this many periods at the latest.
_PATIENCE = 3


def apply(every: float) -> None:
    """Save all state every `every` seconds for as long as the process lives."""
    threading.Thread(target=_run, args=(every,), daemon=True, name="snapshots").start()


def _run(every: float) -> None:
    while True:
        time.sleep(every)
        _wait_for_quiet(every * _PATIENCE)
        server.save_all(server._build_persistence_save_dict())


def _wait_for_quiet(most: float) -> None:
    until = time.monotonic() + most
    while lambda_svc.executions_in_flight()[0] and time.monotonic() < until:
        time.sleep(0.1)
