"""The log lines of the functions, oldest first, as they come."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from local.endpoints import client

_PAUSE = 0.5  # seconds between two looks
_PLATFORM = ("START RequestId", "END RequestId")


def follow(endpoints: dict[str, Any], app: str | None, *, once: bool) -> None:
    """Print lines of the last minute and, unless `once`, those that follow until Ctrl-C."""
    logs = client(endpoints, "logs")
    seen: set[str] = set()
    since = int((time.time() - 60) * 1000)
    try:
        while True:
            for line in sorted(_lines(logs, app, since, seen)):
                print(_shown(*line), flush=True)
            if once:
                return
            time.sleep(_PAUSE)
    except KeyboardInterrupt:
        return


def _lines(
    logs: Any, app: str | None, since: int, seen: set[str]
) -> Iterator[tuple[int, str, int, str, str]]:
    """Yield moment, stream, number, function and text of each line not seen before.

    The emulator writes the lines of an invocation at once, into a stream of their own.
    """
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/")
    groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    for group in groups:
        name = group.removeprefix("/aws/lambda/")
        if app and f"-{app}-" not in name:
            continue
        found = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since
        )
        events = [each for page in found for each in page["events"]]
        new = [each for each in events if f"{group} {each['logStreamName']}" not in seen]
        seen.update(f"{group} {each['logStreamName']}" for each in new)
        for number, event in enumerate(new):
            if not event["message"].startswith(_PLATFORM):
                text = event["message"].rstrip()
                yield event["timestamp"], event["logStreamName"], number, name, text


def _shown(moment: int, _stream: str, _number: int, name: str, text: str) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%H:%M:%S.%f} {name:<32} {text}"
