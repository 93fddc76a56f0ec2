"""Writing a stream to S3 in parts, with hardly more than one part in memory at a time."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

PART = 8 * 1024 * 1024  # bytes; S3 takes at most 10,000 parts, so 78 GiB


def store(
    s3: Any, target: dict[str, str], chunks: Iterable[bytes], content_type: str
) -> tuple[str, str, int, str]:
    """Write chunks to the target; return version, etag, size and SHA-256 of what was written."""
    parts = _Parts(chunks)
    first = next(parts, bytearray())
    if len(first) < PART:
        answer = s3.put_object(**target, Body=first, ContentType=content_type)
    else:
        upload = s3.create_multipart_upload(**target, ContentType=content_type)
        answer = _in_parts(s3, target | {"UploadId": upload["UploadId"]}, first, parts)
    return answer.get("VersionId", ""), answer["ETag"], parts.size, parts.digest.hexdigest()


def _in_parts(s3: Any, target: dict[str, str], part: bytearray | None, rest: "_Parts") -> Any:
    done: list[dict[str, Any]] = []
    try:
        while part:
            number = len(done) + 1
            answer = s3.upload_part(**target, PartNumber=number, Body=part)
            done.append({"PartNumber": number, "ETag": answer["ETag"]})
            part = next(rest, None)
        return s3.complete_multipart_upload(**target, MultipartUpload={"Parts": done})
    except BaseException:
        # Parts that nobody completes are invisible, and paid for.
        s3.abort_multipart_upload(**target)
        raise


class _Parts(Iterator[bytearray]):
    """Chunks of any size, regrouped into parts of exactly PART bytes and a rest, and measured."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._left = memoryview(b"")
        self.size = 0
        self.digest = hashlib.sha256()

    def __next__(self) -> bytearray:
        part = bytearray()
        while len(part) < PART and self._fill():
            room = PART - len(part)
            part += self._left[:room]
            self._left = self._left[room:]
        if not part:
            raise StopIteration
        self.size += len(part)
        self.digest.update(part)
        return part

    def _fill(self) -> bool:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._left = memoryview(chunk)
        return True
