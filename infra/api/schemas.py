"""The models of an app's bodies as JSON schemas, and example bodies made from them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from infra.api.routes import Route
from infra.project import ProjectError
from shared.problems import Problem

type Mode = Literal["validation", "serialization"]
type Schema = Mapping[str, Any]

_REFERENCE = "#/components/schemas/"
_NOTHING = object()
_BY_TYPE = {
    "boolean": False,
    "date": "2026-11-21",
    "date-time": "2026-11-21T09:00:00Z",
    "email": "person@example.org",
    "integer": 1,
    "number": 1,
    "uuid": "f6972d6a-7ab6-440d-80c4-e7ec10478824",
}


class Schemas:
    """The schemas of all models that an app's routes take or give."""

    def __init__(self, routes: Iterable[Route]) -> None:
        models: list[tuple[type[BaseModel], Mode]] = [(Problem, "validation")]
        for route in routes:
            taken = (route.contract.body, route.contract.query)
            models += [(model, "validation") for model in taken if model is not None]
            models += [(model, "serialization") for model in route.contract.gives.values()]
        unique = list(dict.fromkeys(models))
        self._references, document = models_json_schema(unique, ref_template=_REFERENCE + "{model}")
        self.components: dict[str, Any] = document["$defs"]

    def query(self, model: type[BaseModel]) -> list[dict[str, Any]]:
        """Return the parameters that a query's model is made of."""
        schema = self.of(model, "validation")
        required = schema.get("required", ())
        return [
            {"name": name, "in": "query", "required": name in required, "schema": field}
            for name, field in schema.get("properties", {}).items()
        ]

    def reference(self, model: type[BaseModel], mode: Mode) -> dict[str, Any]:
        """Return a reference to a model's schema."""
        return dict(self._references[model, mode])

    def of(self, model: type[BaseModel], mode: Mode) -> Schema:
        """Return a model's schema."""
        return self.resolve(self._references[model, mode])

    def resolve(self, schema: Schema) -> Schema:
        """Return the schema behind a reference, or the schema itself."""
        while "$ref" in schema:
            schema = self.components[schema["$ref"].removeprefix(_REFERENCE)]
        return schema

    def example(self, model: type[BaseModel]) -> Any:
        """Return a body that fits the model, from its fields' examples or else their types.

        Raises ProjectError naming what does not fit: such a field needs `examples=[...]`.
        """
        body = self._example(self.reference(model, "validation"))
        try:
            model.model_validate_json(json.dumps(body))
        except ValidationError as error:
            raise ProjectError(f"the examples of {model.__name__} do not fit it: {error}") from None
        return body

    def _example(self, schema: Schema) -> Any:
        while True:
            if (value := _ready_made(schema)) is not _NOTHING:
                return value
            if "$ref" not in schema:
                break
            schema = self.components[schema["$ref"].removeprefix(_REFERENCE)]
        if schema.get("type") == "object":
            fields = schema.get("properties", {}).items()
            return {name: self._example(field) for name, field in fields}
        if schema.get("type") == "array":
            return [self._example(schema.get("items", {}))]
        for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            return self._example(choice)
        return _BY_TYPE.get(schema.get("format", schema.get("type", "")), "text")


def _ready_made(schema: Schema) -> Any:
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    return _NOTHING
