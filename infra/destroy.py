"""Remove a stage: what Chalice made, found by looking, then the stacks; twice is fine."""

from collections.abc import Callable, Iterable

from botocore.exceptions import ClientError

from infra import live, lock, observe, record, stacks
from infra.aws import Cloud, code
from infra.foundation import Stack
from infra.live import Live
from infra.project import Project
from infra.stacks import Say

_GONE = {
    "NoSuchBucket",
    "NoSuchEntity",
    "NotFound",
    "NotFoundException",
    "ResourceNotFoundException",
}


def destroy(project: Project, cloud: Cloud, say: Say = print) -> None:
    """Remove everything of a stage; raises ProjectError when a stack cannot be deleted.

    What a stage that keeps its data keeps is listed at the end.
    """
    planned = observe.stacks(project, cloud.stage)
    if stacks.status(cloud, planned[0].name) is None:
        _everything(project, cloud, planned, say)
        return
    with lock.held(cloud):
        _everything(project, cloud, planned, say)


def _everything(project: Project, cloud: Cloud, planned: list[Stack], say: Say) -> None:
    for app in project.apps:
        remove_app(cloud, app, say)
        record.file(project.app(app), cloud.stage.key).unlink(missing_ok=True)
    keeps = cloud.stage.text("data.removal") == "keep"
    # Last made, first removed; the lock's bucket is in the first.
    for stack in reversed(planned):
        if not keeps:
            for bucket in stacks.resources(cloud, stack.name, "AWS::S3::Bucket"):
                _gone_is_fine(_empty, cloud, bucket)
        say(f"{stack.name}: deleting")
        stacks.remove(cloud, stack.name, say)
    for app in project.apps:  # a function that was still at work may have written after all
        _log_groups(cloud, live.look(cloud, app).log_groups)
    kept = "; its tables, buckets and secrets were kept" if keeps else ""
    say(f"{cloud.stage.name}: removed{kept}")


def remove_app(cloud: Cloud, app: str, say: Say = print) -> None:
    """Remove what Chalice made of an app, in an order that wakes nothing half-removed."""
    found = live.look(cloud, app)
    functions, events, sns = cloud.client("lambda"), cloud.client("events"), cloud.client("sns")
    for mapping in found.mappings:
        _gone_is_fine(functions.delete_event_source_mapping, UUID=mapping.id)
    for subscription in found.subscriptions:
        _gone_is_fine(sns.unsubscribe, SubscriptionArn=subscription.id)
    for rule in found.rules:
        targets = events.list_targets_by_rule(Rule=rule)["Targets"]
        if targets:
            _gone_is_fine(events.remove_targets, Rule=rule, Ids=[each["Id"] for each in targets])
        _gone_is_fine(events.delete_rule, Name=rule)
    for api in found.apis:
        _gone_is_fine(cloud.client("apigateway").delete_rest_api, restApiId=api.id)
    for name in found.functions:
        _gone_is_fine(functions.delete_function, FunctionName=name)
    for name in found.roles:
        _gone_is_fine(_role, cloud, name)
    _log_groups(cloud, found.log_groups)
    say(f"{app}: removed {_count(found)}")


def _role(cloud: Cloud, name: str) -> None:
    iam = cloud.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=name)


def _log_groups(cloud: Cloud, names: Iterable[str]) -> None:
    for name in names:
        _gone_is_fine(cloud.client("logs").delete_log_group, logGroupName=name)


def _empty(cloud: Cloud, bucket: str) -> None:
    """Delete every version of every object, so that the bucket itself can go."""
    for page in cloud.pages("s3", "list_object_versions", Bucket=bucket):
        versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
        if objects:
            cloud.client("s3").delete_objects(
                Bucket=bucket, Delete={"Objects": objects, "Quiet": True}
            )


def _gone_is_fine(call: Callable[..., object], *args: object, **kwargs: object) -> None:
    try:
        call(*args, **kwargs)
    except ClientError as error:
        if code(error) not in _GONE:
            raise


def _count(found: Live) -> str:
    kinds = {
        "APIs": found.apis,
        "mappings": found.mappings,
        "subscriptions": found.subscriptions,
        "schedules": found.rules,
        "functions": found.functions,
        "roles": found.roles,
    }
    return ", ".join(f"{len(things)} {kind}" for kind, things in kinds.items())
