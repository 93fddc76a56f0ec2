"""The snapshot guard: never publish a worse snapshot than the one that readers have."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Measures:
    """What is known of a snapshot: rows by name, sums by name, and the keys that it covers."""

    counts: Mapping[str, int] = field(default_factory=dict)
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a new snapshot may differ; shares are parts of the old value, None is no limit.

    `allowed` holds the ids of reasons that somebody has looked at and confirmed, such as
    "emptied:staff".
    """

    max_shrink: Decimal = Decimal("0.2")
    max_growth: Decimal | None = None
    max_sum_change: Decimal | None = None
    max_lost_keys: Decimal = Decimal("0.2")
    least: Mapping[str, int] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a snapshot is worse; `id` names the case, `text` tells a person."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to publish; `overruled` are the reasons against it that were confirmed."""

    reasons: tuple[Reason, ...]
    overruled: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether nothing speaks against it."""
        return not self.reasons


def judge(old: Measures | None, new: Measures, limits: Limits) -> Verdict:
    """Compare a new snapshot with the published one, or with nothing if there is none."""
    found = [*_alone(new, limits), *(_beside(old, new, limits) if old else ())]
    return Verdict(
        reasons=tuple(reason for reason in found if reason.id not in limits.allowed),
        overruled=tuple(reason for reason in found if reason.id in limits.allowed),
    )


def _alone(new: Measures, limits: Limits) -> Iterator[Reason]:
    for name in sorted(limits.required - new.keys):
        yield Reason(f"missing:{name}", f"{name} is missing")
    for name, least in sorted(limits.least.items()):
        count = new.counts.get(name, 0)
        if count < least:
            yield Reason(f"short:{name}", f"{name} has {count} rows, at least {least} are expected")
    for name, total in sorted(new.sums.items()):
        if not total.is_finite():
            yield Reason(f"implausible:{name}", f"{name} is {total}")


def _beside(old: Measures, new: Measures, limits: Limits) -> Iterator[Reason]:
    for name in sorted(old.counts):
        yield from _count(name, old.counts[name], new.counts.get(name), limits)
    for name in sorted(old.sums):
        yield from _sum(name, old.sums[name], new.sums.get(name), limits.max_sum_change)
    yield from _lost(old.keys - new.keys, len(old.keys), limits.max_lost_keys)


def _count(name: str, old: int, new: int | None, limits: Limits) -> Iterator[Reason]:
    if new is None:
        yield Reason(f"missing:{name}", f"{name} is not counted any more")
    elif new == 0 < old:
        yield Reason(f"emptied:{name}", f"{name} had {old} rows and has none")
    elif old - new > limits.max_shrink * old:
        yield Reason(f"shrunk:{name}", f"{name} had {old} rows and has {new}")
    elif limits.max_growth is not None and old and new - old > limits.max_growth * old:
        yield Reason(f"grown:{name}", f"{name} had {old} rows and has {new}")


def _sum(name: str, old: Decimal, new: Decimal | None, most: Decimal | None) -> Iterator[Reason]:
    if new is None:
        yield Reason(f"missing:{name}", f"{name} is not summed any more")
    elif most is not None and new.is_finite() and abs(new - old) > most * abs(old):
        yield Reason(f"implausible:{name}", f"{name} was {old} and is {new}")


def _lost(lost: Iterable[str], before: int, most: Decimal) -> Iterator[Reason]:
    names = sorted(lost)
    if len(names) > most * before:
        few = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")  # noqa: PLR2004
        yield Reason("lost:keys", f"{len(names)} of {before} are gone: {few}")
