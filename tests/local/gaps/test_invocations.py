import json
import time

from tests.aws import SINK, gathered

FAILS = f"""{SINK}
def h(event, context):
    tell("tried")
    raise ValueError("no")
"""
WORKS = "def h(event, context): return {'done': event}"
SLOW = f"""{SINK}
import time
def h(event, context):
    tell(json.dumps(["start", time.time()])); time.sleep(0.15)
    tell(json.dumps(["end", time.time()]))
"""


def _later(aws, name, event):
    aws.invoke(name, event, InvocationType="Event")


def _destination(aws, name, outcome, **settings):
    url, arn = aws.queue()
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={outcome: {"Destination": arn}}, **settings
    )
    return url


def test_event_that_fails_is_tried_as_often_as_set_and_then_kept(emulator):
    tries, settings = emulator.sink()
    name = emulator.function(FAILS, **settings)
    kept = _destination(emulator, name, "OnFailure", MaximumRetryAttempts=1)

    _later(emulator, name, {"n": 1})

    outcome = json.loads(gathered(emulator, kept, 1)[0])
    assert outcome["requestPayload"] == {"n": 1}
    assert outcome["requestContext"]["condition"] == "RetriesExhausted"
    assert outcome["requestContext"]["approximateInvokeCount"] == 2
    assert outcome["responsePayload"]["errorType"] == "ValueError"
    assert len(emulator.bodies(tries)) == 2


def test_dead_letter_is_the_event_itself(emulator):
    url, arn = emulator.queue()
    _, settings = emulator.sink()
    name = emulator.function(FAILS, DeadLetterConfig={"TargetArn": arn}, **settings)

    _later(emulator, name, {"n": 2})

    assert [json.loads(text) for text in gathered(emulator, url, 1)] == [{"n": 2}]


def test_success_reaches_its_destination(emulator):
    name = emulator.function(WORKS)
    kept = _destination(emulator, name, "OnSuccess")

    _later(emulator, name, 3)

    assert json.loads(gathered(emulator, kept, 1)[0])["responsePayload"] == {"done": 3}


def test_events_wait_in_line_when_many_come_at_once(emulator):
    assert _most_at_once(emulator) <= 3


def test_stock_emulator_still_starts_a_process_for_each_event(stock):
    assert _most_at_once(stock) > 3, "patches/invocations.py: look again"


def test_stock_emulator_still_has_no_success_destination(stock):
    name = stock.function(WORKS)
    kept = _destination(stock, name, "OnSuccess")

    _later(stock, name, 3)

    time.sleep(0.7)
    assert stock.bodies(kept) == [], "patches/invocations.py: look again"


def _most_at_once(aws):
    url, settings = aws.sink()
    name = aws.function(SLOW, **settings)
    for _ in range(9):
        _later(aws, name, None)
    marks = [json.loads(text) for text in gathered(aws, url, 18)]
    assert len(marks) == 18
    return most_at_once(marks)


def most_at_once(marks):
    """Return how many ran at once by their marks: pairs of "start" or "end" and a moment."""
    running = most = 0
    for kind, _moment in sorted(marks, key=lambda mark: mark[1]):
        running += 1 if kind == "start" else -1
        most = max(most, running)
    return most
