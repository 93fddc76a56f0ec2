"""Run the daily sweep now: announce again what nobody has handled."""

from botocore.exceptions import ClientError

from infra.aws import Cloud, code
from infra.invoke import invoke
from infra.project import ProjectError

_SWEEPER = ("paper", "sweep")  # the one app that announces events, and its function


def sweep(cloud: Cloud) -> str:
    """Call the function that sweeps as its schedule does, and return its counts in words."""
    name = cloud.stage.function(*_SWEEPER)
    event = {
        "id": "by-command",
        "account": cloud.account,
        "region": cloud.stage.region,
        "source": "by-command",
        "detail-type": "Scheduled Event",
        "version": "0",
        "time": "",
        "resources": [],
        "detail": {},
    }
    try:
        counts = invoke(cloud, name, event)
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        raise ProjectError(
            f"there is no function {name}: run `{cloud.stage.remedy}` first"
        ) from None
    return "swept: " + ", ".join(f"{value} {key}" for key, value in counts.items())
