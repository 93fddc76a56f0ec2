"""SendGrid's event webhook: who signed it, and what it tells."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from shared.errors import Invalid, Unauthorized

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
WINDOW_SECONDS = 300
_SECONDS = re.compile(rb"[0-9]{1,12}")

type Text = Annotated[str, Field(max_length=1000)]


class Delivery(BaseModel):
    """What became of one mail, as SendGrid tells it; `id` is the same when it tells it again.

    The last three are the mail's own arguments, and None for a mail that is not of this house.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        defer_build=True,  # whoever sends mail pays nothing for reading about it
    )

    id: Text = Field(alias="sg_event_id")
    kind: Text = Field(alias="event")
    at: datetime = Field(alias="timestamp")
    message: Text = Field(alias="sg_message_id", default="")
    event_id: Text | None = None
    recipient: Text | None = None
    correlation_id: Text | None = None

    @property
    def message_id(self) -> str:
        """Return the id that was given as X-Message-Id when the mail was taken."""
        return self.message.split(".", 1)[0]


def verify(body: bytes, headers: Mapping[str, str], public_key: str, now: datetime) -> None:
    """Raise Unauthorized unless SendGrid signed these bytes within WINDOW_SECONDS of now.

    `headers` are looked up in lower case; `public_key` is base64 of DER, as SendGrid shows it.
    """
    stamp = headers.get(TIMESTAMP, "").encode("ascii", "replace")
    near = _SECONDS.fullmatch(stamp) and (abs(now.timestamp() - int(stamp)) <= WINDOW_SECONDS)
    if not near or not _signed(stamp + body, headers.get(SIGNATURE, ""), public_key):
        raise Unauthorized("The signature is missing, wrong or too old.")


def parse(body: bytes) -> tuple[Delivery | None, ...]:
    """Read the events of one call, None for each that is no event; raise Invalid if no list.

    One odd event, as another sender in the same account may cause, must not hide its neighbours.
    """
    try:
        found = from_json(body, allow_inf_nan=False)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise Invalid("The body is not a list of SendGrid's events.")
    return tuple(_read(each) for each in found)


def _read(event: object) -> Delivery | None:
    try:
        return Delivery.model_validate(event)
    except ValidationError:
        return None


def _signed(content: bytes, signature: str, public_key: str) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  # 65 ms
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    try:
        key = load_der_public_key(base64.b64decode(public_key.strip(), validate=True))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), content, ec.ECDSA(SHA256()))
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        return False
    return isinstance(key.curve, ec.SECP256R1)
