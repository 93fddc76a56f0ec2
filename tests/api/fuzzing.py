"""Requests that fit a committed API document and others that do not, and what must hold then."""

import json

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from infra.project import Project

MODES = list(GenerationMode)
# A request may fit its document and still contradict itself or what is stored: a declared 422.
_LEFT_OUT = [positive_data_acceptance]


def schema(name, app=None):
    """Read an app's committed document; requests go to `app` in process, if there is one."""
    path = Project.load().root / "docs" / "api" / f"{name}.openapi.json"
    document = json.loads(path.read_text()) | {"servers": [{"url": "/"}]}
    read = schemathesis.openapi.from_dict(document)
    read.app = app  # before its operations are made: each keeps it
    return read


def labels():
    """Return the app and the label of every documented operation."""
    found = {name: schema(name).get_all_operations() for name in Project.load().apps}
    return [(name, each.ok().label) for name, operations in found.items() for each in operations]


def check(operation, mode, examples, known, **sending):
    """Send generated requests; `known` holds values of paths that exist."""
    names = [parameter.name for parameter in operation.path_parameters]
    usable = {name: known[name] for name in names if name in known}
    options = {"path_parameters": usable} if usable and mode is GenerationMode.POSITIVE else {}

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode, **options))
    def each(case):
        case.call_and_validate(excluded_checks=_LEFT_OUT, **sending)

    each()
