"""The places where the emulator asks the switchboard whether something goes wrong."""

import threading
import zlib
from collections.abc import Iterator
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json
from ministack.services import dynamodb, s3, sns

from local.emulator.faults import Fault, Switchboard

type Json = dict[str, Any]

_THROTTLED = (
    "The level of configured provisioned throughput for the table was exceeded. "
    "Consider increasing your provisioning level with the UpdateTable API."
)
_DATA_CALLS = (
    *("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
    *("BatchWriteItem", "BatchGetItem", "TransactWriteItems", "TransactGetItems"),
)


def apply(board: Switchboard) -> None:
    """Ask `board` at every delivery of a topic, bucket and stream, table call and invocation.

    Deliveries into queues ask in `queues`, which owns the one way in.
    """
    _topics(board)
    _buckets(board)
    _streams(board)
    _tables(board)
    _functions(board)


def _topics(board: Switchboard) -> None:
    stock = sns._fanout

    def fanout(topic_arn: str, message_id: str, *args: Any, **kwargs: Any) -> None:
        ids = [message_id]

        def act() -> None:
            stock(topic_arn, ids.pop() if ids else sns.new_uuid(), *args, **kwargs)

        board.deliver(f"topic:{topic_arn.rpartition(':')[2]}", act)

    sns._fanout = fanout


def _buckets(board: Switchboard) -> None:
    stock = s3._fire_s3_event

    def fire(bucket: str, *args: Any, **kwargs: Any) -> None:
        board.deliver(f"bucket:{bucket}", lambda: stock(bucket, *args, **kwargs))

    s3._fire_s3_event = fire


def _streams(board: Switchboard) -> None:
    stock = dynamodb._emit_stream_event

    def emit(table: str, *args: Any, **kwargs: Any) -> None:
        board.deliver(f"stream:{table}", lambda: stock(table, *args, **kwargs))

    dynamodb._emit_stream_event = emit


def _tables(board: Switchboard) -> None:
    stock = dynamodb.handle_request

    async def handle(method: str, path: str, headers: Json, body: bytes, query: Json) -> Any:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        tables = _named(dynamodb.json.loads(body or b"{}")) if action in _DATA_CALLS else ()
        if any(board.strike(f"table:{table}", ("throttle",)) for table in tables):
            status, answer, text = error_response_json(
                "ProvisionedThroughputExceededException", _THROTTLED, 400
            )
            answer["x-amz-crc32"] = str(zlib.crc32(text))
            return status, answer, text
        return await stock(method, path, headers, body, query)

    dynamodb.handle_request = handle


def _named(request: Json) -> Iterator[str]:
    """Yield the tables that a request touches, each once."""
    names = [request.get("TableName"), *(request.get("RequestItems") or {})]
    for item in request.get("TransactItems") or []:
        names += [operation.get("TableName") for operation in item.values()]
    for name in dict.fromkeys(filter(None, names)):
        yield name.rpartition("/")[2]


def _functions(board: Switchboard) -> None:
    stock = lambda_runtime.Worker.invoke

    def invoke(worker: Any, *args: Any, **kwargs: Any) -> Any:
        fault = board.strike(f"function:{worker.func_name}", ("kill",))
        if fault is None:
            return stock(worker, *args, **kwargs)
        # A cold start would use up the time: the kill is to come in the middle of the handler.
        lambda_runtime.ensure_spawned(worker)
        over = threading.Event()
        threading.Thread(target=_kill, args=(board, fault, worker, over), daemon=True).start()
        try:
            return stock(worker, *args, **kwargs)
        finally:
            over.set()

    lambda_runtime.Worker.invoke = invoke


def _kill(board: Switchboard, fault: Fault, worker: Any, over: threading.Event) -> None:
    process = worker._proc
    if over.wait(fault.moment()) or process is None:
        board.spare(fault)
    else:
        process.kill()
