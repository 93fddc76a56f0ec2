"""Turns templates into pages; everything that is put in is escaped."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from shared.clock import utc_now

HERE = Path(__file__).parent
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(values), status_code=status)


def _moment(value: str | float) -> datetime:
    """Return the local time of a stamp or of Unix seconds."""
    moment = (
        datetime.fromisoformat(value)
        if isinstance(value, str)
        else datetime.fromtimestamp(value, UTC)
    )
    return moment.astimezone()


def _short(value: str | float) -> str:
    moment = _moment(value)
    is_today = moment.date() == utc_now().astimezone().date()
    return moment.strftime("%H:%M:%S" if is_today else "%-d %b, %H:%M")


def _long(value: str | float) -> str:
    return _moment(value).strftime("%-d %b %Y, %H:%M:%S")


def _iso(value: str | float) -> str:
    return _moment(value).isoformat(timespec="milliseconds")


_ENVIRONMENT.filters |= {"short": _short, "long": _long, "iso": _iso}
