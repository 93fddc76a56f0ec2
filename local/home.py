"""The folder in which one laptop cloud keeps everything, and the lock that says it is running."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_ORPHAN_GRACE = 5.0  # seconds


class HomeBusy(Exception):
    """Raised when another process runs the laptop cloud of this folder; fit to be shown."""


class Home:
    """Paths and small files of one laptop cloud."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    @property
    def endpoints(self) -> Path:
        return self.path / "endpoints.json"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def read(self, name: str) -> Any:
        """Return the content of a JSON file, None when there is none."""
        try:
            return json.loads((self.path / name).read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def write(self, name: str, content: Any) -> None:
        """Replace a JSON file at once; it may hold keys, so that only its owner reads it."""
        target = self.path / name
        part = target.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file, indent=2)
        part.replace(target)

    def remove(self, name: str) -> None:
        """Remove a file that may not exist."""
        (self.path / name).unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one process that runs this folder's cloud; raises HomeBusy when there is one."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HomeBusy(
                    f"a laptop cloud is running in {self.path}: stop it (Ctrl-C), or choose "
                    f"another folder with --home and other ports"
                ) from None
            yield

    def end_orphans(self) -> None:
        """End children of a supervisor that was killed; call only while holding the folder."""
        for pid in self.read("processes.json") or []:
            if self._is_ours(pid):
                os.kill(pid, signal.SIGTERM)
                self._see_off(pid)
        self.remove("processes.json")

    def clear(self) -> None:
        """Forget everything but the lock."""
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()

    def _is_ours(self, pid: int) -> bool:
        # A process id may have been given to somebody else since.
        answer = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return "local." in answer.stdout and str(self.path) in answer.stdout

    def _see_off(self, pid: int) -> None:
        until = time.monotonic() + _ORPHAN_GRACE
        while self._is_ours(pid):
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.05)
