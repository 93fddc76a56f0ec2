import pytest

from local.emulator.patches import stream_records
from tests.aws import SINK, gathered
from tests.running import start_emulator

READ = f"""{SINK}
def h(event, context):
    for record in event["Records"]: tell(record["dynamodb"]["Keys"]["id"]["S"])
"""


def _put(aws, table, *ids):
    for each in ids:
        aws.client("dynamodb").put_item(TableName=table, Item={"id": {"S": each}})


def _sink(aws, url):
    """Address the queue anew: the emulator has another port after a restart."""
    return aws.client("sqs").get_queue_url(QueueName=url.rpartition("/")[2])["QueueUrl"]


@pytest.fixture
def restarted(tmp_path):
    """Read two records, put a third that nobody reads, stop, and start again."""
    process, aws = start_emulator(tmp_path)
    url, settings = aws.sink()
    settings["Environment"]["Variables"] = {"SINK": url.rpartition("/")[2]}
    table, stream = aws.table(stream=True)
    name = aws.function(READ, **settings)
    mapping = aws.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream, StartingPosition="TRIM_HORIZON"
    )["UUID"]
    _put(aws, table, "a", "b")
    assert gathered(aws, url, 2) == ["a", "b"]
    aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    _put(aws, table, "unread")
    process.stop()

    process, aws = start_emulator(tmp_path)
    aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
    yield aws, table, url
    process.stop()


def test_records_before_and_after_a_restart_are_read_once(restarted):
    aws, table, url = restarted

    _put(aws, table, "c")

    assert gathered(aws, _sink(aws, url), 2) == ["unread", "c"]


def test_stock_emulator_still_forgets_the_records_of_a_stream():
    saved = stream_records._stock_get()

    assert not [key for key in saved if "stream" in key], "patches/stream_records.py: look again"
