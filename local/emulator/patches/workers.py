"""Worker processes that see what a Lambda sees, and whose silence costs no time.

Stock runs functions in the emulator's own interpreter, where a package that is missing from the
zip is found all the same, and waits 50 ms for log lines whenever a handler printed nothing.
"""

from pathlib import Path

from ministack.core import lambda_runtime

# First line, quiet after a line, and the most that is ever waited, in seconds.
_DRAIN = (0.005, 0.005, 0.250)


def apply(python: Path | None) -> None:
    """Run functions with the interpreter `python` (None: the emulator's) and drain logs fast."""
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = _DRAIN
    if python is None:
        return
    stock = lambda_runtime._detect_runtime_binary

    def detect(runtime: str) -> tuple[str, str]:
        binary, script = stock(runtime)
        return (str(python) if runtime.startswith("python") else binary), script

    lambda_runtime._detect_runtime_binary = detect
