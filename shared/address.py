"""Mail addresses: one rule for what a request may name and what a mail may be sent to."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.errors import Invalid

_ASCII = re.compile(r"[ -~]{1,254}")


def address(text: str) -> str:
    """Return a mail address in its one normal form, all ASCII, or raise Invalid without it."""
    # Imported at the first address: 35 ms that most invocations do not need at a cold start.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    if not _ASCII.fullmatch(text):  # a look-alike domain in another script is no address here
        raise Invalid("A mail address has ASCII characters only.")
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise Invalid("This is no mail address.") from None
    return found.ascii_email or found.normalized


def _field(text: str) -> str:
    try:
        return address(text).lower()
    except Invalid as error:
        raise ValueError(str(error)) from None


# A field of a model that holds an address, in lower case: two spellings are one person.
type Email = Annotated[
    str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(_field)
]
