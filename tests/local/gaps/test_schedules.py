import json

from tests.aws import SINK, gathered, unique

CODE = f"""{SINK}
def h(event, context):
    tell(event["source"])
    raise ValueError("again")
"""


def _rule(aws, target_arn, **settings):
    events, name = aws.client("events"), unique("r")
    pattern = json.dumps({"source": [name]})
    events.put_rule(Name=name, EventPattern=pattern)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target_arn, **settings}])
    events.put_events(Entries=[{"Source": name, "DetailType": "d", "Detail": "{}"}])
    return name


def test_event_of_a_rule_is_tried_three_times(emulator):
    url, settings = emulator.sink()

    rule = _rule(emulator, emulator.function_arn(emulator.function(CODE, **settings)))

    assert gathered(emulator, url, 3) == [rule] * 3


def test_event_whose_function_is_gone_is_kept_in_the_targets_dead_letters(emulator):
    url, arn = emulator.queue()

    rule = _rule(emulator, emulator.function_arn("gone"), DeadLetterConfig={"Arn": arn})

    assert json.loads(gathered(emulator, url, 1)[0])["source"] == rule


def test_settings_of_a_target_are_read_back(emulator):
    target = {"RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}}
    rule = _rule(emulator, emulator.function_arn("gone"), **target)

    found = emulator.client("events").list_targets_by_rule(Rule=rule)["Targets"][0]

    assert found["RetryPolicy"] == target["RetryPolicy"]


def test_stock_emulator_still_tries_a_rules_event_once(stock):
    url, settings = stock.sink()

    _rule(stock, stock.function_arn(stock.function(CODE, **settings)))

    found = gathered(stock, url, 1) + gathered(stock, url, 1, seconds=0.6)
    assert len(found) == 1, "patches/schedules.py: look again"
