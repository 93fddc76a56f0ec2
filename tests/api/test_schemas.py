"""Example bodies made from models."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import pytest
from pydantic import BaseModel, EmailStr, Field

from infra.api.routes import Route
from infra.api.schemas import Schemas
from infra.project import ProjectError
from shared.contract import Contract


def _example(model):
    contract = Contract(gives={}, body=model)
    return Schemas([Route("a", "POST", "/", "view", "View.", "", contract)]).example(model)


class Inner(BaseModel):
    email: EmailStr
    at: datetime


class Outer(BaseModel):
    id: UUID
    count: int = 3
    line: Annotated[str, Field(max_length=5)] | None
    inner: list[Inner]


class Coded(BaseModel):
    code: str = Field(pattern="^[0-9]{4}$")


def test_fields_without_examples_get_what_their_types_suggest():
    assert _example(Outer) == {
        "id": "f6972d6a-7ab6-440d-80c4-e7ec10478824",
        "count": 3,
        "line": "text",
        "inner": [{"email": "person@example.org", "at": "2026-11-21T09:00:00Z"}],
    }


def test_a_field_that_needs_an_example_is_named():
    with pytest.raises(ProjectError, match=r"(?s)examples of Coded do not fit.*code"):
        _example(Coded)
