"""Writes a letter as a mail: one subject line, HTML and text, from templates of this folder.

What comes from outside is a value, never a template: it is escaped in HTML, and not evaluated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "receipt": "We've received your paper!",
        "student_notice": "Your paper is being reviewed!",
        "tutor_notice": "A paper is waiting for your review: {title}",
        "alarm": "{state}: {name}",
    }
)


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a mail."""

    subject: str
    text: str
    html: str


def write(template: str, values: Mapping[str, str]) -> Written:
    """Fill in a template; a value that it needs and does not get is an error."""
    subject = SUBJECTS[template].format_map(values)
    known = {**values, "mail_subject": subject}
    text, html = (
        _templates().get_template(f"{template}.{form}").render(known) for form in ("txt", "html")
    )
    return Written(subject, text, html)


@cache
def _templates() -> "Environment":
    from jinja2 import (  # noqa: PLC0415  # 30 ms, for a function that writes mails only
        Environment,
        FileSystemLoader,
        StrictUndefined,
        select_autoescape,
    )

    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
