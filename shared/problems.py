"""Deliberate errors as RFC 9457 problem documents, which never repeat what the caller sent."""

import json
import re
from collections.abc import Mapping

from chalice.app import Response
from pydantic import BaseModel, ConfigDict

from shared.errors import AppError, Invalid, Stale, Unavailable

MEDIA_TYPE = "application/problem+json"
SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_UNSAFE = re.compile(r"[^\x20-\x7e]")


class Field(BaseModel):
    """One place of the input that does not fit."""

    name: str
    reason: str


class Problem(BaseModel):
    """An error as every route answers it (RFC 9457); `code` is stable and meant for programs."""

    model_config = ConfigDict(extra="forbid")

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str | None = None
    fields: list[Field] | None = None


def problem(error: AppError) -> Problem:
    """Return the document that tells the caller about a deliberate error."""
    fields = error.fields if isinstance(error, Invalid) else ()
    return Problem(
        title=error.title,
        status=error.status,
        code=error.code,
        detail=str(error) or None,
        fields=[Field(name=name, reason=reason) for name, reason in fields] or None,
    )


def refusal(error: AppError, correlation_id: str) -> Response:
    """Return the response that tells the caller about a deliberate error."""
    headers = {"Content-Type": MEDIA_TYPE, "X-Correlation-Id": correlation_id}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Stale) and error.etag:
        headers["ETag"] = error.etag
    body = problem(error).model_dump(exclude_none=True)
    return respond(json.dumps(body), error.status, headers)


def respond(body: str, status: int, headers: Mapping[str, str]) -> Response:
    """Return a response with the safe headers; raise ValueError for an unsafe header."""
    every: dict[str, str | list[str]] = {**SAFE_HEADERS, **headers}
    for name, value in headers.items():
        if _UNSAFE.search(name) or _UNSAFE.search(value):
            raise ValueError(f"header {name!r} holds a character that headers may not")
    return Response(body=body, status_code=status, headers=every)
