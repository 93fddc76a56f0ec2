"""From an accepted request to the mails that SendGrid would send for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from shared.clock import stamp

# The part of a Message-ID after the @: SendGrid names the machine that took the request.
MACHINE = "geopod-ismtpd-local-0"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a mail; `content` is base64."""

    filename: str
    type: str
    content: str

    def summary(self) -> dict[str, str | int]:
        """Describe the file without its content; the size is in bytes."""
        size = len(self.content) * 3 // 4 - self.content[-2:].count("=")
        return {"filename": self.filename, "type": self.type, "size": size}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as its recipients would get it."""

    id: str
    message_id: str
    accepted_at: str
    sender: str
    to: list[str]
    cc: list[str]
    bcc: list[str]
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    custom_args: dict[str, str]
    categories: list[str]
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        """Everybody who gets the mail."""
        return [*self.to, *self.cc, *self.bcc]

    def document(self) -> dict[str, Any]:
        """Return the mail as the mailbox shows it to programs: attachments without content."""
        shown = asdict(self)
        shown["from"] = shown.pop("sender")
        shown["attachments"] = [attachment.summary() for attachment in self.attachments]
        return shown


def mails(payload: Mapping[str, Any], message_id: str, accepted_at: datetime) -> list[Mail]:
    """Return one mail for each personalization of a valid request."""
    return [
        _mail(payload, envelope, _identity(message_id, place), message_id, accepted_at)
        for place, envelope in enumerate(payload["personalizations"])
    ]


def _identity(message_id: str, place: int) -> str:
    return message_id if place == 0 else f"{message_id}.{place}"


def _mail(
    payload: Mapping[str, Any],
    envelope: Mapping[str, Any],
    identity: str,
    message_id: str,
    accepted_at: datetime,
) -> Mail:
    values = envelope.get("substitutions") or {}
    parts = {part["type"]: _fill(part["value"], values) for part in payload.get("content") or []}
    subject = _fill(envelope.get("subject", payload.get("subject", "")), values)
    return Mail(
        id=identity,
        message_id=message_id,
        accepted_at=stamp(accepted_at),
        sender=payload["from"]["email"],
        to=_addresses(envelope, "to"),
        cc=_addresses(envelope, "cc"),
        bcc=_addresses(envelope, "bcc"),
        subject=subject,
        text=parts.pop("text/plain", ""),
        html=parts.pop("text/html", ""),
        headers=_headers(payload, envelope, subject, message_id, accepted_at),
        custom_args={
            **(payload.get("custom_args") or {}),
            **(envelope.get("custom_args") or {}),
        },
        categories=list(payload.get("categories") or []),
        attachments=[
            Attachment(
                file["filename"], file.get("type", "application/octet-stream"), file["content"]
            )
            for file in payload.get("attachments") or []
        ],
    )


def _headers(
    payload: Mapping[str, Any],
    envelope: Mapping[str, Any],
    subject: str,
    message_id: str,
    accepted_at: datetime,
) -> dict[str, str]:
    own = {**(payload.get("headers") or {}), **(envelope.get("headers") or {})}
    lines = {
        "Date": format_datetime(accepted_at),
        "From": _shown([payload["from"]]),
        "To": _shown(envelope["to"]),
        "Cc": _shown(envelope.get("cc") or []),
        "Reply-To": _shown([payload["reply_to"]] if payload.get("reply_to") else []),
        "Subject": subject,
        "Message-ID": f"<{message_id}@{MACHINE}>",
    }
    replaced = {name.lower() for name in own}
    kept = {n: value for n, value in lines.items() if value and n.lower() not in replaced}
    return kept | own


def _shown(people: list[dict[str, str]]) -> str:
    return ", ".join(
        f"{person['name']} <{person['email']}>" if person.get("name") else person["email"]
        for person in people
    )


def _addresses(envelope: Mapping[str, Any], kind: str) -> list[str]:
    return [person["email"] for person in envelope.get(kind) or []]


def _fill(template: str, values: Mapping[str, str]) -> str:
    for tag, value in values.items():
        template = template.replace(tag, value)
    return template
