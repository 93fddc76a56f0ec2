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


class Schemas:
    """The schemas of all models that an app's routes take or give."""

    def __init__(self, routes: Iterable[Route]) -> None:
        models: list[tuple[type[BaseModel], Mode]] = [(Problem, "validation")]
        for route in routes:
            if route.contract.body is not None:
                models.append((route.contract.body, "validation"))
            models += [(model, "serialization") for model in route.contract.gives.values()]
        unique = list(dict.fromkeys(models))
        self._references, document = models_json_schema(unique, ref_template=_REFERENCE + "{model}")
        self.components: dict[str, Any] = document["$defs"]

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
        """Return a body that fits the model, from its fields' examples.

        Raises ProjectError naming the field that has none, or what does not fit.
        """
        body = self._example(self.reference(model, "validation"), model.__name__)
        try:
            model.model_validate_json(json.dumps(body))
        except ValidationError as error:
            raise ProjectError(f"the examples of {model.__name__} do not fit it: {error}") from None
        return body

    def _example(self, schema: Schema, place: str) -> Any:
        while True:
            if (value := _ready_made(schema)) is not _NOTHING:
                return value
            if "$ref" not in schema:
                break
            schema = self.components[schema["$ref"].removeprefix(_REFERENCE)]
        if schema.get("type") == "object":
            return {
                name: self._example(field, f"{place}.{name}")
                for name, field in schema.get("properties", {}).items()
            }
        if schema.get("type") == "array":
            return [self._example(schema.get("items", {}), f"{place}[]")]
        for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            return self._example(choice, place)
        raise ProjectError(f"{place} has no example: give its field `examples=[...]`")


def _ready_made(schema: Schema) -> Any:
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    return _NOTHING
