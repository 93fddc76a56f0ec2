"""Claim check: a message that is too large for a topic travels as a pointer to an object.

The pointer names one version and its hash, so that what is redeemed is what was handed in. One
that leads nowhere, or not to what it says, raises Invalid: a consumer sends it to the dead letters
at once, for no repetition would help.
"""

import hashlib
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from shared import keys
from shared.errors import Invalid, NotFound, TooLarge
from shared.objects import LARGEST_GET, Objects


class ClaimCheck(BaseModel):
    """Where the bytes lie, and what they are."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal["claim-check"] = "claim-check"
    bucket: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    key: Annotated[str, AfterValidator(lambda text: keys.key(*text.split("/")))]
    version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]*$", max_length=1024)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    def to_json(self) -> str:
        """Write the claim check as the body of a message."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> "ClaimCheck":
        """Read a claim check; raise Invalid if it is none."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            raise Invalid("This is no claim check.") from None


def hand_in(objects: Objects, key: str, body: bytes) -> ClaimCheck:
    """Store the bytes and return the claim check for them."""
    stored = objects.put(key, body)
    return ClaimCheck(
        bucket=objects.bucket,
        key=stored.key,
        version=stored.version,
        size=stored.size,
        sha256=stored.sha256,
    )


def redeem(objects: Objects, check: ClaimCheck, limit: int = LARGEST_GET) -> bytes:
    """Return the bytes that were handed in; raise Invalid if they are not there any more."""
    if check.bucket != objects.bucket:
        raise Invalid("The claim check is for another bucket.")
    if check.size > limit:
        raise Invalid(f"The claim check is for {check.size} bytes; the limit is {limit}.")
    try:
        body = objects.get(check.key, version=check.version, limit=check.size)
    except NotFound:
        raise Invalid("The claim check leads to no object.") from None
    except TooLarge:
        raise Invalid("The claim check leads to a larger object.") from None
    if len(body) != check.size or hashlib.sha256(body).hexdigest() != check.sha256:
        raise Invalid("The claim check leads to other bytes.")
    return body
