import json
from concurrent.futures import ThreadPoolExecutor

from local.emulator.patches import environments
from tests.aws import gathered
from tests.local.gaps.test_invocations import SLOW, most_at_once

WIDTH = environments.default_width()
CALLS = WIDTH + 4


def test_callers_of_a_slow_function_wait_in_line_and_all_are_served(emulator):
    errors, most = _call_at_once(emulator)

    assert errors == {None}
    assert most <= WIDTH


def test_stock_emulator_still_starts_a_process_for_each_caller(stock):
    _, most = _call_at_once(stock)

    assert most > WIDTH, "patches/environments.py: look again"


def _call_at_once(aws):
    """Return how the calls ended, and how many of them ran at once."""
    url, settings = aws.sink()
    name = aws.function(SLOW, **settings)
    with ThreadPoolExecutor(CALLS) as pool:
        ends = list(pool.map(lambda _: aws.invoke(name)[1], range(CALLS)))
    marks = [json.loads(text) for text in gathered(aws, url, 2 * CALLS)]
    return set(ends), most_at_once(marks)
