"""Make, revoke and list the bearer tokens of a stage."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from botocore.exceptions import ClientError

from infra.aws import Cloud, code
from infra.keys import EMAIL
from infra.project import ProjectError
from shared import tokens
from shared.clock import utc_now
from shared.contract import ROLES
from shared.dynamo import use_table
from shared.tokens import DynamoTokens, TokenRow


def create(cloud: Cloud, role: str, email: str, days: int | None = None) -> str:
    """Store a new token and return its text, "<id>.<secret>", which nobody can read again."""
    known = next((each for each in ROLES if each == role), None)
    if known is None:
        raise ProjectError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
    if problem := EMAIL.problem(email):
        raise ProjectError(f"--email {problem}")
    today = utc_now()
    expires = today + timedelta(days=days) if days else None
    text, token = tokens.issue(known, email, today, expires)
    _tokens(cloud).put(token)
    return text


def revoke(cloud: Cloud, token_id: str) -> str:
    """Revoke a token for good and say so; revoking twice is fine."""
    store = _tokens(cloud)
    token = store.find(token_id.partition(".")[0])
    if token is None:
        raise ProjectError(f"{cloud.stage.name} has no token {token_id.partition('.')[0]}")
    if token.revoked_at is None:
        store.put(replace(token, revoked_at=utc_now()))
    caches = f"caches forget it within {tokens.CACHE_SECONDS} s"
    return f"{token.id} ({token.role}, {token.email}) is revoked; {caches}"


def listing(cloud: Cloud) -> Iterator[str]:
    """Yield one line for each token, the newest last."""
    for row in sorted(_tokens(cloud).rows.scan(), key=lambda row: row.created_at):
        ends, revoked = (cast("datetime | None", at) for at in (row.expires_at, row.revoked_at))
        state = f"until {ends:%Y-%m-%d}" if ends else "for ever"
        state = f"revoked {revoked:%Y-%m-%d}" if revoked else state
        yield f"{row.id}  {row.created_at:%Y-%m-%d}  {row.role:<12} {row.email}  {state}"


def _tokens(cloud: Cloud) -> DynamoTokens:
    table = f"{cloud.stage.name}-tokens"
    try:
        cloud.client("dynamodb").describe_table(TableName=table)
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        raise ProjectError(f"there is no table {table}: run `{cloud.stage.remedy}` first") from None
    return DynamoTokens(use_table(TokenRow, table, cloud.stage.region))
