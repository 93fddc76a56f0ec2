"""The headers that routes take and give, each with its schema and an example."""

from collections.abc import Iterable
from typing import Any

from infra.api.routes import Route
from shared import http
from shared.errors import PreconditionRequired

# The patterns are the ones that requests are checked with.
_ETAG = http.ETAG.pattern
_IDEMPOTENCY_KEY = http.IDEMPOTENCY_KEY.pattern
_PATH_VALUE = http.PATH_VALUE.pattern

_GIVEN: dict[str, dict[str, Any]] = {
    "X-Correlation-Id": {
        "description": "Names this request in every log line, message and e-mail that follows.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "X-Content-Type-Options": {"schema": {"const": "nosniff"}},
    "Cache-Control": {"schema": {"const": "no-store"}},
    "ETag": {
        "description": "The version that the answer shows; send it as If-Match.",
        "schema": {"type": "string", "pattern": f"^{_ETAG}$"},
    },
    "Location": {
        "description": "Where the new thing is, relative to this API's URL.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}
ALWAYS = ("X-Correlation-Id", "X-Content-Type-Options", "Cache-Control")


def components() -> dict[str, Any]:
    """Return the description of every header that an answer may have."""
    return {name: dict(described) for name, described in sorted(_GIVEN.items())}


def given(names: Iterable[str]) -> dict[str, Any]:
    """Return the headers of one answer, by reference where they are described."""
    return {
        name: {"$ref": f"#/components/headers/{name}"}
        if name in _GIVEN
        else {"schema": {"type": "string"}}
        for name in sorted(names)
    }


def parameters(route: Route) -> list[dict[str, Any]]:
    """Return the path and header parameters of a route."""
    taken = [_header(route, name) for name in route.contract.takes]
    return [
        *[_path_value(name) for name in route.parameters],
        *taken,
        {"$ref": "#/components/parameters/X-Correlation-Id"},
    ]


def shared_parameters() -> dict[str, Any]:
    """Return the parameters that every route has."""
    return {
        "X-Correlation-Id": {
            "name": "X-Correlation-Id",
            "in": "header",
            "description": "A name of your own for this request: 8 to 64 letters, digits and "
            "hyphens. Any other is ignored, and the request gets a name.",
            "schema": {"type": "string"},
        }
    }


def _path_value(name: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": f"^{_PATH_VALUE}$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _header(route: Route, name: str) -> dict[str, Any]:
    if name == "Idempotency-Key":
        return {
            "name": name,
            "in": "header",
            "description": "The same key with the same request gets the same answer again.",
            "schema": {"type": "string", "pattern": f"^{_IDEMPOTENCY_KEY}$"},
        }
    if name == "If-Match":
        return {
            "name": name,
            "in": "header",
            "required": route.refuses(PreconditionRequired),
            "description": "The ETag of the version that you have seen.",
            "schema": {"type": "string", "pattern": f"^{_ETAG}$"},
        }
    return {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
