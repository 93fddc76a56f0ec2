"""What API Gateway itself answers: problem documents like those of the apps."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from infra.aws import Cloud
from infra.project import API_STAGE
from shared.errors import (
    AppError,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
)
from shared.problems import MEDIA_TYPE, SAFE_HEADERS, problem


class TooManyRequests(AppError):
    """What a caller above the throttle is told."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"


class TimedOut(AppError):
    """What a caller is told when the function took longer than API Gateway waits."""

    status = 504
    code = "timed_out"
    title = "The answer took too long"


_ANSWERS: dict[str, type[AppError]] = {
    "ACCESS_DENIED": Unauthorized,
    "API_CONFIGURATION_ERROR": AppError,
    "AUTHORIZER_CONFIGURATION_ERROR": AppError,
    "AUTHORIZER_FAILURE": Unavailable,
    "BAD_REQUEST_BODY": Invalid,
    "BAD_REQUEST_PARAMETERS": Invalid,
    "DEFAULT_4XX": Invalid,
    "DEFAULT_5XX": AppError,
    "EXPIRED_TOKEN": Unauthorized,
    "INTEGRATION_FAILURE": Unavailable,
    "INTEGRATION_TIMEOUT": TimedOut,
    "INVALID_API_KEY": Unauthorized,
    "INVALID_SIGNATURE": Unauthorized,
    "MISSING_AUTHENTICATION_TOKEN": NotFound,
    "QUOTA_EXCEEDED": TooManyRequests,
    "REQUEST_TOO_LARGE": TooLarge,
    "RESOURCE_NOT_FOUND": NotFound,
    "THROTTLED": TooManyRequests,
    "UNAUTHORIZED": Unauthorized,
    "UNSUPPORTED_MEDIA_TYPE": UnsupportedMedia,
    "WAF_FILTERED": Forbidden,
}
_TRY_AGAIN = {429, 503}


def wanted() -> dict[str, Any]:
    """Return what every kind of gateway response must be, and a mark that it is in force."""
    responses = {kind: _response(error) for kind, error in _ANSWERS.items()}
    mark = hashlib.sha256(json.dumps(responses, sort_keys=True).encode()).hexdigest()[:16]
    return {"responses": responses, "in force": f"gateway responses {mark}"}


def read(cloud: Cloud, api: str) -> dict[str, Any]:
    """Return the gateway responses of an API, and the description of what is in force.

    A response that was put is not in force before the next deployment, and a deployment made by
    Chalice has no description: so a run that was killed between the two is seen.
    """
    responses = {
        each["responseType"]: {
            "statusCode": each.get("statusCode"),
            "responseParameters": each.get("responseParameters", {}),
            "responseTemplates": each.get("responseTemplates", {}),
        }
        for each in _pages(cloud, api)
        if not each.get("defaultResponse")
    }
    client = cloud.client("apigateway")
    stage = client.get_stage(restApiId=api, stageName=API_STAGE)
    deployment = client.get_deployment(restApiId=api, deploymentId=stage["deploymentId"])
    return {"responses": responses, "in force": deployment.get("description", "")}


def apply(cloud: Cloud, api: str) -> None:
    """Put every gateway response and bring them into force."""
    client, want = cloud.client("apigateway"), wanted()
    have = read(cloud, api)["responses"]
    for kind, response in want["responses"].items():
        if have.get(kind) != response:
            client.put_gateway_response(restApiId=api, responseType=kind, **response)
    for kind in have.keys() - want["responses"].keys():
        client.delete_gateway_response(restApiId=api, responseType=kind)
    client.create_deployment(restApiId=api, stageName=API_STAGE, description=want["in force"])


def _pages(cloud: Cloud, api: str) -> Iterator[dict[str, Any]]:
    # Not among botocore's paginators.
    position: dict[str, str] = {}
    while True:
        page = cloud.client("apigateway").get_gateway_responses(
            restApiId=api, limit=500, **position
        )
        yield from page["items"]
        if not page.get("position"):
            return
        position = {"position": page["position"]}


def _response(error: type[AppError]) -> dict[str, Any]:
    body = problem(error("")).model_dump_json(exclude_none=True)
    headers = {**SAFE_HEADERS, "Content-Type": MEDIA_TYPE}
    if error.status in _TRY_AGAIN:
        headers["Retry-After"] = "1"
    return {
        "statusCode": str(error.status),
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()
        },
        "responseTemplates": {"application/json": body},
    }
