"""Every committed file that is made from the routes, and the apps' routes themselves."""

import json
from pathlib import Path

from infra import apps
from infra.api import environments, errors_page, openapi, postman, routes
from infra.api.routes import Api
from infra.project import Project


def read(project: Project) -> tuple[Api, ...]:
    """Return the routes of all apps."""
    return tuple(routes.read(name, apps.load(name, project=project)) for name in project.apps)


def made(project: Project) -> dict[Path, str]:
    """Return the text of every file; the same routes give the same texts."""
    docs, apis = project.root / "docs", read(project)
    files = {docs / "errors.md": errors_page.page()}
    for api in apis:
        files[docs / "api" / f"{api.app}.openapi.json"] = text(openapi.document(project, api))
    name = project.prefix
    files[docs / "postman" / f"{name}.postman_collection.json"] = text(
        postman.collection(name, apis)
    )
    for stage in project.stages:
        environment = environments.of_stage(project, stage)
        files[docs / "postman" / f"{stage}.postman_environment.json"] = text(environment)
    return files


def present(project: Project) -> list[Path]:
    """Return the files that lie where made files belong."""
    docs = project.root / "docs"
    return [*(docs / "api").glob("*.json"), *(docs / "postman").glob("*.json")]


def text(value: object) -> str:
    """Write JSON as the committed files have it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
