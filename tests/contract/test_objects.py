"""Port Objects: the twin and S3 keep the same promises."""

import hashlib
import tracemalloc

import pytest

from shared.errors import Conflict, NotFound, TooLarge
from shared.objects import S3Objects
from shared.parts import PART
from tests.fakes.objects import MemoryObjects


@pytest.fixture(scope="module")
def bucket(emulator):
    s3, name = emulator.connect("s3"), emulator.name()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture(params=["memory", "s3"])
def objects(request):
    if request.param == "memory":
        return MemoryObjects()
    emulator = request.getfixturevalue("emulator")
    return S3Objects(emulator.connect, request.getfixturevalue("bucket"))


def test_what_was_put_is_read_back(objects):
    stored = objects.put("read/back", b"words")

    assert objects.get("read/back") == b"words"
    assert (stored.key, stored.size) == ("read/back", 5)
    assert stored.sha256 == hashlib.sha256(b"words").hexdigest()


def test_every_version_stays_readable(objects):
    first, second = objects.put("history", b"one"), objects.put("history", b"two")

    assert first.version != second.version
    assert objects.get("history", version=first.version) == b"one"
    assert objects.get("history") == b"two"


@pytest.mark.parametrize("version", ["", "11111111-2222-4333-8444-555555555555", "no-version"])
def test_what_is_not_there_is_not_found(objects, version):
    with pytest.raises(NotFound):
        objects.get("never-written", version=version)


def test_an_unknown_version_of_a_known_object_is_not_found(objects):
    objects.put("known", b"x")

    with pytest.raises(NotFound):
        objects.get("known", version="11111111-2222-4333-8444-555555555555")


def test_an_object_over_the_limit_is_not_read(objects):
    objects.put("large", b"12345")

    with pytest.raises(TooLarge):
        objects.get("large", limit=4)


def test_an_open_object_tells_its_etag_size_and_version(objects):
    stored = objects.put("open", b"x" * 600_000)

    with objects.open("open") as found:
        assert (found.etag, found.size, found.version) == (stored.etag, 600_000, stored.version)
        assert found.read(3) == b"xxx"
        assert sum(len(chunk) for chunk in found) == 599_997


def test_a_stream_shorter_than_a_part_is_written(objects):
    stored = objects.write("short", iter([b"ab", b"", b"c"]))

    assert objects.get("short") == b"abc"
    assert stored.sha256 == hashlib.sha256(b"abc").hexdigest()


def test_an_empty_stream_is_an_empty_object(objects):
    assert objects.write("empty", iter([])).size == 0
    assert objects.get("empty") == b""


@pytest.mark.parametrize("extra", [0, 1])
def test_a_stream_of_several_parts_is_written(objects, extra):
    chunks = [b"a" * (PART - 1), b"b" * 2, b"c" * (PART - 1 + extra)]

    stored = objects.write("parts", iter(chunks))

    whole = b"".join(chunks)
    assert (stored.size, stored.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert objects.get("parts", limit=3 * PART) == whole


def test_a_stream_that_breaks_leaves_nothing(objects):
    def broken():
        yield b"x" * (PART + 1)
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"):
        objects.write("broken", broken())

    with pytest.raises(NotFound):
        objects.get("broken")


def test_an_object_is_made_only_once(objects):
    objects.put("once", b"first", if_absent=True)

    with pytest.raises(Conflict):
        objects.put("once", b"other", if_absent=True)
    assert objects.get("once") == b"first"


def test_making_the_same_object_again_finds_it_made(objects):
    first = objects.put("twice", b"same", if_absent=True)

    assert objects.put("twice", b"same", if_absent=True) == first


def test_a_pointer_moves_from_what_was_seen(objects):
    seen = objects.put("latest", b"v1")

    moved = objects.put("latest", b"v2", if_match=seen.etag)

    assert objects.get("latest") == b"v2"
    assert moved.etag != seen.etag


def test_a_pointer_that_somebody_else_moved_stays(objects):
    seen = objects.put("pointer", b"v1")
    objects.put("pointer", b"theirs", if_match=seen.etag)

    with pytest.raises(Conflict):
        objects.put("pointer", b"ours", if_match=seen.etag)
    assert objects.get("pointer") == b"theirs"


def test_a_pointer_that_is_gone_does_not_move(objects):
    with pytest.raises(Conflict):
        objects.put("gone", b"v1", if_match='"0123456789abcdef0123456789abcdef"')


def test_unfinished_parts_are_thrown_away(emulator, bucket):
    def broken():
        yield b"x" * PART
        raise OSError

    with pytest.raises(OSError):
        S3Objects(emulator.connect, bucket).write("parts-of-nothing", broken())

    assert "Uploads" not in emulator.connect("s3").list_multipart_uploads(Bucket=bucket)


def test_a_large_stream_is_written_and_read_in_flat_memory(emulator, bucket):
    objects, chunk, count = S3Objects(emulator.connect, bucket), bytes(1024 * 1024), 40
    tracemalloc.start()

    objects.write("flat", (chunk for _ in range(count)))
    with objects.open("flat") as found:
        read = sum(len(part) for part in found)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == count * len(chunk)
    assert peak < 3.5 * PART, peak
