"""A mail as the text that would travel: its MIME source."""

from base64 import b64decode
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any


def source(mail: dict[str, Any], attachments: list[dict[str, str]]) -> str:
    """Write a stored mail as an Internet message."""
    message = EmailMessage(SMTP)
    for name, value in mail["headers"].items():
        # A line break in a value would end the header, and the standard library refuses it.
        message[name] = " ".join(value.splitlines())
    if mail["text"]:
        message.set_content(mail["text"])
    if mail["html"]:
        add = message.add_alternative if mail["text"] else message.set_content
        add(mail["html"], subtype="html")
    for file in attachments:
        main, _, sub = file["type"].partition("/")
        message.add_attachment(
            b64decode(file["content"]),
            maintype=main or "application",
            subtype=sub or "octet-stream",
            filename=file["filename"],
        )
    return message.as_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
