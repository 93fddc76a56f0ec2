"""Fault switches: what is to go wrong next, how often, and how often it did."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count as counter
from random import Random
from typing import Any

ANSWERS = ("429", "500", "503", "hang", "accept_cut", "cut")
WEBHOOKS = ("webhook_off", "webhook_duplicate", "webhook_delay")
KINDS = ANSWERS + WEBHOOKS
DEFAULT_SECONDS = {"hang": 30.0, "webhook_delay": 5.0}


class BadSwitch(ValueError):
    """Raised when a switch asks for what does not exist; the message says what is allowed."""


@dataclass(slots=True)
class Switch:
    """One fault of the stand-in; `seconds` None means that the kind's default applies."""

    id: str
    kind: str
    count: int | None
    probability: float | None
    seconds: float | None
    seed: int | None
    fired: int = 0
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311  # repeatable on purpose

    @property
    def duration(self) -> float:
        """How long the fault lasts, in seconds."""
        return DEFAULT_SECONDS.get(self.kind, 0.0) if self.seconds is None else self.seconds

    def fires(self) -> bool:
        """Decide about one request, and count it when the fault happens."""
        if self.count is not None and self.fired >= self.count:
            return False
        if self.probability is not None and self._random.random() >= self.probability:
            return False
        self.fired += 1
        return True

    def document(self) -> dict[str, Any]:
        """Return the switch as `GET /faults` lists it."""
        return {
            "id": self.id,
            "target": "sendgrid",
            "kind": self.kind,
            "count": self.count,
            "probability": self.probability,
            "seconds": self.seconds,
            "seed": self.seed,
            "fired": self.fired,
        }


class Switchboard:
    """The switches of the stand-in; they do not outlive the process."""

    def __init__(self) -> None:
        self._switches: list[Switch] = []
        self._ids = counter(1)

    def set(self, wish: dict[str, Any]) -> Switch:
        """Add a switch. Raises BadSwitch when the wish makes no sense."""
        kind = wish.get("kind")
        if kind not in KINDS:
            raise BadSwitch(f"kind must be one of {', '.join(KINDS)}")
        switch = Switch(
            id=f"sendgrid-{next(self._ids)}",
            kind=str(kind),
            count=_whole(wish, "count", least=1),
            probability=_fraction(wish),
            seconds=_seconds(wish),
            seed=_whole(wish, "seed", least=0),
        )
        self._switches.append(switch)
        return switch

    def fire(self, kinds: Collection[str]) -> Switch | None:
        """Return the first switch of these kinds that decides that now is its time."""
        return next((s for s in self._switches if s.kind in kinds and s.fires()), None)

    def list(self) -> list[dict[str, Any]]:
        """Return every switch, with the number of times it fired."""
        return [switch.document() for switch in self._switches]

    def clear(self) -> None:
        """Remove every switch."""
        self._switches.clear()


def _whole(wish: dict[str, Any], name: str, least: int) -> int | None:
    value = wish.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise BadSwitch(f"{name} must be a whole number from {least}, or null")
    return value


def _fraction(wish: dict[str, Any]) -> float | None:
    value = wish.get("probability")
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 1:
        raise BadSwitch("probability must be over 0 and at most 1, or null")
    return float(value)


def _seconds(wish: dict[str, Any]) -> float | None:
    value = wish.get("seconds")
    if value is None:
        return None
    longest = 3600
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= longest:
        raise BadSwitch(f"seconds must be from 0 to {longest}, or null")
    return float(value)
