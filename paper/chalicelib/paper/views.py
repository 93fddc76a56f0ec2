"""The bodies that the routes take and give, in JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.paper.papers import Paper, Status
from shared.address import Email

_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"  # what people write: no control characters

type Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
type Prose = Annotated[str, StringConstraints(max_length=2000, pattern=_TEXT)]
type PaperText = Annotated[
    str, StringConstraints(min_length=1, max_length=1_000_000, pattern=_TEXT)
]


class Body(BaseModel):
    """A body as it is taken: exactly its fields, no more."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class NewPaper(Body):
    """A paper to submit; students leave `student_email` out, staff name the student."""

    subject: Line = Field(examples=["English literature"])
    description: Prose = Field(default="", examples=["Where does my introduction lose you?"])
    text: PaperText = Field(examples=["Mount Everest is the highest point of the world."])
    student_email: Email | None = Field(default=None, examples=["student@example.org"])


class Change(Body):
    """What is to change: the tutor who is to give feedback."""

    tutor_email: Email = Field(examples=["tutor@example.org"])


class OldPaper(Body):
    """A paper as existing clients submit it: with an id of their own, the text as `file`."""

    id: UUID = Field(examples=["f6972d6a-7ab6-440d-80c4-e7ec10478824"])
    subject: Line = Field(examples=["ELA"])
    student_email: Email = Field(examples=["student@example.org"])
    description: Prose = Field(default="", examples=["I am having trouble with my essay."])
    file: PaperText = Field(examples=["Mount Everest is the highest point of the world."])


class OldChange(Body):
    """An assignment as existing clients send it."""

    id: UUID = Field(examples=["f6972d6a-7ab6-440d-80c4-e7ec10478824"])
    teacher_email: Email = Field(examples=["tutor@example.org"])


class PaperView(BaseModel):
    """A paper as it is shown; its text has a route of its own."""

    model_config = ConfigDict(frozen=True)

    id: str
    subject: str
    description: str
    student_email: str
    tutor_email: str | None
    status: Status
    version: int
    text_sha256: str
    text_bytes: int
    submitted_at: datetime
    updated_at: datetime


class TextView(BaseModel):
    """The text of a paper; `sha256` is of its UTF-8 bytes."""

    id: str
    sha256: str
    text: str


def shown(paper: Paper) -> PaperView:
    """Return a paper as it is shown."""
    return PaperView(
        id=paper.id,
        subject=paper.subject,
        description=paper.description,
        student_email=paper.student_email,
        tutor_email=paper.tutor_email,
        status=paper.status,
        version=paper.version,
        text_sha256=paper.text.sha256,
        text_bytes=paper.text.size,
        submitted_at=paper.submitted_at,
        updated_at=paper.updated_at,
    )
