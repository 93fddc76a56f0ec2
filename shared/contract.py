"""What a route promises: its models, statuses, roles and headers.

The promise is declared once, beside the route. The request is checked against it, and the API
document, the Postman collection and the tests are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from shared.errors import (
    AppError,
    Forbidden,
    Invalid,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
)

type Role = Literal["student", "tutor", "coordinator", "operator"]

ROLES: tuple[Role, ...] = ("student", "tutor", "coordinator", "operator")


@dataclass(frozen=True, slots=True)
class Contract:
    """What one method of one route takes, gives and refuses."""

    gives: Mapping[int, type[BaseModel]]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    signed: bool = False  # the view checks a signature over the body before it reads it
    roles: tuple[Role, ...] = ()  # empty: public
    errors: tuple[type[AppError], ...] = ()
    takes: tuple[str, ...] = ()  # request headers beyond the usual
    headers: tuple[str, ...] = ()  # response headers of a success
    media_types: tuple[str, ...] = ("application/json",)

    @property
    def refusals(self) -> dict[int, list[type[AppError]]]:
        """Return every error the route may answer, by status, the unavoidable ones included."""
        kinds: list[type[AppError]] = [AppError, Invalid, Unavailable, *self.errors]
        if self.roles:
            kinds += [Unauthorized, Forbidden]
        if self.body is not None:
            kinds += [TooLarge, UnsupportedMedia]
        found: dict[int, list[type[AppError]]] = {}
        for kind in kinds:
            names = found.setdefault(kind.status, [])
            if kind not in names:
                names.append(kind)
        return dict(sorted(found.items()))
