"""Topics: port `Topic` and its adapter for SNS."""

from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

from botocore.exceptions import ClientError

from shared.clients import Connect, available, code
from shared.errors import MissingSettings, TooLarge

LIMIT = 256 * 1024  # bytes of body and attributes together; SNS takes no more


class Topic(Protocol):
    """A topic, by which one message reaches every subscriber."""

    def publish(self, body: str, attributes: Mapping[str, str]) -> None:
        """Hand a message over.

        Raises TooLarge over LIMIT, Unavailable when the topic does not take it now (it may have
        taken it all the same), MissingSettings when there is no such topic.
        """
        ...


class SnsTopic:
    """A topic of SNS in the account and region of the caller, by its name."""

    def __init__(self, connect: Connect, name: str) -> None:
        self._connect = connect
        self._name = name

    def publish(self, body: str, attributes: Mapping[str, str]) -> None:
        check_size(body, attributes, LIMIT)
        with available(f"topic {self._name}"):
            try:
                self._connect("sns").publish(
                    TopicArn=self._arn, Message=body, MessageAttributes=as_strings(attributes)
                )
            except ClientError as error:
                if code(error) != "NotFound":
                    raise
                raise MissingSettings(f"there is no topic {self._name}") from error

    @cached_property
    def _arn(self) -> str:
        # Settings hold names only, and this call needs no permission and never fails for one.
        caller = self._connect("sts").get_caller_identity()["Arn"]
        partition, account = caller.split(":")[1], caller.split(":")[4]
        region = self._connect("sns").meta.region_name
        return f"arn:{partition}:sns:{region}:{account}:{self._name}"


def as_strings(attributes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return attributes in the form in which SNS and SQS take them; they refuse empty ones."""
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in attributes.items()
        if value
    }


def check_size(body: str, attributes: Mapping[str, str], limit: int) -> None:
    """Raise TooLarge if a message is over the limit, in bytes as they travel."""
    parts = [body, *(f"{name}String{value}" for name, value in attributes.items())]
    size = sum(len(part.encode()) for part in parts)
    if size > limit:
        raise TooLarge(f"The message has {size} bytes; the limit is {limit}.")
