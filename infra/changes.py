"""What a deploy would change: resources, and what functions may do."""

from dataclasses import dataclass

ADD, CHANGE, REMOVE = "+", "~", "-"


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that would be added, changed or removed; `place` is its stack or app."""

    place: str
    action: str
    kind: str
    name: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that a role would be allowed, or no longer be allowed, to do."""

    role: str
    action: str
    text: str
