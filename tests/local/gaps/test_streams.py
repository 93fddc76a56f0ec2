import json
import time

from tests.aws import SINK, gathered

READ = f"""{SINK}
def h(event, context):
    ids = [r["dynamodb"]["Keys"]["id"]["S"] for r in event["Records"]]
    if "poison" in ids: raise ValueError("poison")
    for each in ids: tell(each)
"""
SLOW = f"""{SINK}
import time
def h(event, context): time.sleep(3); tell("stream")
"""


def _reader(aws, code, settings=None, **mapping):
    table, stream = aws.table(stream=True)
    aws.client("lambda").create_event_source_mapping(
        FunctionName=aws.function(code, **(settings or {})),
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        **mapping,
    )
    return table


def _put(aws, table, *ids):
    for each in ids:
        aws.client("dynamodb").put_item(TableName=table, Item={"id": {"S": each}})


def test_records_arrive_in_order(emulator):
    url, settings = emulator.sink()
    table = _reader(emulator, READ, settings)

    _put(emulator, table, "a", "b", "c")

    assert gathered(emulator, url, 3) == ["a", "b", "c"]


def test_record_that_no_retry_helps_goes_to_dead_letters_and_stops_nobody(emulator):
    url, settings = emulator.sink()
    dead, arn = emulator.queue()
    table = _reader(
        emulator,
        READ,
        settings,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )

    _put(emulator, table, "a", "poison", "b", "c")

    assert sorted(gathered(emulator, url, 3)) == ["a", "b", "c"]
    outcome = json.loads(gathered(emulator, dead, 1)[0])
    assert outcome["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert outcome["DDBStreamBatchInfo"]["batchSize"] == 1


def _first_to_end(aws):
    """Wake a queue's function while a stream's function is busy; return which ends first."""
    url, settings = aws.sink()
    source, arn = aws.queue()
    code = f"{SINK}\ndef h(event, context): tell('queue')"
    aws.client("lambda").create_event_source_mapping(
        FunctionName=aws.function(code, **settings), EventSourceArn=arn
    )
    _put(aws, _reader(aws, SLOW, settings), "x")
    time.sleep(0.3)
    aws.client("sqs").send_message(QueueUrl=source, MessageBody="now")
    return gathered(aws, url, 1)[0]


def test_slow_stream_holds_up_no_queue(emulator):
    assert _first_to_end(emulator) == "queue"


def test_stock_emulator_still_lets_a_slow_stream_hold_up_every_queue(stock):
    assert _first_to_end(stock) == "stream", "patches/streams.py: look again"
