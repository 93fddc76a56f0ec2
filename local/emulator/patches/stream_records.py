"""Records of table streams that outlive a restart, as far as no function has read them.

Stock saves how far each mapping has read and forgets the records, so that after a restart a
stream begins at zero and its first records, as many as were ever read before, reach nobody.
"""

from typing import Any

from ministack import app as server
from ministack.services import dynamodb, lambda_svc

type Json = dict[str, Any]
type Key = tuple[str, str, str]  # account, region, table

_STATE = "stream_records_unread"

_stock_get = dynamodb.get_state
_stock_restore = dynamodb._restore_state
_stock_load = server._load_persisted_state


def apply() -> None:
    """Save and restore the records with the tables, and positions that fit them."""
    dynamodb.get_state = _get
    dynamodb._restore_state = _restore
    server._load_persisted_state = _load


def _get() -> Json:
    return {**_stock_get(), _STATE: [_unread(key) for key in list(dynamodb._stream_records._data)]}


def _unread(key: Key) -> Json:
    """Return a stream's unread records and the position of the first of them."""
    records = list(dynamodb._stream_records._data[key])
    start = dynamodb._stream_trimmed._data.get(key, 0)
    read = [position for stream, position in _positions().items() if stream[0] == key]
    begin = max(start, min(read, default=start))
    return {"key": list(key), "begin": begin, "records": records[begin - start :]}


def _restore(data: Json | None) -> None:
    _stock_restore(data)
    for stream in (data or {}).get(_STATE, []):
        key = tuple(stream["key"])
        dynamodb._stream_records._data[key] = stream["records"]
        dynamodb._stream_trimmed._data[key] = stream["begin"]


def _load() -> None:
    """Load, and take back what a mapping had read after the records were saved."""
    _stock_load()
    for (key, mapping), position in _positions().items():
        start = dynamodb._stream_trimmed._data.get(key, 0)
        end = start + len(dynamodb._stream_records._data.get(key, ()))
        scoped = (*key[:2], mapping)
        lambda_svc._dynamodb_stream_positions._data[scoped] = min(position, end)


def _positions() -> dict[tuple[Key, str], int]:
    """Return how far each mapping has read, by stream and mapping."""
    found = {}
    for (account, region, mapping), position in list(
        lambda_svc._dynamodb_stream_positions._data.items()
    ):
        esm = lambda_svc._esms._data.get((account, region, mapping)) or {}
        table = esm.get("EventSourceArn", "").partition(":table/")[2].partition("/")[0]
        if table:
            found[(account, region, table), mapping] = int(position)
    return found
