"""The rules that every IAM policy keeps: what a function may do, and who may use a resource."""

import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

with warnings.catch_warnings():
    # It finds its data through pkg_resources, which warns of its own end.
    warnings.simplefilter("ignore")
    import parliament

type Statement = Mapping[str, Any]

# Actions that AWS grants on everything or not at all, each with the reason why it is needed.
ON_EVERYTHING: Mapping[str, str] = {}

# What parliament finds and is wrong about, each with the reason.
_ACCEPTED = {
    ("RESOURCE_MISMATCH", "dynamodb:ListStreams"): "Lambda asks for it on the stream it reads",
}

# Wildcards in what a resource's own policy allows, each with the reason.
_KEY_OWNER = {"kms:*": "the account keeps a way to its own key; IAM policies say who uses it"}

_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def identity_problems(policy: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with a function's policy; `known` is what `resource_key` may give."""
    for statement in statements(policy):
        for action in listed(statement["Action"]):
            if "*" in action:
                yield f"{action}: name each action"
            if action.lower() == "iam:passrole":
                yield "iam:PassRole: no function hands a role on"
        for resource in listed(statement["Resource"]):
            if resource != "*":
                if not _is_known(resource_key(resource), known):
                    yield f"{resource}: no template has it"
            elif bad := [a for a in listed(statement["Action"]) if a not in ON_EVERYTHING]:
                yield f'{", ".join(bad)} on "*": name the resource'
    yield from _parliament(policy)


def resource_problems(policy: Mapping[str, Any], needs_tls: bool) -> Iterator[str]:
    """Yield what is wrong with the policy of a topic, queue, bucket or key."""
    found = list(statements(policy))
    for statement in (each for each in found if each["Effect"] == "Allow"):
        name = statement.get("Sid", "a statement")
        principal, actions = statement["Principal"], listed(statement["Action"])
        owner = set(actions) <= _KEY_OWNER.keys() and _is_account(principal)
        if "*" in json.dumps(principal):
            yield f"{name}: allows everybody"
        if any("*" in action for action in actions) and not owner:
            yield f"{name}: name each action"
        if not owner and not _conditions(statement) & {"aws:sourcearn", "aws:sourceaccount"}:
            yield f"{name}: needs a condition on aws:SourceArn or aws:SourceAccount"
    if needs_tls and not any(_denies_plain_text(each) for each in found):
        yield "does not refuse requests without TLS"


def statements(policy: Mapping[str, Any]) -> Iterator[Statement]:
    """Yield the statements of a policy."""
    found = policy["Statement"]
    yield from found if isinstance(found, list) else [found]


def listed(value: Any) -> list[Any]:
    """Return the one or many values of a policy's element as a list."""
    return value if isinstance(value, list) else [value]


def resource_key(arn: str) -> str:
    """Return the service and the resource of an ARN, without region and account."""
    _, _, service, _, _, resource = arn.split(":", 5)
    return f"{service}:{resource}"


def _is_known(key: str, known: frozenset[str]) -> bool:
    bucket, slash, _ = key.partition("/")
    return key in known or (key.startswith("s3:") and bool(slash) and bucket in known)


def _is_account(principal: Any) -> bool:
    return isinstance(principal, dict) and principal.keys() == {"AWS"}


def _conditions(statement: Statement) -> set[str]:
    return {key.lower() for test in statement.get("Condition", {}).values() for key in test}


def _denies_plain_text(statement: Statement) -> bool:
    everybody = statement["Principal"] == "*" and statement.get("Condition") == _TLS
    return statement["Effect"] == "Deny" and everybody


def _parliament(policy: Mapping[str, Any]) -> Iterator[str]:
    found = parliament.analyze_policy_string(json.dumps(policy)).findings
    for finding in found:
        details = finding.detail if isinstance(finding.detail, list) else [finding.detail]
        for detail in details:
            action = detail.get("action", "") if isinstance(detail, dict) else ""
            if (finding.issue, action) not in _ACCEPTED:
                yield f"{finding.issue}: {detail}"
