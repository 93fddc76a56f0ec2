"""Every key that project.toml may have, with what its value must look like."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

type Value = str | int | tuple[str, ...]

# The only numbers of days that CloudWatch Logs takes.
LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557)


@dataclass(frozen=True, slots=True)
class Text:
    """A text that matches a pattern as a whole."""

    pattern: str
    words: str

    def problem(self, value: object) -> str | None:
        """Say what is wrong with `value`, or None."""
        fits = isinstance(value, str) and re.fullmatch(self.pattern, value)
        return None if fits else f"must be {self.words}"


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of at least one text, none of them twice."""

    each: Text

    def problem(self, value: object) -> str | None:
        """Say what is wrong with `value`, or None."""
        if not isinstance(value, tuple) or not value or any(self.each.problem(v) for v in value):
            return f"must be a list, each of it {self.each.words}"
        return None if len(set(value)) == len(value) else "names something twice"


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number between two limits, both allowed; or one of a few."""

    least: int
    most: int
    among: tuple[int, ...] = ()

    def problem(self, value: object) -> str | None:
        """Say what is wrong with `value`, or None."""
        if type(value) is not int or not self.least <= value <= self.most:
            return f"must be a whole number from {self.least} to {self.most}"
        if self.among and value not in self.among:
            return f"must be one of {', '.join(map(str, self.among))}"
        return None


_SLUG = Text(r"[a-z][a-z0-9]{0,19}", "1 to 20 small letters and digits")
EMAIL = Text(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+", "an e-mail address")
_HOST = Text(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", "a host name without scheme or port")
_SCHEDULE = Text(r"(cron|rate)\([^()]+\)", "cron(...) or rate(...)")
_DAYS = Number(1, 3650)

KEYS: Mapping[str, Text | Texts | Number] = {
    "project.prefix": Text(
        r"[a-z](-?[a-z0-9]){1,19}", "2 to 20 small letters, digits and single hyphens"
    ),
    "project.region": Text(r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region such as eu-west-2"),
    "project.apps": Texts(_SLUG),
    "mail.sender": EMAIL,
    "mail.sender_name": Text(r"[^\x00-\x1f\x7f]{1,80}", "up to 80 characters on one line"),
    "mail.operators": Texts(EMAIL),
    "mail.hosts": Texts(_HOST),
    "mail.settle_seconds": Number(1, 900),
    "retention.logs": Number(1, 3653, LOG_DAYS),
    "retention.events": _DAYS,
    "retention.mails": _DAYS,
    "retention.idempotency_keys": _DAYS,
    "retention.dead_letters": Number(1, 14),
    "retry.function_seconds": Number(1, 900),
    "retry.visibility_seconds": Number(1, 43200),
    "sweep.grace_seconds": Number(1, 86400),
    "sweep.schedule": _SCHEDULE,
    "budget.monthly_usd": Number(0, 1_000_000),
    "data.removal": Text(r"keep|delete", "keep or delete"),
    "traffic.rate": Number(1, 10_000),
    "traffic.burst": Number(1, 5_000),
}

# Without a value that fits every stage: each stage says its own.
STAGE_ONLY = ("retry.function_seconds", "retry.visibility_seconds")


def problems_between(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what two values of one stage say against each other."""
    runs, hidden = values.get("retry.function_seconds"), values.get("retry.visibility_seconds")
    if type(runs) is int and type(hidden) is int and hidden < runs:
        yield "retry.visibility_seconds: must not be shorter than retry.function_seconds"
