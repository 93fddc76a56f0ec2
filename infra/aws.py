"""The AWS account that a stage lives in, or the laptop cloud that stands in for it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from infra.project import ProjectError, Stage

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Patient enough for API Gateway, which takes some calls only once in several seconds.
_CONFIG = Config(
    connect_timeout=5, read_timeout=70, retries={"mode": "standard", "total_max_attempts": 10}
)


@dataclass(frozen=True)
class Cloud:
    """AWS as one stage sees it: clients in its region, made once and safe to share by threads."""

    stage: Stage
    environment: Mapping[str, str] = field(repr=False)
    _clients: dict[tuple[str, int], Any] = field(default_factory=dict, repr=False)
    _lock: Any = field(default_factory=Lock, repr=False)

    @classmethod
    def of(cls, stage: Stage, environment: Mapping[str, str] = os.environ) -> "Cloud":
        """Connect to a stage; refuses to put the laptop's stage anywhere but on a laptop."""
        cloud = cls(stage, dict(environment))
        if stage.key == "local" and not cloud.is_laptop:
            raise ProjectError(
                "stage local is the laptop cloud: start it with `make run`, or name another stage"
            )
        return cloud

    @property
    def is_laptop(self) -> bool:
        """Whether AWS_ENDPOINT_URL points at this machine."""
        return urlsplit(self.environment.get("AWS_ENDPOINT_URL", "")).hostname in _LOOPBACK

    def client(self, service: str, config: Config = _CONFIG) -> Any:
        """Return a client of a service, in the stage's region."""
        key = (service, id(config))
        with self._lock:  # making clients is not safe in threads, using them is
            if key not in self._clients:
                self._clients[key] = self._session.client(
                    service, endpoint_url=self.environment.get("AWS_ENDPOINT_URL"), config=config
                )
            return self._clients[key]

    @cached_property
    def _session(self) -> Any:
        return boto3.Session(
            region_name=self.stage.region,
            aws_access_key_id=self.environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=self.environment.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=self.environment.get("AWS_SESSION_TOKEN"),
        )

    def pages(self, service: str, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield every page of an operation's answer."""
        yield from self.client(service).get_paginator(operation).paginate(**arguments)

    def check_credentials(self) -> None:
        """Raise ProjectError, saying what to do, unless this machine may call AWS at all."""
        try:
            self.client("sts").get_caller_identity()
        except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
            raise ProjectError(
                f"no AWS credentials for stage {self.stage.key} ({error}): run `aws configure sso` "
                "and set AWS_PROFILE; docs/deploy.md tells more"
            ) from None
        except ClientError as error:
            raise ProjectError(
                f"AWS does not accept the credentials for stage {self.stage.key}: {error}"
            ) from None

    @cached_property
    def account(self) -> str:
        """The account's number."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a regional resource of this account."""
        return f"arn:aws:{service}:{self.stage.region}:{self.account}:{resource}"

    def function_arn(self, name: str) -> str:
        """Return the ARN of a function."""
        return self.arn("lambda", f"function:{name}")

    def dead_letters(self, app: str) -> str:
        """Return the ARN of the queue that takes what an app's functions failed at for good."""
        return self.arn("sqs", f"{self.stage.name}-{app}-dead")


def code(error: Any) -> str:
    """Return the short code of a ClientError."""
    return str(error.response["Error"].get("Code", ""))
