"""Writing a stream to S3 in parts, with one part in memory at a time."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

PART = 8 * 1024 * 1024  # bytes; S3 takes at most 10,000 parts, so 78 GiB


def store(
    s3: Any, target: dict[str, str], chunks: Iterable[bytes], content_type: str
) -> tuple[str, str, int, str]:
    """Write chunks to the target; return version, etag, size and SHA-256 of what was written."""
    digest = hashlib.sha256()
    parts = _parts(chunks)
    first = next(parts, b"")
    digest.update(first)
    if len(first) < PART:
        answer = s3.put_object(**target, Body=first, ContentType=content_type)
        size = len(first)
    else:
        answer, size = _in_parts(s3, target, content_type, first, parts, digest)
    return answer.get("VersionId", ""), answer["ETag"], size, digest.hexdigest()


def _in_parts(
    s3: Any,
    target: dict[str, str],
    content_type: str,
    first: bytes,
    rest: Iterator[bytes],
    digest: Any,
) -> tuple[dict[str, Any], int]:
    upload = s3.create_multipart_upload(**target, ContentType=content_type)
    target = target | {"UploadId": upload["UploadId"]}
    try:
        done = [_send(s3, target, 1, first)]
        size = len(first)
        for number, part in enumerate(rest, start=2):
            digest.update(part)
            size += len(part)
            done.append(_send(s3, target, number, part))
        answer = s3.complete_multipart_upload(**target, MultipartUpload={"Parts": done})
    except BaseException:
        # Parts that nobody completes are invisible, and paid for.
        s3.abort_multipart_upload(**target)
        raise
    return answer, size


def _send(s3: Any, target: dict[str, str], number: int, part: bytes) -> dict[str, Any]:
    answer = s3.upload_part(**target, PartNumber=number, Body=part)
    return {"PartNumber": number, "ETag": answer["ETag"]}


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup chunks of any size into parts of exactly PART bytes, and a rest."""
    held = bytearray()
    for chunk in chunks:
        view = memoryview(chunk)
        while view:
            room = PART - len(held)
            held += view[:room]
            view = view[room:]
            if len(held) == PART:
                yield bytes(held)
                held.clear()
    if held:
        yield bytes(held)
