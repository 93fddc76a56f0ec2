CODE = """
import os
class OutOfPaper(Exception): pass
def h(event, context):
    if event == "pid": return os.getpid()
    raise OutOfPaper("tray 2")
"""


def test_exception_is_reported_by_its_class_with_a_stack_trace(emulator):
    body, error = emulator.invoke(emulator.function(CODE))

    assert error == "Unhandled"
    assert (body["errorType"], body["errorMessage"]) == ("OutOfPaper", "tray 2")
    assert "in h" in body["stackTrace"][-1]


def test_worker_survives_an_exception(emulator):
    name = emulator.function(CODE)
    before, _ = emulator.invoke(name, "pid")

    emulator.invoke(name, "fail")

    assert emulator.invoke(name, "pid")[0] == before


def test_exception_stands_in_the_log(emulator):
    name = emulator.function(CODE)

    emulator.invoke(name)

    found = emulator.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    assert any("OutOfPaper: tray 2" in each["message"] for each in found)


def test_stock_emulator_still_hides_the_class_of_an_exception(stock):
    body, _ = stock.invoke(stock.function(CODE))

    assert body["errorType"] == "Runtime.HandlerError", "patches/failures.py: look again"
    assert "stackTrace" not in body, "patches/failures.py: look again"
