"""The CloudFormation stacks that stand before any app is deployed: one for all apps, one an app.

The YAML files say what there is; here every stage's values are put in, every resource gets its
tags, and what holds data is kept or deleted as project.toml says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from infra.project import Project, Stage

_HERE = Path(__file__).resolve().parent
_DAY = 86400
_HOLDS_DATA = frozenset(
    {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::KMS::Key"}
)
_TAKES_TAGS = _HOLDS_DATA | {
    "AWS::CloudWatch::Alarm",
    "AWS::Logs::LogGroup",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}


@dataclass(frozen=True, slots=True)
class Stack:
    """One CloudFormation stack; those of lower `order` are created first and deleted last."""

    name: str
    template: dict[str, Any]
    parameters: dict[str, str]
    order: int


def templates(project: Project, stage: Stage) -> list[Stack]:
    """Return every stack of a stage but the observe one, in the order of their creation."""
    parts = ("platform", *project.apps)
    return [_stack(stage, part, order) for order, part in enumerate(parts) if _file(part).exists()]


def prepare(template: Mapping[str, Any], stage: Stage, part: str) -> dict[str, Any]:
    """Return the template with the tags of its part and the fate of its data filled in."""
    keeps = stage.text("data.removal") == "keep"
    tags = {"project": stage.prefix, "stage": stage.key, "app": part}
    resources = {
        key: _prepared(resource, tags, keeps) for key, resource in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def parameters(stage: Stage) -> dict[str, str]:
    """Return the value of every parameter that any of the templates has."""
    return {
        "Name": stage.name,
        "KeepData": "true" if stage.text("data.removal") == "keep" else "false",
        "MonthlyBudget": stage.text("budget.monthly_usd"),
        "Operator": stage.texts("mail.operators")[0],
        "RelayRole": stage.role("paper", "relay"),
        "SweepRole": stage.role("paper", "sweep"),
        "SweepRule": f"{stage.function('paper', 'sweep')}-event",
        "VisibilitySeconds": stage.text("retry.visibility_seconds"),
        "DeadLetterSeconds": str(stage.number("retention.dead_letters") * _DAY),
    }


def _stack(stage: Stage, part: str, order: int) -> Stack:
    template = prepare(_source(part), stage, part)
    values = parameters(stage)
    chosen = {key: values[key] for key in template.get("Parameters", {})}
    return Stack(f"{stage.name}-{part}", template, chosen, order)


@cache
def _source(part: str) -> Mapping[str, Any]:
    text = _file(part).read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    return content


def _file(part: str) -> Path:
    return _HERE / f"{part}.yaml"


def _prepared(resource: dict[str, Any], tags: Mapping[str, str], keeps: bool) -> dict[str, Any]:
    kind, done = resource["Type"], dict(resource)
    if kind in _HOLDS_DATA:
        done["DeletionPolicy"] = done["UpdateReplacePolicy"] = "Retain" if keeps else "Delete"
    if kind in _TAKES_TAGS:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        done["Properties"] = {**resource["Properties"], "Tags": listed}
    return done


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Sub x` is {"Fn::Sub": "x"}."""


def _short_form(loader: _Loader, name: str, node: yaml.nodes.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_scalar(cast("yaml.ScalarNode", node))
    if name == "GetAtt":
        value = value.split(".", 1)
    return {name if name == "Ref" else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)
