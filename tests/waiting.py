"""Looking again and again until something is so."""

import time
from collections.abc import Callable
from typing import Any

import pytest


def eventually[T](look: Callable[[], T], wanted: Callable[[T], bool] = bool, seconds=8.0) -> T:
    """Look until what is seen is as wanted; return it, and the last sight when time is up."""
    deadline = time.monotonic() + seconds
    while not wanted(seen := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen


def until(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Return the first true value of the condition, or fail after a time."""
    return eventually(condition, seconds=seconds) or pytest.fail(
        f"still not so after {seconds} s: {condition}"
    )
