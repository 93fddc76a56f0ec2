"""A request as a view sees it: checked against the route's contract before the view runs."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalice.app import Request
from pydantic import BaseModel, ValidationError

from shared.contract import Contract, Role
from shared.errors import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    TooLarge,
    Unauthorized,
    UnsupportedMedia,
)

MAX_BODY_BYTES = 1024 * 1024
PATH_VALUE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CORRELATION_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the token's owner and role."""

    email: str
    role: Role
    token_id: str


@dataclass(frozen=True, slots=True)
class Call[B]:
    """One request that fits its route's contract."""

    body: B
    caller: Caller | None
    correlation_id: str
    route: str
    raw_body: bytes
    headers: Mapping[str, str]
    query: Any = None  # a value of the contract's query model

    @property
    def who(self) -> Caller:
        """Return the caller of a route that is not public."""
        if self.caller is None:
            raise Unauthorized("This route needs a bearer token.")
        return self.caller

    @property
    def idempotency_key(self) -> str | None:
        """Return the Idempotency-Key; raise Invalid unless it is 1 to 128 visible characters."""
        key = self.headers.get("idempotency-key")
        if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
            raise Invalid("Idempotency-Key must be 1 to 128 visible ASCII characters.")
        return key

    @property
    def if_match(self) -> int:
        """Return the version the caller has seen; raise PreconditionRequired or Invalid."""
        value = self.headers.get("if-match")
        if value is None:
            raise PreconditionRequired("Send If-Match with the ETag of the version you have seen.")
        match = ETAG.fullmatch(value.strip())
        if not match:
            raise Invalid("If-Match must hold one ETag as this API gave it.")
        return int(match[1])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view gives back: a model, and a status and headers that the contract names."""

    body: BaseModel
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def etag(version: int) -> str:
    """Write a version as an ETag."""
    return f'"{version}"'


def correlation_id(request: Request) -> str:
    """Return the caller's X-Correlation-Id if it is harmless, else the request's own id."""
    given = request.headers.get("x-correlation-id", "")
    if _CORRELATION_ID.fullmatch(given):
        return str(given)
    return str(request.context.get("requestId") or uuid.uuid4())


def admit(request: Request, contract: Contract, path: Mapping[str, str]) -> Call[Any]:
    """Check a request against its route's contract; raise the error that it earns."""
    caller = _caller(request.context.get("authorizer") or {})
    if contract.roles and (caller is None or caller.role not in contract.roles):
        if caller is None:
            raise Unauthorized("This route needs a bearer token.")
        raise Forbidden(f"This route is for: {', '.join(contract.roles)}.")
    for value in path.values():
        if not PATH_VALUE.fullmatch(value):
            raise NotFound("There is nothing with this id.")
    raw = _raw_body(request) if contract.body else b""  # what nobody reads cannot be too large
    return Call(
        body=_parse(request, contract, raw),
        caller=caller,
        correlation_id=correlation_id(request),
        route=f"{request.method} {request.path}",
        raw_body=raw,
        headers=request.headers,
        query=_query(request, contract),
    )


def _caller(authorizer: Mapping[str, str]) -> Caller | None:
    if "role" not in authorizer:
        return None
    return Caller(
        email=authorizer["email"],
        role=authorizer["role"],  # type: ignore[arg-type]  # our own authorizer wrote it
        token_id=authorizer["token_id"],
    )


def _raw_body(request: Request) -> bytes:
    try:
        raw = request.raw_body
    except ValueError as error:  # not base64, or characters that no encoding has
        raise Invalid("The body cannot be decoded.") from error
    body = raw if isinstance(raw, bytes) else raw.encode()
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"The body may have at most {MAX_BODY_BYTES} bytes.")
    return body


def _parse(request: Request, contract: Contract, raw: bytes) -> BaseModel | None:
    if contract.body is None or contract.signed:
        return None
    media_type = request.headers.get("content-type", "application/json")
    if media_type.partition(";")[0].strip().lower() not in contract.media_types:
        raise UnsupportedMedia(f"Send the body as {' or '.join(contract.media_types)}.")
    return parse(contract.body, raw)


def _query(request: Request, contract: Contract) -> BaseModel | None:
    if contract.query is None:
        return None
    given = request.query_params
    values = {name: given.getlist(name) for name in given} if given else {}
    try:
        single = {name: value for name, (value,) in values.items()}
    except ValueError:
        raise Invalid("A query parameter may stand only once.") from None
    try:
        return contract.query.model_validate_strings(single)
    except ValidationError as error:
        raise _invalid("The query does not fit its model.", error) from None


def parse[M: BaseModel](model: type[M], raw: bytes) -> M:
    """Read JSON into a model; raise Invalid naming each wrong place, never its value."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _invalid("The body does not fit its model.", error) from None


def _invalid(message: str, error: ValidationError) -> Invalid:
    flaws = error.errors(include_url=False, include_context=False, include_input=False)
    fields = [(_place(flaw["loc"], flaw["type"]), _reason(flaw)) for flaw in flaws[:20]]
    return Invalid(message, fields)


def _place(location: tuple[int | str, ...], kind: str) -> str:
    """Name a place by the model's own words; an unknown field's name came from outside."""
    known = location[:-1] if kind == "extra_forbidden" else location
    return ".".join(str(part) for part in known) or "body"


def _reason(flaw: Mapping[str, Any]) -> str:
    if flaw["type"] == "extra_forbidden":
        return "holds a field that is not known"
    if flaw["type"] == "value_error":  # a validator's own text may quote the value
        return "has a value that is not accepted"
    if flaw["type"] == "json_invalid":
        return "is not valid JSON"
    return str(flaw["msg"])
