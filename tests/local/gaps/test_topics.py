import json

from tests.aws import SINK, gathered

CODE = f"""{SINK}
def h(event, context):
    tell(json.dumps(event["Records"][0]["Sns"]))
    raise ValueError("again")
"""


def _publish(aws):
    url, settings = aws.sink()
    name, sns = aws.function(CODE, **settings), aws.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=aws.function_arn(name))
    sns.publish(TopicArn=topic, Message="hello")
    return url


def test_notification_has_all_its_fields_and_is_tried_three_times(emulator):
    found = [json.loads(text) for text in gathered(emulator, _publish(emulator), 3)]

    assert [each["Message"] for each in found] == ["hello"] * 3
    assert found[0]["Subject"] is None
    assert found[0]["MessageAttributes"] == {}


def test_stock_emulator_still_tries_a_notification_once_without_subject(stock):
    url = _publish(stock)
    found = gathered(stock, url, 1) + gathered(stock, url, 1, seconds=0.6)

    assert len(found) == 1, "patches/topics.py: look again"
    assert "Subject" not in json.loads(found[0]), "patches/topics.py: look again"
