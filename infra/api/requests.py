"""The requests that show what a route does: one that succeeds, and each refusal that is cheap."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra.api.routes import Route
from infra.api.schemas import Schemas
from shared.errors import (
    AppError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthorized,
    UnsupportedMedia,
)

ROLE = "operator"  # whose token the collection is run with
_NOBODY = "00000000-0000-4000-8000-000000000000"
_NEVER = '"999999999"'


@dataclass(frozen=True, slots=True)
class Example:
    """One request with what must come back; values may name variables as {{name}}."""

    name: str
    route: Route
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    statuses: tuple[int, ...]
    refused: type[AppError] | None = None
    required: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()  # variables that get a new id before the request
    keeps: str = ""  # the thing whose id and version later requests need
    has_token: bool = True


def of(route: Route, schemas: Schemas) -> Iterator[Example]:
    """Yield a route's requests, first the one that succeeds."""
    usual = _usual(route, schemas)
    yield usual
    yield from _refused(route, usual)


def variables(route: Route) -> tuple[str, str]:
    """Return the names of the variables that hold the id and version of a route's things."""
    thing = _thing(route)
    return f"{thing}_id", f"{thing}_etag"


def _thing(route: Route) -> str:
    """Name what a route is about: /papers and /papers/{paper_id}/text are about a paper."""
    return route.path.strip("/").partition("/")[0].replace("-", "_").removesuffix("s")


def _usual(route: Route, schemas: Schemas) -> Example:
    contract, (id_variable, etag_variable) = route.contract, variables(route)
    body = schemas.example(contract.body) if contract.body is not None else None
    fresh: tuple[str, ...] = ()
    if isinstance(body, dict) and "id" in body:
        body = body | {"id": f"{{{{{id_variable}}}}}"}
        fresh = (id_variable,) if route.method == "POST" else ()
    headers = {"Content-Type": contract.media_types[0]} if body is not None else {}
    if "Idempotency-Key" in contract.takes:
        headers["Idempotency-Key"] = "{{$guid}}"
    if "If-Match" in contract.takes:
        headers["If-Match"] = f"{{{{{etag_variable}}}}}"
    usual = Example(
        name=route.summary.rstrip("."),
        route=route,
        path=route.path.replace("{", "{{").replace("}", "}}"),
        headers=headers,
        query=_query(route, schemas),
        body=body,
        statuses=tuple(route.statuses),
        required=_required(route, schemas),
        fresh=fresh,
        keeps=_thing(route) if "ETag" in contract.headers else "",
    )
    if (refused := _always_refused(route)) is None:
        return usual
    why = "no signature" if route.contract.signed else f"a token of an {ROLE}"
    return _refusal(usual, why, refused)


def _query(route: Route, schemas: Schemas) -> dict[str, str]:
    if route.contract.query is None:
        return {}
    values: Mapping[str, Any] = schemas.example(route.contract.query)
    return {name: str(value) for name, value in values.items() if value is not None}


def _required(route: Route, schemas: Schemas) -> tuple[str, ...]:
    given = [schemas.of(model, "serialization") for model in route.contract.gives.values()]
    required = [set(schema.get("required", ())) for schema in given]
    return tuple(sorted(set.intersection(*required)))


def _always_refused(route: Route) -> type[AppError] | None:
    """Name the error that the collection's own caller gets from a route, if it is not let in."""
    if route.contract.signed:
        return Unauthorized  # nobody here can sign
    return None if route.is_public or ROLE in route.contract.roles else Forbidden


def _refused(route: Route, usual: Example) -> Iterator[Example]:
    if not route.is_public:
        yield _refusal(usual, "no token", Unauthorized, has_token=False)
    if usual.refused:
        return
    if usual.body is not None:
        yield _refusal(usual, "a body that fits no model", Invalid, body={"unknown": True})
        text = {**usual.headers, "Content-Type": "text/plain"}
        yield _refusal(usual, "a body that is no JSON", UnsupportedMedia, headers=text)
    if route.contract.query is not None:
        yield _refusal(usual, "a query that fits no model", Invalid, query={"unknown": "1"})
    if "If-Match" in usual.headers:
        without = {name: text for name, text in usual.headers.items() if name != "If-Match"}
        if route.refuses(PreconditionRequired):
            yield _refusal(usual, "no If-Match", PreconditionRequired, headers=without)
        if route.refuses(Stale):
            yield _refusal(usual, "an old version", Stale, headers=without | {"If-Match": _NEVER})
    if route.refuses(NotFound):
        yield from _unknown(usual)


def _unknown(usual: Example) -> Iterator[Example]:
    if usual.route.parameters:
        path = usual.path
        for name in usual.route.parameters:
            path = path.replace(f"{{{{{name}}}}}", _NOBODY)
        yield _refusal(usual, "an unknown id", NotFound, path=path)
    elif isinstance(usual.body, dict) and "id" in usual.body:
        yield _refusal(usual, "an unknown id", NotFound, body=usual.body | {"id": _NOBODY})


def _refusal(usual: Example, why: str, kind: type[AppError], **changes: Any) -> Example:
    return replace(
        usual,
        name=f"{kind.status}: {why}",
        statuses=(kind.status,),
        refused=kind,
        required=(),
        fresh=(),
        keeps="",
        **changes,
    )
