"""The variables with which a shell, and `chalice local` in it, reach the laptop cloud."""

from typing import Any

from infra import deploy
from infra.aws import Cloud
from infra.project import Project
from local import environment
from local.deployment import STAGE


def exports(endpoints: dict[str, Any]) -> dict[str, str]:
    """Return the variables, the values that only a deploy knows included."""
    aws = endpoints["aws"]
    ours = environment.for_clients(
        aws["endpoint_url"], aws["region"], aws["access_key_id"], aws["secret_access_key"]
    )
    environment.use(ours)
    project = Project.load()
    return {**ours, **deploy.deploy_environment(project, Cloud.of(project.stage(STAGE)))}
