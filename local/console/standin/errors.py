"""The error bodies of SendGrid's API, in its own words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse

_HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a request: what, where, and the part of the help page."""

    message: str
    field: str | None = None
    anchor: str | None = None

    def document(self) -> dict[str, str | None]:
        """Return the entry of `errors` that SendGrid would send."""
        link = None if self.anchor is None else _HELP + self.anchor
        return {"message": self.message, "field": self.field, "help": link}


def refusal(
    status: int, problems: Iterable[Problem], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Answer as SendGrid does when it refuses a request."""
    body = {"errors": [problem.document() for problem in problems]}
    return JSONResponse(body, status_code=status, headers=headers)


def wrong_type(expected: str, value: Any, field: str, anchor: str) -> Problem:
    """Say that a value is of another JSON type than `expected`."""
    return Problem(f"Invalid type. Expected: {expected}, given: {_type(value)}.", field, anchor)


def _type(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else names.get(type(value), "object")
