"""Settings read once from the environment; the only module that reads it."""

import os
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from shared.errors import MissingSettings

_ADVICE = 'run eval "$(make -s env STAGE=<stage>)" first, and give chalice that --stage'


def read[T](kind: type[T], environment: Mapping[str, str] = os.environ) -> T:
    """Read the dataclass `kind` from the environment: a field is a variable in upper case.

    Fields may be str, int or tuple[str, ...] (separated by commas). An empty variable is a
    missing one. Raises MissingSettings naming every missing or malformed variable at once; outside
    of a function that ends the command with one line.
    """
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    gaps = []
    for field in fields(kind):  # type: ignore[arg-type]  # T is a dataclass by contract
        name = field.name.upper()
        text = environment.get(name, "").strip()
        if not text:
            gaps.append(name)
            continue
        try:
            values[field.name] = _cast(hints[field.name], text)
        except ValueError:
            gaps.append(f"{name} (not a {hints[field.name].__name__})")
    if gaps:
        words = f"{kind.__module__}.{kind.__name__} needs {', '.join(gaps)}"
        if _in_function(environment):
            raise MissingSettings(words)
        raise SystemExit(f"{words}: {_ADVICE}")
    return kind(**values)


def deploy_value(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return a value that exists once the foundation stands and that only a deploy needs.

    Inside a function it may be absent (the answer is then empty). Outside, its absence ends the
    command with one line.
    """
    value = environment.get(name, "")
    if not value and not _in_function(environment):
        raise SystemExit(f"{name} is not set: {_ADVICE}")
    return value


def _in_function(environment: Mapping[str, str]) -> bool:
    # Outside, `chalice` would print a traceback for any error but SystemExit.
    return "AWS_LAMBDA_FUNCTION_NAME" in environment


def _cast(hint: Any, text: str) -> Any:
    if hint is int:
        return int(text)
    if hint == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text
