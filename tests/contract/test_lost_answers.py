"""What conditional writes do when S3 does its work and the answer never arrives."""

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from shared import clients
from shared.errors import Conflict, Unavailable
from shared.objects import S3Objects
from tests.running import REGION


class Wire:
    """Stands between the client and S3, and spoils the answers that a test lines up."""

    def __init__(self):
        self.spoil = []
        self.sent = 0

    def __call__(self, request, **_):
        self.sent += 1
        return self.spoil.pop(0)(request) if self.spoil else None


def lose(request):
    URLLib3Session().send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def busy(request):
    body = b"<Error><Code>ConditionalRequestConflict</Code></Error>"
    answer = AWSResponse(request.url, 409, {"content-type": "application/xml"}, None)
    answer._content = body
    return answer


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def objects(emulator, wire):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    s3 = clients.build("s3", endpoint_url=emulator.url, region_name=REGION, **keys)
    name = emulator.name()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.meta.events.register_first("before-send.s3.PutObject", wire)
    return S3Objects(lambda _: s3, name)


def test_a_write_whose_answer_was_lost_is_recognised_as_our_own(objects, wire):
    wire.spoil = [lose]

    stored = objects.put("run/manifest", b"ours", if_absent=True)

    assert wire.sent == 2
    assert stored.size == 4
    assert objects.get("run/manifest") == b"ours"


def test_a_pointer_whose_move_was_not_answered_has_moved(objects, wire):
    seen = objects.put("latest", b"v1")
    wire.spoil = [lose]

    assert objects.put("latest", b"v2", if_match=seen.etag).etag != seen.etag


def test_somebody_elses_write_is_not_taken_for_our_own(objects, wire):
    objects.put("latest", b"them")
    wire.spoil = [busy]

    with pytest.raises(Conflict):
        objects.put("latest", b"ours", if_absent=True)


def test_a_write_that_meets_another_one_is_repeated(objects, wire):
    wire.spoil = [busy, busy]

    objects.put("latest", b"ours", if_absent=True)

    assert objects.get("latest") == b"ours"
    assert wire.sent == 3


def test_a_write_that_always_meets_another_one_is_given_up(objects, wire):
    wire.spoil = [busy] * 10

    with pytest.raises(Unavailable):
        objects.put("latest", b"ours", if_absent=True)
    assert wire.sent == 4
