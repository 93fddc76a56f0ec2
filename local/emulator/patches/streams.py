"""Table streams read by functions beside each other, with their retry settings obeyed.

Stock runs a stream's function in the one thread that also polls every queue, so that a slow relay
stops all mail, and it knows neither MaximumRetryAttempts nor BisectBatchOnFunctionError: a record
that no function can handle blocks its table for a day.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

type Json = dict[str, Any]


@dataclass(slots=True)
class Reader:
    """How far a mapping is with a batch that fails."""

    failures: int = 0
    most: int | None = None  # halved with each failure of a batch that may be cut
    until: int = 0


_readers: dict[str, Reader] = {}


def apply() -> None:
    """Read streams ourselves, one batch of a mapping at a time, each in a thread of its own."""
    lambda_svc._poll_dynamodb_streams = _poll


def _poll() -> bool:
    started = False
    for account, region, esm in lambda_svc._iter_all_esms():
        with request_scope(account, region):
            started |= _start(esm)
    return started


def _start(esm: Json) -> bool:
    esm_id = esm["UUID"]
    table = _table(esm)
    if (
        table is None
        or not esm.get("Enabled", True)
        or lambda_svc._esm_inflight.get(esm_id)
        or lambda_svc._esm_backoff_until.get(esm_id, 0) > time.time()
    ):
        return False
    func, _ = lambda_svc._get_func_record_for_qualifier(esm["FunctionName"], esm.get("Qualifier"))
    if func is None:
        return False
    position = _position(esm, table)
    reader = _readers.setdefault(esm_id, Reader())
    size = min(reader.most or 10_000, esm.get("BatchSize", 100))
    batch = dynamodb.stream_records_since(table, position, size)
    if not batch:
        return False
    lambda_svc._dispatch_esm_batch(esm_id, _run, esm, func, reader, position, batch)
    return True


def _table(esm: Json) -> str | None:
    """Return the name of the table whose present stream this mapping reads, or None."""
    arn = esm.get("EventSourceArn", "")
    try:
        spec = parse_arn(arn)
    except ArnParseError:
        return None
    found = (
        lambda_svc._dynamodb_stream_table_from_arn_spec(spec)
        if spec.service == "dynamodb"
        else None
    )
    if found is None:
        return None
    table: str = found[0]
    record = dynamodb._tables.get(table)
    return table if record and record.get("LatestStreamArn") == arn else None


def _position(esm: Json, table: str) -> int:
    positions, esm_id = lambda_svc._dynamodb_stream_positions, esm["UUID"]
    oldest = dynamodb.stream_start_position(table)
    with lambda_svc._dynamodb_stream_positions_lock:
        if esm_id not in positions:
            from_start = esm.get("StartingPosition", "LATEST") == "TRIM_HORIZON"
            positions[esm_id] = oldest if from_start else dynamodb.stream_end_position(table)
        positions[esm_id] = max(positions[esm_id], oldest)
        return int(positions[esm_id])


def _run(esm: Json, func: Json, reader: Reader, position: int, batch: list[Json]) -> None:
    wanted = lambda_svc._apply_filter_criteria(batch, esm)
    result = lambda_svc._execute_function(func, {"Records": wanted}) if wanted else {}
    if result.get("throttle"):
        _pause(esm)
    elif not result.get("error"):
        done = _handled(esm, result, batch)
        _advance(esm, reader, position + done)
        if done < len(batch):
            _failed(esm, func, reader, position + done, batch[done:], result)
        else:
            esm["LastProcessingResult"] = f"OK - {len(batch)} records"
    else:
        _failed(esm, func, reader, position, batch, result)


def _handled(esm: Json, result: Json, batch: list[Json]) -> int:
    """Return how many records the function says it has handled: those before the first failure."""
    body = result.get("body")
    if "ReportBatchItemFailures" not in esm.get("FunctionResponseTypes", []):
        return len(batch)
    failures = body.get("batchItemFailures", []) if isinstance(body, dict) else []
    failed = {failure.get("itemIdentifier") for failure in failures}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    return next((at for at, number in enumerate(numbers) if number in failed), len(batch))


def _failed(
    esm: Json, func: Json, reader: Reader, position: int, batch: list[Json], result: Json
) -> None:
    esm["LastProcessingResult"] = "FAILED"
    if esm.get("BisectBatchOnFunctionError") and len(batch) > 1:
        reader.most = len(batch) // 2
        reader.until = max(reader.until, position + len(batch))
        return
    reader.failures += 1
    for condition in _given_up(esm, reader, batch):
        lambda_svc._send_ddb_stream_failure_record(
            esm, func, batch, esm["EventSourceArn"], result, condition
        )
        _advance(esm, reader, position + len(batch))
        return
    _pause(esm)


def _given_up(esm: Json, reader: Reader, batch: list[Json]) -> Iterator[str]:
    attempts = esm.get("MaximumRetryAttempts")
    if attempts is not None and 0 <= int(attempts) < reader.failures:
        yield "RetryAttemptsExhausted"
    oldest = int(esm.get("MaximumRecordAgeInSeconds") or -1)
    born = min(float(record["dynamodb"]["ApproximateCreationDateTime"]) for record in batch)
    if 0 < oldest < time.time() - born:
        yield "MaxRecordAgeExceeded"


def _advance(esm: Json, reader: Reader, position: int) -> None:
    reader.failures = 0
    if position >= reader.until:
        reader.most = None
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[esm["UUID"]] = position
    lambda_svc._esm_backoff_until.pop(esm["UUID"], None)


def _pause(esm: Json) -> None:
    lambda_svc._esm_backoff_until[esm["UUID"]] = time.time() + lambda_svc._ESM_BACKOFF_SECONDS
