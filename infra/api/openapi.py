"""An app's OpenAPI 3.1 document, made from its routes; the same routes give the same document."""

import tomllib
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from infra.api import headers
from infra.api.refusals import Refusals
from infra.api.routes import Api, Route
from infra.api.schemas import Schemas
from infra.project import API_STAGE, Project

VERSION = "3.1.0"


def document(project: Project, api: Api) -> dict[str, Any]:
    """Return the document of an app."""
    schemas, refusals = Schemas(api.routes), Refusals()
    paths: dict[str, Any] = {}
    for route in api.routes:
        operation = _operation(route, schemas, refusals)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": VERSION,
        "info": {"title": api.app, "version": _version(project), "description": api.description},
        "servers": _servers(project),
        "tags": [{"name": api.app}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": dict(sorted(refusals.components.items())),
            "parameters": headers.shared_parameters(),
            "headers": headers.components(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token made by `make token`; its role decides what it may do.",
                }
            },
        },
    }


def base_url(project: Project, stage: str, api_id: str) -> str:
    """Return the URL of an API on a stage, given the id that a deploy gave it."""
    if stage == "local":
        return f"http://127.0.0.1:4566/_aws/execute-api/{api_id}/{API_STAGE}"
    region = project.stage(stage).region
    return f"https://{api_id}.execute-api.{region}.amazonaws.com/{API_STAGE}"


def _servers(project: Project) -> list[dict[str, Any]]:
    variable = {"api_id": {"default": "api-id", "description": "The id that a deploy prints."}}
    return [
        {"url": base_url(project, stage, "{api_id}"), "description": stage, "variables": variable}
        for stage in project.stages
    ]


def _operation(route: Route, schemas: Schemas, refusals: Refusals) -> dict[str, Any]:
    contract = route.contract
    operation: dict[str, Any] = {
        "operationId": route.view,
        "tags": [route.app],
        "summary": route.summary,
        "description": route.description,
        "security": [] if route.is_public else [{"bearer": []}],
        "x-roles": list(contract.roles),
        "parameters": [
            *headers.parameters(route),
            *(schemas.query(contract.query) if contract.query is not None else ()),
        ],
    }
    if contract.body is not None:
        content = {
            "schema": schemas.reference(contract.body, "validation"),
            "example": schemas.example(contract.body),
        }
        operation["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(contract.media_types, content),
        }
    successes = {
        str(status): _success(status, schemas.reference(model, "serialization"), contract.headers)
        for status, model in sorted(contract.gives.items())
    }
    operation["responses"] = successes | refusals.of(route)
    return {key: value for key, value in operation.items() if value or key == "security"}


def _success(status: int, schema: Any, given: Iterable[str]) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "headers": headers.given((*headers.ALWAYS, *given)),
        "content": {"application/json": {"schema": schema}},
    }


def _version(project: Project) -> str:
    content = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
    return str(content["project"]["version"])
