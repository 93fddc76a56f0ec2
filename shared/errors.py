"""The deliberate errors of every app, each with an HTTP status, a stable code and a safe message.

AppError
├── Invalid              400  the input does not fit its model
├── Unauthorized         401  nobody known is asking
├── Forbidden            403  somebody known asks for what is not theirs
├── NotFound             404  the thing does not exist, or not for the one who asks
├── Conflict             409  the thing's state does not allow it
├── Stale                412  the caller has seen an older version
├── TooLarge             413  the input is over a limit
├── UnsupportedMedia     415  the body is not in a form that is read here
├── Contradictory        422  well-formed, but its parts contradict each other or an earlier request
├── PreconditionRequired 428  the caller must say which version it has seen
├── Unavailable          503  something that is needed does not answer now; try again later
└── MissingSettings      500  this deployment lacks values; callers are told internal_error
"""

from collections.abc import Iterable
from typing import ClassVar


class AppError(Exception):
    """Tell the caller what went wrong in words that are safe to show."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"


class Invalid(AppError):
    """Raised when input does not fit its model; `fields` names the places, never the values."""

    status = 400
    code = "invalid_input"
    title = "The input is not valid"

    def __init__(self, message: str, fields: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.fields = tuple(fields)


class Unauthorized(AppError):
    """Raised when the caller's credentials or signature are missing or wrong."""

    status = 401
    code = "unauthorized"
    title = "You are not known here"


class Forbidden(AppError):
    """Raised when a known caller's role or ownership does not allow the request."""

    status = 403
    code = "forbidden"
    title = "You may not do this"


class NotFound(AppError):
    """Raised when the thing asked for does not exist, or must not be seen by the caller."""

    status = 404
    code = "not_found"
    title = "There is no such thing"


class Conflict(AppError):
    """Raised when the thing's present state does not allow the request."""

    status = 409
    code = "conflict"
    title = "The present state does not allow this"


class Stale(AppError):
    """Raised when the caller's version is not the present one; `etag` names the present one."""

    status = 412
    code = "stale_version"
    title = "Somebody changed this in the meantime"

    def __init__(self, message: str, etag: str | None = None) -> None:
        super().__init__(message)
        self.etag = etag


class TooLarge(AppError):
    """Raised when input is over a limit; the message names the limit."""

    status = 413
    code = "too_large"
    title = "The input is too large"


class UnsupportedMedia(AppError):
    """Raised when the body's media type is not one that is read here."""

    status = 415
    code = "unsupported_media_type"
    title = "This media type is not read here"


class Contradictory(AppError):
    """Raised when well-formed input contradicts itself or an earlier request."""

    status = 422
    code = "contradictory_input"
    title = "The input contradicts itself or an earlier request"


class PreconditionRequired(AppError):
    """Raised when a change does not say which version it was made from."""

    status = 428
    code = "precondition_required"
    title = "Say which version you change"


class Unavailable(AppError):
    """Raised when a needed service does not answer; `retry_after` is in seconds."""

    status = 503
    code = "unavailable"
    title = "Try again in a moment"

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MissingSettings(AppError):
    """Raised when the environment lacks values; the message names every one of them."""

    code = "missing_settings"
