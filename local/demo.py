"""The main job, done once with the real zips in a laptop cloud of its own, and told aloud."""

import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from local import ports
from local.cloud import LaptopCloud
from local.options import Options
from local.progress import Progress

_PATIENCE = 20.0  # seconds
_CALL = 30.0  # seconds; API Gateway gives up at 29

ESSAY = (
    "Mount Everest, the highest point of the world, is a special trophy among mountaineers. "
    "Arms raised in victory, a climber feels that they have done what few others ever have."
)


class DemoFailed(Exception):
    """Raised when something of the main job did not happen; the message says what."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a running laptop cloud."""

    endpoints: dict[str, Any]
    progress: Progress

    def call(
        self, role: str, method: str, path: str, expect: int, app: str = "paper", **options: Any
    ) -> requests.Response:
        """Call an app as somebody; raise DemoFailed unless the status is the expected one."""
        headers = {"Authorization": f"Bearer {self.endpoints['tokens'][role]}"}
        headers |= options.pop("headers", {})
        url = f"{self.endpoints['apps'][app]['url']}{path}"
        answer = requests.request(method, url, headers=headers, timeout=_CALL, **options)
        if answer.status_code != expect:
            raise DemoFailed(
                f"{method} {path} as {role}: {answer.status_code}, not {expect}: {answer.text}"
            )
        self.progress.say(f"  {answer.status_code} {method} {path} as {role}")
        return answer

    def mails_about(self, thing: str, count: int) -> list[dict[str, Any]]:
        """Wait until exactly `count` mails speak of a thing; raise DemoFailed otherwise."""
        found: list[dict[str, Any]] = []
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            every = requests.get(self.endpoints["mailbox"]["messages"], timeout=_CALL).json()
            found = [mail for mail in every if thing in mail["text"]]
            if len(found) >= count:
                break
            time.sleep(0.1)
        if len(found) != count:
            raise DemoFailed(f"{len(found)} mails about {thing} arrived, not {count}")
        return found

    def show(self, mail: dict[str, Any]) -> None:
        """Show one mail."""
        self.progress.say(f"  mail to {', '.join(mail['to'])}: {mail['subject']}")


def submit_and_assign(visit: Visit) -> None:
    """Submit a paper as a student, assign a tutor, and see the right people told."""
    paper = {"subject": "English", "description": "Is my introduction clear?", "text": ESSAY}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = visit.call("student", "POST", "/papers", 201, json=paper, headers=key)
    again = visit.call("student", "POST", "/papers", 201, json=paper, headers=key)
    if made.text != again.text:
        raise DemoFailed("the same request gave two answers")
    paper_id = made.json()["id"]
    [receipt] = visit.mails_about(paper_id, 1)
    visit.show(receipt)
    if made.json()["text_sha256"] not in receipt["text"]:
        raise DemoFailed("the receipt does not name the SHA-256 of the text")

    change = {"tutor_email": "tutor@example.org"}
    seen = {"If-Match": made.headers["ETag"]}
    visit.call("coordinator", "PATCH", f"/papers/{paper_id}", 200, json=change, headers=seen)
    visit.call("coordinator", "PATCH", f"/papers/{paper_id}", 412, json=change, headers=seen)
    notices = visit.mails_about(paper_id, 3)[1:]
    for mail in notices:
        visit.show(mail)
    told = sorted(address for mail in notices for address in mail["to"])
    if told != ["student@example.org", "tutor@example.org"]:
        raise DemoFailed(f"the assignment was told to {told}")
    visit.call("tutor", "GET", f"/papers/{paper_id}/text", 200)
    unsent = visit.call("operator", "GET", "/mails", 200, app="notifier").json()["mails"]
    if unsent:
        raise DemoFailed(f"{len(unsent)} mails were not sent")


SCENES: tuple[Callable[[Visit], None], ...] = (submit_and_assign,)


def play(progress: Progress) -> None:
    """Start a laptop cloud from the real zips, play every scene, and take it down."""
    with tempfile.TemporaryDirectory(prefix="laptop-cloud-") as folder:
        options = Options(port=ports.free(), console_port=ports.free(), packaged=True)
        cloud = LaptopCloud(Path(folder), options)
        try:
            with progress.step("starting the laptop cloud with the real zips"):
                cloud.start()
            for scene in SCENES:
                progress.say(f"\n{scene.__doc__}")
                scene(Visit(cloud.endpoints, progress))
        finally:
            with progress.step("stopping"):
                cloud.stop()
    progress.say(f"\nAll of it happened, in {progress.elapsed:.1f} s.")
