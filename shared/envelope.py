"""The form of every event that travels between apps."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared import http

SCHEMA_VERSION: Literal[1] = 1

type Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
type Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class Envelope(BaseModel):
    """One thing that happened, named for good by `event_id` (a ULID: ids sort by time)."""

    model_config = ConfigDict(frozen=True)

    event_id: Id
    type: Name
    schema_version: Literal[1] = SCHEMA_VERSION
    occurred_at: datetime
    correlation_id: Id
    source: Name
    data: dict[str, Any]

    @property
    def attributes(self) -> dict[str, str]:
        """Return what travels as message attributes, for filters and logs."""
        return {
            "event_id": self.event_id,
            "event_type": self.type,
            "correlation_id": self.correlation_id,
        }


def event_id(moment: datetime) -> str:
    """Make a new event id, a ULID, that sorts by its moment."""
    return str(_ulid(moment))


def earliest_id(moment: datetime) -> str:
    """Return a bound: every event id made before the moment sorts below it."""
    return str(_ulid(moment))[:10]


def parse(body: str | bytes) -> Envelope:
    """Read an envelope; raise Invalid if it is not one, or of an unknown schema version."""
    return http.parse(Envelope, body.encode() if isinstance(body, str) else body)


def _ulid(moment: datetime) -> object:
    from ulid import ULID  # noqa: PLC0415  # 30 ms, for what most invocations never do

    return ULID.from_datetime(moment)
