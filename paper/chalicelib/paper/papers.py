"""The rules of a paper: who may submit, see and assign it, and what changes when they do."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.errors import Conflict, Contradictory, Forbidden, NotFound, Stale
from shared.http import Caller, etag

type Status = Literal["submitted", "assigned"]

_STAFF = ("coordinator", "operator")


@dataclass(frozen=True, slots=True)
class Text:
    """Where a paper's text lies: its key in the files bucket, SHA-256 in hex, size in bytes."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper at one version."""

    id: str
    subject: str
    description: str
    student_email: str
    text: Text
    submitted_at: datetime
    updated_at: datetime
    status: Status = "submitted"
    tutor_email: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Submission:
    """What a student hands in."""

    subject: str
    description: str
    student_email: str
    body: bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the text's UTF-8 bytes, in hex."""
        return hashlib.sha256(self.body).hexdigest()


def student_of(caller: Caller, named: str | None) -> str:
    """Return whose paper is being submitted: one's own, or for staff the student they name."""
    if caller.role in _STAFF:
        if named is None:
            raise Contradictory("Name the student: you submit on somebody's behalf.")
        return named
    if named is not None and named != caller.email:
        raise Forbidden("You may submit your own papers only.")
    return caller.email


def seen_by(caller: Caller, paper: Paper) -> Paper:
    """Return the paper if the caller may see it; others are not told that it exists."""
    own = {"student": paper.student_email, "tutor": paper.tutor_email}
    if caller.role in _STAFF or own.get(caller.role) == caller.email:
        return paper
    raise NotFound("There is no paper with this id.")


def at_version(paper: Paper, seen: int) -> Paper:
    """Return the paper if the caller's version is the present one; raise Stale otherwise."""
    if paper.version != seen:
        raise Stale("The paper was changed after you read it.", etag(paper.version))
    return paper


def assign(paper: Paper, tutor_email: str, now: datetime) -> Paper:
    """Give a submitted paper to a tutor, as its next version."""
    if paper.status != "submitted":
        raise Conflict("The paper has a tutor already; only a submitted paper can be assigned.")
    if tutor_email == paper.student_email:
        raise Contradictory("A paper cannot be assigned to the student who wrote it.")
    return replace(
        paper,
        status="assigned",
        tutor_email=tutor_email,
        updated_at=now,
        version=paper.version + 1,
    )


def paper_of(paper_id: str, submission: Submission, text_key: str, now: datetime) -> Paper:
    """Return the first version of a paper whose text lies under the key."""
    text = Text(text_key, submission.sha256, len(submission.body))
    return Paper(
        id=paper_id,
        subject=submission.subject,
        description=submission.description,
        student_email=submission.student_email,
        text=text,
        submitted_at=now,
        updated_at=now,
    )


def same_submission(paper: Paper, submission: Submission) -> bool:
    """Tell whether a submission says what the stored paper says."""
    return (paper.subject, paper.description, paper.student_email, paper.text.sha256) == (
        submission.subject,
        submission.description,
        submission.student_email,
        submission.sha256,
    )
