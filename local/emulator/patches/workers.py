"""Worker processes that see what a Lambda sees, and whose log lines are all there at once.

Stock runs functions in the emulator's own interpreter, where a package that is missing from the
zip is found all the same. And it cannot tell when a worker has said everything: it waits 50 ms
for a first line, 5 ms after each, and gives what comes later to the next invocation.
"""

import queue
import time
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime

from local.emulator import needle

_END = "\x1eend of the invocation's log\x1e"
_STOCK = "        _real_stdout.flush()\n\nrun()\n"
_OURS = f"        print({_END!r}, file=sys.stderr, flush=True)\n{_STOCK}"
# A worker that was killed says no more; one that lives has said all, and only the pipe is slow.
_MOST_SECONDS = 0.25


def apply(python: Path | None) -> None:
    """Run functions with the interpreter `python` (None: the emulator's) and wait for no log."""
    lambda_runtime._PYTHON_WORKER_SCRIPT = needle.replace(
        lambda_runtime._PYTHON_WORKER_SCRIPT, _STOCK, _OURS
    )
    lambda_runtime.Worker._drain_stderr_bounded = _said
    if python is None:
        return
    stock = lambda_runtime._detect_runtime_binary

    def detect(runtime: str) -> tuple[str, str]:
        binary, script = stock(runtime)
        return (str(python) if runtime.startswith("python") else binary), script

    lambda_runtime._detect_runtime_binary = detect


def _said(worker: Any) -> str:
    """Return what the worker has said since the invocation before."""
    lines: list[str] = []
    until = time.monotonic() + _MOST_SECONDS
    while (left := until - time.monotonic()) > 0:
        try:
            line = worker._stderr_queue.get(timeout=left)
        except queue.Empty:
            break
        if line == _END:
            break
        lines.append(line)
    return "\n".join(lines)
