"""The keys that a person and programs use against the laptop cloud."""

import json
from dataclasses import dataclass
from typing import Any

import boto3

from local.home import Home

_USER = "laptop"
_FILE = "credentials.json"
_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key and its secret."""

    key: str
    secret: str


# The emulator takes this pair for its account's root, whose signature it does not check.
ROOT = Credentials("test", "test")


def real(home: Home, endpoint: str, region: str) -> Credentials:
    """Return the keys of an administrator whose signature is checked; made on first use."""
    iam = boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=ROOT.key,
        aws_secret_access_key=ROOT.secret,
    )
    kept = home.read(_FILE)
    if kept and kept["key"] in _known(iam):
        return Credentials(**kept)
    try:
        iam.create_user(UserName=_USER)
    except iam.exceptions.EntityAlreadyExistsException:
        for key in _known(iam):
            iam.delete_access_key(UserName=_USER, AccessKeyId=key)
    iam.put_user_policy(UserName=_USER, PolicyName="all", PolicyDocument=json.dumps(_ALL))
    made = iam.create_access_key(UserName=_USER)["AccessKey"]
    keys = Credentials(made["AccessKeyId"], made["SecretAccessKey"])
    home.write(_FILE, {"key": keys.key, "secret": keys.secret})
    return keys


def _known(iam: Any) -> list[str]:
    try:
        found = iam.list_access_keys(UserName=_USER)["AccessKeyMetadata"]
    except iam.exceptions.NoSuchEntityException:
        return []
    return [each["AccessKeyId"] for each in found]
