"""Bearer tokens: "<id>.<secret>", stored as a digest, checked by each app's authorizer.

The secret has 256 random bits, so one SHA-256 is a safe digest. API Gateway caches the
authorizer's answer for CACHE_SECONDS: a revoked token may work that much longer.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalice.app import AuthRequest, AuthResponse
from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.models import Model

from shared import dynamo, log
from shared.contract import Role

CACHE_SECONDS = 60
_MAX_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Token:
    """One token as it is stored; the secret itself is stored nowhere."""

    id: str
    digest: str
    role: Role
    email: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class Tokens(Protocol):
    """The known tokens."""

    def find(self, token_id: str) -> Token | None:
        """Return the token with this id, if there is one."""
        ...

    def put(self, token: Token) -> None:
        """Store a token, new or changed."""
        ...


class TokenRow(Model):
    """One token in the table."""

    class Meta(dynamo.Meta):
        """Table settings."""

        table_name = "tokens"

    id = UnicodeAttribute(hash_key=True)
    digest = UnicodeAttribute()
    role = UnicodeAttribute()
    email = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    expires_at = UTCDateTimeAttribute(null=True)
    revoked_at = UTCDateTimeAttribute(null=True)


@dataclass(frozen=True, slots=True)
class DynamoTokens:
    """Tokens in a table."""

    rows: type[TokenRow]

    def find(self, token_id: str) -> Token | None:
        with dynamo.available():
            try:
                row = self.rows.get(token_id, consistent_read=True)
            except self.rows.DoesNotExist:
                return None
        return Token(**{name: getattr(row, name) for name in Token.__dataclass_fields__})

    def put(self, token: Token) -> None:
        values = {name: getattr(token, name) for name in Token.__dataclass_fields__}
        with dynamo.available():
            self.rows(**values).save()


def issue(
    role: Role, email: str, now: datetime, expires_at: datetime | None = None
) -> tuple[str, Token]:
    """Make a token: the text to hand over, which is shown once, and the record to store."""
    token_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    token = Token(token_id, _digest(secret), role, email.strip().lower(), now, expires_at)
    return f"{token_id}.{secret}", token


def check(tokens: Tokens, text: str, now: datetime) -> Token | None:
    """Return the token behind an Authorization header's value if it is good now."""
    scheme, _, credentials = text.strip().partition(" ")
    token_id, _, secret = credentials.strip().partition(".")
    if scheme.lower() != "bearer" or not token_id or not secret or len(text) > _MAX_LENGTH:
        return None
    token = tokens.find(token_id)
    if token is None or not hmac.compare_digest(token.digest, _digest(secret)):
        return None
    if token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= now):
        return None
    return token


def authorize(tokens: Tokens, request: AuthRequest, now: datetime) -> AuthResponse | dict[str, Any]:
    """Answer API Gateway: the whole API or nothing, because the answer is cached by token."""
    token = check(tokens, request.token, now)
    if token is None:
        log.fact("token refused")
        return _deny(request.method_arn)
    context = {"token_id": token.id, "role": token.role, "email": token.email}
    return AuthResponse(routes=["*"], principal_id=token.id, context=context)


def _deny(method_arn: str) -> dict[str, Any]:
    """Refuse by a literal Deny: an empty list of routes was once taken for consent on AWS."""
    api = "/".join(method_arn.split("/")[:2])
    statement = {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": [f"{api}/*"]}
    return {
        "principalId": "unknown",
        "context": {},
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
