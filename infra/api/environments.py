"""The Postman environments: one for each stage, without secrets, and a filled one for a laptop."""

from collections.abc import Mapping
from typing import Any

from infra.api import openapi
from infra.api.postman import stable_id
from infra.api.requests import ROLE
from infra.project import Project, ProjectError


def of_stage(project: Project, stage: str) -> dict[str, Any]:
    """Return a stage's environment; a person puts in the ids of its APIs and a token."""
    urls = {app: openapi.base_url(project, stage, f"{app}-api-id") for app in project.apps}
    return _environment(project, stage, urls, token="")  # the token is for a person to fill in


def filled(project: Project, endpoints: Mapping[str, Any]) -> dict[str, Any]:
    """Return the laptop cloud's environment, ready to run, from what .local/endpoints.json says."""
    try:
        urls = {app: endpoints["apps"][app]["url"] for app in project.apps}
        token = endpoints["tokens"][ROLE]
    except KeyError as error:
        raise ProjectError(f"the endpoints name no {error}; start `make run` anew") from None
    return _environment(project, "local", urls, token)


def _environment(
    project: Project, stage: str, urls: Mapping[str, str], token: str
) -> dict[str, Any]:
    name = f"{project.prefix}-{stage}"
    values = [_value(f"{app}_url", url, "default") for app, url in urls.items()]
    return {
        "id": stable_id("environment", name),
        "name": name,
        "values": [*values, _value("token", token, "secret")],
        "_postman_variable_scope": "environment",
    }


def _value(key: str, value: str, kind: str) -> dict[str, Any]:
    return {"key": key, "value": value, "type": kind, "enabled": True}
