"""The wall clock, read here and nowhere else."""

from collections.abc import Callable
from datetime import UTC, datetime

type Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment in UTC, to the microsecond."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with microseconds: such strings sort by time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
