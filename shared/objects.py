"""Objects: port `Objects`, what it gives and takes, and its adapter for S3."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from botocore.exceptions import ClientError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random

from shared.clients import Connect, available, code
from shared.errors import Conflict, NotFound, TooLarge, Unavailable
from shared.parts import store

LARGEST_GET = 16 * 1024 * 1024  # bytes; what is larger is read as a stream
CHUNK = 256 * 1024
_ABSENT = frozenset({"NoSuchKey", "NoSuchVersion", "404", "InvalidVersionId"})


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of one object; `version` is "" in a bucket that keeps none."""

    key: str
    version: str
    etag: str
    size: int
    sha256: str


class Reading:
    """An open object: a binary file that can only be read forward, and what is known of it."""

    def __init__(self, body: Any, *, version: str, etag: str, size: int) -> None:
        self._body = body
        self.version = version
        self.etag = etag
        self.size = size

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes, or all; raise Unavailable when the connection breaks."""
        with available("object store"):
            return bytes(self._body.read(None if size < 0 else size))

    def __iter__(self) -> Iterator[bytes]:
        """Give the object in chunks of at most CHUNK bytes."""
        while chunk := self.read(CHUNK):
            yield chunk

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._body.close()


class Objects(Protocol):
    """Named bytes in one bucket; every method raises Unavailable when it does not answer."""

    bucket: str

    def get(self, key: str, *, version: str = "", limit: int = LARGEST_GET) -> bytes:
        """Return a whole object; raise NotFound, or TooLarge over `limit` bytes."""
        ...

    def open(self, key: str, *, version: str = "") -> Reading:
        """Open an object, to be read as a stream in flat memory; raise NotFound."""
        ...

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = "application/octet-stream",
        if_absent: bool = False,
        if_match: str = "",
    ) -> Stored:
        """Store an object whole.

        `if_absent` stores it only where none is, `if_match` only over the one with that etag; else
        Conflict, unless the same bytes are there, which is what a repeated write finds.
        """
        ...

    def write(
        self,
        key: str,
        chunks: Iterable[bytes],
        *,
        content_type: str = "application/octet-stream",
    ) -> Stored:
        """Store a stream of any length in flat memory: wholly or, after an error, not at all."""
        ...


class _Busy(Conflict):
    """Raised when another conditional write to the key is under way."""


class S3Objects:
    """Objects kept in a bucket of S3."""

    def __init__(self, connect: Connect, bucket: str) -> None:
        self._connect = connect
        self.bucket = bucket

    def get(self, key: str, *, version: str = "", limit: int = LARGEST_GET) -> bytes:
        with self.open(key, version=version) as found:
            if found.size > limit:
                raise TooLarge(f"The object has {found.size} bytes; the limit is {limit}.")
            return found.read()

    def open(self, key: str, *, version: str = "") -> Reading:
        wanted = {"VersionId": version} if version else {}
        with available("object store"):
            try:
                answer = self._s3.get_object(Bucket=self.bucket, Key=key, **wanted)
            except ClientError as error:
                if code(error) not in _ABSENT and not _bad_version(error, version):
                    raise
                raise NotFound("There is no such object.") from error
        return Reading(
            answer["Body"],
            version=answer.get("VersionId", ""),
            etag=answer["ETag"],
            size=answer["ContentLength"],
        )

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = "application/octet-stream",
        if_absent: bool = False,
        if_match: str = "",
    ) -> Stored:
        condition = {"IfNoneMatch": "*"} if if_absent else {"IfMatch": if_match} if if_match else {}
        try:
            # 409 says that another write is under way: which of the two wins is open until it ends.
            for attempt in Retrying(
                retry=retry_if_exception_type(_Busy),
                stop=stop_after_attempt(4),
                wait=wait_random(0.05, 0.3),
                reraise=True,
            ):
                with attempt:
                    answer = self._put(key, body, content_type, condition)
        except _Busy as error:
            raise Unavailable("The object is being written by somebody else.") from error
        except Conflict:
            return self._own_write(key, body)
        return Stored(key, answer.get("VersionId", ""), answer["ETag"], len(body), _digest(body))

    def write(
        self,
        key: str,
        chunks: Iterable[bytes],
        *,
        content_type: str = "application/octet-stream",
    ) -> Stored:
        with available("object store"):
            version, etag, size, digest = store(
                self._s3, {"Bucket": self.bucket, "Key": key}, chunks, content_type
            )
        return Stored(key, version, etag, size, digest)

    def _put(self, key: str, body: bytes, content_type: str, condition: dict[str, str]) -> Any:
        with available("object store"):
            try:
                return self._s3.put_object(
                    Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, **condition
                )
            except ClientError as error:
                if code(error) == "ConditionalRequestConflict":
                    raise _Busy("Somebody else is writing this object.") from error
                gone = condition and code(error) in _ABSENT
                if gone or code(error) == "PreconditionFailed":
                    raise Conflict("The object has been changed by somebody else.") from error
                raise

    def _own_write(self, key: str, body: bytes) -> Stored:
        """Return what is there if it is ours: a write whose answer got lost was repeated."""
        try:
            with self.open(key) as found:
                if found.size == len(body) and found.read() == body:
                    return Stored(key, found.version, found.etag, len(body), _digest(body))
        except NotFound:
            pass
        raise Conflict("The object has been changed by somebody else.")

    @property
    def _s3(self) -> Any:
        return self._connect("s3")


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _bad_version(error: ClientError, version: str) -> bool:
    return bool(version) and code(error) == "InvalidArgument"
