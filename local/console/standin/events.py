"""The events that SendGrid reports of a mail, and how it signs a batch of them."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from local.console.standin.mails import MACHINE, Mail

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"


def events(mail: Mail, moment: datetime) -> list[dict[str, Any]]:
    """Return what is reported of a mail that arrives: processed and delivered, per recipient."""
    return [
        event
        for place, address in enumerate(mail.recipients)
        for event in (
            _event(mail, place, address, "processed", moment) | {"send_at": 0},
            _event(mail, place, address, "delivered", moment)
            | {"ip": "127.0.0.1", "response": "250 2.0.0 OK", "tls": 1},
        )
    ]


def body(batch: Iterable[Mapping[str, Any]]) -> bytes:
    """Write a batch as SendGrid does: sorted keys, and a line break after each event.

    The odd layout is kept because a receiver that parses and writes the JSON again before it
    checks the signature fails with it here, too.
    """
    written = (json.dumps(event, sort_keys=True, separators=(",", ":")) for event in batch)
    return ("[" + ",\r\n".join(written) + "]\r\n").encode()


def signed(key: ec.EllipticCurvePrivateKey, content: bytes, moment: datetime) -> dict[str, str]:
    """Return the two headers that prove who posted `content`, and when."""
    timestamp = str(int(moment.timestamp()))
    signature = key.sign(timestamp.encode() + content, ec.ECDSA(hashes.SHA256()))
    return {SIGNATURE: b64encode(signature).decode(), TIMESTAMP: timestamp}


def _event(mail: Mail, place: int, address: str, kind: str, moment: datetime) -> dict[str, Any]:
    identity = f"{kind}-{mail.id}-{place}".encode()
    # SendGrid's own keys win over custom arguments of the same name.
    return {
        **mail.custom_args,
        **_category(mail.categories),
        "email": address,
        "event": kind,
        "timestamp": int(moment.timestamp()),
        "sg_event_id": urlsafe_b64encode(identity).decode().rstrip("="),
        "sg_message_id": f"{mail.message_id}.recvd-local-0-1-{place}.0",
        "smtp-id": f"<{mail.message_id}@{MACHINE}>",
    }


def _category(names: list[str]) -> dict[str, Any]:
    match names:
        case []:
            return {}
        case [name]:
            return {"category": name}
        case _:
            return {"category": names}
