"""The rules of a request's personalizations: the envelopes of its mails."""

import json
from collections.abc import Iterator
from typing import Any

from local.console.standin.errors import Problem, wrong_type
from local.console.standin.fields import (
    CUSTOM_ARGS_BYTES,
    custom_args,
    headers,
    is_address,
    send_at,
    subject,
)

MOST = 1000
RECIPIENTS = ("to", "cc", "bcc")
_ANCHOR = "-Personalizations-Errors"


def personalizations(payload: dict[str, Any]) -> Iterator[Problem]:
    """Check how many mails a request asks for, and each of them."""
    blocks = payload.get("personalizations")
    if not isinstance(blocks, list) or not blocks:
        yield Problem(
            "The personalizations field is required and must have at least one personalization.",
            "personalizations",
            _ANCHOR,
        )
        return
    if len(blocks) > MOST:
        yield Problem(
            f"The personalization block is limited to {MOST} personalizations per API request. "
            f"You have provided {len(blocks)} personalizations. Please consider splitting this "
            "into multiple requests and resending your request.",
            "personalizations",
            _ANCHOR,
        )
        return
    if sum(_recipients(block) for block in blocks) > MOST:
        yield Problem(
            f"There is a limit of {MOST} total recipients (to + cc + bcc) per request.",
            "personalizations",
            "message.recipient-errors",
        )
    for place, block in enumerate(blocks):
        yield from _personalization(block, f"personalizations.{place}", payload.get("custom_args"))


def _recipients(block: Any) -> int:
    if not isinstance(block, dict):
        return 0
    lists = (block.get(kind) for kind in RECIPIENTS)
    return sum(len(people) for people in lists if isinstance(people, list))


def _personalization(block: Any, place: str, common_args: Any) -> Iterator[Problem]:
    if not isinstance(block, dict):
        yield wrong_type("object", block, place, _ANCHOR)
        return
    if not block.get("to"):
        yield Problem(
            "The to array is required for all personalization objects, and must have at least one "
            "email object with a valid email address.",
            f"{place}.to",
            "message.personalizations.to",
        )
    yield from _people(block, place)
    if "subject" in block:
        yield from subject(block["subject"], f"{place}.subject", "message.personalizations.subject")
    yield from headers(block.get("headers"), f"{place}.headers", "message.personalizations.headers")
    yield from custom_args(
        block.get("custom_args"), f"{place}.custom_args", "message.personalizations.custom_args"
    )
    yield from _substitutions(block.get("substitutions"), f"{place}.substitutions")
    yield from _args_size(common_args, block.get("custom_args"), place)
    yield from send_at(block.get("send_at"), f"{place}.send_at", "message.personalizations.send_at")


def _people(block: dict[str, Any], place: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for kind in RECIPIENTS:
        anchor = f"message.personalizations.{kind}"
        people = block.get(kind) or []
        if not isinstance(people, list):
            yield wrong_type("array", people, f"{place}.{kind}", anchor)
            continue
        for number, person in enumerate(people):
            address = person.get("email") if isinstance(person, dict) else None
            if not is_address(address):
                yield Problem(
                    "Does not contain a valid address.", f"{place}.{kind}.{number}.email", anchor
                )
            elif str(address).lower() in seen:
                yield Problem(
                    "Each email address in the personalization block should be unique between to, "
                    f"cc, and bcc. We found the first duplicate instance of [{address}] in the "
                    f"{place}.{kind} field.",
                    place,
                    "message.recipient-errors",
                )
                return
            seen.add(str(address).lower())


def _substitutions(values: Any, field: str) -> Iterator[Problem]:
    if values is not None and not (
        isinstance(values, dict) and all(isinstance(value, str) for value in values.values())
    ):
        yield Problem(
            "The substitution values must be an object of key/value pairs, where the values are "
            "all strings.",
            field,
            "message.personalizations.substitutions",
        )


def _args_size(common: Any, own: Any, place: str) -> Iterator[Problem]:
    merged = {
        **(common if isinstance(common, dict) else {}),
        **(own if isinstance(own, dict) else {}),
    }
    if merged and len(json.dumps(merged, separators=(",", ":")).encode()) > CUSTOM_ARGS_BYTES:
        yield Problem(
            "The combined size of both global and personalization custom arguments may not exceed "
            f"{CUSTOM_ARGS_BYTES} bytes per personalization.",
            f"{place}.custom_args",
            "message.personalizations.custom_args",
        )
