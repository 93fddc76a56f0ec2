"""Names of fault targets as a person writes them."""

from infra.project import Project
from local.deployment import STAGE

_PREFIXED = {"queue", "topic", "bucket", "stream", "table"}


def full_name(target: str) -> str:
    """Return the target with the stage's prefix before a bare name: queue:notifier-mail."""
    sort, colon, name = target.partition(":")
    project = Project.load()
    prefix = f"{project.stage(STAGE).name}-"
    if sort not in _PREFIXED or not colon or name.startswith(prefix):
        return target
    return f"{sort}:{prefix}{name}"
