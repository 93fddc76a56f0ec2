import subprocess
import sys
import time

import pytest

from tests.running import start_emulator

IMPORT = "def h(event, context):\n    import chalice\n    return 1"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    home = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "python"], check=True)
    process, aws = start_emulator(home, "--lambda-python", str(home / "python/bin/python"))
    yield aws
    process.stop()


def test_package_missing_from_the_zip_is_missed(bare):
    body, error = bare.invoke(bare.function(IMPORT))

    assert (error, body["errorType"]) == ("Unhandled", "ModuleNotFoundError")


def test_silent_handler_is_not_waited_for(emulator):
    name = emulator.function("def h(event, context): return 1")
    emulator.invoke(name)

    assert min(_timed(emulator, name) for _ in range(10)) < 0.04


def test_stock_emulator_still_lends_its_own_packages(stock):
    assert stock.invoke(stock.function(IMPORT)) == (1, None), "patches/workers.py: look again"


def test_stock_emulator_still_waits_for_log_lines(stock):
    name = stock.function("def h(event, context): return 1")
    stock.invoke(name)

    assert min(_timed(stock, name) for _ in range(3)) >= 0.05, "patches/workers.py: look again"


def _timed(aws, name):
    began = time.monotonic()
    aws.invoke(name)
    return time.monotonic() - began


def test_every_line_belongs_to_the_invocation_that_said_it(emulator):
    code = "def h(event, context):\n    for n in range(300): print(event, n)"
    name = emulator.function(code)

    for turn in ("first", "second"):
        emulator.invoke(name, turn)

    found = emulator.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/{name}", limit=10000
    )["events"]
    said = [each for each in found if each["message"].startswith(("first", "second"))]
    streams = {(each["logStreamName"], each["message"].split()[0]) for each in said}
    assert (len(said), len(streams)) == (600, 2)
