"""The page that lists every refusal of every app: status, code and what it means."""

from collections.abc import Iterator

from infra import gateway
from shared import errors
from shared.errors import AppError, MissingSettings
from shared.problems import Problem

_OPENING = """\
# What a refusal means

Every app refuses in the same form, a problem document
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) of type `application/problem+json`:

```json
{"type": "about:blank", "title": "...", "status": 404, "code": "not_found", "detail": "..."}
```

Programs decide by `code`, which does not change; `detail` is for people. A 400 names the
`fields` that do not fit and why. No answer repeats what was sent. The API documents in [api](api)
say which route answers what.

"""


def page() -> str:
    """Return the page in Markdown."""
    own = [f"| {e.status} | `{e.code}` | {_meaning(e)} |" for e in sorted(_errors(), key=_order)]
    return "".join(
        [
            _OPENING,
            "## From the apps\n\n| status | code | when |\n|---|---|---|\n",
            "\n".join(own),
            "\n\n## From API Gateway, before a function runs or when it does not answer\n\n",
            "| what happened | status | code |\n|---|---|---|\n",
            "\n".join(_by_gateway()),
            "\n",
        ]
    )


def _errors(kind: type[AppError] = AppError) -> Iterator[type[AppError]]:
    # Callers never see a missing setting by name: it is ours to mend.
    if kind.__module__ == errors.__name__ and kind is not MissingSettings:
        yield kind
    for narrower in kind.__subclasses__():
        yield from _errors(narrower)


def _order(kind: type[AppError]) -> tuple[int, str]:
    return kind.status, kind.code


def _meaning(kind: type[AppError]) -> str:
    if kind is AppError:
        return "Something went wrong on our side; it is in the log under the correlation id."
    first = (kind.__doc__ or "").partition("\n")[0].partition(";")[0].rstrip(".")
    return f"{first.removeprefix('Raised when ').capitalize()}."


def _by_gateway() -> Iterator[str]:
    for kind, answer in sorted(gateway.wanted()["responses"].items()):
        told = Problem.model_validate_json(answer["responseTemplates"]["application/json"])
        yield f"| {kind.replace('_', ' ').lower()} | {told.status} | `{told.code}` |"
