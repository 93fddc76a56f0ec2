"""The mail secret, filled with the stand-in's values: the only way in which the laptop differs."""

import json
from typing import Any

from infra.aws import Cloud


def fill(cloud: Cloud, console: dict[str, Any]) -> None:
    """Store the stand-in's key and address where the apps look for SendGrid's."""
    name = f"{cloud.stage.name}/sendgrid"
    client = cloud.client("secretsmanager")
    wanted = {
        "api_key": console["api_key"],
        "base_url": console["url"],
        "webhook_public_key": console["webhook_public_key"],
    }
    if json.loads(client.get_secret_value(SecretId=name)["SecretString"]) != wanted:
        client.put_secret_value(SecretId=name, SecretString=json.dumps(wanted))
