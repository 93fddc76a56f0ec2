"""A small app whose routes use everything that a contract can say."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.app import App
from shared.errors import Conflict, NotFound, PreconditionRequired, Stale, Unauthorized
from shared.http import Answer


class Taken(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewThing(Taken):
    id: Annotated[str, Field(max_length=36)] = Field(examples=["thing-1"])
    kind: Literal["small", "large"] = "small"
    tags: list[Annotated[str, Field(max_length=9, examples=["red"])]] = Field(max_length=3)


class Search(Taken):
    kind: Literal["small", "large"] | None = Field(default=None, examples=["large"])
    limit: int = Field(default=10, ge=1, le=100)


class Thing(BaseModel):
    id: str
    kind: str


class Things(BaseModel):
    items: list[Thing]


THING = Thing(id="thing-1", kind="small")


def sample_app():
    app = App("sample")

    @app.authorizer()
    def authorize(request):
        return None

    @app.route("/things", methods=["POST"], authorizer=authorize)
    @app.contract(
        body=NewThing,
        gives={201: Thing, 200: Thing},
        roles=("operator",),
        errors=(Conflict,),
        takes=("Idempotency-Key",),
        headers=("ETag", "Location"),
    )
    def add_thing(call):
        """Add a thing.

        The same thing again changes nothing.
        """
        return Answer(THING, 201, {"ETag": '"1"', "Location": "things/thing-1"})

    @app.route("/things", methods=["GET"], authorizer=authorize)
    @app.contract(query=Search, gives={200: Things}, roles=("student", "operator"))
    def list_things(call):
        """List things."""
        return Things(items=[THING])

    @app.route("/things/{thing_id}", methods=["PATCH"], authorizer=authorize)
    @app.contract(
        body=NewThing,
        gives={200: Thing},
        roles=("student",),
        errors=(NotFound, Stale, PreconditionRequired),
        takes=("If-Match", "X-Reason"),
        headers=("ETag", "X-Odd"),
    )
    def change_thing(call, thing_id):
        """Change a thing."""
        return Answer(THING, 200, {"ETag": '"2"', "X-Odd": "yes"})

    @app.route("/hooks", methods=["POST"])
    @app.contract(
        body=Thing,
        gives={200: Thing},
        signed=True,
        errors=(Unauthorized,),
        takes=("X-Signature",),
    )
    def take_hook(call):
        """Take what somebody signed."""
        return THING

    return app
