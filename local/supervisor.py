"""Brings a laptop cloud up, keeps it up, takes edits in, and takes it down in order."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra import config
from infra.aws import Cloud
from infra.project import ROOT, Project, ProjectError
from local import credentials, endpoints, environment, mail_secret, tokens, watch
from local.deployment import STAGE, Deployment, Say
from local.home import Home
from local.options import Options
from local.processes import ProcessFailed, request
from local.progress import Progress
from local.services import Services

_TICK = 0.25  # seconds between two looks at the source and the processes
_SETTLE = 0.1  # seconds for an editor to finish writing several files


class Supervisor:
    """One laptop cloud, from nothing to ready and back."""

    def __init__(self, options: Options, progress: Progress, root: Path = ROOT) -> None:
        self.options = options
        self.home = Home(options.home)
        self._progress = progress
        self._root = root
        self._project = Project.load(root)
        self._stage = self._project.stage(STAGE)
        self._services = Services(options, self.home, self._stage.region)
        self._keys = credentials.ROOT
        self._over = threading.Event()

    def run(self) -> None:
        """Start, then watch until `stop` is called; state is kept. Call once."""
        with self.home.held():
            self.home.remove(self.home.endpoints.name)
            self._services.check_ports()
            try:
                self._start()
                self._watch()
            finally:
                with self._progress.step("stopping; state is kept"):
                    self.home.remove(self.home.endpoints.name)
                    self._services.stop()

    def stop(self) -> None:
        """Make `run` come to its end; may be called from a signal handler."""
        self._over.set()

    def _start(self) -> None:
        with self._progress.step("emulator and console"):
            self._services.start()
        self._keys = self._choose_keys()
        with self._progress.step("foundation and apps"):
            deployment = self._deployment()
            self._logged(lambda say: deployment.deploy(self._project.apps, say))
        with self._progress.step("secret, tokens, webhook"):
            self._publish(deployment)
        self._welcome()

    def _choose_keys(self) -> credentials.Credentials:
        endpoint, region = self.options.endpoint, self._stage.region
        keys = credentials.ROOT
        if self.options.enforce_iam:
            keys = credentials.real(self.home, endpoint, region)
        environment.use(environment.for_clients(endpoint, region, keys.key, keys.secret))
        return keys

    def _deployment(self) -> Deployment:
        cloud = Cloud.of(self._project.stage(STAGE))
        return Deployment(self._project, cloud, self.options, self.home)

    def _logged(self, work: Callable[[Say], None]) -> None:
        """Do something that says what it does into the deploys' log, with the time of each line."""
        began = time.monotonic()
        with (self.home.logs / "deploy.log").open("a") as log:

            def say(line: str) -> None:
                print(f"{time.monotonic() - began:6.2f} {line}", file=log, flush=True)

            say(time.strftime("--- %Y-%m-%d %H:%M:%S"))
            work(say)

    def _publish(self, deployment: Deployment) -> None:
        """Tell the apps about the stand-in, the stand-in about the apps, and the world last."""
        mail_secret.fill(deployment.cloud, self.home.read("console.json"))
        issued = tokens.ensure(deployment.cloud, self.home)
        document = endpoints.describe(deployment, self.options, self._keys, issued)
        wish: dict[str, Any] = {"endpoints": document}
        if notifier := document["apps"].get("notifier"):
            wish["webhook_url"] = f"{notifier['url']}/sendgrid/events"
        status, answer = request("POST", f"{self.options.console}/config", wish)
        if status >= 300:  # noqa: PLR2004  # any kind of success
            raise ProcessFailed(f"the console did not take its settings: {answer.decode()}")
        self.home.write(self.home.endpoints.name, document)

    def _welcome(self) -> None:
        document = self.home.read(self.home.endpoints.name)
        say = self._progress.say
        say(f"\nReady after {self._progress.elapsed:.1f} s.\n")
        say(f"  start page   {self.options.console}/")
        say(f"  mailbox      {document['mailbox']['page']}")
        for app, place in document["apps"].items():
            say(f"  {app:<12} {place['url']}")
        for role, token in document["tokens"].items():
            say(f"  {role:<12} {token}")
        if paper := document["apps"].get("paper"):
            say(f"\nTry:\n  {_example(paper['url'], document['tokens']['student'])}")
        if not self.options.packaged:
            say("\nEdits under the apps and shared/ are live at the next call.")
        say("Ctrl-C stops; everything is kept for the next start.\n")

    def _watch(self) -> None:
        tree = watch.Tree(self._root, self._project.apps)
        while not self._over.wait(_TICK):
            for words in self._services.revive():
                self._progress.say(words)
            if not self.options.packaged and (changed := tree.changed()):
                time.sleep(_SETTLE)
                self._take_in(tree, sorted({*changed, *tree.changed()}))

    def _take_in(self, tree: watch.Tree, changed: list[Path]) -> None:
        faults = [said for path in changed if (said := watch.fault(path))]
        for said in faults:
            self._progress.say(f"  cannot be read: {said}")
        apps = tree.apps_to_deploy(changed)
        if faults or not apps:
            return
        try:
            with self._progress.step(f"deploying {', '.join(apps)} again"):
                self._deploy_again(apps)
        except (ProjectError, ProcessFailed) as error:
            self._progress.say(f"  not deployed; what ran before still runs: {error}")

    def _deploy_again(self, apps: list[str]) -> None:
        self._project = Project.load(self._root)
        config.write(self._project)
        deployment = self._deployment()
        self._logged(lambda say: deployment.deploy_again(apps, say))
        self._publish(deployment)


def _example(url: str, token: str) -> str:
    body = '{"subject": "Tides", "description": "Is it clear?", "text": "Twice a day."}'
    return (
        f"curl -i {url}/papers -H 'Authorization: Bearer {token}' \\\n"
        f"    -H 'Content-Type: application/json' -d '{body}'"
    )
