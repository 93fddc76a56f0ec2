"""Consoles of a test's own, and somebody to post events to."""

from collections.abc import Callable, Iterator

import pytest

from tests.console.harness import Console, Receiver, receiving
from tests.running import NO_EMULATOR


@pytest.fixture
def console_of(tmp_path) -> Iterator[Callable[[str], Console]]:
    """Start a console of the test's own, with the emulator at the given address."""
    started = []

    def start(emulator: str) -> Console:
        started.append(Console(tmp_path / str(len(started)), emulator))
        return started[-1].start()

    yield start
    for console in started:
        console.stop()


@pytest.fixture
def own_console(console_of) -> Console:
    """A console of the test's own, which it may stop and start."""
    return console_of(NO_EMULATOR)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as recorded:
        yield recorded
