"""Papers: submitted by students, assigned to tutors, and announced to whoever listens."""

from functools import cache
from typing import Any

from chalice.app import AuthRequest, CloudWatchEvent, DynamoDBEvent

from chalicelib.paper import usecases, wiring
from chalicelib.paper.ports import Ports
from chalicelib.paper.views import Change, NewPaper, OldChange, OldPaper, PaperView, TextView
from shared import settings, tokens
from shared.app import App
from shared.errors import (
    Conflict,
    Contradictory,
    NotFound,
    PreconditionRequired,
    Stale,
)
from shared.http import Answer, Call, etag

SETTINGS = settings.read(wiring.Settings)
STREAM = settings.deploy_value("PAPER_EVENTS_STREAM_ARN")

app = App("paper")


@cache
def ports() -> Ports:
    return wiring.connect(SETTINGS)


@app.authorizer(ttl_seconds=tokens.CACHE_SECONDS)
def authorize(request: AuthRequest) -> Any:
    return tokens.authorize(ports().tokens, request, ports().clock())


@app.route("/papers", methods=["POST"], authorizer=authorize)
@app.contract(
    body=NewPaper,
    gives={201: PaperView},
    roles=("student", "coordinator", "operator"),
    errors=(Conflict, Contradictory),
    takes=("Idempotency-Key",),
    headers=("ETag", "Location"),
)
def submit_paper(call: Call[NewPaper]) -> Answer:
    """Submit a paper."""
    paper = usecases.submit(ports(), call)
    return Answer(paper, 201, _etag(paper) | {"Location": f"papers/{paper.id}"})


@app.route("/papers/{paper_id}", methods=["GET"], authorizer=authorize)
@app.contract(
    gives={200: PaperView},
    roles=("student", "tutor", "coordinator", "operator"),
    errors=(NotFound,),
    headers=("ETag",),
)
def show_paper(call: Call[None], paper_id: str) -> Answer:
    """Show a paper."""
    paper = usecases.show(ports(), call.who, paper_id)
    return Answer(paper, headers=_etag(paper))


@app.route("/papers/{paper_id}/text", methods=["GET"], authorizer=authorize)
@app.contract(
    gives={200: TextView},
    roles=("student", "tutor", "coordinator", "operator"),
    errors=(NotFound,),
)
def show_text(call: Call[None], paper_id: str) -> TextView:
    """Show the text of a paper."""
    return usecases.show_text(ports(), call.who, paper_id)


@app.route("/papers/{paper_id}", methods=["PATCH"], authorizer=authorize)
@app.contract(
    body=Change,
    gives={200: PaperView},
    roles=("coordinator", "operator"),
    errors=(NotFound, Conflict, Stale, Contradictory, PreconditionRequired),
    takes=("If-Match",),
    headers=("ETag",),
)
def assign_paper(call: Call[Change], paper_id: str) -> Answer:
    """Assign a tutor to a paper."""
    paper = usecases.assign(ports(), call, paper_id)
    return Answer(paper, headers=_etag(paper))


@app.route("/paper", methods=["POST"], authorizer=authorize)
@app.contract(
    body=OldPaper,
    gives={201: PaperView, 200: PaperView},
    roles=("student", "coordinator", "operator"),
    errors=(Conflict, Contradictory),
    headers=("ETag",),
)
def submit_paper_old(call: Call[OldPaper]) -> Answer:
    """Submit a paper under an id of the client's (kept for existing clients)."""
    paper, is_new = usecases.submit_old(ports(), call)
    return Answer(paper, 201 if is_new else 200, _etag(paper))


@app.route("/paper", methods=["PATCH"], authorizer=authorize)
@app.contract(
    body=OldChange,
    gives={200: PaperView},
    roles=("coordinator", "operator"),
    errors=(NotFound, Conflict, Contradictory),
    headers=("ETag",),
)
def assign_paper_old(call: Call[OldChange]) -> Answer:
    """Assign a tutor to a paper (kept for existing clients)."""
    paper = usecases.assign_old(ports(), call)
    return Answer(paper, headers=_etag(paper))


@app.on_dynamodb_record(stream_arn=STREAM, batch_size=10, name="relay")
def relay(event: DynamoDBEvent) -> int:
    return usecases.relay(ports(), event.to_dict()["Records"])


@app.schedule(SETTINGS.sweep_schedule, name="sweep")
def sweep(event: CloudWatchEvent) -> dict[str, int]:  # noqa: ARG001  # when it fired says nothing
    return usecases.sweep(ports()).counts


def _etag(paper: PaperView) -> dict[str, str]:
    return {"ETag": etag(paper.version)}
