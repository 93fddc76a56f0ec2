"""The answers that are no success, from a route itself or from API Gateway before it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from infra import gateway
from infra.api import headers
from infra.api.routes import Route
from shared.errors import AppError
from shared.problems import MEDIA_TYPE, Problem, problem

# Which of API Gateway's answers a documented route may get.
_ANY = ("THROTTLED", "INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE", "DEFAULT_4XX", "DEFAULT_5XX")
_GUARDED = ("UNAUTHORIZED", "ACCESS_DENIED", "AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR")
_WITH_BODY = ("REQUEST_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE")
_SOMETIMES = {412: ("ETag",), 429: ("Retry-After",), 503: ("Retry-After",)}


class Refusals:
    """Collects the refusals of an app's routes; each different one is described once."""

    def __init__(self) -> None:
        self.components: dict[str, Any] = {}

    def of(self, route: Route) -> dict[str, Any]:
        """Return a reference to each refusal of a route, by status."""
        kinds = route.contract.refusals
        early = _by_gateway(route)
        return {
            str(status): self._one(status, kinds.get(status, ()), early.get(status, ()))
            for status in sorted({*kinds, *early})
        }

    def _one(
        self, status: int, kinds: Iterable[type[AppError]], early: Iterable[Problem]
    ) -> dict[str, Any]:
        own = [problem(kind("")) for kind in kinds]
        every = {each.code: each for each in (*early, *own)}  # the apps' own titles win
        name = f"{status}-{'-or-'.join(sorted(every))}"
        self.components[name] = {
            "description": " / ".join(dict.fromkeys(each.title for each in every.values())),
            "headers": headers.given((*headers.ALWAYS, *_SOMETIMES.get(status, ()))),
            "content": {MEDIA_TYPE: _content(status, every)},
        }
        return {"$ref": f"#/components/responses/{name}"}


def _by_gateway(route: Route) -> dict[int, list[Problem]]:
    kinds = [*_ANY]
    if not route.is_public:
        kinds += _GUARDED
    if route.contract.body is not None:
        kinds += _WITH_BODY
    responses: Mapping[str, Any] = gateway.wanted()["responses"]
    found: dict[int, list[Problem]] = {}
    for kind in kinds:
        document = responses[kind]["responseTemplates"]["application/json"]
        each = Problem.model_validate_json(document)
        found.setdefault(each.status, []).append(each)
    return found


def _content(status: int, problems: Mapping[str, Problem]) -> dict[str, Any]:
    codes = {"status": {"const": status}, "code": {"enum": sorted(problems)}}
    return {
        "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": codes}]},
        "examples": {
            code: {"value": json.loads(each.model_dump_json(exclude_none=True))}
            for code, each in sorted(problems.items())
        },
    }
