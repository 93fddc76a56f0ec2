"""Make every app's .chalice/config.json and policy files from project.toml and functions.toml."""

import json
from pathlib import Path
from typing import Any

from infra import functions, made
from infra.functions import App, Function
from infra.project import API_STAGE, Project, Stage


def files(project: Project) -> dict[Path, str]:
    """Return the text of every file that is made, for all apps and stages; deterministic."""
    texts: dict[Path, str] = {}
    for name in project.apps:
        folder = project.app(name) / ".chalice"
        stages: dict[str, Any] = {}
        for key in project.stages:
            stage = project.stage(key)
            app = functions.read(project.app(name), stage)
            stages[key] = _stage_settings(app, key)
            for function in app.functions:
                texts[folder / _policy_file(key, function)] = _text(policy(stage, app, function))
        texts[folder / "config.json"] = _text(
            {"version": "2.0", "app_name": f"{project.prefix}-{name}", "stages": stages}
        )
    return texts


def present(project: Project) -> list[Path]:
    """Return the policy files that are there, of which nothing may make some any more."""
    folders = (project.app(name) / ".chalice" for name in project.apps)
    return [path for folder in folders for path in folder.glob("policy-*.json")]


def drifted(project: Project) -> list[Path]:
    """Return the files that are missing, differ from what is made, or should not exist."""
    return made.drifted(files(project), present(project))


def write(project: Project) -> list[Path]:
    """Write what drifted, remove what should not exist, and return the paths touched."""
    return made.write(files(project), present(project))


def policy(stage: Stage, app: App, function: Function) -> dict[str, Any]:
    """Return the IAM policy of a function: its grants and writing to its own log group."""
    group = f"/aws/lambda/{stage.function(app.name, function.name)}"
    logs = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"arn:aws:logs:{stage.region}:*:log-group:{group}:*"],
    }
    grants = [
        {"Effect": "Allow", "Action": list(grant.actions), "Resource": list(grant.resources)}
        for grant in function.grants
    ]
    return {"Version": "2012-10-17", "Statement": [*grants, logs]}


def _stage_settings(app: App, stage: str) -> dict[str, Any]:
    return {
        "api_gateway_endpoint_type": "REGIONAL",
        "api_gateway_stage": API_STAGE,
        "autogen_policy": False,
        "minimum_compression_size": 1024,
        "environment_variables": dict(app.environment),
        # Under the stage, because Chalice lets any value of a stage win over one above it.
        "lambda_functions": {
            function.name: {
                "iam_policy_file": _policy_file(stage, function),
                "lambda_memory_size": function.memory,
                "lambda_timeout": function.timeout,
            }
            for function in app.functions
        },
    }


def _policy_file(stage: str, function: Function) -> str:
    return f"policy-{stage}-{function.name}.json"


def _text(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
