"""What the adapters do with an error that nobody foresaw: nothing, so that it is seen."""

import pytest
from botocore.exceptions import ClientError

from shared.errors import Unavailable
from shared.objects import S3Objects
from shared.queues import SqsQueue
from shared.secrets import AwsSecrets
from shared.topics import SnsTopic


class Refusing:
    """A client that answers every call with the same error, but tells the caller's account."""

    def __init__(self, code, status):
        answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        self._error = ClientError(answer, "Anything")
        self.meta = self
        self.region_name = "eu-west-2"

    def get_caller_identity(self):
        return {"Arn": "arn:aws:sts::123456789012:assumed-role/x/y"}

    def __getattr__(self, _):
        def call(**_):
            raise self._error

        return call


CALLS = {
    "read": lambda connect: S3Objects(connect, "bucket").get("key"),
    "put": lambda connect: S3Objects(connect, "bucket").put("key", b"", if_absent=True),
    "write": lambda connect: S3Objects(connect, "bucket").write("key", [b"x"]),
    "send": lambda connect: SqsQueue(connect, "queue").send("x", {}),
    "delete": lambda connect: SqsQueue(connect, "queue").delete("receipt"),
    "publish": lambda connect: SnsTopic(connect, "topic").publish("x", {}),
    "secret": lambda connect: AwsSecrets(connect).get("secret"),
}
EVERY_CALL = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@EVERY_CALL
def test_a_forbidden_call_is_loud(call):
    with pytest.raises(ClientError, match="AccessDenied"):
        call(lambda _: Refusing("AccessDenied", 403))


@EVERY_CALL
def test_a_failing_service_is_unavailable(call):
    with pytest.raises(Unavailable):
        call(lambda _: Refusing("InternalError", 500))
