"""The rules of one delivery: when a mail may be handed to SendGrid, and what is known after.

SendGrid has no idempotency key, so a hand-over without an answer leaves a doubt: only SendGrid's
webhook can tell. A delivery is one mail to one recipient about one event. Its state:

    PENDING, leased      somebody is handing it over, until `lease_until` at the latest
    PENDING, no lease    the last hand-over surely did not happen; it may start at once
    AMBIGUOUS, settling  it may have happened; the webhook has until `settle_at` to say so
    AMBIGUOUS, parked    twice in doubt: never handed over again, a person decides
    SENT                 SendGrid has it
    FAILED               SendGrid or the recipient's server refused it

`sends` counts the hand-overs that may have happened; it never passes MAX_SENDS.

    state         begin                             end of the hand-over     webhook
    ------------  --------------------------------  -----------------------  --------------
    none          -> leased, sends 1, SEND
    leased        before lease_until: WAIT          accepted -> SENT         has it -> SENT
                  after it: as settling             rejected -> FAILED       lost -> FAILED
                                                    not taken -> no lease,
                                                      sends - 1
                                                    doubtful -> settling
    no lease      -> leased, sends + 1, SEND                                 the same
    settling      before settle_at: WAIT            as leased, if it         the same
                  sends 1: -> leased, sends 2, SEND outlived its lease
                  sends 2: -> parked, DONE
    parked        DONE                              accepted -> SENT         the same
    SENT          DONE                              stays                    lost -> FAILED
    FAILED        DONE                              accepted -> SENT         has it -> SENT
    FAILED, lost  DONE                              stays                    stays

An end that is not "accepted" counts only for the last hand-over begun. Every change raises
`version`, and the ledger takes it only in place of the version it was made from: of two at once one
wins, and the other decides again from what it then finds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

MAX_SENDS = 2
LOOK_AGAIN = timedelta(seconds=3)  # as a rule a hand-over ends long before its lease

BOUNCED = "The recipient's server refused it."
DROPPED = "SendGrid dropped it."
LOST = (BOUNCED, DROPPED)
KILLED = "The function was stopped in mid-send."
PARKED = "It was sent twice, and both times nobody knows whether it was taken."


class Status(StrEnum):
    """What is known of a delivery."""

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    AMBIGUOUS = "AMBIGUOUS"


UNSETTLED = (Status.PENDING, Status.AMBIGUOUS, Status.FAILED)  # somebody may not have been told


@dataclass(frozen=True, slots=True)
class Mail:
    """Which mail to whom: `recipient` is an address, `template` what it says."""

    event_id: str
    recipient: str
    template: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail's row in the ledger."""

    mail: Mail
    status: Status
    sends: int
    version: int
    changed_at: datetime
    lease_until: datetime | None = None
    settle_at: datetime | None = None
    message_id: str | None = None
    reason: str | None = None

    @property
    def is_parked(self) -> bool:
        """Tell whether a person has to decide."""
        return self.status is Status.AMBIGUOUS and self.settle_at is None

    @property
    def is_settled(self) -> bool:
        """Tell whether there is nothing left to do for this mail."""
        return self.status in {Status.SENT, Status.FAILED} or self.is_parked


class Result(Enum):
    """How a hand-over may end, if it comes to an end."""

    ACCEPTED = auto()
    REJECTED = auto()
    NOT_TAKEN = auto()
    DOUBTFUL = auto()


@dataclass(frozen=True, slots=True)
class End:
    """The end of a hand-over; `words` are the message id if it was accepted, else a reason."""

    what: Result
    words: str


class Step(Enum):
    """What to do with a delivery now."""

    SEND = auto()
    WAIT = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True)
class Decision:
    """A step and the delivery as it has to be stored before; `until` ends a WAIT."""

    step: Step
    delivery: Delivery
    until: datetime | None = None


def begin(
    found: Delivery | None, mail: Mail, now: datetime, lease_until: datetime, settle: timedelta
) -> Decision:
    """Decide whether to hand a mail over now."""
    if found is None:
        first = Delivery(mail, Status.PENDING, 0, 0, now)
        return Decision(Step.SEND, _leased(first, now, lease_until, settle))
    if found.is_settled:
        return Decision(Step.DONE, found)
    if found.status is Status.PENDING:
        if found.lease_until is None:
            return Decision(Step.SEND, _leased(found, now, lease_until, settle))
        if now < found.lease_until:
            return Decision(Step.WAIT, found, min(found.lease_until, now + LOOK_AGAIN))
        killed = _closed(found, now, Status.AMBIGUOUS, reason=KILLED)
        found = replace(killed, settle_at=found.settle_at)
    return _doubted(found, now, lease_until, settle)


def ended(found: Delivery, ours: Delivery, end: End, now: datetime, settle: timedelta) -> Delivery:
    """Return a delivery after the hand-over that `ours` began has come to its end."""
    if end.what is Result.ACCEPTED:
        return accepted(found, end.words, now)
    if found.is_settled or found.sends != ours.sends:
        return found
    match end.what:
        case Result.REJECTED:
            return _closed(found, now, Status.FAILED, reason=end.words)
        case Result.NOT_TAKEN:
            # As if it had never begun.
            before = replace(found, sends=found.sends - 1)
            return _closed(before, now, Status.PENDING, reason=end.words)
        case Result.DOUBTFUL:
            doubt = _closed(found, now, Status.AMBIGUOUS, reason=end.words)
            return replace(doubt, settle_at=now + settle)


def accepted(found: Delivery, message_id: str, now: datetime) -> Delivery:
    """Return a delivery after SendGrid has said that it has the mail."""
    if found.status is Status.SENT or found.reason in LOST:
        return found
    return replace(_closed(found, now, Status.SENT), message_id=message_id)


def lost(found: Delivery, reason: str, now: datetime) -> Delivery:
    """Return a delivery after SendGrid has said that it never arrived; `reason` is of LOST."""
    if found.reason in LOST:
        return found
    return _closed(found, now, Status.FAILED, reason=reason)


def _doubted(found: Delivery, now: datetime, lease_until: datetime, settle: timedelta) -> Decision:
    """Decide on a delivery that is AMBIGUOUS and not parked."""
    if found.settle_at is not None and now < found.settle_at:
        return Decision(Step.WAIT, found, found.settle_at)
    if found.sends < MAX_SENDS:
        return Decision(Step.SEND, _leased(found, now, lease_until, settle))
    return Decision(Step.DONE, _closed(found, now, Status.AMBIGUOUS, reason=PARKED))


def _leased(found: Delivery, now: datetime, lease_until: datetime, settle: timedelta) -> Delivery:
    return replace(
        _closed(found, now, Status.PENDING),
        sends=found.sends + 1,
        lease_until=lease_until,
        settle_at=now + settle,  # should this hand-over end without a word
    )


def _closed(found: Delivery, now: datetime, status: Status, reason: str | None = None) -> Delivery:
    """Return the next version of a delivery, with nothing to wait for."""
    return replace(
        found,
        status=status,
        reason=reason,
        changed_at=now,
        version=found.version + 1,
        lease_until=None,
        settle_at=None,
    )
