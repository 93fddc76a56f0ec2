"""One function a handler: read, decide, write."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.paper import events, papers
from chalicelib.paper.papers import Paper, Submission
from chalicelib.paper.ports import Ports, Taken
from chalicelib.paper.views import (
    Change,
    NewPaper,
    OldChange,
    OldPaper,
    PaperView,
    TextView,
    shown,
)
from shared import outbox
from shared.errors import Conflict, NotFound, Stale
from shared.http import Call, Caller
from shared.idempotency import Receipt, request_key, same_request
from shared.keys import key


def submit(ports: Ports, call: Call[NewPaper]) -> PaperView:
    """Store a new paper with its event; the same Idempotency-Key gives the same answer again."""
    body = call.body
    student = papers.student_of(call.who, body.student_email)
    submission = Submission(body.subject, body.description, student, body.text.encode())
    request = request_key(call)
    if request is None:
        paper = _new(ports, str(uuid.uuid4()), submission)
        ports.papers.add(paper, events.submitted(paper, call.correlation_id), None)
        return shown(paper)
    if stored := _answered(ports, request):
        return stored
    # The id follows from the key: parallel copies of one request write one and the same text.
    paper = _new(ports, str(uuid.UUID(hex=request[0][:32], version=4)), submission)
    receipt = Receipt(*request, shown(paper).model_dump_json())
    try:
        ports.papers.add(paper, events.submitted(paper, call.correlation_id), receipt)
    except Taken:
        if stored := _answered(ports, request):
            return stored
        raise Conflict("This Idempotency-Key has expired; use a new one.") from None
    return shown(paper)


def submit_old(ports: Ports, call: Call[OldPaper]) -> tuple[PaperView, bool]:
    """Store a paper under the client's id; the same body again gives the stored one.

    Returns the paper and whether it is new. Raises Conflict if the id has another body.
    """
    body, paper_id = call.body, str(call.body.id)
    student = papers.student_of(call.who, body.student_email)
    submission = Submission(body.subject, body.description, student, body.file.encode())
    if (stored := _stored(ports, paper_id)) is None:
        paper = _new(ports, paper_id, submission)
        try:
            ports.papers.add(paper, events.submitted(paper, call.correlation_id), None)
        except Taken:  # somebody was quicker with the same id
            stored = ports.papers.get(paper_id)
        else:
            return shown(paper), True
    if not papers.same_submission(stored, submission):
        raise Conflict("Another paper was submitted under this id.")
    return shown(stored), False


def show(ports: Ports, caller: Caller, paper_id: str) -> PaperView:
    """Return a paper that the caller may see."""
    return shown(papers.seen_by(caller, ports.papers.get(paper_id)))


def show_text(ports: Ports, caller: Caller, paper_id: str) -> TextView:
    """Return the text of a paper that the caller may see."""
    paper = papers.seen_by(caller, ports.papers.get(paper_id))
    text = ports.texts.get(paper.text.key).decode()
    return TextView(id=paper.id, sha256=paper.text.sha256, text=text)


def assign(ports: Ports, call: Call[Change], paper_id: str) -> PaperView:
    """Give a paper to a tutor if the caller has seen its present version."""
    seen = call.if_match
    paper = papers.at_version(ports.papers.get(paper_id), seen)
    changed = papers.assign(paper, call.body.tutor_email, ports.clock())
    answer = shown(changed)  # before the write: what cannot be shown must not be stored
    ports.papers.replace(changed, events.assigned(changed, call.correlation_id))
    return answer


def assign_old(ports: Ports, call: Call[OldChange]) -> PaperView:
    """Give a paper to a tutor, whatever its version; the same tutor again changes nothing."""
    tutor = call.body.teacher_email
    paper = ports.papers.get(str(call.body.id))
    if paper.tutor_email == tutor:
        return shown(paper)
    changed = papers.assign(paper, tutor, ports.clock())
    try:
        ports.papers.replace(changed, events.assigned(changed, call.correlation_id))
    except Stale:  # somebody was quicker: the paper as it is now decides
        return assign_old(ports, call)
    return shown(changed)


def relay(ports: Ports, records: Iterable[Mapping[str, Any]]) -> int:
    """Announce the events that were just stored; returns how many."""
    return outbox.relay(ports.topic, outbox.inserted(records))


def sweep(ports: Ports) -> outbox.Swept:
    """Announce again what was stored a while ago and nobody has handled."""
    before = ports.clock() - ports.sweep_grace
    return outbox.sweep(ports.unhandled, ports.inbox, ports.topic, before)


def _new(ports: Ports, paper_id: str, submission: Submission) -> Paper:
    """Keep the text, then return the paper that points to it: no paper is without its text."""
    place = key("papers", paper_id, f"{submission.sha256}.txt")
    ports.texts.put(place, submission.body, content_type="text/plain; charset=utf-8")
    return papers.paper_of(paper_id, submission, place, ports.clock())


def _stored(ports: Ports, paper_id: str) -> Paper | None:
    try:
        return ports.papers.get(paper_id)
    except NotFound:
        return None


def _answered(ports: Ports, request: tuple[str, str]) -> PaperView | None:
    receipt = ports.receipts.find(request[0], ports.clock())
    if receipt is None:
        return None
    return PaperView.model_validate_json(same_request(receipt, request[1]).answer)
