"""Every model that comes from outside: closed, bounded, and never the cause of a surprise."""

import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from infra.api import routes
from infra.api.schemas import Schemas
from infra.project import Project
from shared import http
from shared.errors import Invalid
from tests.fakes import apps

# Formats whose own grammar bounds their length.
_BOUNDED_FORMATS = {"uuid", "date", "date-time", "duration", "time"}
_OPEN = {"Reports"}  # SendGrid adds fields as it likes; read only after its signature was checked
_APIS = [routes.read(name, apps.load(name)) for name in Project.load().apps]
_ROUTES = [route for api in _APIS for route in api.routes]
BODIES = sorted({r.contract.body for r in _ROUTES if r.contract.body}, key=lambda m: m.__name__)
QUERIES = sorted({r.contract.query for r in _ROUTES if r.contract.query}, key=lambda m: m.__name__)
CLOSED = [model for model in (*BODIES, *QUERIES) if model.__name__ not in _OPEN]
calm = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _parts(schema, place=""):
    """Yield every schema inside a schema with its place."""
    yield place, schema
    for key in ("properties", "$defs"):
        for name, inner in schema.get(key, {}).items():
            yield from _parts(inner, f"{place}.{name}")
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for inner in schema.get(key, ()):
            yield from _parts(inner, place)
    if isinstance(schema.get("items"), dict):
        yield from _parts(schema["items"], f"{place}[]")


@cache
def _example(model):
    return next(Schemas([r]).example(model) for r in _ROUTES if r.contract.body is model)


def _refused(model, raw):
    with pytest.raises(Invalid) as refused:
        http.parse(model, raw)
    return refused.value


models = pytest.mark.parametrize("model", CLOSED, ids=lambda model: model.__name__)
bodies = pytest.mark.parametrize(
    "model", [m for m in BODIES if m in CLOSED], ids=lambda model: model.__name__
)
all_bodies = pytest.mark.parametrize("model", BODIES, ids=lambda model: model.__name__)


@models
def test_every_object_is_closed(model):
    objects = [(p, s) for p, s in _parts(model.model_json_schema()) if s.get("type") == "object"]

    assert [
        place for place, schema in objects if schema.get("additionalProperties") is not False
    ] == []


@pytest.mark.parametrize("model", [*BODIES, *QUERIES], ids=lambda model: model.__name__)
def test_every_text_has_a_greatest_length(model):
    texts = [(p, s) for p, s in _parts(model.model_json_schema()) if s.get("type") == "string"]

    assert [place for place, schema in texts if not _is_bounded(schema)] == []


def _is_bounded(schema):
    fixed = {"enum", "const", "maxLength"} & schema.keys()
    pattern = schema.get("pattern", "")
    counted = pattern.startswith("^") and pattern.endswith("}$") and "*" not in pattern
    return bool(fixed) or counted or schema.get("format") in _BOUNDED_FORMATS


@models
def test_every_list_has_a_greatest_length(model):
    lists = [(p, s) for p, s in _parts(model.model_json_schema()) if s.get("type") == "array"]

    assert [place for place, schema in lists if "maxItems" not in schema] == []


@models
def test_every_number_has_bounds(model):
    kinds = {"integer", "number"}
    numbers = [(p, s) for p, s in _parts(model.model_json_schema()) if s.get("type") in kinds]
    lower, upper = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}

    assert [p for p, s in numbers if not (lower & s.keys() and upper & s.keys())] == []


@bodies
@calm
@given(name=st.text(), value=json_values)
def test_a_field_that_is_not_known_is_refused(model, name, value):
    known = model.model_json_schema()["properties"]
    if name in known:
        return
    body = _example(model) | {name: value}

    error = _refused(model, json.dumps(body).encode())

    assert not name or name not in [place for place, _ in error.fields]


@bodies
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000])
def test_a_number_that_is_none_is_refused_in_every_field(model, number):
    example = _example(model)
    for name in example:
        body = json.dumps(example | {name: "@"}).replace('"@"', number)

        _refused(model, body.encode())


@bodies
def test_a_text_over_its_length_is_refused_in_every_field(model):
    example = _example(model)
    for name, value in example.items():
        if isinstance(value, str):
            _refused(model, json.dumps(example | {name: "a" * 1_000_001}).encode())


@all_bodies
@calm
@given(raw=st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_model_or_is_refused(model, raw):
    try:
        parsed = http.parse(model, raw)
    except Invalid:
        return
    assert isinstance(parsed, BaseModel)


@all_bodies
@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]]", b"\xff\xfe{}", b"[" * 100_000, b'{"a":' * 50_000, b'"\\ud800"'],
    ids=["nothing", "null", "unbalanced", "utf-16", "nested", "nested objects", "half a character"],
)
def test_what_breaks_parsers_is_refused(model, raw):
    _refused(model, raw)
