"""A laptop cloud for programs: started as `python -m local run` is, in a process of its own."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from infra.project import ROOT
from local import environment, ports
from local.options import Options

_PATIENCE = 300.0  # seconds; a first packaged start builds every zip


class CloudFailed(Exception):
    """Raised when the laptop cloud did not come up; the message is what it said."""


class LaptopCloud:
    """One laptop cloud, ready between `start` and `stop`; also a context manager."""

    def __init__(self, home: Path, options: Options | None = None, root: Path = ROOT) -> None:
        """Choose free ports unless `options` says otherwise; run the source tree in `root`."""
        given = options or Options(port=ports.free(), console_port=ports.free())
        self.options = replace(given, home=home)
        self._root = root
        self._output = home / "supervisor.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoints(self) -> dict[str, Any]:
        """The content of `endpoints.json`, as long as the cloud is ready."""
        found: dict[str, Any] = json.loads((self.options.home / "endpoints.json").read_text())
        return found

    def start(self) -> Self:
        """Return when everything answers; raises CloudFailed with the reason."""
        self.stop()
        self.options.home.mkdir(parents=True, exist_ok=True)
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local", "run", *self.options.arguments()],
                cwd=self._root,
                env=environment.clean(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + _PATIENCE
        while not (self.options.home / "endpoints.json").exists():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise CloudFailed(self.output)
            time.sleep(0.05)
        return self

    @property
    def output(self) -> str:
        """What the cloud has printed so far."""
        return self._output.read_text(errors="replace")

    @property
    def pid(self) -> int:
        """The process id of the supervisor; 0 when it never ran."""
        return self._process.pid if self._process else 0

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and wait; one that has ended is fine."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
