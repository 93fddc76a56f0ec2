"""Writes a delivery's next state into the ledger, and tells log and metrics what that means."""

from chalicelib.notifier.deliveries import Delivery, Status
from chalicelib.notifier.ports import Ledger
from shared import log, metrics

_COUNTED = {
    Status.SENT: "MailsSent",
    Status.FAILED: "MailsFailed",
    Status.AMBIGUOUS: "MailsInDoubt",
}


def written(ledger: Ledger, after: Delivery, over: Delivery | None) -> bool:
    """Store a delivery over the one it was made from; False if somebody else was quicker."""
    if not ledger.save(after, over):
        return False
    log.fact("mail", **facts(after))
    if after.status in _COUNTED:
        metrics.count("MailsParked" if after.is_parked else _COUNTED[after.status])
    return True


def facts(delivery: Delivery) -> dict[str, object]:
    """Return what a log line may tell of a delivery: all but the address."""
    return {
        "event_id": delivery.mail.event_id,
        "template": delivery.mail.template,
        "status": "PARKED" if delivery.is_parked else delivery.status.value,
        "sends": delivery.sends,
        "message_id": delivery.message_id,
        "reason": delivery.reason,
    }
