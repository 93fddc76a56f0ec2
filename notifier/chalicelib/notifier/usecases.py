"""One function a handler: read, decide, write."""

import re
from collections.abc import Iterable, Mapping

from chalicelib.notifier import alarms, deliveries, events
from chalicelib.notifier.alarms import Notice
from chalicelib.notifier.bookkeeping import written
from chalicelib.notifier.deliveries import BOUNCED, DROPPED, UNSETTLED, Delivery, Status
from chalicelib.notifier.ports import Ports
from chalicelib.notifier.sending import SHORTEST, Remaining, tell
from chalicelib.notifier.views import Heard, MailList, MailQuery, shown
from shared import log, webhook
from shared.errors import Contradictory
from shared.queues import Record, each_record

_HAS_IT = {"processed", "deferred", "delivered"}
_LOST = {"bounce": BOUNCED, "dropped": DROPPED}
_MOST_SHOWN = 100
_OUR_IDS = re.compile(r"[A-Za-z0-9_-]{1,128}")
_OUR_ADDRESSES = re.compile(r"[!-~]{3,254}")


def deliver(ports: Ports, records: Iterable[Record], remaining: Remaining) -> None:
    """Tell everybody whom a batch of events concerns; what is no known event is a dead letter."""

    def handle(record: Record) -> None:
        event = events.read(record.body)
        log.correlate(event.envelope.correlation_id)
        tell(ports, event, remaining)

    each_record(records, handle, ports.queue, ports.dead, may_start=lambda: remaining() > SHORTEST)


def warn(ports: Ports, notice: Notice, remaining: Remaining) -> None:
    """Tell every operator of an alarm."""
    event_id, alarm = alarms.read(notice)
    log.correlate(event_id)
    tell(ports, events.of_alarm(alarm, event_id, ports.clock()), remaining)


def hear(ports: Ports, body: bytes, headers: Mapping[str, str]) -> Heard:
    """Settle what SendGrid reports, if SendGrid it is; what is known already changes nothing."""
    public_key = ports.secrets.get(ports.mail_secret).get("webhook_public_key", "")
    webhook.verify(body, headers, public_key, ports.clock())
    reports = webhook.parse(body)
    settled = sum(_settle(ports, report) for report in reports if report)
    return Heard(settled=settled, ignored=len(reports) - settled)


def list_mails(ports: Ports, query: MailQuery) -> MailList:
    """Return the mails of one event, or those of which somebody may not have been told."""
    if query.status is Status.SENT and not query.event_id:
        raise Contradictory("Name the event: mails that were sent are listed by event only.")
    if query.event_id:
        found = [
            each
            for each in ports.ledger.of_event(query.event_id)
            if query.status in {None, each.status}
        ]
    else:
        states = [query.status] if query.status else UNSETTLED
        found = [
            each for state in states for each in ports.ledger.unsettled(state, _MOST_SHOWN + 1)
        ]
    found.sort(key=lambda each: each.changed_at)
    return MailList(
        mails=[shown(each) for each in found[:_MOST_SHOWN]], more=len(found) > _MOST_SHOWN
    )


def _settle(ports: Ports, report: webhook.Delivery) -> bool:
    """Write one report down; return whether it changed anything."""
    event_id, recipient = report.event_id or "", report.recipient or ""
    if not (_OUR_IDS.fullmatch(event_id) and _OUR_ADDRESSES.fullmatch(recipient)):
        return False  # another sender's mail, in the same account
    while found := ports.ledger.find(event_id, recipient):
        after = _after(found, report, ports)
        if after == found:
            return False
        if written(ports.ledger, after, found):
            return True
    return False


def _after(found: Delivery, report: webhook.Delivery, ports: Ports) -> Delivery:
    if report.kind in _HAS_IT:
        return deliveries.accepted(found, report.message_id, ports.clock())
    if report.kind in _LOST:
        return deliveries.lost(found, _LOST[report.kind], ports.clock())
    return found
