"""Objects in memory, with versions and conditional writes as S3 has them."""

import hashlib
from io import BytesIO

from shared.errors import Conflict, NotFound, TooLarge
from shared.objects import LARGEST_GET, Reading, Stored


class MemoryObjects:
    def __init__(self, bucket="memory"):
        self.bucket = bucket
        self.versions = {}

    def keys(self):
        return sorted(self.versions)

    def get(self, key, *, version="", limit=LARGEST_GET):
        with self.open(key, version=version) as found:
            if found.size > limit:
                raise TooLarge(f"The object has {found.size} bytes; the limit is {limit}.")
            return found.read()

    def open(self, key, *, version=""):
        stored, body = self._find(key, version)
        if stored is None:
            raise NotFound("There is no such object.")
        return Reading(BytesIO(body), version=stored.version, etag=stored.etag, size=stored.size)

    def put(
        self, key, body, *, content_type="application/octet-stream", if_absent=False, if_match=""
    ):
        present, there = self._find(key)
        changed = (if_absent and present) or (
            if_match and (not present or present.etag != if_match)
        )
        if not changed:
            return self._store(key, body)
        if there == body:
            return present
        raise Conflict("The object has been changed by somebody else.")

    def write(self, key, chunks, *, content_type="application/octet-stream"):
        return self._store(key, b"".join(chunks))

    def _find(self, key, version=""):
        found = self.versions.get(key, [])
        wanted = [pair for pair in found if version in {"", pair[0].version}]
        return wanted[-1] if wanted else (None, None)

    def _store(self, key, body):
        history = self.versions.setdefault(key, [])
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        digest = hashlib.sha256(body).hexdigest()
        history.append((Stored(key, f"v{len(history) + 1}", etag, len(body), digest), bytes(body)))
        return history[-1][0]
