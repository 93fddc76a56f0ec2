"""Check every template with cfn-lint, and every IAM policy by the rules of the house."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cfnlint import api  # type: ignore[import-untyped]  # it ships no types
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]  # the same

from infra import observe
from infra.foundation import Stack
from infra.policies import identity_problems, resource_problems
from infra.project import Project, Stage

# Type of a policy: what it covers, and where it names that.
_COVERS = {
    "AWS::SNS::TopicPolicy": ("AWS::SNS::Topic", "Topics"),
    "AWS::SQS::QueuePolicy": ("AWS::SQS::Queue", "Queues"),
    "AWS::S3::BucketPolicy": ("AWS::S3::Bucket", "Bucket"),
}


def problems(project: Project) -> list[str]:
    """Return what is wrong with any template or policy of any stage; nothing when all is well."""
    # Stages differ in values alone, and cfn-lint takes seconds for each: the last one will do.
    last = project.stage(project.stages[-1])
    found = [
        f"{stack.name}: {problem}"
        for stack in observe.stacks(project, last)
        for problem in cfn_lint(stack.template, last.region)
    ]
    return found + policy_problems(project)


def policy_problems(project: Project) -> list[str]:
    """Return what is wrong with the policies of resources and functions, for every stage."""
    found: list[str] = []
    for key in project.stages:
        stage = project.stage(key)
        stacks = observe.stacks(project, stage)
        for stack in stacks:
            found += [f"{stack.name}: {problem}" for problem in template_problems(stack.template)]
        known = names(stacks, stage)
        for path in policy_files(project, stage):
            policy = json.loads(path.read_text(encoding="utf-8"))
            place = path.relative_to(project.root)
            found += [f"{place}: {problem}" for problem in identity_problems(policy, known)]
    for app in project.apps:
        config = json.loads((project.app(app) / ".chalice/config.json").read_text(encoding="utf-8"))
        found += [f"{app}/.chalice/config.json: {each}" for each in role_problems(config)]
    return found


def cfn_lint(template: Mapping[str, Any], region: str) -> Iterator[str]:
    """Yield what cfn-lint finds in a template."""
    for match in api.lint(json.dumps(template), config=ManualArgs(regions=[region])):
        place = "/".join(str(part) for part in match.path or ())
        yield f"{match.rule.id} {place}: {match.message}"


def template_problems(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the policies within a template."""
    resources: Mapping[str, Any] = template["Resources"]
    covered: set[str] = set()
    for key, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource["Type"] in _COVERS:
            _, place = _COVERS[resource["Type"]]
            covered |= {each["Ref"] for each in _listed(properties[place])}
            policy, tls = properties["PolicyDocument"], True
        elif resource["Type"] == "AWS::KMS::Key":
            policy, tls = properties["KeyPolicy"], False
        else:
            continue
        yield from (f"{key}: {problem}" for problem in resource_problems(policy, tls))
    kinds = {kind for kind, _ in _COVERS.values()}
    for key, resource in resources.items():
        if resource["Type"] in kinds and key not in covered:
            yield f"{key}: has no policy"


def names(stacks: Iterable[Stack], stage: Stage) -> frozenset[str]:
    """Return every resource that a function's policy may name, as `resource_key` writes it."""
    known: set[str] = set()
    for stack in stacks:
        for resource in stack.template["Resources"].values():
            known |= set(_keys(resource["Type"], resource.get("Properties", {}), stage))
    return frozenset(known)


def policy_files(project: Project, stage: Stage) -> list[Path]:
    """Return the policy file of every function of a stage."""
    folders = (project.app(app) / ".chalice" for app in project.apps)
    return sorted(p for folder in folders for p in folder.glob(f"policy-{stage.key}-*.json"))


def role_problems(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield where a Chalice configuration would give two functions one role or policy."""
    for key, stage in config["stages"].items():
        if stage.get("autogen_policy") is not False:
            yield f"stages.{key}: autogen_policy must be false"
        files = [f.get("iam_policy_file") for f in stage["lambda_functions"].values()]
        if None in files or len(set(files)) != len(files):
            yield f"stages.{key}: every function needs a policy file of its own"
        places = {key: stage, **stage["lambda_functions"]}
        for place, facts in places.items():
            if facts.keys() & {"iam_role_arn", "manage_iam_role"}:
                yield f"stages.{key}: {place} must have a role that Chalice makes for it alone"


def _keys(kind: str, properties: Mapping[str, Any], stage: Stage) -> Iterator[str]:
    if kind == "AWS::DynamoDB::Table":
        table = f"dynamodb:table/{_name(properties['TableName'], stage)}"
        yield table
        for index in properties.get("GlobalSecondaryIndexes", ()):
            yield f"{table}/index/{index['IndexName']}"
        if "StreamSpecification" in properties:
            yield f"{table}/stream/*"
    elif kind == "AWS::S3::Bucket":
        yield f"s3:{_name(properties['BucketName'], stage)}"
    elif kind == "AWS::SNS::Topic":
        yield f"sns:{_name(properties['TopicName'], stage)}"
    elif kind == "AWS::SQS::Queue":
        yield f"sqs:{_name(properties['QueueName'], stage)}"
    elif kind == "AWS::SecretsManager::Secret":
        # AWS adds six characters of its own to the name.
        yield f"secretsmanager:secret:{_name(properties['Name'], stage)}-*"
    elif kind == "AWS::Logs::LogGroup":
        yield f"logs:log-group:{properties['LogGroupName']}:*"


def _name(value: Any, stage: Stage) -> str:
    text: str = value["Fn::Sub"] if isinstance(value, dict) else value
    return text.replace("${Name}", stage.name)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
