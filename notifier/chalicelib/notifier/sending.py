"""Brings the mails of an event to SendGrid, by the rules of `deliveries`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from chalicelib.notifier import deliveries, writing
from chalicelib.notifier.bookkeeping import facts, written
from chalicelib.notifier.deliveries import Decision, Delivery, End, Mail, Result, Step
from chalicelib.notifier.events import Event
from chalicelib.notifier.letters import Letter, letters_for
from chalicelib.notifier.ports import Ports
from shared import log
from shared.errors import MissingSettings, Unavailable
from shared.mail import Doubtful, Message, Rejected, deliver_with_retry
from shared.secrets import AuthFailure

type Remaining = Callable[[], float]  # the seconds that are left to the function

SHORTEST = 3.0  # seconds in which a mail can be begun, handed over and written down
_LEASE_MARGIN = timedelta(seconds=1)  # clocks differ, and a function may outlive its deadline
_NOT_TAKEN = (AuthFailure, MissingSettings, Unavailable)


def tell(ports: Ports, event: Event, remaining: Remaining) -> None:
    """Bring every mail of an event as far as it can be brought now.

    When all are settled, the inbox gets the event. While one has to wait, the event goes back to
    the queue for as long. What kept a mail from being taken is raised after the others had their
    turn, and whoever brought the event brings it again.
    """
    waits, errors = [], []
    for letter in letters_for(event, ports.operators):
        try:
            waits.append(_send(ports, letter, remaining))
        except Exception as error:  # noqa: BLE001  # raised below
            errors.append(error)
    if errors:
        raise errors[0]
    envelope = event.envelope
    if moments := [moment for moment in waits if moment]:
        delay = max(1, ceil((min(moments) - ports.clock()).total_seconds()))
        ports.queue.send(envelope.model_dump_json(), envelope.attributes, delay)
    else:
        ports.inbox.finish(envelope.event_id, ports.clock())


def _send(ports: Ports, letter: Letter, remaining: Remaining) -> datetime | None:
    """Hand one mail over if it is its turn; return until when it has to wait, if it has to.

    Raises what kept the mail from being taken.
    """
    # First: neither a mistake in a template nor a slow start may leave a lease behind, because a
    # lease that ends without a word counts as a send that may have happened.
    message = _message(ports, letter)
    ports.mailer.prepare()
    if remaining() < SHORTEST:
        raise Unavailable("There is no time left to hand the mail over.")
    decision = _begin(ports, letter.mail, remaining)
    if decision.step is not Step.SEND:
        return decision.until
    ours = decision.delivery
    try:
        sent = deliver_with_retry(ports.mailer, message, remaining)
    except Rejected as error:
        end = End(Result.REJECTED, str(error))
    except Doubtful as error:
        end = End(Result.DOUBTFUL, str(error))
    except _NOT_TAKEN as error:
        _end(ports, ours, End(Result.NOT_TAKEN, str(error)))
        raise
    else:
        end = End(Result.ACCEPTED, sent.message_id)
    return _end(ports, ours, end).settle_at


def _begin(ports: Ports, mail: Mail, remaining: Remaining) -> Decision:
    """Decide what to do with a mail, and write it down before it is done."""
    found: Delivery | None = None  # as a rule nobody has begun it, and one write is enough
    while True:
        now = ports.clock()
        lease_until = now + timedelta(seconds=remaining()) + _LEASE_MARGIN
        decision = deliveries.begin(found, mail, now, lease_until, ports.settle)
        if decision.delivery == found:
            line = "duplicate" if decision.step is Step.DONE else "mail waits"
            log.fact(line, **facts(found))
            return decision
        if written(ports.ledger, decision.delivery, found):
            return decision
        found = ports.ledger.find(mail.event_id, mail.recipient)


def _end(ports: Ports, ours: Delivery, end: End) -> Delivery:
    """Write down how a hand-over ended; return the delivery as it is then."""
    found: Delivery | None = ours
    while found is not None:
        after = deliveries.ended(found, ours, end, ports.clock(), ports.settle)
        if after == found or written(ports.ledger, after, found):
            return after
        found = ports.ledger.find(ours.mail.event_id, ours.mail.recipient)
    return ours


def _message(ports: Ports, letter: Letter) -> Message:
    mail = letter.mail
    words = writing.write(mail.template, letter.values)
    return Message(
        to=mail.recipient,
        subject=words.subject,
        text=words.text,
        html=words.html,
        sender=ports.sender.address,
        sender_name=ports.sender.name,
        # SendGrid's webhook repeats these, and so names the row of the ledger.
        custom_args={
            "event_id": mail.event_id,
            "recipient": mail.recipient,
            "correlation_id": mail.correlation_id,
        },
        headers={"X-Correlation-Id": mail.correlation_id},
        categories=(mail.template,),
    )
