"""Mail: the value `Message`, the port `Mailer`, what may go wrong, and how often to try."""

import random
import re
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tenacity import RetryCallState, Retrying, retry_if_exception_type
from tenacity.wait import wait_base

from shared.address import address
from shared.errors import AppError, Invalid, TooLarge, Unavailable
from shared.secrets import AuthFailure

ATTEMPT_SECONDS = 8.0
LONGEST_SUBJECT = 150  # characters
LONGEST_NAME = 100
LONGEST_BODY = 1_000_000
_SHORTEST_ATTEMPT = 1.0
_RESERVE = 1.0  # seconds for writing down what came of it
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_SAFE = re.compile(r"[ -~]{1,500}")
_HEADER = re.compile(r"X-[A-Za-z0-9-]{1,60}")
_SENDGRIDS_OWN = ("x-sg-", "x-smtpapi")
_LABEL = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_LINE_BREAKERS = {"Cc", "Cs", "Zl", "Zp"}
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they let a text pretend to be another


class Rejected(AppError):
    """Raised when this mail will never be taken; the message holds no address."""

    code = "mail_rejected"


class Unauthorized(AuthFailure):
    """Raised when the mail service does not accept our key."""

    code = "mail_unauthorized"


class RateLimited(Unavailable):
    """Raised when too much was sent; `wait` is in seconds, None if nothing was said."""

    code = "mail_rate_limited"

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Doubtful(AppError):
    """Raised when nobody can say whether the mail was taken; never send it again blindly."""

    code = "mail_doubtful"


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one address, made harmless: no text in it can start a header or another mail.

    Raises Invalid for an address, header, argument or category that cannot be made harmless.
    """

    to: str
    subject: str
    text: str
    html: str
    sender: str
    sender_name: str = ""
    custom_args: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("to", "sender"):
            object.__setattr__(self, name, address(getattr(self, name)))
        object.__setattr__(self, "subject", single_line(self.subject, LONGEST_SUBJECT))
        object.__setattr__(self, "sender_name", single_line(self.sender_name, LONGEST_NAME))
        for name in ("text", "html"):
            object.__setattr__(self, name, _body(getattr(self, name)))
        if not self.subject:
            raise Invalid("A mail needs a subject.")
        _check_labels(self.custom_args, self.headers, self.categories)


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail service has taken a mail, and calls it by this id."""

    message_id: str


class Mailer(Protocol):
    """A service that takes mail and delivers it later."""

    def prepare(self) -> None:
        """Read and load all that sending needs, before anybody counts on a send.

        Raises MissingSettings or Unavailable.
        """
        ...

    def send(self, message: Message, within: float = ATTEMPT_SECONDS) -> Sent:
        """Hand one mail over, once, in at most `within` seconds.

        Raises Rejected, Unauthorized, RateLimited or Unavailable when it was certainly not taken,
        and Doubtful when it may have been.
        """
        ...


def deliver_with_retry(
    mailer: Mailer,
    message: Message,
    remaining: Callable[[], float],
    *,
    sleep: Callable[[float], None] = time.sleep,
    chance: Callable[[float, float], float] = random.uniform,
) -> Sent:
    """Hand one mail over, trying again while it is certainly not taken and `remaining()` allows.

    `remaining` gives the seconds that are left to the caller. Never tries again after Doubtful,
    never sleeps past the deadline; what the last attempt raised is raised.
    """

    def attempt() -> Sent:
        within = min(ATTEMPT_SECONDS, remaining() - _RESERVE)
        if within < _SHORTEST_ATTEMPT:
            raise Unavailable("There is no time left to hand the mail over.")
        return mailer.send(message, within)

    def too_late(state: RetryCallState) -> bool:
        return state.upcoming_sleep + _SHORTEST_ATTEMPT + _RESERVE > remaining()

    again = retry_if_exception_type(Unavailable)
    return Retrying(retry=again, wait=_Pause(chance), stop=too_late, sleep=sleep, reraise=True)(
        attempt
    )


class _Pause(wait_base):
    """Wait as long as we were told, else with decorrelated jitter."""

    def __init__(self, chance: Callable[[float, float], float]) -> None:
        self._chance = chance
        self._last = _FIRST_PAUSE

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        if isinstance(error, RateLimited) and error.wait is not None:
            # Never early; and not everybody who was told the same second comes at once.
            return error.wait + self._chance(0.1, 0.5)
        self._last = min(_LONGEST_PAUSE, self._chance(_FIRST_PAUSE, self._last * 3))
        return self._last


def single_line(text: str, longest: int) -> str:
    """Return a text as one line of at most `longest` characters, fit for a mail header."""
    kept = (" " if unicodedata.category(c) in _LINE_BREAKERS else c for c in text)
    line = " ".join(_DIRECTION.sub("", "".join(kept)).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _body(text: str) -> str:
    if len(text) > LONGEST_BODY:
        raise TooLarge(f"A mail's text has at most {LONGEST_BODY} characters.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


def _check_labels(
    arguments: Mapping[str, str], headers: Mapping[str, str], categories: tuple[str, ...]
) -> None:
    for name, value in arguments.items():
        if not _LABEL.fullmatch(name) or not _SAFE.fullmatch(value):
            raise Invalid("A mail's arguments are short lines of ASCII.")
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name.lower().startswith(_SENDGRIDS_OWN):
            raise Invalid("A mail may carry headers of its own only, X-….")
        if not _SAFE.fullmatch(value):
            raise Invalid("A mail's headers are short lines of ASCII.")
    if not all(_LABEL.fullmatch(category) for category in categories):
        raise Invalid("A mail's categories are short words.")
