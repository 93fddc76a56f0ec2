"""What goes wrong on purpose: deliveries lost, doubled, late or out of order; throttles; kills.

Nothing here knows the emulator; the patches ask, at each delivery and call, whether to misbehave.
"""

import contextvars
import itertools
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

type Act = Callable[[], None]

DELIVERY = frozenset({"duplicate", "drop", "delay", "reorder"})
KINDS = {
    "queue": DELIVERY,
    "topic": DELIVERY,
    "bucket": DELIVERY,
    "stream": DELIVERY,
    "table": frozenset({"throttle"}),
    "function": frozenset({"kill"}),
}
# Seconds, where the fault does not say its own: a delay, the longest wait for a delivery to
# overtake, and the latest moment of a kill.
SECONDS = {"delay": 1.0, "reorder": 1.0, "kill": 0.05}
_FIELDS = {"target", "kind", "count", "probability", "seconds", "seed"}


class BadFault(ValueError):
    """Raised when a fault cannot be set as it was asked for; fit to be shown."""


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong with one target: the next `count` times, or by probability."""

    id: int
    target: str
    kind: str
    count: int | None
    probability: float | None
    seconds: float
    seed: int | None
    fired: int = 0
    chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  # repeatable by its seed

    @property
    def active(self) -> bool:
        return self.count is None or self.fired < self.count

    def strikes(self) -> bool:
        """Decide for one delivery or call, and count it when the answer is yes."""
        if not self.active:
            return False
        if self.probability is not None and self.chance.random() >= self.probability:
            return False
        self.fired += 1
        return True

    def moment(self) -> float:
        """Return a random time in seconds, at most `seconds`."""
        return self.chance.uniform(0, self.seconds)

    def report(self) -> dict[str, Any]:
        """Return the fault as JSON shows it."""
        shown = {key: value for key, value in asdict(self).items() if key != "chance"}
        return {**shown, "active": self.active}


class Switchboard:
    """All faults that are set, and the deliveries that they hold back."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._held: dict[str, list[Act]] = {}
        self._ids = itertools.count(1)
        self._lock = threading.RLock()

    def add(self, asked: Mapping[str, Any]) -> Fault:
        """Set a fault; raises BadFault naming what is wrong with it."""
        values = _checked(asked)
        with self._lock:
            fault = Fault(id=next(self._ids), **values)
            self._faults.append(fault)
        return fault

    def remove(self, fault_id: int | None = None) -> int:
        """Take back one fault, or all; deliveries held back go out. Return how many there were."""
        with self._lock:
            kept = [f for f in self._faults if fault_id is not None and f.id != fault_id]
            gone = len(self._faults) - len(kept)
            self._faults = kept
            targets = list(self._held)
        for target in targets:
            self._release(target)
        return gone

    def report(self) -> list[dict[str, Any]]:
        """Return every fault that was set and not taken back, with how often it fired."""
        with self._lock:
            return [fault.report() for fault in self._faults]

    def strike(self, target: str, kinds: Iterable[str]) -> Fault | None:
        """Return the fault, if any, that strikes this delivery or call."""
        with self._lock:
            for fault in self._faults:
                if fault.target == target and fault.kind in kinds and fault.strikes():
                    return fault
        return None

    def spare(self, fault: Fault) -> None:
        """Give back a strike that did not come to pass."""
        with self._lock:
            fault.fired -= 1

    def deliver(self, target: str, act: Act) -> None:
        """Deliver by calling `act` once, never, twice, later or after the next one."""
        fault = self.strike(target, DELIVERY)
        match fault.kind if fault else None:
            case "drop":
                return
            case "duplicate":
                act()
                act()
            case "delay" if fault:
                _later(fault.seconds, act)
            case "reorder" if fault:
                self._hold(target, fault, act)
            case _:
                act()
                self._release(target)

    def _hold(self, target: str, fault: Fault, act: Act) -> None:
        context = contextvars.copy_context()
        with self._lock:
            held = self._held.setdefault(target, [])
            held.append(lambda: context.run(act))
            full = len(held) >= min(fault.count or 2, 10) or not fault.active
        if full and len(held) > 1:
            self._release(target)
        else:
            # Nothing may ever follow: what is only out of order must not be lost.
            _later(fault.seconds, lambda: self._release(target))

    def _release(self, target: str) -> None:
        with self._lock:
            held = self._held.pop(target, [])
        for act in reversed(held):
            act()


def _later(seconds: float, act: Act) -> None:
    timer = threading.Timer(seconds, contextvars.copy_context().run, (act,))
    timer.daemon = True
    timer.start()


def _checked(asked: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(asked) - _FIELDS):
        raise BadFault(f"unknown: {', '.join(unknown)}; a fault has {', '.join(sorted(_FIELDS))}")
    target, kind = asked.get("target"), asked.get("kind")
    sort, _, name = str(target).partition(":")
    if sort not in KINDS or not name:
        raise BadFault(f"target must be <{'|'.join(KINDS)}>:<name>, not {target!r}")
    if kind not in KINDS[sort]:
        raise BadFault(f"a {sort} can {', '.join(sorted(KINDS[sort]))}, not {kind!r}")
    probability, count, seed = (asked.get(key) for key in ("probability", "count", "seed"))
    seconds = asked.get("seconds")
    _between("count", count, 1, 1_000_000, int)
    _between("probability", probability, 0, 1, int, float)
    _between("seconds", seconds, 0, 3600, int, float)
    _between("seed", seed, -(2**63), 2**63, int)
    return {
        "target": target,
        "kind": kind,
        "count": count,
        "probability": probability,
        "seconds": float(SECONDS.get(str(kind), 0.0) if seconds is None else seconds),
        "seed": seed,
    }


def _between(name: str, value: object, least: float, most: float, *types: type) -> None:
    if value is None:
        return
    fits = isinstance(value, types) and not isinstance(value, bool)
    if not fits or not least <= value <= most:  # type: ignore[operator]  # a number by then
        raise BadFault(f"{name} must be a number from {least} to {most}, not {value!r}")
