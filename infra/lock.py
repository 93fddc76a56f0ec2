"""Let one deploy at a time touch a stage: a lease in the deployments bucket.

The holder renews its lease while it lives, so that a lease left by a killed run ends by itself;
on the machine of the killed run it ends at once, because its process is seen to be gone. One that
could not renew it may find the stage taken over, and then ends with an error.
"""

import getpass
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws import Cloud, code
from infra.project import ProjectError

_KEY = "lock.json"
_LEASE = 120.0  # seconds
_RENEW = 30.0
_LOST = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "404", "412", "409"}


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds the stage, since when and until when (seconds since the epoch)."""

    id: str
    owner: str
    host: str
    machine: str  # in whose numbering of processes `process` is meant
    process: int
    since: float
    until: float


@contextmanager
def held(cloud: Cloud, clock: Callable[[], float] = time.time) -> Iterator[Callable[[], None]]:
    """Hold the stage; raises ProjectError saying who has it. Released at the end.

    Gives a check to make between steps: it raises ProjectError once somebody else has taken the
    stage over. It is made at the end in any case.
    """
    now = clock()
    mine = Lease(
        id=uuid.uuid4().hex,
        owner=_user(),
        host=socket.gethostname(),
        machine=_machine(),
        process=os.getpid(),
        since=now,
        until=now + _LEASE,
    )
    tag = _take(cloud, mine, clock)
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(cloud, mine, tag, clock, stop), daemon=True)
    keeper.start()
    try:
        yield lambda: _demand(cloud, mine)
        _demand(cloud, mine)
    finally:
        stop.set()
        keeper.join()
        _release(cloud, mine)


def _take(cloud: Cloud, mine: Lease, clock: Callable[[], float]) -> str:
    for _ in range(3):
        try:
            return _put(cloud, mine, IfNoneMatch="*")
        except ClientError as error:
            if code(error) not in _LOST:
                raise
        found = _read(cloud)
        if found is None:
            continue
        theirs, tag = found
        if not _over(theirs, clock()):
            raise ProjectError(_words(cloud, theirs))
        try:
            return _put(cloud, mine, IfMatch=tag)
        except ClientError as error:
            if code(error) not in _LOST:
                raise
    raise ProjectError(f"somebody else has just begun to deploy {cloud.stage.name}; try again")


def _keep(
    cloud: Cloud, mine: Lease, tag: str, clock: Callable[[], float], stop: threading.Event
) -> None:
    while not stop.wait(_RENEW):
        try:
            tag = _put(cloud, replace(mine, until=clock() + _LEASE), IfMatch=tag)
        except (ClientError, BotoCoreError):
            # The lease outlives a few failures; one that was taken over stays so.
            with suppress(ClientError, BotoCoreError):
                tag = _tag(cloud, mine) or tag  # the answer to a renewal may have been lost


def _demand(cloud: Cloud, mine: Lease) -> None:
    try:
        held_still = _tag(cloud, mine) is not None
    except ClientError as error:
        if code(error) != "NoSuchBucket":  # destroy removes the bucket under its own lease
            raise
        return
    if not held_still:
        raise ProjectError(
            f"somebody else took {cloud.stage.name} over, because this run had not renewed its "
            f"lease for {_LEASE:.0f} s; look what they do, then try again"
        )


def _release(cloud: Cloud, mine: Lease) -> None:
    try:
        if _tag(cloud, mine):
            cloud.client("s3").delete_object(Bucket=cloud.stage.deployments, Key=_KEY)
    except ClientError as error:
        if code(error) != "NoSuchBucket":  # as above
            raise


def _tag(cloud: Cloud, mine: Lease) -> str | None:
    """Return the tag of the stored lease; None when it is not ours any more."""
    found = _read(cloud)
    return found[1] if found and found[0].id == mine.id else None


def _put(cloud: Cloud, lease: Lease, **condition: str) -> str:
    body = json.dumps(asdict(lease)).encode()
    answer = cloud.client("s3").put_object(
        Bucket=cloud.stage.deployments,
        Key=_KEY,
        Body=body,
        ContentType="application/json",
        **condition,
    )
    return str(answer["ETag"])


def _read(cloud: Cloud) -> tuple[Lease, str] | None:
    try:
        answer: Any = cloud.client("s3").get_object(Bucket=cloud.stage.deployments, Key=_KEY)
    except ClientError as error:
        if code(error) != "NoSuchKey":
            raise
        return None
    try:
        lease = Lease(**json.loads(answer["Body"].read()))
    except (ValueError, TypeError):  # damaged, or of another version: nobody can renew it
        lease = Lease("", "somebody", "", "", 0, 0.0, 0.0)
    return lease, answer["ETag"]


def _over(lease: Lease, now: float) -> bool:
    return lease.until <= now or (lease.machine == _machine() and not _alive(lease.process))


def _machine() -> str:
    """Name this boot and this numbering of processes; two containers may share a host's name."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:  # no Linux: there a name is a machine
        return f"{socket.gethostname()} {uuid.getnode()}"


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _words(cloud: Cloud, lease: Lease) -> str:
    since = time.strftime("%H:%M:%S", time.localtime(lease.since))
    until = time.strftime("%H:%M:%S", time.localtime(lease.until))
    return (
        f"{cloud.stage.name} is being changed by {lease.owner} on {lease.host} (process "
        f"{lease.process}) since {since}; try again when that ends, or after {until} if it died"
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
