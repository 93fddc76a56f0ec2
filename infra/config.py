"""Make every app's .chalice/config.json and policy files from project.toml and functions.toml."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra import functions
from infra.functions import App, Function
from infra.project import Project, Stage


def files(project: Project) -> dict[Path, str]:
    """Return the text of every file that is made, for all apps and stages; deterministic."""
    made: dict[Path, str] = {}
    for name in project.apps:
        folder = project.app(name) / ".chalice"
        stages: dict[str, Any] = {}
        for key in project.stages:
            stage = project.stage(key)
            app = functions.read(project.app(name), stage)
            stages[key] = _stage_settings(app, key)
            for function in app.functions:
                made[folder / _policy_file(key, function)] = _text(policy(stage, app, function))
        made[folder / "config.json"] = _text(
            {"version": "2.0", "app_name": f"{project.prefix}-{name}", "stages": stages}
        )
    return made


def drifted(project: Project) -> list[Path]:
    """Return the files that are missing, differ from what is made, or should not exist."""
    made = files(project)
    changed = [path for path, text in made.items() if not _holds(path, text)]
    return sorted(changed + _stale(project, made))


def write(project: Project) -> list[Path]:
    """Write what drifted, remove what should not exist, and return the paths touched."""
    made = files(project)
    touched = drifted(project)
    for path in touched:
        if path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
        else:
            path.unlink()
    return touched


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
        "api_gateway_stage": "api",
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


def _stale(project: Project, made: Mapping[Path, str]) -> list[Path]:
    folders = (project.app(name) / ".chalice" for name in project.apps)
    return [path for folder in folders for path in folder.glob("policy-*.json") if path not in made]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _text(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
