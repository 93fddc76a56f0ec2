"""Consoles for the tests of this folder: one for all, or one of a test's own."""

from collections.abc import Callable, Iterator

import pytest

from tests.console.harness import NO_EMULATOR, Console, Receiver, receiving


@pytest.fixture(scope="session")
def shared_console(tmp_path_factory) -> Iterator[Console]:
    console = Console(tmp_path_factory.mktemp("console")).start()
    yield console
    console.stop()


@pytest.fixture
def console(shared_console: Console) -> Iterator[Console]:
    """The shared console with an empty mailbox, no fault switches and nowhere to post events."""
    shared_console.call("DELETE", "/messages")
    shared_console.call("DELETE", "/faults")
    shared_console.call("POST", "/config", {"webhook_url": None, "endpoints": {}})
    return shared_console


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
