"""Child processes of the laptop cloud: started with a log file, waited for, stopped in order."""

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_PATIENCE = 30.0  # seconds until a process must answer
_GRACE = 10.0  # seconds between asking a process to stop and killing it
_LAST_LINES = 15


class ProcessFailed(Exception):
    """Raised when a process ended or never answered; the message shows the end of its log."""


class Process:
    """One child process and the file that its output goes to."""

    def __init__(
        self, name: str, module: str, arguments: Sequence[str], log: Path, env: Mapping[str, str]
    ) -> None:
        self.name = name
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=Path(__file__).resolve().parent.parent,
                # Ctrl-C of the terminal reaches only the supervisor, which stops its children.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def wait_for(self, url: str) -> None:
        """Return once `url` answers; raises ProcessFailed when the process ended or is too slow."""
        until = time.monotonic() + _PATIENCE
        while not answers(url):
            if not self.running:
                raise ProcessFailed(f"the {self.name} ended at once:\n{self.tail()}")
            if time.monotonic() > until:
                raise ProcessFailed(f"the {self.name} does not answer at {url}:\n{self.tail()}")
            time.sleep(0.05)

    def tail(self) -> str:
        """Return the last lines of the log, indented."""
        lines = self._log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        return "\n".join(f"    {line}" for line in [*lines, f"(whole log: {self._log})"])

    def stop(self) -> None:
        """Ask the process to stop, and kill it when it does not."""
        if not self.running:
            return
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def answers(url: str) -> bool:
    """Tell whether somebody answers at `url` with success."""
    try:
        status, _ = request("GET", url)
    except (OSError, http.client.HTTPException):
        return False
    return status < http.HTTPStatus.BAD_REQUEST


def request(method: str, url: str, body: Any = None, timeout: float = 5.0) -> tuple[int, bytes]:
    """Send JSON, or nothing, to a server on this machine; return status and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    try:
        content = None if body is None else json.dumps(body).encode()
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(method, target, content, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
