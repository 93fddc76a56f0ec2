"""What the command line shows while something takes long: one line a step, with its time."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_TICK = 0.2  # seconds between two looks of a running step on a terminal
_SIGN_OF_LIFE = 5.0  # seconds between two lines of a running step in a log


class Progress:
    """Steps shown one after the other on a stream."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._began = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the first step."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """Show a line."""
        print(text, file=self._stream, flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show a step while it runs and, when it is over, how long it took."""
        began, over = time.monotonic(), threading.Event()
        ticker = threading.Thread(target=self._tick, args=(name, began, over), daemon=True)
        ticker.start()
        mark = "failed"
        try:
            yield
            mark = "ok"
        finally:
            over.set()
            ticker.join()
            self._line(f"  {mark:6} {name}", time.monotonic() - began)

    def _line(self, text: str, seconds: float) -> None:
        start = "\r\033[K" if self._terminal else ""
        self.say(f"{start}{text:<44} {seconds:6.1f} s")

    def _tick(self, name: str, began: float, over: threading.Event) -> None:
        while not over.wait(_TICK if self._terminal else _SIGN_OF_LIFE):
            seconds = time.monotonic() - began
            if self._terminal:
                text = f"\r\033[K  ...    {name:<35} {seconds:6.1f} s"
                print(text, end="", file=self._stream, flush=True)
            else:
                self._line(f"  ...    {name}", seconds)
