"""What holds for every test of the project."""

import os
from pathlib import Path

import pytest

from tests.console.harness import Console
from tests.running import start_emulator

os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "tests")


def pytest_addoption(parser):
    parser.addoption(
        "--forbid-skips", action="store_true", help="fail when any test is skipped, as CI wants it"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Keep together what shares a laptop cloud or an emulator, for runs on several workers."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path)))


def _group(path):
    clouds_of_their_own = {"test_faults", "test_permissions"}
    if path.parent.name == "e2e" and path.stem not in clouds_of_their_own:
        return "laptop"
    return f"{path.parent.name}/{path.stem}"


def pytest_terminal_summary(terminalreporter, config):
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.write_line(f"{skipped} skipped; the reasons stand above")


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and session.config.getoption("--forbid-skips") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    """Our emulator, one for all tests of a process: each uses names of its own."""
    process, aws = start_emulator(tmp_path_factory.mktemp("emulator"), "--async-width", "3")
    yield aws
    process.stop()


@pytest.fixture(scope="session")
def shared_console(tmp_path_factory):
    console = Console(tmp_path_factory.mktemp("console")).start()
    yield console
    console.stop()


@pytest.fixture
def console(shared_console):
    """The shared console with an empty mailbox, no fault switches and nowhere to post events."""
    shared_console.call("DELETE", "/messages")
    shared_console.call("DELETE", "/faults")
    shared_console.call("POST", "/config", {"webhook_url": None, "endpoints": {}})
    return shared_console


@pytest.fixture(scope="session")
def reference_data():
    """The folder with real inputs, which is not part of the repository."""
    folder = os.environ.get("REFERENCE_DATA")
    if not folder:
        pytest.skip("REFERENCE_DATA names no folder with real inputs")
    return Path(folder)
