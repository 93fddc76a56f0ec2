"""Secrets: port `Secrets`, its adapter for Secrets Manager, and the answer to a changed secret.

The adapter is Powertools' cached provider, loaded at the first secret: 35 ms, which a function
that needs no secret does not pay.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Protocol

from botocore.exceptions import ClientError

from shared.clients import Connect, available, code
from shared.errors import AppError, MissingSettings

MAX_AGE_SECONDS = 300


class AuthFailure(AppError):
    """Raised when a service outside does not accept our credentials; they may have changed."""

    status = 503
    code = "credentials_refused"
    title = "A service that we need does not accept us"


class Secrets(Protocol):
    """Named secrets, each a flat JSON object of texts."""

    def get(self, name: str) -> Mapping[str, str]:
        """Return a secret, at most MAX_AGE_SECONDS old.

        Raises MissingSettings when there is none or it is no such object, Unavailable when the
        store does not answer.
        """
        ...

    def refresh(self, name: str) -> Mapping[str, str]:
        """Return a secret as it is now."""
        ...


def with_secret[T](secrets: Secrets, name: str, use: Callable[[Mapping[str, str]], T]) -> T:
    """Use a secret; if it is refused and has changed meanwhile, use it once more as it is now."""
    known = secrets.get(name)
    try:
        return use(known)
    except AuthFailure:
        fresh = secrets.refresh(name)
        if fresh == known:
            raise
        return use(fresh)


class AwsSecrets:
    """Secrets kept in Secrets Manager."""

    def __init__(self, connect: Connect, max_age: int = MAX_AGE_SECONDS) -> None:
        self._connect = connect
        self._max_age = max_age

    def get(self, name: str) -> Mapping[str, str]:
        return self._read(name, force=False)

    def refresh(self, name: str) -> Mapping[str, str]:
        return self._read(name, force=True)

    def _read(self, name: str, *, force: bool) -> Mapping[str, str]:
        with available(f"secret {name}"):
            value = self._fetch(name, force=force)
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise MissingSettings(f"secret {name} is not a JSON object of texts")
        return value

    def _fetch(self, name: str, *, force: bool) -> object:
        from aws_lambda_powertools.utilities.parameters.exceptions import (  # noqa: PLC0415  # slow
            GetParameterError,
            TransformParameterError,
        )

        try:
            found: object = self._provider.get(
                name, max_age=self._max_age, transform="json", force_fetch=force
            )
        except TransformParameterError:
            # Without its cause, which holds the secret.
            raise MissingSettings(f"secret {name} is not JSON") from None
        except GetParameterError as error:
            raise _cause(error, name) from None
        return found

    @cached_property
    def _provider(self) -> Any:
        from aws_lambda_powertools.utilities.parameters import SecretsProvider  # noqa: PLC0415

        return SecretsProvider(boto3_client=self._connect("secretsmanager"))


def _cause(error: Exception, name: str) -> BaseException:
    """Return what really happened: Powertools wraps every error of the client in one of its own."""
    cause = error.__context__
    if isinstance(cause, ClientError) and code(cause) == "ResourceNotFoundException":
        return MissingSettings(f"there is no secret {name}")
    return cause or error
