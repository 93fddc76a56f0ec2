"""What SendGrid demands of the body of `POST /v3/mail/send`, checked whole."""

import binascii
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from local.console.standin.errors import Problem, wrong_type
from local.console.standin.fields import custom_args, headers, is_address, send_at, subject
from local.console.standin.personalizations import personalizations

KNOWN = frozenset(
    [
        "personalizations",
        "from",
        "reply_to",
        "reply_to_list",
        "subject",
        "content",
        "attachments",
        "template_id",
        "headers",
        "categories",
        "custom_args",
        "send_at",
        "batch_id",
        "asm",
        "ip_pool_name",
        "mail_settings",
        "tracking_settings",
        "sections",
    ]
)
_ORDER = (
    "Following RFC 1341, section 7.2, if either text/html or text/plain are to be sent in your "
    "email: text/plain needs to be first, followed by text/html, followed by any other content."
)


def check(payload: Any) -> list[Problem]:
    """Return everything that SendGrid would refuse in a body; empty when it would accept it."""
    if not isinstance(payload, dict):
        return [Problem("Bad Request")]
    return [
        *(
            Problem(f"Additional property {name} is not allowed", name)
            for name in sorted(payload.keys() - KNOWN)
        ),
        *personalizations(payload),
        *_sender(payload),
        *_reply_to(payload),
        *_subject(payload),
        *_content(payload),
        *_attachments(payload),
        *headers(payload.get("headers"), "headers", "message.headers"),
        *custom_args(payload.get("custom_args"), "custom_args", "message.custom_args"),
        *_categories(payload.get("categories")),
        *send_at(payload.get("send_at"), "send_at", "message.send_at"),
    ]


def _sender(payload: dict[str, Any]) -> Iterator[Problem]:
    sender = payload.get("from")
    if not isinstance(sender, dict) or not sender.get("email"):
        yield Problem(
            "The from object must be provided for every email send. It is an object that requires "
            'the email parameter, but may also contain a name parameter.  e.g. {"email" : '
            '"example@example.com"}  or {"email" : "example@example.com", "name" : '
            '"Example Recipient"}.',
            "from.email",
            "message.from",
        )
    elif not is_address(sender["email"]):
        yield Problem(
            "The from email does not contain a valid address.", "from.email", "message.from"
        )


def _reply_to(payload: dict[str, Any]) -> Iterator[Problem]:
    address = payload.get("reply_to")
    if address is not None and not (isinstance(address, dict) and is_address(address.get("email"))):
        yield Problem(
            "The reply_to email does not contain a valid address.",
            "reply_to.email",
            "message.reply_to",
        )


def _subject(payload: dict[str, Any]) -> Iterator[Problem]:
    if "subject" in payload:
        yield from subject(payload["subject"], "subject", "message.subject")
        return
    blocks = payload.get("personalizations")
    everywhere = isinstance(blocks, list) and all(
        isinstance(block, dict) and "subject" in block for block in blocks
    )
    if not everywhere and "template_id" not in payload:
        yield Problem(
            "The subject is required. You can get around this requirement if you use a template "
            "with a subject defined or if every personalization has a subject defined.",
            "subject",
            "message.subject",
        )


def _content(payload: dict[str, Any]) -> Iterator[Problem]:
    parts = payload.get("content")
    if parts is None and "template_id" in payload:
        return
    if not isinstance(parts, list) or not parts:
        yield Problem(
            "Unless a valid template_id is provided, the content parameter is required. There "
            "must be at least one defined content block. We typically suggest both text/plain and "
            "text/html blocks are included, but only one block is required.",
            "content",
            "message.content",
        )
        return
    for place, part in enumerate(parts):
        yield from _content_part(part, f"content.{place}")
    yield from _content_order([part.get("type") for part in parts if isinstance(part, dict)])


def _content_part(part: Any, place: str) -> Iterator[Problem]:
    if not isinstance(part, dict):
        yield wrong_type("object", part, place, "message.content")
        return
    kind, value = part.get("type"), part.get("value")
    if not isinstance(kind, str) or not kind:
        yield Problem(
            "Your content type must be a string with length of at least one character.",
            f"{place}.type",
            "message.content.type",
        )
    elif any(mark in kind for mark in ";\r\n"):
        yield Problem(
            "Cannot contain ';', or CRLF characters.", f"{place}.type", "message.content.type"
        )
    if not isinstance(value, str) or not value:
        yield Problem(
            "The content value must be a string at least one character in length.",
            f"{place}.value",
            "message.content.value",
        )


def _content_order(kinds: list[Any]) -> Iterator[Problem]:
    leading = [kind for kind in kinds if kind in ("text/plain", "text/html")]
    if len(leading) != len(set(leading)):
        yield Problem(
            "If present, text/plain and text/html may only be provided once.",
            "content",
            "message.content",
        )
    elif kinds[: len(leading)] != sorted(leading, reverse=True):
        yield Problem(_ORDER, "content", "message.content.value")


def _attachments(payload: dict[str, Any]) -> Iterator[Problem]:
    files = payload.get("attachments")
    if files is None:
        return
    if not isinstance(files, list):
        yield wrong_type("array", files, "attachments", "message.attachments")
        return
    for place, file in enumerate(files):
        yield from _attachment(file if isinstance(file, dict) else {}, f"attachments.{place}")


def _attachment(file: dict[str, Any], place: str) -> Iterator[Problem]:
    if not isinstance(file.get("filename"), str):
        yield Problem("filename is required.", f"{place}.filename", "message.attachments.filename")
    content = file.get("content")
    if not isinstance(content, str) or not content:
        yield Problem(
            "The attachment content must be a string at least one character in length.",
            f"{place}.content",
            "message.attachments.content",
        )
    elif not _is_base64(content):
        yield Problem(
            "The attachment content must be base64 encoded.",
            f"{place}.content",
            "message.attachments.content",
        )
    if file.get("disposition", "attachment") not in ("inline", "attachment"):
        yield Problem(
            "The disposition of your attachment can be either 'inline' or 'attachment'.",
            f"{place}.disposition",
            "message.attachments.disposition",
        )


def _is_base64(text: str) -> bool:
    try:
        b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _categories(names: Any) -> Iterator[Problem]:
    if names is None:
        return
    anchor = "message.categories"
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        yield Problem("Categories must be an array of strings.", "categories", anchor)
        return
    if len(names) > 10:  # noqa: PLR2004  # SendGrid's limit, told in the message below
        yield Problem(
            "There is a limit of 10 categories for each email that is sent. "
            f"You provided {len(names)} categories.",
            "categories",
            anchor,
        )
    for name in names:
        yield from _category(name, names.count(name), anchor)


def _category(name: str, times: int, anchor: str) -> Iterator[Problem]:
    if len(name) > 255:  # noqa: PLR2004  # SendGrid's limit, told in the message below
        yield Problem(
            f"Each category must not be longer than 255 characters. {name} exceeds this limit.",
            "categories",
            anchor,
        )
    if not name.isascii():
        yield Problem("Categories can not contain non-ASCII characters.", "categories", anchor)
    if times > 1:
        yield Problem(
            f"The categories must be a unique list, and you have included {name} more than once.",
            "categories",
            anchor,
        )
